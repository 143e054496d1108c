"""Values of dates and periods: ISO 8601 as far as it goes, ``P5BD`` for working days, ``--03-31`` for yearly dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

LOOK_BACK = 75
"""Days before publication within which a news item's month without a year still means the past one."""


def iso_period(number: int, unit: str, *, working: bool = False) -> str:
    """``P14D``, ``PT72H``, ``P5BD``: the number and unit as written."""
    if unit in {"TM", "H"}:
        return f"PT{number}{unit[-1]}"
    return f"P{number}B{unit}" if working else f"P{number}{unit}"


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
    for year in (published.year - 1, published.year, published.year + 1):
        last = date(year, month, min(day or 31, monthrange(year, month)[1]))
        if last >= published - timedelta(days=LOOK_BACK):
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
