"""Rows of an RTF table as they come: a cell's paragraphs, the end of the cell, the end of the row."""

from __future__ import annotations

from dutybook.layout.drafts import LONE_MARKER, Draft, DraftTable
from dutybook.records import BlockRole


class Rows:
    """Collects cells until text outside the table ends it. ``tables`` are those that hold data."""

    def __init__(self) -> None:
        self.tables: list[DraftTable] = []
        self._table: DraftTable = []
        self._row: list[list[Draft]] = []
        self._cell: list[Draft] = []

    def add(self, draft: Draft) -> None:
        """A paragraph of the cell that is open."""
        self._cell.append(draft)

    def end_cell(self) -> None:
        self._row.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        if self._cell:
            self.end_cell()
        if any(self._row):
            self._table.append(self._row)
        self._row = []

    def flush(self) -> list[Draft]:
        """The end of the table; returns drafts that went before others: points' markers in cells of their own."""
        self.end_row()
        table, self._table = self._table, []
        filled = [[cell for cell in row if cell] for row in table]
        several = sum(len(row) > 1 for row in filled)
        points = [row for row in filled if len(row) == 2 and len(row[0]) == 1 and LONE_MARKER.match(row[0][0].text)]
        if several < 2 or several * 2 < len(table) or len(points) == several:
            for row in points:
                row[1][0].prefix(row[0][0].text)
            return [row[0][0] for row in points]
        for row in table:
            for draft in (d for cell in row for d in cell):
                draft.role, draft.hint = BlockRole.TABLE, "table-cell"
        self.tables.append(table)
        return []
