"""HTML tables: the places of cells that span rows and columns, and which rows are the head."""

from __future__ import annotations

from dutybook.layout.drafts import DraftCell, squeeze
from dutybook.layout.html_tree import Element, children, classes

MAX_SPAN = 1000
"""So many rows or columns a cell spans at most, as HTML itself says."""


def rows_of(table: Element) -> list[list[Element]]:
    """The cells of a table row by row, not those of tables inside its cells."""
    found: list[list[Element]] = []
    for child in children(table):
        if child.tag == "tr":
            found.append([cell for cell in children(child) if cell.tag in ("td", "th")])
        elif child.tag in ("tbody", "thead", "tfoot"):
            found.extend(rows_of(child))
    return found


def is_filled(cell: Element) -> bool:
    """Whether a cell holds any text."""
    return bool(squeeze("".join(cell.itertext())))


def placed(rows: list[list[Element]]) -> list[list[DraftCell]]:
    """An empty cell for each element, with its column, its spans and whether it belongs to the head."""
    made: list[list[DraftCell]] = []
    taken: dict[int, int] = {}  # column to the number of rows it is still covered from above
    for number, row in enumerate(rows):
        cells: list[DraftCell] = []
        head = is_head(row)
        column = 0
        covered = {at for at, left in taken.items() if left > 0}
        taken = {at: left - 1 for at, left in taken.items() if left > 1}
        for element in row:
            while column in covered:
                column += 1
            wide = _span(element.get("colspan"))
            high = min(_span(element.get("rowspan"), len(rows) - number), len(rows) - number)
            cells.append(DraftCell(column=column, row_span=high, column_span=wide, head=head))
            if high > 1:
                taken.update((at, high - 1) for at in range(column, column + wide))
            column += wide
        made.append(cells)
    return made


def without_empty_rows(rows: list[list[DraftCell]]) -> list[list[DraftCell]]:
    """The rows that hold any text; what spans the others is that much shorter."""
    kept = [number for number, row in enumerate(rows) if any(row)]
    for number in kept:
        for cell in rows[number]:
            cell.row_span = sum(number <= other < number + cell.row_span for other in kept)
    return [rows[number] for number in kept]


def is_head(row: list[Element]) -> bool:
    """Whether a row calls itself a head: it stands in ``thead``, or its cells are ``th`` or of the head's class."""
    filled = [cell for cell in row if is_filled(cell)]
    if not filled:
        return False
    if next((True for a in row[0].iterancestors("thead", "table") if a.tag == "thead"), False):
        return True
    if all(cell.tag == "th" for cell in filled) and len(row) > 1:
        return True
    return all(any("tbl-hdr" in classes(p) for p in cell.iter("p")) for cell in filled)


def _span(value: str | None, rest: int = 1) -> int:
    """The number of a span; 0 means all the rest."""
    number = int(value) if value and value.isdecimal() and len(value) < 6 else 1
    return max(min(number, MAX_SPAN), 1) if number else max(rest, 1)
