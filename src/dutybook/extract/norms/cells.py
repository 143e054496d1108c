"""Adds the place in a table to norms inside tables: the cell, and the headings of its column and row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dutybook.records import Cell, CellPlace, Norm, Table

MAX_HEADER = 300
"""So many characters of a header are kept at most."""
_SHORT = 80


def place_in_tables(norms: Iterable[Norm], tables: Sequence[Table], text: str) -> tuple[Norm, ...]:
    """The norms, with :attr:`~dutybook.records.Norm.cell` set where the quote begins in a cell."""
    if not tables:
        return tuple(norms)
    numbers = sorted(range(len(tables)), key=lambda number: tables[number].span)
    starts = [tables[number].span.start for number in numbers]
    made = []
    for norm in norms:
        at = bisect_right(starts, norm.span.start) - 1
        place = _place(numbers[at], tables[numbers[at]], norm.span.start, text) if at >= 0 else None
        made.append(replace(norm, cell=place) if place is not None else norm)
    return tuple(made)


def _place(number: int, table: Table, offset: int, text: str) -> CellPlace | None:
    found = table.find(offset)
    if found is None:
        return None
    row, index = found
    columns = table.columns(row)
    cell, column = table.rows[row][index], columns[index]
    head = _head(table, text)
    above = "" if row < head else _above(table, head, column, column + cell.column_span, text)
    return CellPlace(number + 1, row + 1, column + 1, above, _row_label(table, row, column, text))


def _head(table: Table, text: str) -> int:
    """The number of header rows. Without marked ones, a first row of short words over longer text is a header."""
    if table.headers or len(table.rows) < 2:
        return table.headers
    first = [cell.span.of(text) for cell in table.rows[0]]
    if not all(words and len(words) < _SHORT and words.strip(" .") and words[0].isalpha() for words in first):
        return 0
    longest = max(len(cell.span) for row in table.rows[1:] for cell in row)
    return 1 if longest > _SHORT and len(first) > 1 and not any(words.rstrip().endswith(".") for words in first) else 0


def _above(table: Table, head: int, column: int, end: int, text: str) -> str:
    """The words of the header cells over the columns from ``column`` to ``end``, from top to bottom."""
    parts = []
    for row in range(head):
        for cell, at in zip(table.rows[row], table.columns(row), strict=True):
            if at < end and at + cell.column_span > column and (words := _words(cell, text)):
                parts.append(words)
    return " / ".join(dict.fromkeys(parts))[:MAX_HEADER]


def _row_label(table: Table, row: int, column: int, text: str) -> str:
    """The words of the first column's cell in ``row``; empty for a norm in the first column itself."""
    if column == 0:
        return ""
    for above in range(row, -1, -1):
        cells = table.rows[above]
        if cells and table.columns(above)[0] == 0:
            first = cells[0]
            return _words(first, text)[:MAX_HEADER] if above + first.row_span > row else ""
    return ""


def _words(cell: Cell, text: str) -> str:
    return " ".join(cell.span.of(text).split())
