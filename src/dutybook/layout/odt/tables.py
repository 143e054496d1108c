"""Tables of an OpenDocument text as rows of cells, and whether a table only arranges text."""

from __future__ import annotations

from dutybook.layout.drafts import LONE_MARKER, DraftCell, squeeze
from dutybook.layout.odt.names import TABLE, TEXT, integer
from dutybook.layout.packed import Element

_GROUPS = frozenset({f"{TABLE}table-rows", f"{TABLE}table-row-group"})
_HEAD = f"{TABLE}table-header-rows"
_MAX_WIDTH = 64
_MAX_PARAGRAPHS = 12

Row = list[tuple[Element, DraftCell]]


def rows_of(table: Element, head: bool = False) -> list[Row]:
    """The cells of a table that hold text of their own, row by row, each with an empty one that knows its place."""
    found: list[Row] = []
    for element in table:
        if element.tag == f"{TABLE}table-row":
            found.append(_cells(element, head))
        elif element.tag in _GROUPS or element.tag == _HEAD:
            found.extend(rows_of(element, head or element.tag == _HEAD))
    return found


def _cells(row: Element, head: bool) -> Row:
    found: Row = []
    column = 0
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        # Sheets repeat empty cells without end.
        repeated = min(integer(cell.get(f"{TABLE}number-columns-repeated"), 1), _MAX_WIDTH)
        if cell.tag == f"{TABLE}table-cell":
            wide = min(integer(cell.get(f"{TABLE}number-columns-spanned"), 1), _MAX_WIDTH)
            high = min(integer(cell.get(f"{TABLE}number-rows-spanned"), 1), 1000)
            found.append((cell, DraftCell(column=column, row_span=max(high, 1), column_span=max(wide, 1), head=head)))
        column += repeated
        if column > 4 * _MAX_WIDTH:
            break
    return found


def plain(cell: Element) -> str:
    return squeeze("".join(cell.itertext()))


def point_marker(row: Row) -> str:
    """The marker of a row that is a lone marker and one text, else nothing."""
    texts = [text for cell, _ in row if (text := plain(cell))]
    return texts[0] if len(texts) == 2 and LONE_MARKER.match(texts[0]) else ""


def arranges(rows: list[Row]) -> bool:
    """Whether a table holds no data, but sets paragraphs side by side."""
    filled = [sum(1 for cell, _ in row if plain(cell)) for row in rows]
    several = sum(n > 1 for n in filled)
    if several < 2 or several * 2 < sum(n > 0 for n in filled):
        return True
    if all(n < 2 or point_marker(row) for row, n in zip(rows, filled, strict=True)):
        return True
    return any(
        next(cell.iter(f"{TABLE}table"), None) is not None or sum(1 for _ in cell.iter(f"{TEXT}p")) > _MAX_PARAGRAPHS
        for row in rows
        for cell, _ in row
    )
