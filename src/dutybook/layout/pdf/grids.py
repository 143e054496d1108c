"""Tables as grids: their cells filled with the page's text, their head found, and those that go on over pages joined."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from dutybook.layout.pdf.lines import Line, joined, rows_of, runs_of
from dutybook.layout.pdf.words import Bounds

Row = list[Line]
"""The runs of words on one baseline, from left to right."""
LEADING = 1.7
"""Lines of one entry stand closer than this many times the usual distance of lines."""
NEAR = 3.0
"""Edges closer than this (points) are one edge."""


@dataclass(slots=True)
class GridCell:
    """A cell: page and box, its first row and column (from 0) and over how many of them it spans, its text."""

    page: int
    box: Bounds
    row: int = 0
    column: int = 0
    row_span: int = 1
    column_span: int = 1
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class Grid:
    """A table's cells row by row, each row from left to right; a cell over several rows stands in its first.

    ``page`` and ``box`` are of its first page, ``more`` of the pages it goes on over. ``headers`` counts its header rows.
    ``partial`` says that it is too small to be believed unless it goes on with a table of the page before,
    ``textual`` that its columns are found from its text and not from lines.
    """

    page: int
    box: Bounds
    columns: list[float]
    rows: list[list[GridCell]]
    headers: int = 0
    partial: bool = False
    textual: bool = False
    more: list[tuple[int, Bounds]] = field(default_factory=list)

    def cells(self) -> Iterable[GridCell]:
        return (cell for row in self.rows for cell in row)


def grid_of(page: int, boxes: Sequence[Bounds]) -> Grid:
    """The grid that cells of these boxes make: rows and columns are where their edges stand."""
    columns = _edges(value for box in boxes for value in (box[0], box[2]))
    levels = _edges(value for box in boxes for value in (box[1], box[3]))
    rows: list[list[GridCell]] = [[] for _ in range(max(len(levels) - 1, 1))]
    for box in sorted(boxes):
        column, last = _index(columns, box[0]), _index(columns, box[2])
        row, below = _index(levels, box[1]), _index(levels, box[3])
        cell = GridCell(page, box, row, column, max(below - row, 1), max(last - column, 1))
        rows[min(row, len(rows) - 1)].append(cell)
    bounds = (columns[0], levels[0], columns[-1], levels[-1])
    return Grid(page, bounds, columns, renumber(rows))


def renumber(rows: list[list[GridCell]]) -> list[list[GridCell]]:
    """Rows without those that begin no cell; spans shrink with them."""
    kept = [index for index, row in enumerate(rows) if row]
    for number, index in enumerate(kept):
        for cell in rows[index]:
            last = cell.row + cell.row_span
            cell.row = number
            cell.row_span = max(bisect_left(kept, last) - number, 1)
    return [rows[index] for index in kept]


def _edges(values: Iterable[float]) -> list[float]:
    """Sorted values, those that are near each other as one."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= NEAR:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _index(edges: Sequence[float], value: float) -> int:
    at = bisect_left(edges, value)
    if at and (at == len(edges) or value - edges[at - 1] < edges[at] - value):
        return at - 1
    return at


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
        inside = [run for run in runs if stands_in(run, grid.box)]
        _split_rows(grid, inside)
        places: dict[int, list[Any]] = {}
        cells = list(grid.cells())
        bands = _bands(cells)
        for run in inside:
            for index, word in enumerate(run.words):
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
    """Part a row of cells that is a whole table's body: its columns are ruled, its rows found from the text."""
    if len(grid.rows) > 4 or not inside:
        return
    made = [part for row in grid.rows for part in _parted(grid.page, row, inside)]
    if len(made) > len(grid.rows):
        for number, row in enumerate(made):
            for cell in row:
                cell.row = number
        grid.rows = renumber(made)
        grid.partial = False


def _parted(page: int, row: list[GridCell], inside: list[Line]) -> list[list[GridCell]]:
    """The rows that the text in a row of cells makes; the row itself where it makes none."""
    if len(row) < 2 or len({cell.row_span for cell in row}) > 1:
        return [row]
    top, bottom = min(cell.box[1] for cell in row), max(cell.box[3] for cell in row)
    rows = rows_of(run for run in inside if top < middle(run) < bottom)
    bounds = [row[0].box[0], *(cell.box[2] for cell in row)]
    inner = bounds[1:-1]
    if len(rows) < 3 or not _are_rows(rows, inner):
        return [row]
    return _rows_from(page, row, text_boxes(rows, inner, bounds, top, bottom, True))


def _are_rows(rows: list[list[Line]], inner: list[float]) -> bool:
    """Whether lines are rows of a table: most entries take one line, and most rows begin in several columns."""
    begins = starts(rows, inner)
    single = sum(b - a == 1 for a, b in zip(begins, [*begins[1:], len(rows)], strict=True))
    full = sum(len({columns_of(run, inner)[0] for run in rows[begin]}) > 1 for begin in begins)
    # Few lines are rows only if none of them wraps and none leaves a column empty.
    few = len(begins) < 5
    if len(begins) < 3 or single < (1.0 if few else 0.6) * len(begins) or full < 0.7 * len(begins):
        return False
    every = {(column, column) for column in range(len(inner) + 1)}
    return not few or all({columns_of(run, inner) for run in line} == every for line in rows)


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
        if not _is_header(row, grid):
            break
        count += max(cell.row_span for cell in row)
    return min(count, len(grid.rows) - 1) if count < len(grid.rows) else 0


def _is_header(row: list[GridCell], grid: Grid) -> bool:
    filled = [cell for cell in row if cell.lines]
    if not filled or any(len(cell.text) > _SHORT for cell in filled):
        return False
    style = next((style for style in ("bold", "italic") if _are_set_in(filled, style)), None)
    if style and _are_set_in([cell for row in grid.rows[1:] for cell in row if cell.lines], style):
        return False
    if len(filled) > 1:
        return style is not None or all(cell.text.strip("() .") == str(n) for n, cell in enumerate(filled, 1))
    return style is not None and (len(grid.columns) <= 2 or row[0].column_span > 1)


def _are_set_in(cells: list[GridCell], style: str) -> bool:
    return all(sum(line.share(style) for line in cell.lines) / len(cell.lines) > 0.8 for cell in cells)


def middle(run: Line) -> float:
    """The y of the middle of a run's small letters."""
    return run.base - 0.3 * run.size


def stands_in(run: Line, box: Bounds) -> bool:
    """Whether a run's middle lies in a box, or hardly out of it."""
    return box[0] - 2 <= (run.x0 + run.x1) / 2 <= box[2] + 2 and box[1] - 1 <= middle(run) <= box[3] + 1


def _bands(cells: list[GridCell]) -> dict[int, list[int]]:
    """The cells' indexes by the bands of the page that they reach into."""
    found: dict[int, list[int]] = {}
    for index, cell in enumerate(cells):
        for band in range(int(cell.box[1] // _BAND), int(cell.box[3] // _BAND) + 1):
            found.setdefault(band, []).append(index)
    return found


def _cell_of(x: float, y: float, cells: list[GridCell], bands: dict[int, list[int]]) -> int:
    """The index of the cell that holds a point, else of the nearest one."""

    def away(index: int) -> float:
        x0, top, x1, bottom = cells[index].box
        return max(x0 - x, 0.0, x - x1) + max(top - y, 0.0, y - bottom)

    return min(bands.get(int(y // _BAND)) or range(len(cells)), key=away)


_NEAR = 6.0
"""Columns on two pages are the same if their edges differ by less (points), the table's own shift aside."""


def join_tables(flow: list[Line | Grid]) -> list[Line | Grid]:
    """The flow of a document with tables that go on over a page break as one; dropped heads are no longer in it.

    Tables go on if nothing stands between them, and their columns agree. What is too small to be a table
    of its own and goes on with none is given back as lines.
    """
    made: list[Line | Grid] = []
    for item in flow:
        last = made[-1] if made else None
        if isinstance(item, Grid):
            if isinstance(last, Grid) and _goes_on(last, item):
                _append(last, item)
                continue
            if item.partial:
                made.extend(_lines(item))
                continue
        made.append(item)
    return made


def _lines(grid: Grid) -> list[Line]:
    """The lines of a grid that is none, each cell a column of its own."""
    set_cell_edges(grid)
    made = [line for cell in grid.cells() for line in cell.lines]
    for line in made:
        line.column = -1 - line.column
    return made


def set_cell_edges(grid: Grid) -> None:
    """Make each cell a column of its own to its lines."""
    for number, cell in enumerate(grid.cells()):
        left = min((line.x0 for line in cell.lines), default=0.0)
        right = max((line.x1 for line in cell.lines), default=0.0)
        for line in cell.lines:
            line.left, line.right, line.column = left, right, number


def _goes_on(first: Grid, second: Grid) -> bool:
    last = first.more[-1][0] if first.more else first.page
    if second.page != last + 1 or len(first.columns) != len(second.columns):
        return False
    if _repeated(first, second) or _is_broken(first, second.rows[0]):
        return True
    shift = second.columns[0] - first.columns[0]
    if first.textual and second.textual:
        return abs(second.columns[-1] - first.columns[-1] - shift) < _NEAR
    return all(abs(b - a - shift) < _NEAR for a, b in zip(first.columns, second.columns, strict=True))


def _append(first: Grid, second: Grid) -> None:
    again = _repeated(first, second)
    first.headers = max(first.headers, again)
    rows = second.rows[again:]
    if rows and _is_broken(first, rows[0]):
        above = {cell.column: cell for cell in first.rows[-1]}
        for cell in rows[0]:
            above[cell.column].lines.extend(cell.lines)
        rows = rows[1:]
    for number, row in enumerate(rows, len(first.rows)):
        for cell in row:
            cell.row = number
    first.rows.extend(rows)
    first.rows = renumber(first.rows)
    first.more.append((second.page, second.box))


def _repeated(first: Grid, second: Grid) -> int:
    """How many rows at the second table's top say again what the first one's top says, in two columns at least."""
    count, wide = 0, False
    for before, after in zip(first.rows[:3], second.rows[:3], strict=False):
        texts = [cell.text for cell in before if cell.lines]
        if not texts or texts != [cell.text for cell in after if cell.lines]:
            break
        count += 1
        wide |= len(texts) > 1
    return count if wide and count < len(second.rows) else 0


def _is_broken(first: Grid, row: list[GridCell]) -> bool:
    """Whether a row goes on with the last row of the page before.

    It has no entry of its own in the first column, where other rows have theirs, or its text plainly goes on.
    """
    last = first.rows[-1]
    if [cell.column for cell in last] != [cell.column for cell in row] or row[0].lines or not last[0].lines:
        return False
    pairs = [(above, cell) for above, cell in zip(last, row, strict=True) if cell.lines]
    if not pairs or not all(above.lines for above, _ in pairs):
        return False
    keyed = sum(bool(each[0].lines) and each[0].column == 0 for each in first.rows)
    return keyed >= 0.95 * len(first.rows) or any(_runs_on(*pair) for pair in pairs)


def _runs_on(above: GridCell, cell: GridCell) -> bool:
    return cell.text[:1].islower() or above.text[-1:].isalpha() or above.text[-1:] in ",-;"


def columns_of(run: Line, inner: Sequence[float]) -> tuple[int, int]:
    """The first and the last column that a run stands in; ``inner`` are the x between the columns."""
    return bisect_right(inner, run.x0 + 1), bisect_right(inner, run.x1 - 1)


def starts(rows: Sequence[Row], inner: Sequence[float]) -> list[int]:
    """The indexes of the lines at which rows of the table begin.

    A line goes on with the row above if its entries only wrap (their first words would not have fitted above),
    or if it has no entry in the first column and only one in another.
    """
    edges = _right_edges(rows, inner)
    apart = sorted(after[0].base - before[0].base for before, after in pairwise(rows))
    usual = apart[len(apart) // 4] if apart else 0.0
    found = [0] if rows else []
    above: dict[int, Line] = {}
    for index, row in enumerate(rows):
        here = {columns_of(run, inner)[0]: run for run in row}
        if index:
            far = row[0].base - rows[index - 1][0].base > LEADING * max(usual, 1.1 * row[0].size)
            fresh = [not _wraps(above.get(column), run, edges.get(column, run.x1), far) for column, run in here.items()]
            first, last = columns_of(row[0], inner)
            whole = len(here) == 1 and last > first
            if (any(fresh) or whole) if 0 in here else all(fresh) and len(here) > 1:
                found.append(index)
        above = here
    return found


def _right_edges(rows: Sequence[Row], inner: Sequence[float]) -> dict[int, float]:
    """The right edge of each column's entries."""
    edges: dict[int, float] = {}
    for row in rows:
        for run in row:
            first, last = columns_of(run, inner)
            if first == last:
                edges[first] = max(edges.get(first, 0.0), run.x1)
    return edges


def _wraps(above: Line | None, run: Line, edge: float, far: bool) -> bool:
    """Whether an entry's line goes on with the line above it in its column."""
    if above is None or far:
        return False
    text = run.text
    if not any(map(str.isalpha, text)):
        return False
    if text[0].islower() or above.ends_soft:
        return True
    x0, x1 = run.sides(0)
    return edge - above.x1 < x1 - x0 + 0.2 * run.size


def text_boxes(
    rows: list[Row], inner: Sequence[float], bounds: Sequence[float], top: float, bottom: float, split: bool
) -> list[Bounds]:
    """The boxes of a band's cells: a row for the whole band, or one from each line at which a row begins."""
    begins = starts(rows, inner) if split else [0]
    made: list[Bounds] = []
    upper = top
    for index, begin in enumerate(begins):
        end = begins[index + 1] if index + 1 < len(begins) else len(rows)
        lower = bottom
        if end < len(rows):
            lower = (max(run.bottom for run in rows[end - 1]) + min(run.top for run in rows[end])) / 2
        wide = [columns_of(run, inner) for row in rows[begin:end] for run in row]
        column = 0
        while column < len(bounds) - 1:
            last = max((b for a, b in wide if a == column), default=column)
            # A wide entry spans columns only where nothing else stands in them.
            if last > column and any(column < a <= last for a, _ in wide):
                last = column
            made.append((bounds[column], upper, bounds[last + 1], lower))
            column = last + 1
        upper = lower
    return made
