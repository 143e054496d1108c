"""From ruling lines to cells: the method of pdfplumber's table finder, whose results these are (a test compares them).

Importing pdfplumber for these four steps alone would cost a third of a second and 20 MB.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from dutybook.layout.pdf.tables.grid import Grid, grid_of, renumber
from dutybook.layout.pdf.tables.rulings import Ruling
from dutybook.layout.pdf.words import Bounds

Edge = dict[str, Any]
"""``x0``, ``x1``, ``top``, ``bottom`` in points, and ``orientation``: ``h`` (level) or ``v`` (upright)."""
Point = tuple[float, float]
Crossings = dict[Point, tuple[set[Bounds], set[Bounds]]]
"""Where lines cross, with the upright and the level ones that do so there."""


def merged(edges: Iterable[Edge], tolerance: float) -> list[Edge]:
    """Edges that nearly stand on one line moved onto it, and those that touch or overlap there as one; level ones first."""
    both: dict[str, list[Edge]] = {"v": [], "h": []}
    for edge in edges:
        both[edge["orientation"]].append(edge)
    made: list[Edge] = []
    for kind, place, ends, along in (
        ("h", "top", ("top", "bottom"), ("x0", "x1")),
        ("v", "x0", ("x0", "x1"), ("top", "bottom")),
    ):
        moved = _moved(both[kind], place, ends, tolerance)
        moved.sort(key=itemgetter(place))
        for _, group in groupby(moved, key=itemgetter(place)):
            made.extend(_joined(group, *along, tolerance))
    return made


def _moved(edges: list[Edge], place: str, ends: tuple[str, str], tolerance: float) -> list[Edge]:
    """Edges whose places are near each other, one after the other, moved to their mean."""
    values = sorted({edge[place] for edge in edges})
    starts = [value for index, value in enumerate(values) if not index or value > values[index - 1] + tolerance]
    groups: list[list[Edge]] = [[] for _ in starts]
    for edge in edges:
        groups[bisect_right(starts, edge[place]) - 1].append(edge)
    made = []
    for group in groups:
        mean = sum(edge[place] for edge in group) / len(group)
        for edge in group:
            step = mean - edge[place]
            made.append({**edge, **{end: edge[end] + step for end in ends}})
    return made


def _joined(edges: Iterable[Edge], start: str, end: str, tolerance: float) -> list[Edge]:
    made: list[Edge] = []
    for edge in sorted(edges, key=itemgetter(start)):
        if made and edge[start] <= made[-1][end] + tolerance:
            if edge[end] > made[-1][end]:
                made[-1] = {**made[-1], end: edge[end]}
        else:
            made.append(edge)
    return made


def crossings_of(edges: Iterable[Edge], tolerance: float) -> Crossings:
    """Where upright edges cross or touch level ones."""
    every = list(edges)
    levels = [edge for edge in every if edge["orientation"] == "h"]
    found: Crossings = {}
    for upright in every:
        if upright["orientation"] != "v":
            continue
        x, top, bottom = upright["x0"], upright["top"], upright["bottom"]
        for level in levels:
            y = level["top"]
            if (
                top <= y + tolerance
                and bottom >= y - tolerance
                and level["x0"] - tolerance <= x <= level["x1"] + tolerance
            ):
                uprights, crossed = found.setdefault((x, y), (set(), set()))
                uprights.add(_bounds(upright))
                crossed.add(_bounds(level))
    return found


def _bounds(edge: Edge) -> Bounds:
    return edge["x0"], edge["top"], edge["x1"], edge["bottom"]


def cells_of(crossings: Crossings) -> list[Bounds]:
    """The smallest rectangle to the right of and below each crossing whose sides are lines."""
    points = sorted(crossings)
    columns: dict[float, list[Point]] = {}
    rows: dict[float, list[Point]] = {}
    for point in points:
        columns.setdefault(point[0], []).append(point)
        rows.setdefault(point[1], []).append(point)

    def on_one(side: int, one: Point, other: Point) -> bool:
        return not crossings[one][side].isdisjoint(crossings[other][side])

    found = (_cell(point, columns[point[0]], rows[point[1]], crossings, on_one) for point in points)
    return [cell for cell in found if cell is not None]


def _cell(
    point: Point,
    column: list[Point],
    row: list[Point],
    crossings: Crossings,
    on_one: Callable[[int, Point, Point], bool],
) -> Bounds | None:
    right = [other for other in row[bisect_right(row, point) :] if on_one(1, point, other)]
    if not right:
        return None
    for low in column[bisect_right(column, point) :]:
        if not on_one(0, point, low):
            continue
        for side in right:
            corner = (side[0], low[1])
            if corner in crossings and on_one(0, corner, side) and on_one(1, corner, low):
                return (*point, *corner)
    return None


def tables_of(cells: Iterable[Bounds]) -> list[list[Bounds]]:
    """Cells that hang together by their corners, two at least, from top to bottom."""
    rest = list(cells)
    made: list[list[Bounds]] = []
    while rest:
        group, corners = [rest[0]], set(_corners(rest[0]))
        rest = rest[1:]
        grown = True
        while grown:
            grown = False
            left = []
            for cell in rest:
                if corners.isdisjoint(own := _corners(cell)):
                    left.append(cell)
                else:
                    corners.update(own)
                    group.append(cell)
                    grown = True
            rest = left
        made.append(group)
    made.sort(key=lambda group: min((cell[1], cell[0]) for cell in group))
    return [group for group in made if len(group) > 1]


def _corners(cell: Bounds) -> tuple[Point, Point, Point, Point]:
    x0, top, x1, bottom = cell
    return (x0, top), (x0, bottom), (x1, top), (x1, bottom)


@dataclass(frozen=True, slots=True)
class Finder:
    """The steps from edges to tables: what :func:`merged`, :func:`crossings_of`, :func:`cells_of`, :func:`tables_of` do.

    What the second step gives is for the third alone, but for its length.
    """

    merged: Callable[[Iterable[Edge], float], list[Edge]]
    crossings_of: Callable[[Iterable[Edge], float], Any]
    cells_of: Callable[[Any], list[Bounds]]
    tables_of: Callable[[Iterable[Bounds]], list[list[Bounds]]]


FAST = Finder(merged, crossings_of, cells_of, tables_of)


def finder_of(name: str) -> Finder:
    """The steps by the name that :class:`Limits` knows them by."""
    if name == "fast":
        return FAST
    from dutybook.layout.pdf.tables.plumber import PDFPLUMBER

    return PDFPLUMBER


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
        crossed = _crossed_levels(stack, [e for e in upright if x0 + 8 < e["x0"] < x1 - 8])
        if len(crossed) > 1:
            added += _sides((x0, x1), crossed[0], crossed[-1], upright)
    return edges + added


def _crossed_levels(stack: list[Edge], inner: list[Edge]) -> list[float]:
    """The y of the level edges that an inner upright one meets."""
    return [
        edge["top"]
        for edge in stack
        if any(e["top"] <= edge["top"] + TOLERANCE and e["bottom"] >= edge["top"] - TOLERANCE for e in inner)
    ]


def _sides(xs: tuple[float, float], top: float, bottom: float, upright: list[Edge]) -> list[Edge]:
    """Upright edges at those of two x where the file has hardly any between ``top`` and ``bottom``."""
    added: list[Edge] = []
    for x in xs:
        drawn = sum(e["bottom"] - e["top"] for e in upright if abs(e["x0"] - x) <= _SAME)
        if drawn < 0.5 * (bottom - top):
            added.append(_edge(Ruling(x, top, x, bottom)))
    return added


def _ends(edges: list[Edge], upright: list[Edge]) -> list[Edge]:
    """Level edges at the open top or foot of upright rules that begin and end together: a page breaks the table there."""
    level = [edge for edge in edges if edge["orientation"] == "h"]
    added: list[Edge] = []
    done: set[int] = set()
    for edge in upright:
        if id(edge) in done or edge["bottom"] - edge["top"] < 30:
            continue
        like = _with_ends_of(edge, upright)
        done.update(map(id, like))
        x0, x1 = min(e["x0"] for e in like), max(e["x1"] for e in like)
        if len(like) < 2 or x1 - x0 < 20:
            continue
        across = [e for e in level if e["x0"] <= x0 + TOLERANCE and e["x1"] >= x1 - TOLERANCE]
        added += _opposite(across, edge["top"], edge["bottom"])
    return added


def _opposite(across: list[Edge], top: float, bottom: float) -> list[Edge]:
    """The edge that is missing at one end of a table, where the file has one at its other end."""
    at_ends = [e for e in across if min(abs(e["top"] - top), abs(e["top"] - bottom)) <= _SAME]
    if len(at_ends) != 1:
        return []
    y = bottom if abs(at_ends[0]["top"] - top) <= _SAME else top
    return [_edge(Ruling(at_ends[0]["x0"], y, at_ends[0]["x1"], y))]


def _with_ends_of(edge: Edge, upright: list[Edge]) -> list[Edge]:
    """The upright edges that begin and end where one of them does."""
    top, bottom = edge["top"], edge["bottom"]
    return [e for e in upright if abs(e["top"] - top) <= _SAME and abs(e["bottom"] - bottom) <= _SAME]


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
