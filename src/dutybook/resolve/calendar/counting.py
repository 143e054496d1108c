"""How a law counts a period: days off and steps over them; days, weeks, months and years, on from an event and back from it; hours
and minutes on the clock of the event's time zone, as they really pass.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dutybook.languages.period_laws import DayOff, Kind, PeriodLaw
from dutybook.records import Direction
from dutybook.records.dates import months_on
from dutybook.resolve.periods import Period

ONE = timedelta(days=1)
_NAMES: dict[DayOff, str] = {"saturdays": "Saturdays", "sundays": "Sundays", "holidays": "public holidays"}
# No state has a fortnight of holidays on end; whoever passes one such set has made a mistake.
_LONGEST_BREAK = 370


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days that do not count: weekend days and public holidays by ``which``, and days that the law itself names.

    ``own`` are days of the year (``12-24``) or days from Easter Sunday (``easter-2`` is Good Friday).
    """

    which: tuple[DayOff, ...]
    holidays: Container[date] = frozenset()
    own: tuple[str, ...] = ()

    def __contains__(self, day: date) -> bool:
        weekday = day.weekday()
        if (weekday == 5 and "saturdays" in self.which) or (weekday == 6 and "sundays" in self.which):
            return True
        return "holidays" in self.which and (day in self.holidays or self._own(day))

    def why(self, day: date) -> str:
        """What makes ``day`` a day off: "a Saturday", "a public holiday (Easter Monday)"."""
        if day.weekday() >= 5 and _weekend(day) in self.which:
            return f"a {day:%A}"
        if day in self.holidays:
            name = self.holidays.get(day) if isinstance(self.holidays, Mapping) else None
            return f"a public holiday ({name})" if name else "a public holiday"
        return "a day that the law treats as a public holiday"

    def left_out(self) -> str:
        """The days off in words, saying where holidays are not known: "Saturdays and Sundays"."""
        known = [_NAMES[w] for w in self.which if w != "holidays" or self.holidays]
        words = " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
        unknown = "holidays" in self.which and not self.holidays
        return f"{words} left out{' (public holidays are not known here)' if unknown else ''}"

    def count(self, day: date, number: int) -> date:
        """The ``number``-th day after ``day`` that counts (before it where ``number`` is negative)."""
        step = ONE if number > 0 else -ONE
        for _ in range(abs(number)):
            day = self.working_from(day + step, step)
        return day

    def working_from(self, day: date, step: timedelta) -> date:
        """``day``, or the first one after it (before it where ``step`` is negative) that is no day off."""
        for _ in range(_LONGEST_BREAK):
            if day not in self:
                return day
            day += step
        raise ValueError(f"every day for a year up to {day} is a day off: check the holidays")

    def _own(self, day: date) -> bool:
        if not self.own:
            return False
        from_easter = (day - easter(day.year)).days
        return f"{day:%m-%d}" in self.own or f"easter{from_easter:+d}" in self.own


def _weekend(day: date) -> DayOff:
    return "saturdays" if day.weekday() == 5 else "sundays"


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the "anonymous" rule, *Nature*, 20 April 1876).

    >>> str(easter(2026))
    '2026-04-05'
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the rule's own letters
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True, slots=True)
class CountingTerms:
    """What is particular about a period.

    Args:
        days: the kind of days that are counted, by its name in the law (``ouvres``); by default what the law takes a
            number of days, or of working days, to mean.
        clear: the last day does not count either (*jour franc*, clear days), where the law knows such periods.
        begins: it begins with the start of the event's day, which then counts (§ 187 Abs. 2 BGB).
        moves: an end on a day off moves, where the law moves it. § 193 BGB asks for it only where something must be
            declared or done.
    """

    days: str | None = None
    clear: bool = False
    begins: bool = False
    moves: bool = True


PLAIN_TERMS = CountingTerms()


@dataclass(frozen=True, slots=True)
class PeriodRequest:
    """A period with everything that decides where it ends; see :func:`dutybook.resolve.calendar.compute_due`."""

    period: Period
    law: PeriodLaw
    holidays: Container[date]
    terms: CountingTerms = PLAIN_TERMS

    def kind(self) -> Kind:
        """The kind of days that the period is counted in; ``calendar`` days for weeks, months and years alone."""
        if self.terms.days is not None:
            return self.law.kinds[self.terms.days]
        if self.period.working_days:
            return self.law.kinds[self.law.working_days]
        short = self.law.short
        if short and 0 < self.period.days <= short.up_to and self.period == Period(days=self.period.days):
            return self.law.kinds[short.kind].model_copy(update={"source": short.source})
        return self.law.kinds[self.law.days]

    def number(self) -> int:
        """How many days of :meth:`kind` are counted, after whole months and weeks."""
        return self.period.working_days or self.period.days

    def off_for(self, kind: Kind) -> DaysOff:
        """The days that ``kind`` leaves out."""
        return DaysOff(kind.leaves_out, self.holidays, self.law.end.also_off)

    def ends_off(self) -> DaysOff:
        """The days on which a period does not end."""
        return DaysOff(self.law.end.off, self.holidays, self.law.end.also_off)


def count_forwards(request: PeriodRequest, day: date, steps: list[str]) -> date:
    """The last day of a period that the event of ``day`` starts; how it came about is added to ``steps``."""
    law = request.law
    if request.terms.begins and law.begins:
        steps.append(f"the period begins with the start of {day}, which counts ({law.begins.source})")
        day_before = day - ONE
    else:
        steps.append(f"the day of the event, {day}, is not counted ({law.event})")
        day_before = day
    due = _months_ahead(request, day, day_before, steps)
    due = _days_ahead(request, due, steps)
    if request.terms.clear and law.clear:
        due += ONE
        steps.append(f"nor is the last day of {law.clear.name}: {due} ({law.clear.source})")
        if law.clear.note:
            steps.append(law.clear.note)
    if request.terms.moves and _end_moves(request):
        due = move_to_working_day(request, due, steps)
        return _extend_to_least(request, day_before, due, steps)
    off = request.ends_off()
    if request.terms.moves and due in off:
        steps.append(f"{due} is {off.why(due)}; the end stays on it ({law.end.source})")
    return due


def count_backwards(request: PeriodRequest, day: date, steps: list[str]) -> date:
    """The last day on which what must be done that long before ``day`` is done in time."""
    law, period = request.law, request.period
    steps.append(f"counted back from {day}, which is not counted ({law.event})")
    last = months_on(day, -12 * period.years - period.months)
    if last.day < day.day:
        steps.append(
            f"the month has no day {day.day}: it is counted back to its last day, {last} ({law.units.missing})"
        )
    last -= timedelta(days=7 * period.weeks)
    kind = request.kind()
    if request.number():
        off = request.off_for(kind)
        last = off.count(last, -request.number())
        if kind.leaves_out:
            steps.append(f"{_number(request)} back: {last}, in {kind.name}: {off.left_out()} ({kind.source})")
        if kind.note:
            steps.append(kind.note)
    due = last
    if request.terms.clear and law.clear:
        due -= ONE
        steps.append(
            f"{period} back: {last}, and that day does not count either, of {law.clear.name}: {due} ({law.clear.source})"
        )
    elif law.back.last == "full":
        due -= ONE
        steps.append(f"{period} are complete when {last} begins: in time until the end of {due} ({law.back.source})")
    else:
        steps.append(f"{period} back: in time until the end of {due} ({law.back.source})")
    off = request.ends_off()
    if due in off and request.terms.moves:
        if law.back.earlier:
            moved = off.working_from(due, -ONE)
            steps.append(
                f"{due} is {off.why(due)}: the end moves to the working day before, {moved} ({law.back.source})"
            )
            return moved
        where = f" ({law.back.stays})" if law.back.stays else ""
        steps.append(f"{due} is {off.why(due)}; a period that runs back does not move for a day off{where}")
    return due


def move_to_working_day(request: PeriodRequest, day: date, steps: list[str]) -> date:
    """``day``, or the next working day where it is a day off."""
    off = request.ends_off()
    if day not in off:
        return day
    moved = off.working_from(day, ONE)
    steps.append(f"{day} is {off.why(day)}: the end moves to the next working day, {moved} ({request.law.end.source})")
    return moved


def _end_moves(request: PeriodRequest) -> bool:
    end, period = request.law.end, request.period
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


def _months_ahead(request: PeriodRequest, day: date, day_before: date, steps: list[str]) -> date:
    """The end of the whole months and weeks of a period."""
    law, period = request.law, request.period
    due = day_before
    months = 12 * period.years + period.months
    if months:
        named = Period(years=period.years, months=period.months)
        due = months_on(day, months)
        if due.day < day.day:
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


def _days_ahead(request: PeriodRequest, start: date, steps: list[str]) -> date:
    """``start`` and the days of a period, which stand alone or after months and weeks."""
    number, period = request.number(), request.period
    alone = not (period.years or period.months or period.weeks)
    if not number and not alone:
        return start
    kind = request.kind()
    off = request.off_for(kind)
    due = off.count(start, number)
    end = f"{_number(request).ends()} on {due}" if alone else f"and {_number(request)} more: {due}"
    if kind.leaves_out:
        steps.append(f"{end}, in {kind.name}: {off.left_out()} ({kind.source})")
    else:
        steps.append(f"{end} ({request.law.units.days})")
    if kind.note:
        steps.append(kind.note)
    return due


def _number(request: PeriodRequest) -> Period:
    return Period(days=request.period.days, working_days=request.period.working_days)


def _extend_to_least(request: PeriodRequest, day_before: date, due: date, steps: list[str]) -> date:
    """Periods of a certain length include some working days at least (Art 3(5) Reg. 1182/71)."""
    rule, period = request.law.least, request.period
    if rule is None or period.working_days:
        return due
    if period.days < rule.of_days and not (period.weeks or period.months or period.years):
        return due
    least = request.ends_off().count(day_before, rule.working_days)
    if least <= due:
        return due
    days = f"{rule.of_days} days or more has {rule.working_days} working days at least"
    steps.append(f"a period of {days}: {least} ({rule.source})")
    return least


_HOUR = timedelta(hours=1)


def count_hours(request: PeriodRequest, direction: Direction | None, event: datetime, steps: list[str]) -> datetime:
    """The moment at which a period in hours or minutes ends, in the event's own time zone.

    With a time zone, hours count as they pass: 24 hours over the change to summer time end an hour later by the
    clock. Without one the clock is taken as it stands.

    Raises:
        ValueError: the law knows no period of so many hours.
    """
    rule, length = request.law.hours, timedelta(hours=request.period.hours, minutes=request.period.minutes)
    if rule.most is not None and length > timedelta(hours=rule.most):
        raise ValueError(f"a period in hours has {rule.most} at most ({rule.source}): it must be stated in days")
    sign = -1 if direction is Direction.BEFORE else 1
    start = event
    if rule.start == "next-hour" and not request.period.minutes:
        start = event.replace(minute=0, second=0, microsecond=0)
        if sign > 0:
            start = _add_real_time(start, _HOUR)
            steps.append(
                f"the hour of the event ({_write_moment(event)}) is not counted: it begins at {start:%H:%M} ({rule.source})"
            )
        else:
            steps.append(f"counted back from {_write_moment(start)}, in full hours ({rule.source})")
    else:
        steps.append(f"counted to the minute from {_write_moment(start)} ({rule.source})")
    kind = request.law.kinds[rule.days]
    ends = f"{request.period.ends()} at" if sign > 0 else f"{request.period} back:"
    if kind.leaves_out:
        off = request.off_for(kind)
        due = _on_working_days(start, sign * length, off)
        steps.append(f"{ends} {_write_moment(due)}: only hours of {kind.name} count, {off.left_out()}")
    else:
        due = _add_real_time(start, sign * length)
        steps.append(f"{ends} {_write_moment(due)}; time runs on days off too")
    if rule.moves and request.terms.moves:
        due = _move_moment(request, due, sign, steps)
    steps += _clock_notes(event, due)
    return due


def _add_real_time(moment: datetime, length: timedelta) -> datetime:
    """``length`` of real time after ``moment``; Python adds to the clock, which jumps twice a year."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _real_time_between(early: datetime, late: datetime) -> timedelta:
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
            here = _real_time_between(moment, edge) if ahead else _real_time_between(edge, moment)
            if left <= here:
                return _add_real_time(moment, left if ahead else -left)
            left -= here
        moment = edge


def _move_moment(request: PeriodRequest, due: datetime, sign: int, steps: list[str]) -> datetime:
    off = request.ends_off()
    day = due.date()
    if day not in off:
        return due
    new = off.working_from(day, sign * ONE)
    moved = datetime.combine(new, due.timetz())
    which = "next working day" if sign > 0 else "working day before"
    steps.append(
        f"{day} is {off.why(day)}: it ends at the same time of the {which}, {new} ({request.law.hours.source})"
    )
    return moved


def _clock_notes(event: datetime, due: datetime) -> list[str]:
    if event.tzinfo is None:
        return ["the clock is taken as it stands: without a time zone its change to or from summer time is not seen"]
    if event.utcoffset() == due.utcoffset():
        return []
    return [f"clocks change in between ({_write_zone(event)} to {_write_zone(due)}): hours are counted as they pass"]


def _write_moment(moment: datetime) -> str:
    zone = f" {_write_zone(moment)}" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M}{zone}"


def _write_zone(moment: datetime) -> str:
    offset = f"{moment:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"
