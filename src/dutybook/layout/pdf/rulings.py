"""The ruling lines of a page, from pdfium: thin paths, the edges of filled or stroked boxes, the parts of longer paths.

Reading them takes about a millisecond a page, a hundredth of what pdfplumber's page parser needs.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

import pypdfium2.raw as raw

from dutybook.layout.pdf.grids import Grid, grid_of
from dutybook.layout.pdf.pdfium import MOST, PageObjects, bounds_of, form_object, kind_of, object_at
from dutybook.layout.pdf.words import Bounds, Frame

THICK = 3.0
"""A path thinner than this (points) is a ruling; thicker ones are areas with four edges."""
SHORTEST = 8.0
"""Shorter lines and smaller boxes (points) are bullets, tick boxes, parts of drawings."""
_MAX_SEGMENTS = 600
_MAX_DEPTH = 4

LINE, AREA, BLANK = 0, 1, 2

_PATH, _FORM = bytes([raw.FPDF_PAGEOBJ_PATH]), bytes([raw.FPDF_PAGEOBJ_FORM])
_LINES_OR_FORMS = re.compile(b"[" + _PATH + _FORM + b"]")

Matrix = tuple[float, float, float, float, float, float]
Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A horizontal or vertical line on a page, in points from the top left; ``edge``: only of a filled area."""

    x0: float
    top: float
    x1: float
    bottom: float
    edge: bool = False

    @property
    def level(self) -> bool:
        """Whether it is horizontal."""
        return self.x1 - self.x0 >= self.bottom - self.top


def rulings_of(objects: PageObjects, frame: Frame, limit: int) -> list[Ruling]:
    """The rulings of an open page from its objects, at most ``limit``; empty for pages that hold more (drawings, maps)."""
    found: list[Ruling] = []
    for path, matrix in _inside(objects.addresses, objects.kinds, None, 0, [MOST]):
        for corners, edge in _pieces(path, bounds_of(path), matrix):
            found.extend(_sides(corners, frame, edge))
        if len(found) > limit:
            return []
    return found


def _inside(
    addresses: Sequence[int], kinds: bytes | bytearray, matrix: Matrix | None, depth: int, left: list[int]
) -> Iterator[tuple[Any, Matrix | None]]:
    """The paths among the objects of a page or form, those of forms with the matrix that places them.

    ``left`` is how many more objects may be looked at.
    """
    seen = 0
    for found in _LINES_OR_FORMS.finditer(kinds):
        left[0] -= found.end() - seen
        seen = found.end()
        if left[0] < 0:
            return
        address = addresses[found.start()]
        item = object_at(address)
        if found.group() == _PATH:
            yield item, matrix
        elif depth < _MAX_DEPTH:
            inner = _times(_matrix_of(item), matrix)
            size = min(raw.FPDFFormObj_CountObjects(item), left[0])
            inside = list(map(form_object, repeat(address), range(size)))
            yield from _inside(inside, bytes(map(kind_of, inside)), inner, depth + 1, left)
    left[0] -= len(kinds) - seen


def _pieces(path: Any, box: tuple[float, float, float, float], matrix: Matrix | None) -> Iterator[tuple[Points, bool]]:
    """Two opposite corners for each straight piece of a path, in the page's own coordinates, and whether it is filled."""
    left, bottom, right, top = box
    whole = [_place(matrix, left, bottom), _place(matrix, right, top)]
    if max(abs(whole[1][0] - whole[0][0]), abs(whole[1][1] - whole[0][1])) < SHORTEST:
        return
    segments = raw.FPDFPath_CountSegments(path)
    thin = min(abs(whole[1][0] - whole[0][0]), abs(whole[1][1] - whole[0][1])) <= THICK
    look = LINE if thin else _look(path)
    if look == BLANK:
        return
    if thin or 5 <= segments <= 6:
        yield whole, look == AREA
    elif 2 <= segments <= _MAX_SEGMENTS:
        for line in _lines(path, segments, _times(_matrix_of(path), matrix)):
            yield line, look == AREA


def _lines(path: Any, count: int, matrix: Matrix | None) -> list[Points]:
    """The level and upright lines that one path draws; nothing where it holds a curve."""
    made: list[Points] = []
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            return []
        point = _place(matrix, x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = last = point
            continue
        made.append([last, point])
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            made.append([point, start])
    # A drawing's outline is hundreds of short lines: they go before anything more is asked of them.
    return [[a, b] for a, b in made if _is_straight(abs(a[0] - b[0]), abs(a[1] - b[1]))]


def _is_straight(wide: float, high: float) -> bool:
    return max(wide, high) >= SHORTEST and min(wide, high) <= THICK


def _look(path: Any) -> int:
    """How a path is drawn: with lines, as a filled area, or not to be seen (white, as the ground of a page)."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or stroke.value:
        return LINE
    if not fill.value:
        return BLANK
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(path, red, green, blue, alpha):
        return AREA
    return BLANK if alpha.value == 0 or min(red.value, green.value, blue.value) >= 250 else AREA


def _sides(corners: Points, frame: Frame, edge: bool) -> list[Ruling]:
    """A line as one ruling, a box as its four sides; nothing for what is short."""
    (xa, ya), (xb, yb) = (frame.place(*point) for point in corners)
    x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    if max(x1 - x0, y1 - y0) < SHORTEST:
        return []
    if min(x1 - x0, y1 - y0) <= THICK:
        return [Ruling(x0, y0, x1, y1, edge)]
    sides = ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
    return [Ruling(*side, edge) for side in sides]


def _matrix_of(item: Any) -> Matrix | None:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return None
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(inner: Matrix | None, outer: Matrix | None) -> Matrix | None:
    """The matrix that applies ``inner`` first."""
    if inner is None or outer is None:
        return inner or outer
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _place(matrix: Matrix | None, x: float, y: float) -> tuple[float, float]:
    if matrix is None:
        return x, y
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


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
    found = (_cell(point, columns[point[0]], rows[point[1]], crossings) for point in points)
    return [cell for cell in found if cell is not None]


def _cell(point: Point, column: list[Point], row: list[Point], crossings: Crossings) -> Bounds | None:
    def on_one(side: int, one: Point, other: Point) -> bool:
        return not crossings[one][side].isdisjoint(crossings[other][side])

    right = [other for other in row[bisect_right(row, point) :] if on_one(1, point, other)]
    for low in column[bisect_right(column, point) :] if right else ():
        if on_one(0, point, low):
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
        group, before = [rest.pop(0)], 0
        corners = set(_corners(group[0]))
        while before != len(group):
            before, left = len(group), []
            for cell in rest:
                if corners.isdisjoint(own := _corners(cell)):
                    left.append(cell)
                else:
                    corners.update(own)
                    group.append(cell)
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
    """The steps by the name that :class:`Limits` knows them by: our own, or pdfplumber's as a second opinion."""
    if name == "fast":
        return FAST
    from pdfplumber import table

    def merge(edges: Iterable[Edge], tolerance: float) -> list[Edge]:
        sized = [{**edge, "width": edge["x1"] - edge["x0"], "height": edge["bottom"] - edge["top"]} for edge in edges]
        found: list[Edge] = table.merge_edges(sized, *[tolerance] * 4)
        return found

    def cross(edges: Iterable[Edge], tolerance: float) -> Any:
        return table.edges_to_intersections(list(edges), tolerance, tolerance)

    def group(cells: Iterable[Bounds]) -> list[list[Bounds]]:
        found: list[list[Bounds]] = table.cells_to_tables(list(cells))
        return found

    return Finder(merge, cross, table.intersections_to_cells, group)


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
    x0, top, x1, bottom = (*(at - TOLERANCE for at in outer[:2]), *(at + TOLERANCE for at in outer[2:]))
    return inner[0] >= x0 and inner[1] >= top and inner[2] <= x1 and inner[3] <= bottom


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
            added += _open_sides((x0, x1), crossed[0], crossed[-1], upright)
    return edges + added


def _crossed_levels(stack: list[Edge], inner: list[Edge]) -> list[float]:
    """The y of the level edges that an inner upright one meets."""
    return [
        edge["top"]
        for edge in stack
        if any(e["top"] <= edge["top"] + TOLERANCE and e["bottom"] >= edge["top"] - TOLERANCE for e in inner)
    ]


def _open_sides(xs: tuple[float, float], top: float, bottom: float, upright: list[Edge]) -> list[Edge]:
    """Upright edges at those of two x where the file has hardly any between ``top`` and ``bottom``."""

    def is_open(x: float) -> bool:
        drawn: float = sum(e["bottom"] - e["top"] for e in upright if abs(e["x0"] - x) <= _SAME)
        return drawn < 0.5 * (bottom - top)

    return [_edge(Ruling(x, top, x, bottom)) for x in xs if is_open(x)]


def _ends(edges: list[Edge], upright: list[Edge]) -> list[Edge]:
    """Level edges at the open top or foot of upright rules that begin and end together: a page breaks the table there."""
    level = [edge for edge in edges if edge["orientation"] == "h"]
    added: list[Edge] = []
    done: set[int] = set()
    for edge in upright:
        top, bottom = edge["top"], edge["bottom"]
        if id(edge) in done or bottom - top < 30:
            continue
        like = [e for e in upright if abs(e["top"] - top) <= _SAME and abs(e["bottom"] - bottom) <= _SAME]
        done.update(map(id, like))
        x0, x1 = min(e["x0"] for e in like), max(e["x1"] for e in like)
        if len(like) < 2 or x1 - x0 < 20:
            continue
        across = [e for e in level if e["x0"] <= x0 + TOLERANCE and e["x1"] >= x1 - TOLERANCE]
        added += _opposite(across, top, bottom)
    return added


def _opposite(across: list[Edge], top: float, bottom: float) -> list[Edge]:
    """The edge that is missing at one end of a table, where the file has one at its other end."""
    at_ends = [e for e in across if min(abs(e["top"] - top), abs(e["top"] - bottom)) <= _SAME]
    if len(at_ends) != 1:
        return []
    y = bottom if abs(at_ends[0]["top"] - top) <= _SAME else top
    return [_edge(Ruling(at_ends[0]["x0"], y, at_ends[0]["x1"], y))]


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
    return {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "orientation": "h" if ruling.level else "v"}
