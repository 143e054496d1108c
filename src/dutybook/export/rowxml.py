"""Cells as the XML of a worksheet, written row by row past xlsxwriter's own cells, which take four times as long.

Also safer: xlsxwriter in constant memory takes a text that begins with ``<r>`` and ends with ``</r>`` for markup of its own and writes
it as it is. Here every text is escaped, always (ECMA-376 part 1, 18.3.1.4 c, 18.3.1.53 is).
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from xlsxwriter import Workbook, workbook
from xlsxwriter.worksheet import Worksheet

from dutybook.export.content import CELL_LIMIT, clean, fit

_FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets disagree on what a serial number means
_DAY_ZERO = date(1899, 12, 30).toordinal()
# A text that reads like the escape of a character is no escape (22.9.2.19 ST_Xstring).
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LEVEL = 3
_AT_ONCE = 64
_SURE = CELL_LIMIT // 2 - 64

#: A string in a formula has at most so many characters, an address so many (Excel specifications and limits).
_LITERAL = 255
_ADDRESS = 2_000


class Book(Workbook):  # type: ignore[misc]
    """A workbook that is compressed less hard than xlsxwriter does, which leaves no choice: half the time for a fifth more bytes."""

    def _store_workbook(self) -> None:
        packed = workbook.ZipFile
        workbook.ZipFile = partial(packed, compresslevel=_LEVEL)
        try:
            super()._store_workbook()
        finally:
            workbook.ZipFile = packed


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in constant memory whose rows come as XML, in order; its own ``write_…`` functions must not be used beside."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[str] = []

    def write_row_xml(self, row: int, cells: str, width: int, height: float | None = None) -> None:
        """Write a row (from 0) of finished cells, one after the other; ``width`` is the number of columns, ``height`` in points."""
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        self._rows.append(f'<row r="{row + 1}"{tall}>{cells}</row>')
        self._check_dimensions(row, width - 1)
        if len(self._rows) >= _AT_ONCE:
            self._write_single_row(row)

    def _write_single_row(self, _row: int = 0) -> None:
        """Where xlsxwriter writes the last row that it was given, the rows that wait are written."""
        self.fh.write("".join(self._rows))
        self._rows.clear()


def display_text(text: str, note: str | None = None) -> str:
    """``text`` as a cell shows it: control characters out, cut to what a cell holds (``note`` as for :func:`.text.fit`)."""
    if len(text) <= _SURE and text.isprintable():
        return text
    return fit(clean(text), note=note)


def escaped(text: str) -> str:
    """``text``, which is fit to be shown, inside an element or an attribute."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text


def text_cell(at: str, style: int, text: str) -> str:
    """A cell with ``text``, which is fit to be shown; ``at`` is its reference."""
    return f'<c r="{at}{text_tail(style, text)}'


def text_tail(style: int, text: str) -> str:
    """What follows the reference of a cell with ``text``: the same in every row that has it."""
    keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "\n" in text else ""
    return f'" s="{style}" t="inlineStr"><is><t{keep}>{escaped(text)}</t></is></c>'


def number_tail(style: int, number: float) -> str:
    return f'" s="{style}"><v>{number:.15g}</v></c>'


def date_tail(style: int, day: date) -> str:
    """A day as the number that spreadsheets count days by, or as text where they do not agree."""
    if day < _FIRST_DATE:
        return text_tail(style, day.isoformat())
    return f'" s="{style}"><v>{day.toordinal() - _DAY_ZERO}</v></c>'


def formula_cell(at: str, style: int, formula: str) -> str:
    """A formula of ours without its ``=``. No result is stored: who computes nothing shows nothing, not 0."""
    return f'<c r="{at}" s="{style}"><f>{escaped(formula)}</f><v></v></c>'


def link_tail(style: int, address: str, text: str) -> str:
    """A link to an ``address`` of ours, as a formula: more than 65,530 links of the other kind are dropped. Too long a one is text."""
    if len(address) > _ADDRESS:
        return text_tail(style, text)
    formula = f"HYPERLINK({literal(address)},{literal(text)})"
    return f'" s="{style}" t="str"><f>{escaped(formula)}</f><v>{escaped(text)}</v></c>'


def literal(text: str) -> str:
    """A string in a formula, in pieces where it is longer than one may be.

    >>> literal('a "b"')
    '"a ""b\"""'
    """
    pieces = [text[start : start + _LITERAL] for start in range(0, len(text), _LITERAL)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
