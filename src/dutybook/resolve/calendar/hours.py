"""Periods in hours or minutes: on the clock of the event's time zone, in hours as they really pass."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from dutybook.records import Direction
from dutybook.resolve.calendar.asked import Asked
from dutybook.resolve.calendar.days import ONE, DaysOff

_HOUR = timedelta(hours=1)


def in_hours(asked: Asked, direction: Direction | None, event: datetime, steps: list[str]) -> datetime:
    """The moment at which a period in hours or minutes ends, in the event's own time zone.

    With a time zone, hours count as they pass: 24 hours over the change to summer time end an hour later by the
    clock. Without one the clock is taken as it stands.

    Raises:
        ValueError: the law knows no period of so many hours.
    """
    rule, length = asked.law.hours, timedelta(hours=asked.period.hours, minutes=asked.period.minutes)
    if rule.most is not None and length > timedelta(hours=rule.most):
        raise ValueError(f"a period in hours has {rule.most} at most ({rule.source}): it must be stated in days")
    sign = -1 if direction is Direction.BEFORE else 1
    start = event
    if rule.start == "next-hour" and not asked.period.minutes:
        start = event.replace(minute=0, second=0, microsecond=0)
        if sign > 0:
            start = _later(start, _HOUR)
            steps.append(
                f"the hour of the event ({_shown(event)}) is not counted: it begins at {start:%H:%M} ({rule.source})"
            )
        else:
            steps.append(f"counted back from {_shown(start)}, in full hours ({rule.source})")
    else:
        steps.append(f"counted to the minute from {_shown(start)} ({rule.source})")
    kind = asked.law.kinds[rule.days]
    ends = f"{asked.period.ends()} at" if sign > 0 else f"{asked.period} back:"
    if kind.leaves_out:
        off = asked.off_for(kind)
        due = _on_working_days(start, sign * length, off)
        steps.append(f"{ends} {_shown(due)}: only hours of {kind.name} count, {off.left_out()}")
    else:
        due = _later(start, sign * length)
        steps.append(f"{ends} {_shown(due)}; time runs on days off too")
    if rule.moves and asked.moves:
        due = _moved(asked, due, sign, steps)
    steps += _of_the_clock(event, due)
    return due


def _later(moment: datetime, length: timedelta) -> datetime:
    """``length`` of real time after ``moment``; Python adds to the clock, which jumps twice a year."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _between(early: datetime, late: datetime) -> timedelta:
    if early.tzinfo is None:
        return late - early
    return late.astimezone(UTC) - early.astimezone(UTC)


def _on_working_days(moment: datetime, length: timedelta, off: DaysOff) -> datetime:
    """``length`` of time after ``moment`` (before it where negative), as far as it passes on working days."""
    ahead = length >= timedelta(0)
    left = abs(length)
    while True:
        # The last instant of a day counts to that day when one looks back from the midnight after it.
        at_midnight = moment.time() == time.min
        day = moment.date() - ONE if at_midnight and not ahead else moment.date()
        edge = datetime.combine(day + ONE if ahead else day, time.min, moment.tzinfo)
        if day not in off:
            here = _between(moment, edge) if ahead else _between(edge, moment)
            if left <= here:
                return _later(moment, left if ahead else -left)
            left -= here
        moment = edge


def _moved(asked: Asked, due: datetime, sign: int, steps: list[str]) -> datetime:
    off = asked.ends_off()
    day = due.date()
    if day not in off:
        return due
    new = off.next_working(day) if sign > 0 else off.last_working(day)
    moved = datetime.combine(new, due.timetz())
    which = "next working day" if sign > 0 else "working day before"
    steps.append(f"{day} is {off.why(day)}: it ends at the same time of the {which}, {new} ({asked.law.hours.source})")
    return moved


def _of_the_clock(event: datetime, due: datetime) -> list[str]:
    if event.tzinfo is None:
        return ["the clock is taken as it stands: without a time zone its change to or from summer time is not seen"]
    if event.utcoffset() == due.utcoffset():
        return []
    return [f"clocks change in between ({_zone(event)} to {_zone(due)}): hours are counted as they pass"]


def _shown(moment: datetime) -> str:
    zone = f" {_zone(moment)}" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M}{zone}"


def _zone(moment: datetime) -> str:
    offset = f"{moment:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"
