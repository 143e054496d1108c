"""When a period ends: Regulation (EEC, Euratom) No 1182/71 for Union law, §§ 186 to 193 BGB for German law.

Pure functions: the same arguments give the same day, and the steps say how it came about. Public holidays are an
argument, since they depend on the place; without them only Saturdays and Sundays are days off.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dutybook.records import Direction
from dutybook.resolve.periods import Period, parse_period

Rule = Literal["reg1182", "bgb"]


@dataclass(frozen=True, slots=True)
class _Law:
    """Where a rule stands in each of the two laws."""

    event: str
    days: str
    units: str
    missing: str
    moves: str
    hours: str


_LAWS: dict[Rule, _Law] = {
    "reg1182": _Law(
        event="Art 3(1) Reg. 1182/71",
        days="Art 3(2)(b) Reg. 1182/71",
        units="Art 3(2)(c) Reg. 1182/71",
        missing="Art 3(2)(c) Reg. 1182/71",
        moves="Art 3(4) Reg. 1182/71",
        hours="Art 3(1) and (2)(a) Reg. 1182/71",
    ),
    "bgb": _Law(
        event="§ 187 Abs. 1 BGB",
        days="§ 188 Abs. 1 BGB",
        units="§ 188 Abs. 2 BGB",
        missing="§ 188 Abs. 3 BGB",
        moves="§ 193 BGB",
        hours="§ 187 Abs. 1 BGB, by analogy",
    ),
}


def compute_due(
    value: str,
    direction: Direction | None,
    event: date | datetime,
    *,
    rule: Rule,
    holidays: Set[date] = frozenset(),
    begins: bool = False,
    moves: bool = True,
) -> tuple[date | datetime, tuple[str, ...]]:
    """The last day (for hours: the last moment) of a period or the day of a fixed date, with the steps to it.

    Args:
        value: a period (``P14D``, ``P2W``, ``P1M``, ``P1Y``, ``P1Y6M``, ``P5BD``, ``PT72H``) or a day (``2026-08-02``).
        direction: whether the period runs after the event (also where None) or back from it. A period that runs back
            is complete when the day returned begins; it never moves because of a day off (Art 3(4), second
            subparagraph, Reg. 1182/71; § 193 BGB protects only who must act by a period's end).
        event: the day, for hours the moment, that starts the period. Moments are taken in their own time zone.
        rule: ``reg1182`` for Union law, ``bgb`` for German law.
        holidays: public holidays of the place that counts. Saturdays and Sundays are always days off.
        begins: the period begins with the start of the event's day, which then counts (§ 187 Abs. 2 BGB).
        moves: a last day on a day off moves on. § 193 BGB asks for it only where something must be declared or done.

    Raises:
        ValueError: ``value`` is neither a period nor a day, ``event`` is a day where a moment is needed, ``begins`` is
            asked of a law that does not know it, or the result lies outside the years 1 to 9999.

    >>> due, steps = compute_due("P1M", Direction.AFTER, date(2025, 1, 31), rule="reg1182")
    >>> str(due)
    '2025-02-28'
    """
    if begins and rule != "bgb":
        raise ValueError("periods that include the event's day are a rule of the BGB (§ 187 Abs. 2)")
    off = frozenset(holidays)
    try:
        if value[:1].isdigit():
            return _fixed(value, _LAWS[rule], off, rule == "bgb" and moves)
        period = parse_period(value)
        if period.hours:
            return _hours(period.hours, direction, event, _LAWS[rule])
        day = event.date() if isinstance(event, datetime) else event
        if direction is Direction.BEFORE:
            return _backwards(period, day, _LAWS[rule], off)
        return _forwards(period, day, rule, off, begins=begins, moves=moves)
    except OverflowError as error:
        raise ValueError(f"{value} from {event} leads out of the calendar") from error


def _fixed(value: str, law: _Law, off: frozenset[date], moves: bool) -> tuple[date, tuple[str, ...]]:
    day = date.fromisoformat(value)
    steps = [f"“{value}” is a fixed date"]
    if moves:
        # Only § 193 BGB speaks of a "certain day"; Art 3(4) Reg. 1182/71 only of periods.
        day = _move_on(day, law, off, steps)
    return day, tuple(steps)


def _hours(
    count: int, direction: Direction | None, event: date | datetime, law: _Law
) -> tuple[datetime, tuple[str, ...]]:
    if not isinstance(event, datetime):
        raise ValueError("a period in hours needs the time of the event, not only its day")
    full = event.replace(minute=0, second=0, microsecond=0)
    if direction is Direction.BEFORE:
        due = full - timedelta(hours=count)
        back = f"{_plural(count, 'hour')} back from {full:%Y-%m-%d %H:%M}, full hours only: {due:%Y-%m-%d %H:%M}"
        return due, (back,)
    begin = full + timedelta(hours=1)
    due = begin + timedelta(hours=count)
    return due, (
        f"the hour of the event ({event:%Y-%m-%d %H:%M}) is not counted: it begins at {begin:%H:%M} ({law.hours})",
        # Art 3(4) Reg. 1182/71 speaks of periods "expressed otherwise than in hours".
        f"{_plural(count, 'hour')} end at {due:%Y-%m-%d %H:%M}; hours run on days off too",
    )


def _forwards(
    period: Period, day: date, rule: Rule, off: frozenset[date], *, begins: bool, moves: bool
) -> tuple[date, tuple[str, ...]]:
    law = _LAWS[rule]
    if begins:
        steps = [f"the period begins with the start of {day}, which counts (§ 187 Abs. 2 BGB)"]
        day_before = day - timedelta(days=1)
    else:
        steps = [f"the day of the event, {day}, is not counted ({law.event})"]
        day_before = day
    if period.working_days:
        due = _working_day(day_before, period.working_days, off)
        steps.append(f"{period} end on {due}{_without(off)}")
        return due, tuple(steps)
    due = _add(period, day, day_before, law, steps)
    if moves:
        due = _move_on(due, law, off, steps)
        if rule == "reg1182":
            due = _two_working_days(period, day_before, due, off, steps)
    return due, tuple(steps)


def _add(period: Period, day: date, day_before: date, law: _Law, steps: list[str]) -> date:
    months = 12 * period.years + period.months
    days = 7 * period.weeks + period.days
    if not months:
        due = day_before + timedelta(days=days)
        where = law.units if period.weeks and not period.days else law.days
        steps.append(f"{period} end on {due} ({where})")
        return due
    due, clamped = _months_on(day, months)
    if clamped:
        steps.append(f"{_months(period)} on, the month has no day {day.day}: its last day is {due} ({law.missing})")
    elif day_before != day:
        due -= timedelta(days=1)
        steps.append(f"{_months(period)} end on {due}, the day before the one of the same number ({law.units})")
    else:
        steps.append(f"{_months(period)} end on {due}, the day of the same number ({law.units})")
    if days:
        due += timedelta(days=days)
        steps.append(f"and {_plural(days, 'day')} more: {due} ({law.days})")
    return due


def _backwards(period: Period, day: date, law: _Law, off: frozenset[date]) -> tuple[date, tuple[str, ...]]:
    steps = [f"counted back from {day}, which is not counted ({law.event})"]
    if period.working_days:
        due = _working_day(day, -period.working_days, off)
    else:
        due, clamped = _months_on(day, -12 * period.years - period.months)
        if clamped:
            steps.append(f"the month has no day {day.day}: its last day counts ({law.missing})")
        due -= timedelta(days=7 * period.weeks + period.days)
    steps.append(f"{period} are complete when {due} begins; a period that runs back does not move for a day off")
    if period.working_days:
        steps.append(f"working days{_without(off)}")
    return due, tuple(steps)


def _months_on(day: date, months: int) -> tuple[date, bool]:
    """The day of the same number ``months`` on; where the month lacks it, its last day and True."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day > last


def _is_off(day: date, off: frozenset[date]) -> bool:
    return day.weekday() >= 5 or day in off


def _move_on(day: date, law: _Law, off: frozenset[date], steps: list[str]) -> date:
    if not _is_off(day, off):
        return day
    why = f"a {day:%A}" if day.weekday() >= 5 else "a public holiday"
    moved = day
    while _is_off(moved, off):
        moved += timedelta(days=1)
    steps.append(f"{day} is {why}: the end moves to the next working day, {moved} ({law.moves})")
    return moved


def _two_working_days(period: Period, day_before: date, due: date, off: frozenset[date], steps: list[str]) -> date:
    """Art 3(5) Reg. 1182/71: any period of two days or more includes at least two working days."""
    if period.days < 2 and not (period.weeks or period.months or period.years):
        return due
    least = _working_day(day_before, 2, off)
    if least <= due:
        return due
    steps.append(f"a period of two days or more has two working days at least: {least} (Art 3(5) Reg. 1182/71)")
    return least


def _working_day(day: date, count: int, off: frozenset[date]) -> date:
    """The ``count``-th working day after ``day`` (before it where ``count`` is negative)."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while _is_off(day, off):
            day += step
    return day


def _without(off: frozenset[date]) -> str:
    known = "Saturdays, Sundays and public holidays" if off else "Saturdays and Sundays"
    return f", {known} left out"


def _months(period: Period) -> str:
    return str(Period(years=period.years, months=period.months))


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
