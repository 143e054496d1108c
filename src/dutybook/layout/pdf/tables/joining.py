"""Tables that go on over pages: one table again, its repeated head dropped, a row that the page broke whole."""

from __future__ import annotations

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.tables.grid import Grid, GridCell, renumber

_NEAR = 6.0
"""Columns on two pages are the same if their edges differ by less (points), the table's own shift aside."""


def joined_tables(flow: list[Line | Grid]) -> list[Line | Grid]:
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
    made = []
    for number, cell in enumerate(grid.cells()):
        left, right = min((x.x0 for x in cell.lines), default=0.0), max((x.x1 for x in cell.lines), default=0.0)
        for line in cell.lines:
            line.left, line.right, line.column = left, right, -1 - number
        made.extend(cell.lines)
    return made


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
    for cell in (cell for row in rows for cell in row):
        cell.row += len(first.rows)
    number = len(first.rows)
    for offset, row in enumerate(rows):
        for cell in row:
            cell.row = number + offset
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
