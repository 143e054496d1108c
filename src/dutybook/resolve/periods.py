"""Lengths of time as deadlines state them (``P14D``, ``P5BD``, ``P1Y6M``, ``PT72H``), and what returns by them.

They are written as in ISO 8601, working days as ``BD``. ``R/P2Y`` counts from an event, ``--03-31`` is a day of every year, ``---15`` of every month; both as
days and as RFC 5545 rules.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dutybook.records.dates import date_of, months_on

_PERIOD = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D|(?P<working_days>\d{1,4})BD)?(?:T(?:(?P<hours>\d{1,5})H|(?P<minutes>\d{1,5})M))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Years, months, weeks and days, or working days, or hours, or minutes; the last three with nothing else."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    working_days: int = 0
    hours: int = 0
    minutes: int = 0

    def ends(self) -> str:
        """The length with the verb that suits it: "1 month ends", "2 weeks end"."""
        return f"{self} {'ends' if sum(number for number, _ in self._units()) == 1 else 'end'}"

    def __str__(self) -> str:
        words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in self._units() if count]
        return " and ".join(words) if words else "0 days"

    def _units(self) -> tuple[tuple[int, str], ...]:
        return (
            (self.years, "year"),
            (self.months, "month"),
            (self.weeks, "week"),
            (self.days, "day"),
            (self.working_days, "working day"),
            (self.hours, "hour"),
            (self.minutes, "minute"),
        )


def parse_period(value: str) -> Period:
    """The length that ``value`` states.

    Raises:
        ValueError: it is no period, mixes hours or working days with other units, or is absurdly long.

    >>> parse_period("P1Y6M")
    Period(years=1, months=6, weeks=0, days=0, working_days=0, hours=0, minutes=0)
    """
    match = _PERIOD.fullmatch(value)
    if match is None or value.endswith(("P", "T")):
        raise ValueError(f"{value!r} is no period such as P14D, P5BD, P1M, PT72H or PT30M")
    parts = {name: int(number) for name, number in match.groupdict().items() if number is not None}
    if len(parts) > 1 and parts.keys() & {"minutes", "hours", "working_days"}:
        raise ValueError(f"{value!r} mixes hours or working days with other units: no rule says how they add up")
    return Period(**parts)


_YEARLY = re.compile(r"--(\d{2})-(\d{2})")
_MONTHLY = re.compile(r"---(0[1-9]|[12]\d|3[01])")
_SHORTEST_MONTH = 28

Rule = dict[str, str | int | list[int] | date]
"""A rule by the names of RFC 5545, 3.3.10: ``FREQ``, ``INTERVAL``, …"""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The first time something returns, and how."""

    start: date | datetime
    rule: Rule


def yearly_day(value: str) -> bool:
    """Whether ``value`` is a day of every year, such as ``--03-31``."""
    match = _YEARLY.fullmatch(value)
    return match is not None and _is_day(int(match[1]), int(match[2]))


def monthly_day(value: str) -> bool:
    """Whether ``value`` is a day of every month, such as ``---15``."""
    return _MONTHLY.fullmatch(value) is not None


def returns_by_itself(value: str) -> bool:
    """Whether ``value`` is a day of every year or month, which returns whether or not anything happens."""
    return yearly_day(value) or monthly_day(value)


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


def nominal(value: str, event: date, number: int) -> date:
    """The ``number``-th return (from 1) after the day of ``event``, before any move for a day off.

    A month that lacks the day gives its last one.

    Raises:
        ValueError: ``value`` does not return by whole days.
        OverflowError: it lies outside the years 1 to 9999.

    >>> str(nominal("--03-31", date(2026, 3, 31), 1)), str(nominal("R/P6M", date(2026, 8, 31), 1))
    ('2027-03-31', '2027-02-28')
    >>> str(nominal("---31", date(2026, 1, 31), 1)), str(nominal("---15", date(2026, 1, 1), 2))
    ('2026-02-28', '2026-02-15')
    """
    if match := _MONTHLY.fullmatch(value):
        return _day_in_month(event, int(match[1]), number)
    if match := _YEARLY.fullmatch(value):
        month, day = int(match[1]), int(match[2])
        if not _is_day(month, day):
            raise ValueError(f"{value!r} is no day of the year")
        year = event.year + number - (1 if _in_year(event.year, month, day) > event else 0)
        return _in_year(year, month, day)
    period = _parse_recurring_period(value)
    if period.hours or period.minutes or period.working_days:
        raise ValueError(f"{value!r} does not return by whole days of the calendar")
    day_of = months_on(event, number * (12 * period.years + period.months))
    return day_of + timedelta(days=number * (7 * period.weeks + period.days))


def recurrence_of(value: str, event: date | datetime) -> Recurrence | None:
    """When ``value`` returns after ``event`` as a rule for calendars; None for what no rule says (working days).

    >>> recurrence_of("R/P1M", date(2026, 1, 31)).rule
    {'FREQ': 'MONTHLY', 'INTERVAL': 1, 'BYMONTHDAY': [28, 29, 30, 31], 'BYSETPOS': -1}
    """
    day = date_of(event)
    if yearly_day(value):
        start = nominal(value, day, 1)
        return Recurrence(start, _yearly(1, int(value[2:4]), int(value[5:7])))
    if monthly_day(value):
        return Recurrence(nominal(value, day, 1), _monthly(1, int(value[3:])))
    period = _parse_recurring_period(value)
    if period.working_days or period.minutes:
        return None
    if period.hours:
        if not isinstance(event, datetime):
            return None
        return Recurrence(event + timedelta(hours=period.hours), {"FREQ": "HOURLY", "INTERVAL": period.hours})
    months, days = 12 * period.years + period.months, 7 * period.weeks + period.days
    if bool(months) == bool(days):
        return None  # nothing at all, or two rules at once
    start = nominal(value, day, 1)
    if days:
        weekly: Rule = {"FREQ": "WEEKLY", "INTERVAL": days // 7}
        return Recurrence(start, {"FREQ": "DAILY", "INTERVAL": days} if days % 7 else weekly)
    if months % 12:
        return Recurrence(start, _monthly(months, day.day))
    return Recurrence(start, _yearly(months // 12, day.month, day.day))


def _monthly(interval: int, day: int) -> Rule:
    made: Rule = {"FREQ": "MONTHLY", "INTERVAL": interval}
    # A calendar leaves out a month without the day; the law takes that month's last one.
    return (
        made if day <= _SHORTEST_MONTH else made | {"BYMONTHDAY": list(range(_SHORTEST_MONTH, day + 1)), "BYSETPOS": -1}
    )


def _yearly(interval: int, month: int, day: int) -> Rule:
    made: Rule = {"FREQ": "YEARLY", "INTERVAL": interval}
    leap = (month, day) == (2, 29)
    return made | {"BYMONTH": 2, "BYMONTHDAY": [28, 29], "BYSETPOS": -1} if leap else made


def _parse_recurring_period(value: str) -> Period:
    if not value.startswith("R/"):
        raise ValueError(f"{value!r} does not return: R/P1Y, --03-31 and ---15 do")
    period = parse_period(value.removeprefix("R/"))
    if period == Period():
        raise ValueError(f"{value!r} has no length")
    return period


def _day_in_month(event: date, day: int, number: int) -> date:
    """The ``number``-th month's ``day`` after ``event``."""
    this = event.replace(day=min(day, monthrange(event.year, event.month)[1]))
    there = months_on(event.replace(day=1), number - (1 if this > event else 0))
    return there.replace(day=min(day, monthrange(there.year, there.month)[1]))


def _in_year(year: int, month: int, day: int) -> date:
    if not 1 <= year <= 9999:
        raise OverflowError("outside of the calendar")
    return date(year, month, min(day, monthrange(year, month)[1]))
