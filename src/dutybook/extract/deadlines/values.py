"""Values of dates and periods: ISO 8601 as far as it goes, ``P5BD`` for working days, ``--03-31`` for yearly dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

LOOK_BACK = 75
"""Days before publication within which a news item's month without a year still means the past one."""


def iso_period(number: float, unit: str, *, working: bool = False) -> str | None:
    """``P14D``, ``PT72H``, ``P5BD``: the number and unit as written; parts of a unit in the next smaller one.

    Half a year is six months, a quarter of one three, half a month fifteen days (§ 189 BGB). None where a part has no
    whole number of smaller units (a third of a day is eight hours, a third of a month is nothing).
    """
    whole = int(number)
    if number != whole:
        return None if working else _with_part(whole, round(number - whole, 4), unit)
    if unit in {"TM", "H"}:
        return f"PT{whole}{unit[-1]}"
    return f"P{whole}B{unit}" if working else f"P{whole}{unit}"


_SMALLER = {"Y": ("M", 12), "W": ("D", 7), "D": ("H", 24), "H": ("TM", 60)}


def _with_part(whole: int, part: float, unit: str) -> str | None:
    if unit == "M":
        rest = f"{whole}M" if whole else ""
        return f"P{rest}15D" if part == 0.5 else None
    if unit not in _SMALLER:
        return None
    smaller, times = _SMALLER[unit]
    count = (whole + part) * times
    if abs(count - round(count)) < 1e-6:
        return iso_period(round(count), smaller)
    return iso_period(count, smaller) if smaller == "D" else None


def iso_date(year: int, month: int, day: int) -> str | None:
    """An ISO date; None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def month_of(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def nearest_year(published: date, month: int, day: int | None = None) -> int:
    """The year a news item means by a month or day without one: the next such, or one shortly past."""
    for year in range(published.year - 1, published.year + 9):  # 29 February returns after eight years at most
        length = monthrange(year, month)[1]
        if (day or 1) <= length and date(year, month, day or length) >= published - timedelta(days=LOOK_BACK):
            return year
    return published.year


def relative_value(published: date, unit: Literal["D", "W", "M", "Q", "Y"], shift: int, end: bool) -> str:
    """What "next month" (M, 1) or "by the end of the year" (Y, 0, end) says on the day of publication.

    Weeks have no value of their own: "next week" is the period ``P1W``, "this week" ``P0W``.
    """
    if unit == "D":
        return (published + timedelta(days=shift)).isoformat()
    if unit == "W":
        return f"P{shift}W"
    if unit == "Y":
        year = published.year + shift
        return f"{year:04}-12-31" if end else f"{year:04}"
    months = published.year * 12 + published.month - 1
    if unit == "Q":
        months += 3 * shift
        months += 2 - months % 3
    else:
        months += shift
    return month_of(months // 12, months % 12 + 1)
