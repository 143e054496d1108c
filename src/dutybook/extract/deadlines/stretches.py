"""Ranges of days and arithmetic with them, and the values of dates and periods.

Weeks begin on Monday, and the first week of a month or year is the one with its first Thursday (ISO 8601). Values are
in ISO 8601 where it has a form, ``P5BD`` for working days, ``--03-31`` for yearly dates.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dutybook.records.dates import months_on

Kind = Literal["D", "W", "E", "M", "Q", "H", "Y", ""]
"""Day, week, weekend, month, quarter, half-year, year; empty for any other run of days."""

Part = Literal["early", "mid", "late", "rest", "later", "earlier"]
_MONTHS: dict[str, int] = {"M": 1, "Q": 3, "H": 6, "Y": 12}
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)(B?)D)?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date
    kind: Kind = ""

    @property
    def value(self) -> str:
        """Its value in a deadline: a day, ``2027-04``, ``2027``, else its last day."""
        if self.kind == "M":
            return f"{self.first:%Y-%m}"
        if self.kind == "Y":
            return f"{self.first:%Y}"
        return self.last.isoformat()


def day(on: date) -> Stretch:
    """The range of a single day."""
    return Stretch(on, on, "D")


def of_value(value: str) -> Stretch | None:
    """The days of ``2027-04-01``, ``2027-04`` or ``2027``; None for other values."""
    written = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if written is None:
        return None
    year, month, on = written.groups()
    try:
        start = date(int(year), int(month or 1), int(on or 1))
    except ValueError:
        return None
    return unit_of(start, "D" if on else "M" if month else "Y")


def unit_of(on: date, kind: Kind) -> Stretch:
    """The day, week, weekend (of that week), month, quarter, half-year or year that ``on`` lies in."""
    if kind in ("W", "E"):
        monday = on - timedelta(days=on.weekday())
        return Stretch(monday + timedelta(days=5 if kind == "E" else 0), monday + timedelta(days=6), kind)
    months = _MONTHS.get(kind)
    if months is None:
        return day(on)
    start = (on.month - 1) // months * months + 1
    end = start + months - 1
    return Stretch(date(on.year, start, 1), date(on.year, end, monthrange(on.year, end)[1]), kind)


def moved(stretch: Stretch, by: int) -> Stretch:
    """The unit that is ``by`` units later."""
    if stretch.kind in _MONTHS:
        return unit_of(months_on(stretch.first, by * _MONTHS[stretch.kind]), stretch.kind)
    days = timedelta(days=by * (7 if stretch.kind in ("W", "E") else 1))
    return Stretch(stretch.first + days, stretch.last + days, stretch.kind)


def period_on(on: date, period: str, sign: int) -> date | None:
    """The day ``period`` (``P1Y2M``, ``P3W``, ``P4BD``) after ``on`` or, with ``sign`` -1, before it; None for
    periods with hours.

    Only Saturdays and Sundays are days off here, since a phrase says nothing about holidays. ``resolve`` computes
    deadlines.
    """
    parts = _PERIOD.fullmatch(period)
    if parts is None:
        return None
    years, months, weeks, days = (int(parts[i] or 0) for i in range(1, 5))
    there = months_on(on, sign * (12 * years + months)) + timedelta(weeks=sign * weeks)
    if not parts[5]:
        return there + timedelta(days=sign * days)
    while days:
        there += timedelta(days=sign)
        days -= there.weekday() < 5
    return there


def weekday_in(stretch: Stretch, number: int) -> date | None:
    """The first Monday (1) … Sunday (7) of a stretch."""
    there = stretch.first + timedelta(days=(number - 1 - stretch.first.weekday()) % 7)
    return there if there <= stretch.last else None


def nth_weekday(stretch: Stretch, number: int, nth: int) -> date | None:
    """The ``nth`` Monday (1) … Sunday (7) of a stretch, from its end where ``nth`` is negative."""
    if nth > 0:
        first = weekday_in(stretch, number)
        there = first + timedelta(weeks=nth - 1) if first else None
        return there if there and there <= stretch.last else None
    last = stretch.last - timedelta(days=(stretch.last.weekday() - number + 1) % 7)
    there = last + timedelta(weeks=nth + 1)
    return there if there >= stretch.first else None


def nth_unit(stretch: Stretch, kind: Kind, nth: int) -> Stretch | None:
    """The ``nth`` week, month, quarter, … of a stretch, from its end where ``nth`` is negative; a week by its Thursday."""
    if kind == "W":
        thursday = nth_weekday(stretch, 4, nth)
        return unit_of(thursday, "W") if thursday else None
    found = unit_of(stretch.first, kind) if nth > 0 else unit_of(stretch.last, kind)
    found = moved(found, nth - 1 if nth > 0 else nth + 1)
    return found if stretch.first <= found.first and found.last <= stretch.last else None


def part_of(stretch: Stretch, part: Part, today: date | None) -> Stretch | None:
    """A part of a range: its first or second half, its middle half, or what is left of it or over on the day ``today``.

    Weeks are divided after Wednesday, months after the 15th, quarters in their middle month, years after June. No law
    says how much "early" covers.
    """
    first, last = stretch.first, stretch.last
    if stretch.kind == "D":
        return None
    if part in ("rest", "later", "earlier"):
        if today is None or not first <= today <= last:
            return None
        if part == "earlier":
            return Stretch(first, today - timedelta(days=1)) if today > first else None
        return Stretch(today, last)
    if stretch.kind == "W":
        bounds = {"early": (0, 2), "mid": (1, 4), "late": (3, 6)}[part]
        return Stretch(first + timedelta(days=bounds[0]), first + timedelta(days=bounds[1]))
    if stretch.kind == "M":
        start, end = {"early": (1, 15), "mid": (10, 20), "late": (16, last.day)}[part]
        return Stretch(first.replace(day=start), first.replace(day=end))
    if stretch.kind == "Q":
        middle = unit_of(months_on(first, 1), "M")
        halves = {"early": (first, middle.first.replace(day=15)), "late": (middle.first.replace(day=16), last)}
        return Stretch(*halves.get(part, (middle.first, middle.last)))
    months = _MONTHS.get(stretch.kind)
    if months is None:
        return None
    half, fourth = months // 2, months // 4
    start, end = {"early": (0, half), "mid": (fourth, months - fourth), "late": (half, months)}[part]
    return Stretch(months_on(first, start), months_on(first, end) - timedelta(days=1))


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


def month_of(year: int, month: int) -> str:
    """The value of a month, ``2027-04``."""
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
