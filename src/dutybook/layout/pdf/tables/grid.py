"""A table on its way: cells with their boxes, their places in rows and columns, and the lines of text in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dutybook.layout.pdf.lines import Line

Bounds = tuple[float, float, float, float]
"""x0, top, x1, bottom in points."""
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
    ``textual`` that its columns are told by its text and not by lines.
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
    return Grid(page, bounds, columns, rows)


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
