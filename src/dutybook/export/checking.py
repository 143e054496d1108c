"""Short hashes over a row's cells, so that an import sees which rows somebody changed, and whether cells that are not for people.

It must be the same after another program has opened and saved the file. Such a program may write numbers, white space and line
ends otherwise, but not what they say.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

_DIGITS = 16


def row_check(values: Mapping[str, object]) -> str:
    """The check of a row: 16 hexadecimal digits over the values of its checked columns, by name.

    ``values`` are those of the columns that :func:`dutybook.export.columns.is_checked` names, as a spreadsheet's cell holds them:
    text, numbers, dates or None. A column that is missing counts as empty.

    >>> row_check({"place": "Art 5", "page": 3}) == row_check({"page": 3.0, "place": " Art\\n5", "due": None})
    True
    """
    said = {name: text for name in sorted(values) if (text := normal(values[name]))}
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode("ascii")).hexdigest()[:_DIGITS]


def row_checks(values: Mapping[str, object], parts: Iterable[Iterable[str]]) -> str:
    """What the check of a row holds: a check for each part of its columns (:func:`dutybook.export.columns.checks`), with ``-`` between.

    The first part tells edits that are not taken. By the others an import knows rows that nobody touched, whatever the register
    says by then, and that it rightly takes from the history what they said.
    """
    return "-".join(row_check({name: values[name] for name in part if name in values}) for part in parts)


def normal(value: object) -> str:
    """A cell's value as text: dates in ISO 8601, numbers to six places, white space as single blanks, letters composed (NFC)."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(round(float(value), 6)).removesuffix(".0")
    return " ".join(unicodedata.normalize("NFC", str(value)).split())
