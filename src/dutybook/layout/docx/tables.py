"""Tables of a Word document as rows of cells, merged ones told, and whether a table only arranges text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dutybook.layout.docx.names import W, child, integer, switch, value
from dutybook.layout.drafts import LONE_MARKER, DraftCell, squeeze
from dutybook.layout.packed import Element

# Word's own limit on columns.
_MAX_WIDTH = 63
_MAX_PARAGRAPHS = 12
_INSIDE = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, how many columns wide; ``above``, ``beside``: it is merged with the one there, which has its text.

    ``skipped`` columns lie between it and the cell before; ``head``: its row is repeated on each page.
    """

    element: Element
    width: int = 1
    above: bool = False
    beside: bool = False
    skipped: int = 0
    head: bool = False

    @property
    def covered(self) -> bool:
        return self.above or self.beside

    @property
    def text(self) -> str:
        return "" if self.covered else squeeze("".join(t.text or "" for t in self.element.iter(f"{W}t")))


Row = list[Cell]


def rows_of(table: Element) -> tuple[list[Row], int]:
    """The rows of a table, not those of tables in its cells, and how many were deleted by a tracked change."""
    rows: list[Row] = []
    deleted = 0
    for row in _within(table, f"{W}tr"):
        properties = child(row, "trPr")
        if child(properties, "del") is not None:
            deleted += 1
            continue
        before = integer(value(properties, "gridBefore")) or 0
        head = bool(switch(properties, "tblHeader"))
        cells = [_cell(cell, head) for cell in _within(row, f"{W}tc")]
        if cells and before:
            cells[0] = replace(cells[0], skipped=min(max(before, 0), _MAX_WIDTH))
        rows.append(cells)
    return rows, deleted


def placed(rows: list[Row]) -> list[list[tuple[Cell, DraftCell]]]:
    """The cells that are not covered by others, each with an empty one that knows its column and its spans."""
    made: list[list[tuple[Cell, DraftCell]]] = []
    above: dict[int, DraftCell] = {}
    for row in rows:
        cells: list[tuple[Cell, DraftCell]] = []
        column = 0
        for cell in row:
            column += cell.skipped
            if cell.above and column in above:
                above[column].row_span += 1
            elif cell.beside and cells:
                cells[-1][1].column_span += cell.width
            else:
                place = DraftCell(column=column, column_span=cell.width, head=cell.head)
                above[column] = place
                cells.append((cell, place))
            column += cell.width
        made.append(cells)
    return made


def _within(parent: Element, tag: str) -> Iterator[Element]:
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _INSIDE:
            yield from _within(element, tag)


def _cell(cell: Element, head: bool) -> Cell:
    properties = child(cell, "tcPr")
    width = integer(value(properties, "gridSpan")) or 1
    vertical, flat = child(properties, "vMerge"), child(properties, "hMerge")
    above, beside = (m is not None and m.get(f"{W}val") != "restart" for m in (vertical, flat))
    return Cell(cell, min(max(width, 1), _MAX_WIDTH), above, beside, head=head)


def arranges(rows: list[Row]) -> bool:
    """Whether a table holds no data, but sets paragraphs side by side: letter heads, points behind their markers."""
    filled = [sum(1 for cell in row if cell.text or _numbered(cell)) for row in rows]
    several = sum(n > 1 for n in filled)
    if several < 2 or several * 2 < sum(n > 0 for n in filled):
        return True
    if all(is_point_row(row) or n < 2 for row, n in zip(rows, filled, strict=True)):
        return True
    return any(
        cell.element.find(f".//{W}tbl") is not None or sum(1 for _ in cell.element.iter(f"{W}p")) > _MAX_PARAGRAPHS
        for row in rows
        for cell in row
    )


def _numbered(cell: Cell) -> bool:
    return not cell.covered and next(cell.element.iter(f"{W}numPr"), None) is not None


def is_point_row(row: Row) -> str:
    """The marker of a row that is a lone marker and one text, else nothing."""
    texts = [cell.text for cell in row if cell.text]
    return texts[0] if len(texts) == 2 and LONE_MARKER.match(texts[0]) else ""
