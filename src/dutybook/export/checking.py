"""Short hashes over a row's cells, so that an import sees which rows somebody changed, and whether cells that are not for people.

It must be the same after another program has opened and saved the file. Such a program may write numbers, white space and line
ends otherwise, but not what they say.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

_DIGITS = 16
# What joins the parts: both are white space, so that no part has them.
_IS, _AND = "\x1f", "\x1e"


def row_check(values: Mapping[str, object]) -> str:
    """The check of a row: 16 hexadecimal digits over the values of its checked columns, by name.

    ``values`` are those of the columns that :func:`dutybook.export.columns.is_checked` names, as a spreadsheet's cell holds them:
    text, numbers, dates or None. A column that is missing counts as empty.

    >>> row_check({"place": "Art 5", "page": 3}) == row_check({"page": 3.0, "place": " Art\\n5", "due": None})
    True
    """
    return _digest(name + _IS + text for name in sorted(values) if (text := normal(values[name])))


class Checks:
    """Checks of many rows with the same columns: ``places`` says at which place of a row's values each name stands."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = [(number, name + _IS, places[name]) for number, name in enumerate(sorted(places))]
        self._last: list[object] = [None] * len(places)
        self._parts = [""] * len(places)

    def row_check(self, values: Sequence[object]) -> str:
        """As :func:`row_check`, quicker where a value is that of the row before."""
        said = []
        last, parts = self._last, self._parts
        for number, name, at in self._places:
            value = values[at]
            if value is None:
                continue
            if value is not last[number]:
                last[number] = value
                parts[number] = name + text if (text := normal(value)) else ""
            if part := parts[number]:
                said.append(part)
        return _digest(said)


def normal(value: object) -> str:
    """A cell's value as text: dates in ISO 8601, numbers to six places, white space as single blanks, letters composed (NFC)."""
    if isinstance(value, str):
        return " ".join((value if value.isascii() else unicodedata.normalize("NFC", value)).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(round(float(value), 6)).removesuffix(".0")
    return normal(str(value))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(_AND.join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
