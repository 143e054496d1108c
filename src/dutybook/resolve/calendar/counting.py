"""Periods of days, weeks, months and years, on from an event and back from it."""

from __future__ import annotations

from datetime import date, timedelta

from dutybook.resolve.calendar.asked import Asked
from dutybook.resolve.calendar.days import ONE, months_on
from dutybook.resolve.periods import Period


def forwards(asked: Asked, day: date, steps: list[str]) -> date:
    """The last day of a period that the event of ``day`` starts; how it came about is added to ``steps``."""
    law = asked.law
    if asked.begins and law.begins:
        steps.append(f"the period begins with the start of {day}, which counts ({law.begins.source})")
        day_before = day - ONE
    else:
        steps.append(f"the day of the event, {day}, is not counted ({law.event})")
        day_before = day
    due = _months_ahead(asked, day, day_before, steps)
    due = _days_ahead(asked, due, steps)
    if asked.clear and law.clear:
        due += ONE
        steps.append(f"nor is the last day of {law.clear.name}: {due} ({law.clear.source})")
        if law.clear.note:
            steps.append(law.clear.note)
    if asked.moves and _end_moves(asked):
        due = move_on(asked, due, steps)
        return _least(asked, day_before, due, steps)
    off = asked.ends_off()
    if asked.moves and due in off:
        steps.append(f"{due} is {off.why(due)}; the end stays on it ({law.end.source})")
    return due


def backwards(asked: Asked, day: date, steps: list[str]) -> date:
    """The last day on which what must be done that long before ``day`` is done in time."""
    law, period = asked.law, asked.period
    steps.append(f"counted back from {day}, which is not counted ({law.event})")
    last, clamped = months_on(day, -12 * period.years - period.months)
    if clamped:
        steps.append(
            f"the month has no day {day.day}: it is counted back to its last day, {last} ({law.units.missing})"
        )
    last -= timedelta(days=7 * period.weeks)
    kind = asked.kind()
    if asked.number():
        off = asked.off_for(kind)
        last = off.count(last, -asked.number())
        if kind.leaves_out:
            steps.append(f"{_number(asked)} back: {last}, in {kind.name}: {off.left_out()} ({kind.source})")
        if kind.note:
            steps.append(kind.note)
    due = last
    if asked.clear and law.clear:
        due -= ONE
        steps.append(
            f"{period} back: {last}, and that day does not count either, of {law.clear.name}: {due} ({law.clear.source})"
        )
    elif law.back.last == "full":
        due -= ONE
        steps.append(f"{period} are complete when {last} begins: in time until the end of {due} ({law.back.source})")
    else:
        steps.append(f"{period} back: in time until the end of {due} ({law.back.source})")
    off = asked.ends_off()
    if due in off and asked.moves:
        if law.back.earlier:
            moved = off.last_working(due)
            steps.append(
                f"{due} is {off.why(due)}: the end moves to the working day before, {moved} ({law.back.source})"
            )
            return moved
        where = f" ({law.back.stays})" if law.back.stays else ""
        steps.append(f"{due} is {off.why(due)}; a period that runs back does not move for a day off{where}")
    return due


def move_on(asked: Asked, day: date, steps: list[str]) -> date:
    """``day``, or the next working day where it is a day off."""
    off = asked.ends_off()
    if day not in off:
        return day
    moved = off.next_working(day)
    steps.append(f"{day} is {off.why(day)}: the end moves to the next working day, {moved} ({asked.law.end.source})")
    return moved


def _end_moves(asked: Asked) -> bool:
    end, period = asked.law.end, asked.period
    if "periods" not in end.moves:
        return False
    most = end.up_to
    if most is None:
        return True
    return (
        max(period.days, period.working_days) <= most.days
        and period.weeks <= most.weeks
        and period.months <= most.months
        and period.years <= most.years
    )


def _months_ahead(asked: Asked, day: date, day_before: date, steps: list[str]) -> date:
    """The end of the whole months and weeks of a period."""
    law, period = asked.law, asked.period
    due = day_before
    months = 12 * period.years + period.months
    if months:
        named = Period(years=period.years, months=period.months)
        due, clamped = months_on(day, months)
        if clamped:
            steps.append(f"{named} on, the month has no day {day.day}: its last day is {due} ({law.units.missing})")
        elif day_before != day:
            due -= ONE
            steps.append(f"{named.ends()} on {due}, the day before the one of the same number ({law.units.months})")
        else:
            steps.append(f"{named.ends()} on {due}, the day of the same number ({law.units.months})")
    if period.weeks:
        due += timedelta(days=7 * period.weeks)
        lead = "and " if months else ""
        steps.append(f"{lead}{Period(weeks=period.weeks).ends()} on {due} ({law.units.weeks})")
    return due


def _days_ahead(asked: Asked, start: date, steps: list[str]) -> date:
    """``start`` and the days of a period, which stand alone or after months and weeks."""
    number, period = asked.number(), asked.period
    alone = not (period.years or period.months or period.weeks)
    if not number and not alone:
        return start
    kind = asked.kind()
    off = asked.off_for(kind)
    due = off.count(start, number)
    said = f"{_number(asked).ends()} on {due}" if alone else f"and {_number(asked)} more: {due}"
    if kind.leaves_out:
        steps.append(f"{said}, in {kind.name}: {off.left_out()} ({kind.source})")
    else:
        steps.append(f"{said} ({asked.law.units.days})")
    if kind.note:
        steps.append(kind.note)
    return due


def _number(asked: Asked) -> Period:
    return Period(days=asked.period.days, working_days=asked.period.working_days)


def _least(asked: Asked, day_before: date, due: date, steps: list[str]) -> date:
    """Periods of a certain length include some working days at least (Art 3(5) Reg. 1182/71)."""
    rule, period = asked.law.least, asked.period
    if rule is None or period.working_days:
        return due
    if period.days < rule.of_days and not (period.weeks or period.months or period.years):
        return due
    least = asked.ends_off().count(day_before, rule.working_days)
    if least <= due:
        return due
    days = f"{rule.of_days} days or more has {rule.working_days} working days at least"
    steps.append(f"a period of {days}: {least} ({rule.source})")
    return least
