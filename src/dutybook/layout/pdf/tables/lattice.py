"""Grids of lines: what the lines enclose, with the sides and ends that tables leave open."""

from __future__ import annotations

from collections.abc import Sequence

from dutybook.layout.pdf.tables.cells import FAST, Edge, Finder
from dutybook.layout.pdf.tables.grid import Bounds, Grid, grid_of, renumber
from dutybook.layout.pdf.tables.rulings import Ruling

TOLERANCE = 3.0
MAX_EDGES = 700
MAX_CROSSINGS = 4_000
_SAME = 5.0
"""Rules that begin and end within this distance (points) of each other belong to one stack."""


def edges_of(rulings: Sequence[Ruling], finder: Finder = FAST) -> list[Edge]:
    """Rulings as pdfplumber's edges, those on one line joined; none where a drawing has too many."""
    edges = finder.merged(map(_edge, rulings), TOLERANCE)
    return edges if len(edges) <= MAX_EDGES else []


def lattices(page: int, edges: list[Edge], finder: Finder = FAST) -> list[Grid]:
    """What the lines enclose: two columns at least, and two rows unless it may go on with the page before."""
    crossings = finder.crossings_of(edges, TOLERANCE)
    if len(crossings) > MAX_CROSSINGS:
        return []
    groups = [
        [box for box in group if box[2] - box[0] > 1 and box[3] - box[1] > 1]
        for group in finder.tables_of(finder.cells_of(crossings))
    ]
    found = []
    for group in _together([group for group in groups if group]):
        grid = grid_of(page, group)
        grid.rows = renumber(grid.rows)
        if len(grid.columns) < 3 or max(len(row) for row in grid.rows) < 2:
            continue
        grid.partial = len(grid.rows) < 2
        found.append(grid)
    return found


def _together(groups: list[list[Bounds]]) -> list[list[Bounds]]:
    """Cells whose corners just miss each other, as one group; a table inside another's cell is that cell's text."""
    made: list[tuple[Bounds, list[Bounds]]] = []
    for group in sorted(groups, key=lambda group: -_area(_hull(group))):
        hull = _hull(group)
        around = next((cells for box, cells in made if _within(hull, box)), None)
        if around is None:
            made.append((hull, list(group)))
        elif not any(_within(hull, cell) for cell in around):
            around.extend(box for box in group if not any(_overlap(box, cell) > 0.2 for cell in around))
    return [cells for _, cells in made]


def _hull(boxes: Sequence[Bounds]) -> Bounds:
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def _area(box: Bounds) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _within(inner: Bounds, outer: Bounds) -> bool:
    near = TOLERANCE
    return (
        inner[0] >= outer[0] - near
        and inner[1] >= outer[1] - near
        and inner[2] <= outer[2] + near
        and inner[3] <= outer[3] + near
    )


def _overlap(box: Bounds, other: Bounds) -> float:
    """The share of a box that another one covers."""
    shared = (max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3]))
    return _area(shared) / _area(box) if shared[0] < shared[2] and shared[1] < shared[3] else 0.0


def closed(edges: list[Edge]) -> list[Edge]:
    """The edges with upright ones added at the open sides of tables whose inner columns are ruled."""
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    if not upright:
        return edges
    edges = edges + _ends(edges, upright)
    added: list[Edge] = []
    for stack in stacks([edge for edge in edges if edge["orientation"] == "h"]):
        x0, x1 = min(e["x0"] for e in stack), max(e["x1"] for e in stack)
        inner = [e for e in upright if x0 + 8 < e["x0"] < x1 - 8]
        crossed = [
            edge["top"]
            for edge in stack
            if any(e["top"] <= edge["top"] + TOLERANCE and e["bottom"] >= edge["top"] - TOLERANCE for e in inner)
        ]
        if len(crossed) < 2:
            continue
        for x in (x0, x1):
            beside = [e for e in upright if abs(e["x0"] - x) <= _SAME]
            if sum(e["bottom"] - e["top"] for e in beside) < 0.5 * (crossed[-1] - crossed[0]):
                added.append(_edge(Ruling(x, crossed[0], x, crossed[-1])))
    return edges + added


def _ends(edges: list[Edge], upright: list[Edge]) -> list[Edge]:
    """Level edges at the open top or foot of upright rules that begin and end together: a page breaks the table there."""
    added: list[Edge] = []
    done: set[int] = set()
    for edge in upright:
        if id(edge) in done or edge["bottom"] - edge["top"] < 30:
            continue
        like = [
            e for e in upright if abs(e["top"] - edge["top"]) <= _SAME and abs(e["bottom"] - edge["bottom"]) <= _SAME
        ]
        done.update(map(id, like))
        x0, x1 = min(e["x0"] for e in like), max(e["x1"] for e in like)
        if len(like) < 2 or x1 - x0 < 20:
            continue
        across = [
            e for e in edges if e["orientation"] == "h" and e["x0"] <= x0 + TOLERANCE and e["x1"] >= x1 - TOLERANCE
        ]
        at_ends = [e for e in across if min(abs(e["top"] - edge["top"]), abs(e["top"] - edge["bottom"])) <= _SAME]
        if len(at_ends) != 1:
            continue
        closed = abs(at_ends[0]["top"] - edge["top"]) <= _SAME
        y = edge["bottom"] if closed else edge["top"]
        added.append(_edge(Ruling(at_ends[0]["x0"], y, at_ends[0]["x1"], y)))
    return added


def stacks(level: list[Edge]) -> list[list[Edge]]:
    """Level edges of one extent, from top to bottom."""
    found: list[list[Edge]] = []
    for edge in sorted(level, key=lambda edge: (edge["top"], edge["x0"])):
        for stack in found:
            if abs(stack[0]["x0"] - edge["x0"]) <= _SAME and abs(stack[0]["x1"] - edge["x1"]) <= _SAME:
                stack.append(edge)
                break
        else:
            found.append([edge])
    return [stack for stack in found if len(stack) > 1]


def _edge(ruling: Ruling) -> Edge:
    x0, x1, top, bottom = ruling.x0, ruling.x1, ruling.top, ruling.bottom
    if ruling.level:
        top = bottom = (top + bottom) / 2
    else:
        x0 = x1 = (x0 + x1) / 2
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "orientation": "h" if ruling.level else "v",
    }
