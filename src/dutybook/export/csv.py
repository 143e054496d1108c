"""Writes semicolon-separated text for spreadsheets, in which no text of a document can act as a formula.

UTF-8 with a byte order mark (without it Excel guesses the code page and breaks umlauts), ``;`` between cells (what
Excel expects wherever the comma is the decimal sign) unless another delimiter is asked for, RFC 4180 quoting, CRLF
line ends. A cell that a spreadsheet would take for a formula (first character ``=``, ``+``, ``-``, ``@``, tab,
carriage return or one of the full-width forms) gets an apostrophe in front, as OWASP's page on CSV injection advises;
:func:`unguard` removes it again. A text that is longer than the cell of a spreadsheet would spill into the next row,
so it is shortened with a note.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from dutybook.errors import BadFilter
from dutybook.export.columns import TABLE, Value
from dutybook.export.content import Content, clean, shorten

# Apostrophes before the sign count too, so that an added apostrophe can be distinguished from an original one.
_RISKY = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


DELIMITERS = {";": ";", ",": ",", "tab": "\t"}
"""What may stand between cells, by the name that it is asked for."""


def write(content: Content, path: Path, *, delimiter: str = ";") -> int:
    """Write a line of column names and one line for each norm. Returns the number of norms.

    Raises:
        BadFilter: ``delimiter`` is none of :data:`DELIMITERS`.
    """
    if delimiter not in DELIMITERS:
        raise BadFilter(f"{delimiter!r} cannot stand between cells. There are: {' '.join(DELIMITERS)}")
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, delimiter=DELIMITERS[delimiter], lineterminator="\r\n")
        lines.writerow(column.name for column in TABLE)
        for row in content.rows():
            lines.writerow(_cell(column.value(row)) for column in TABLE)
            count += 1
    return count


def guard(text: str) -> str:
    """``text`` changed so that a spreadsheet shows it and never computes it.

    >>> guard("=1+1"), guard("5 days")
    ("'=1+1", '5 days')
    """
    return "'" + text if _RISKY.match(text) else text


def unguard(cell: str) -> str:
    """The text that was given to :func:`guard`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return shorten(guard(clean(value)))
    return value.isoformat() if isinstance(value, date) else str(value)
