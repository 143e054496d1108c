"""When a period ends: Regulation (EEC, Euratom) No 1182/71 for EU acts, §§ 187 to 193 BGB for German statutes.

Pure functions: holidays are a parameter, and each result comes with the steps that led to it, the rule named.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dutybook.records import Direction
from dutybook.resolve.periods import Period

_LATEST = date(9990, 1, 1)


class PeriodLaw(StrEnum):
    """Which rules count periods."""

    EU = "Regulation 1182/71"
    BGB = "§§ 187–193 BGB"


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a place counts days.

    Attributes:
        law: the rules of counting.
        holidays: public holidays, beside the weekly days off.
        days_off: weekdays on which nothing ends, Monday 0; Saturday and Sunday.
        not_working: weekdays that are no working days; a German *Werktag* may be a Saturday: ``frozenset({6})``.
        moves: whether a period that would end on a day off ends on the next working day (EU: Article 3(4);
            § 193 BGB for declarations and performance).
        from_start: the period counts from the beginning of the event's day, which then is its first (§ 187(2) BGB).
    """

    law: PeriodLaw = PeriodLaw.EU
    holidays: frozenset[date] = frozenset()
    days_off: frozenset[int] = frozenset({5, 6})
    not_working: frozenset[int] = frozenset({5, 6})
    moves: bool = True
    from_start: bool = False

    def is_off(self, day: date) -> bool:
        """Whether nothing ends on ``day``."""
        return day.weekday() in self.days_off or day in self.holidays

    def is_working(self, day: date) -> bool:
        """Whether ``day`` counts in a period of working days."""
        return day.weekday() not in self.not_working and day not in self.holidays

    def next_open(self, day: date) -> date:
        """``day``, or the first day after it on which a period can end."""
        while self.is_off(day):
            day += timedelta(days=1)
        return day


def compute_due(
    value: str, direction: Direction | None, event: date | datetime, calendar: Calendar | None = None
) -> tuple[date | None, tuple[str, ...]]:
    """The last day of a period after ``event`` (or the last day on which to act before it), and the steps to it.

    Args:
        value: a period (``P1M``, ``P5BD``, ``PT72H``) or a date, which is its own result.
        direction: BEFORE counts back from the event; None is AFTER.
        event: the day, or the moment, from which to count.
        calendar: EU rules without holidays where left out.

    Returns:
        The day, for periods of hours the moment, at which the period ends; None with the reason as last step
        where it cannot be computed (hours after a day without a time, a value that is no date and no period).

    >>> compute_due("P1M", Direction.AFTER, date(2025, 1, 31))[0]
    datetime.date(2025, 2, 28)
    """
    calendar = calendar or Calendar()
    try:
        fixed = date.fromisoformat(value)
    except ValueError:
        pass
    else:
        return fixed, (f"the text gives the date {fixed.isoformat()}",)
    period = Period.parse(value)
    if period is None:
        return None, (f"“{value}” is no date and no period",)
    day = event.date() if isinstance(event, datetime) else event
    if not date(1900, 1, 1) <= day < _LATEST or period.years > 500 or period.months > 5000:
        return None, ("the period lies outside the calendar",)
    if direction is Direction.BEFORE:
        return _back(period, event, day, calendar)
    if period.hours:
        return _hours(period, event, calendar)
    if calendar.law is PeriodLaw.BGB:
        return _bgb(period, day, calendar)
    return _eu(period, day, calendar)


def _eu(period: Period, event: date, calendar: Calendar) -> tuple[date, tuple[str, ...]]:
    law = calendar.law.value
    steps = [f"the day of the event, {event.isoformat()}, is not counted ({law}, Article 3(1))"]
    if period.working:
        return _working(period.days, event, calendar, steps)
    end = add_calendar(event, period)
    steps.append(f"the period ends on {end.isoformat()} ({law}, Article 3(2))")
    if calendar.moves and calendar.is_off(end):
        end = calendar.next_open(end)
        steps.append(f"a day off: it ends on the next working day, {end.isoformat()} ({law}, Article 3(4))")
    if period.days >= 2 or period.weeks or period.months or period.years:
        end = _two_working_days(event, end, calendar, steps)
    return end, tuple(steps)


def _two_working_days(event: date, end: date, calendar: Calendar, steps: list[str]) -> date:
    """Article 3(5): a period of two days or more includes at least two working days."""
    counted, day = 0, event
    while day < end and counted < 2:
        day += timedelta(days=1)
        counted += calendar.is_working(day)
    if counted >= 2:
        return end
    while counted < 2:
        end += timedelta(days=1)
        counted += calendar.is_working(end)
    steps.append(f"it must hold two working days: it ends on {end.isoformat()} ({calendar.law.value}, Article 3(5))")
    return end


def _bgb(period: Period, event: date, calendar: Calendar) -> tuple[date, tuple[str, ...]]:
    if calendar.from_start:
        steps = [f"{event.isoformat()} is the first day of the period (§ 187 Abs. 2 BGB)"]
        start = event - timedelta(days=1)
    else:
        steps = [f"the day of the event, {event.isoformat()}, is not counted (§ 187 Abs. 1 BGB)"]
        start = event
    if period.working:
        return _working(period.days, start, calendar, steps)
    if calendar.from_start and (period.months or period.years):
        # § 188(2): it ends on the day before the one that has the number of its first day
        end = add_calendar(event, Period(period.years, period.months))
        whole = end.day == event.day
        end = add_calendar(end - timedelta(days=1) if whole else end, Period(weeks=period.weeks, days=period.days))
    else:
        end = add_calendar(start, period)
    rule = "Abs. 2" if period.weeks or period.months or period.years else "Abs. 1"
    if (period.months or period.years) and end.day != event.day and end.day == monthrange(end.year, end.month)[1]:
        rule += " and 3"
    steps.append(f"the period ends on {end.isoformat()} (§ 188 {rule} BGB)")
    if calendar.moves and calendar.is_off(end):
        end = calendar.next_open(end)
        steps.append(f"a day off: the next working day, {end.isoformat()}, takes its place (§ 193 BGB)")
    return end, tuple(steps)


def _working(days: int, event: date, calendar: Calendar, steps: list[str]) -> tuple[date, tuple[str, ...]]:
    end = event
    left = days
    while left > 0:
        end += timedelta(days=1)
        left -= calendar.is_working(end)
    steps.append(f"{days} working days on is {end.isoformat()}")
    return end, tuple(steps)


def _hours(period: Period, event: date | datetime, calendar: Calendar) -> tuple[date | None, tuple[str, ...]]:
    if not isinstance(event, datetime):
        return None, ("a period of hours needs the hour of the event",)
    if calendar.law is PeriodLaw.EU:
        start = event.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        steps = [f"the hour of the event is not counted: it runs from {start:%Y-%m-%d %H:%M} (Article 3(1))"]
    else:
        start = event
        steps = [f"it runs from {start:%Y-%m-%d %H:%M}"]
    end = start + timedelta(days=period.days + 7 * period.weeks, hours=period.hours)
    steps.append(f"{period.hours} hours on is {end:%Y-%m-%d %H:%M}")
    if calendar.law is PeriodLaw.EU and calendar.moves and calendar.is_off(_last_moment(end)):
        day = calendar.next_open(_last_moment(end))
        end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=end.tzinfo)
        steps.append(f"a day off: it ends with {day.isoformat()} (Article 3(4) of {calendar.law.value})")
    return end, tuple(steps)


def _last_moment(end: datetime) -> date:
    return (end - timedelta(microseconds=1)).date()


def _back(period: Period, event: date | datetime, day: date, calendar: Calendar) -> tuple[date | None, tuple[str, ...]]:
    steps = [f"counted back from {day.isoformat()}, which is not counted"]
    if period.hours:
        if not isinstance(event, datetime):
            return None, ("a period of hours needs the hour of the event",)
        moment = event - timedelta(hours=period.hours)
        return moment, (*steps, f"{period.hours} hours before is {moment:%Y-%m-%d %H:%M}")
    if period.working:
        left = period.days
        while left > 0:
            day -= timedelta(days=1)
            left -= calendar.is_working(day)
        return day, (*steps, f"{period.days} working days before is {day.isoformat()}")
    end = add_calendar(day, period, sign=-1)
    steps.append(f"the last day is {end.isoformat()}; days off do not move it, since it is counted back")
    return end, tuple(steps)


def add_calendar(day: date, period: Period, sign: int = 1) -> date:
    """Years and months by number of the day (a month's last where it has none such), then weeks and days."""
    months = day.year * 12 + day.month - 1 + sign * (12 * period.years + period.months)
    year, month = divmod(months, 12)
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return moved + sign * timedelta(days=7 * period.weeks + period.days)
