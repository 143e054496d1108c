"""Tables: where ruling lines form a grid, words belong to its cells.

The rulings come from pdfium (a millisecond a page); pdfplumber's table functions make cells of them. Its page
parser, which takes a hundred times as long, is not needed: the words are already there.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from dutybook.layout.pdf.glyphs import Frame
from dutybook.layout.pdf.lines import Line, joined, rows_of, runs_of

THICK = 3.0
"""A path thinner than this (points) is a ruling; thicker ones are areas with four edges."""
TOLERANCE = 3.0
_MAX_OBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Ruling:
    """A horizontal or vertical line on a page, in points from the top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def level(self) -> bool:
        """Whether it is horizontal."""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(slots=True)
class Grid:
    """A table's place and the boxes (x0, top, x1, bottom) of its cells, row by row, with the lines in each."""

    page: int
    box: tuple[float, float, float, float]
    rows: list[list[tuple[float, float, float, float]]]
    cells: list[list[list[Line]]]


def rulings_of(page: raw.FPDF_PAGE, frame: Frame, limit: int) -> list[Ruling]:
    """The rulings of an open page, at most ``limit``; empty for pages that hold more (drawings, maps)."""
    found: list[Ruling] = []
    bounds = [ctypes.c_float() for _ in range(4)]
    references = [ctypes.byref(value) for value in bounds]
    for path in _paths(page):
        if not raw.FPDFPageObj_GetBounds(path, *references):
            continue
        left, bottom, right, top = (value.value for value in bounds)
        wide, high = right - left, top - bottom
        if wide < 8 and high < 8:
            continue
        xa, ya = frame.place(left, bottom)
        xb, yb = frame.place(right, top)
        x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
        if min(x1 - x0, y1 - y0) <= THICK:
            found.append(Ruling(x0, y0, x1, y1))
        elif raw.FPDFPath_CountSegments(path) <= 6:
            found.extend(
                (Ruling(x0, y0, x1, y0), Ruling(x0, y1, x1, y1), Ruling(x0, y0, x0, y1), Ruling(x1, y0, x1, y1))
            )
        if len(found) > limit:
            return []
    return found


def _paths(page: raw.FPDF_PAGE) -> Iterator[Any]:
    count = min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    for index in range(count):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_PATH:
            yield item


def grids_of(number: int, rulings: list[Ruling], top: float, bottom: float) -> list[Grid]:
    """The grids that rulings form between ``top`` and ``bottom`` (the page without its header and footer bands).

    A grid has two columns and two rows of cells at least; a frame around text, a rule under a header or
    above the footnotes is none.
    """
    inside = [ruling for ruling in rulings if ruling.bottom > top and ruling.top < bottom]
    level = sum(ruling.level for ruling in inside)
    if level < 2 or len(inside) - level < 2:
        return []
    from pdfplumber import table as plumber

    edges = plumber.merge_edges([_edge(ruling) for ruling in inside], TOLERANCE, TOLERANCE, TOLERANCE, TOLERANCE)
    if len(edges) > 700:
        return []
    cells = plumber.intersections_to_cells(plumber.edges_to_intersections(edges, TOLERANCE, TOLERANCE))
    found = []
    for group in plumber.cells_to_tables(cells):
        rows: dict[float, list[tuple[float, float, float, float]]] = {}
        for cell in group:
            rows.setdefault(round(cell[1]), []).append(cell)
        if len(rows) < 2 or max(len(row) for row in rows.values()) < 2:
            continue
        ordered = [sorted(rows[key]) for key in sorted(rows)]
        box = (
            min(cell[0] for cell in group),
            min(cell[1] for cell in group),
            max(cell[2] for cell in group),
            max(cell[3] for cell in group),
        )
        found.append(Grid(number, box, ordered, [[[] for _ in row] for row in ordered]))
    found.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    return [grid for grid in found if not any(other is not grid and _holds(other, grid) for other in found)]


def _edge(ruling: Ruling) -> dict[str, Any]:
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
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "h" if ruling.level else "v",
        "object_type": "line",
    }


def _holds(outer: Grid, inner: Grid) -> bool:
    a, b = outer.box, inner.box
    return a[0] <= b[0] and a[1] <= b[1] and a[2] >= b[2] and a[3] >= b[3] and len(outer.rows) >= len(inner.rows)


def fill(grids: list[Grid], runs: list[Line]) -> list[Line]:
    """Move the words that stand in cells from ``runs`` into the grids; returns the runs that stay.

    No word is lost or doubled: what lies in a table's box and in none of its cells goes to the nearest cell.
    A grid with words in fewer than two cells is dropped from ``grids`` (a frame, a form's empty boxes).
    """
    for grid in list(grids):
        inside = [run for run in runs if _within(run, grid.box)]
        places: dict[tuple[int, int], list[Any]] = {}
        for run in inside:
            for index, word in enumerate(run.words):
                place = _cell_of((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2, grid)
                places.setdefault(place, []).append((word, index in run.raised))
        if len(places) < 2:
            grids.remove(grid)
            continue
        for (row, column), found in places.items():
            lines = runs_of(grid.page, [word for word, _ in found])
            grid.cells[row][column] = [joined(line) for line in rows_of(lines)]
        gone = {id(run) for run in inside}
        runs = [run for run in runs if id(run) not in gone]
    return runs


def _within(run: Line, box: tuple[float, float, float, float]) -> bool:
    x, y = (run.x0 + run.x1) / 2, run.base - 0.3 * run.size
    return box[0] - 2 <= x <= box[2] + 2 and box[1] - 1 <= y <= box[3] + 1


def _cell_of(x: float, y: float, grid: Grid) -> tuple[int, int]:
    best, place = float("inf"), (0, 0)
    for row, cells in enumerate(grid.rows):
        for column, (x0, top, x1, bottom) in enumerate(cells):
            away = max(x0 - x, 0.0, x - x1) + max(top - y, 0.0, y - bottom)
            if away < best:
                best, place = away, (row, column)
                if away == 0.0:
                    return place
    return place
