"""Words into cells, rows that only the text tells apart, and which rows are a table's head."""

from __future__ import annotations

from typing import Any

from dutybook.layout.pdf.lines import Line, joined, rows_of, runs_of
from dutybook.layout.pdf.tables.aligned import columns_of, starts
from dutybook.layout.pdf.tables.grid import Bounds, Grid, GridCell, renumber
from dutybook.layout.pdf.tables.ruled import text_boxes

_MAX_HEADERS = 3
_SHORT = 120
_BAND = 24.0
"""Height (points) of the bands of a page in which cells are looked up."""


def fill(grids: list[Grid], runs: list[Line]) -> list[Line]:
    """Move the words that stand in cells from ``runs`` into the grids; returns the runs that stay.

    No word is lost or doubled: what lies in a table's box and in none of its cells goes to the nearest cell.
    A grid with words in fewer than two cells is dropped from ``grids`` (a frame, a form's empty boxes).
    """
    for grid in list(grids):
        inside = [run for run in runs if _within(run, grid.box)]
        _split_rows(grid, inside)
        places: dict[int, list[Any]] = {}
        cells = list(grid.cells())
        bands = _bands(cells)
        for run in inside:
            for index, word in enumerate(run.peek()):
                place = _cell_of((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2, cells, bands)
                places.setdefault(place, []).append((word, index in run.raised))
        if len(places) < (1 if grid.partial else 2):
            grids.remove(grid)
            continue
        for place, found in places.items():
            lines = runs_of(grid.page, [word for word, _ in found])
            cells[place].lines = [joined(line) for line in rows_of(lines)]
        grid.headers = max(grid.headers, headers_of(grid))
        gone = {id(run) for run in inside}
        runs = [run for run in runs if id(run) not in gone]
    return runs


def _split_rows(grid: Grid, inside: list[Line]) -> None:
    """Part a row of cells that is a whole table's body: columns are ruled, its rows are told by the text."""
    if len(grid.rows) > 4 or not inside:
        return
    made: list[list[GridCell]] = []
    for row in grid.rows:
        made.append(row)
        if len(row) < 2 or len({cell.row_span for cell in row}) > 1:
            continue
        top, bottom = min(cell.box[1] for cell in row), max(cell.box[3] for cell in row)
        rows = rows_of(run for run in inside if top < run.base - 0.3 * run.size < bottom)
        bounds = [row[0].box[0], *(cell.box[2] for cell in row)]
        inner = bounds[1:-1]
        if len(rows) < 3:
            continue
        begins = starts(rows, inner)
        single = sum(b - a == 1 for a, b in zip(begins, [*begins[1:], len(rows)], strict=True))
        full = sum(len({columns_of(run, inner)[0] for run in rows[begin]}) > 1 for begin in begins)
        # Few lines are rows only if none of them wraps and none leaves a column empty.
        few = len(begins) < 5
        if len(begins) < 3 or single < (1.0 if few else 0.6) * len(begins):
            continue
        if full < 0.7 * len(begins) or (few and not all(_fills(line, inner) for line in rows)):
            continue
        made.pop()
        made.extend(_rows_from(grid.page, row, text_boxes(rows, inner, bounds, top, bottom, True)))
    if len(made) > len(grid.rows):
        for number, row in enumerate(made):
            for cell in row:
                cell.row = number
        grid.rows = renumber(made)
        grid.partial = False


def _fills(line: list[Line], inner: list[float]) -> bool:
    """Whether a line of the page has an entry in each column."""
    return {columns_of(run, inner) for run in line} == {(column, column) for column in range(len(inner) + 1)}


def _rows_from(page: int, row: list[GridCell], boxes: list[Bounds]) -> list[list[GridCell]]:
    found: dict[float, list[GridCell]] = {}
    for box in boxes:
        like = min(row, key=lambda cell: abs(cell.box[0] - box[0]))
        last = min(row, key=lambda cell: abs(cell.box[2] - box[2]))
        span = last.column + last.column_span - like.column
        found.setdefault(box[1], []).append(GridCell(page, box, 0, like.column, 1, span))
    return [found[top] for top in sorted(found)]


def headers_of(grid: Grid) -> int:
    """How many rows at the top are the table's head: bold, italic or numbered columns, above rows that are not."""
    if len(grid.rows) < 2:
        return 0
    count = 0
    for row in grid.rows[:_MAX_HEADERS]:
        filled = [cell for cell in row if cell.lines]
        if not filled or any(len(cell.text) > _SHORT for cell in filled):
            break
        style = next((s for s in ("bold", "italic") if all(_share(cell, s) > 0.8 for cell in filled)), None)
        numbered = len(filled) > 1 and all(_is_numbered(cell.text, n) for n, cell in enumerate(filled, 1))
        if not numbered and (
            style is None or (len(filled) < 2 and len(grid.columns) > 2 and not row[0].column_span > 1)
        ):
            break
        if style and all(_share(cell, style) > 0.8 for cell in _below(grid)):
            break
        count += max(cell.row_span for cell in row)
    return min(count, len(grid.rows) - 1) if count < len(grid.rows) else 0


def _below(grid: Grid) -> list[GridCell]:
    return [cell for row in grid.rows[1:] for cell in row if cell.lines]


def _share(cell: GridCell, style: str) -> float:
    return sum(line.share(style) for line in cell.lines) / len(cell.lines)


def _is_numbered(text: str, number: int) -> bool:
    return text.strip("() .") == str(number)


def _within(run: Line, box: Bounds) -> bool:
    x, y = (run.x0 + run.x1) / 2, run.base - 0.3 * run.size
    return box[0] - 2 <= x <= box[2] + 2 and box[1] - 1 <= y <= box[3] + 1


def _bands(cells: list[GridCell]) -> dict[int, list[int]]:
    """The cells' indexes by the bands of the page that they reach into."""
    found: dict[int, list[int]] = {}
    for index, cell in enumerate(cells):
        for band in range(int(cell.box[1] // _BAND), int(cell.box[3] // _BAND) + 1):
            found.setdefault(band, []).append(index)
    return found


def _cell_of(x: float, y: float, cells: list[GridCell], bands: dict[int, list[int]]) -> int:
    """The index of the cell that holds a point, else of the nearest one."""
    near = bands.get(int(y // _BAND), ())
    for index in near:
        x0, top, x1, bottom = cells[index].box
        if x0 <= x <= x1 and top <= y <= bottom:
            return index
    return min(near or range(len(cells)), key=lambda index: _away(x, y, cells[index].box))


def _away(x: float, y: float, box: Bounds) -> float:
    x0, top, x1, bottom = box
    return max(x0 - x, 0.0, x - x1) + max(top - y, 0.0, y - bottom)
