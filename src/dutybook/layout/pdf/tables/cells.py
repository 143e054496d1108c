"""From ruling lines to cells: the method of pdfplumber's table finder, whose results these are (a test compares them).

Importing pdfplumber for these four steps alone would cost a third of a second and 20 MB.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

Edge = dict[str, Any]
"""``x0``, ``x1``, ``top``, ``bottom`` in points, and ``orientation``: ``h`` (level) or ``v`` (upright)."""
Bounds = tuple[float, float, float, float]
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
