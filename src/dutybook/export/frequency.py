"""How often a norm asks for something: a code that the deadlines of a norm give, and its words for readers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from babel.units import format_unit

from dutybook.languages.reader import reader_words
from dutybook.resolve.periods import monthly_day, yearly_day
from dutybook.store import DeadlineRow

#: What the text sets: a day, an event after which a period runs, or nothing that could be counted.
ONCE, EVENT = "once", "event"
_RETURN = re.compile(r"R/P(\d+)([YMWD])")
_NAMED = {
    "1Y": "yearly",
    "6M": "half-yearly",
    "3M": "quarterly",
    "1M": "monthly",
    "1W": "weekly",
    "7D": "weekly",
    "1D": "daily",
}
_UNITS = {"Y": "duration-year", "M": "duration-month", "W": "duration-week", "D": "duration-day"}


def frequency_of(deadlines: Sequence[DeadlineRow]) -> str | None:
    """The code of how often a norm with these deadlines asks for something; None where they do not say.

    What returns goes before what happens once. Codes are ``R/P1Y`` (ISO 8601), ``once`` and ``event``.
    """
    codes = [code for code in (_code(deadline) for deadline in deadlines) if code]
    return min(codes, key=lambda code: (code in (ONCE, EVENT), codes.index(code)), default=None)


def _code(deadline: DeadlineRow) -> str | None:
    value = deadline.value or ""
    if yearly_day(value):
        return "R/P1Y"
    if monthly_day(value):
        return "R/P1M"
    if deadline.kind == "recurring":
        return value if value.startswith("R/") else None
    if deadline.kind == "fixed":
        return ONCE
    return EVENT if deadline.kind in ("period", "immediate") else None


def describe_frequency(code: str, language: str) -> str:
    """The words for a code.

    >>> describe_frequency("R/P6M", "en"), describe_frequency("R/P2Y", "de")
    ('half-yearly', 'alle 2 Jahre')
    """
    words = reader_words("values", language)
    found = _RETURN.fullmatch(code)
    if found is None:
        return words.get(f"frequency.{code}", code)
    number, unit = found.groups()
    if name := _NAMED.get(f"{number}{unit}"):
        return words(f"frequency.{name}")
    return words("frequency.every", length=format_unit(int(number), _UNITS[unit], locale=language))
