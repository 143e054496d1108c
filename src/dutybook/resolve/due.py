"""When a deadline ends whose event is known: the person who reads the act says when it happened, the law counts.

Pure functions: no clock, no register. What cannot be computed carries the reason, as in ``resolve.deadlines``.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from dutybook.records import DeadlineKind, Direction, Part
from dutybook.records.dates import date_of
from dutybook.resolve.calendar import compute_due, terms_in
from dutybook.resolve.holidays import HolidaysAt, holidays_for, moment_at, zone_of
from dutybook.resolve.periods import Period, nominal, parse_period, returns_by_itself

Moment = date | datetime

_LONGEST_ANCHOR = 200
_IF_LISTED = (
    "days off by decree or in place of a holiday at a weekend count only if they stand in the state's list in the Official "
    "Journal: it would be {} then"
)
_MOST = 500
"""So many occurrences are looked through for those after a day."""

_AT_ONCE = {
    DeadlineKind.IMMEDIATE: "at once: the text sets no day that could be counted",
    DeadlineKind.VAGUE: "the text names no day and no length of time",
}


class Stated(Protocol):
    """A deadline as extracted, or as a register's row: kinds and directions may be plain text."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def direction(self) -> str | None: ...
    @property
    def anchor(self) -> Part | str | None: ...
    @property
    def due(self) -> date | None: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Due:
    """``due`` is a day, or for hours a moment; None with a ``reason``. ``dates`` are all that follow, the first included.

    ``steps`` lead from the event to ``due``. ``begun`` says that the event was what it was counted from: a day that the
    text itself fixes needs none.
    """

    due: Moment | None
    steps: tuple[str, ...] = ()
    reason: str = ""
    dates: tuple[Moment, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A deadline as written: its ``text`` may say what kind of days it means.

    ``names_day``: what returns does so on a day of each unit that the words name ("the tenth day of each month"), so that no
    event starts it.
    """

    text: str = ""
    names_day: bool = False


@dataclass(frozen=True, slots=True)
class Returns:
    """So many dates of what returns, without those before ``since``."""

    since: date | None = None
    count: int = 3


_NO_WORDING, _FIRST_RETURNS = Wording(), Returns()


def parse_event(text: str) -> Moment:
    """A day (``2026-03-02``) or a moment (``2026-03-02 14:00``, with ``+01:00`` or ``Z`` where it is known).

    Raises:
        ValueError: it is neither.

    >>> parse_event("2026-03-02 14:00")
    datetime.datetime(2026, 3, 2, 14, 0)
    """
    words = text.strip()
    try:
        return date.fromisoformat(words) if len(words) <= len("2026-03-02") else datetime.fromisoformat(words)
    except ValueError:
        raise ValueError(
            f"{text!r} is no date. Write year-month-day, with the time where hours count: 2026-03-02 or 2026-03-02 14:00."
        ) from None


def due_of(
    deadline: Stated,
    event: Moment | None = None,
    *,
    law: str | None,
    place: str | None = None,
    wording: Wording = _NO_WORDING,
    returns: Returns = _FIRST_RETURNS,
) -> Due:
    """The day or moment by which a deadline ends that ``event`` starts, or that the text fixes itself.

    Args:
        deadline: kind, value, direction, anchor, and what the text alone fixed.
        event: when the event happened; a moment where hours count, by the clocks of the place unless it says otherwise.
        law: how periods are counted (see :func:`dutybook.resolve.calendar.compute_due`); None where that is not known.
        place: whose public holidays and clocks count, as in :mod:`dutybook.resolve.holidays`.
        wording: the deadline as written.
        returns: which dates are asked for of what returns.

    Raises:
        NotFound: there is no such law or place.
        ValueError: the moment does not exist at the place, or the place has several time zones and hours count.
    """
    kind = DeadlineKind(deadline.kind)
    if kind in _AT_ONCE:
        return Due(None, reason=_AT_ONCE[kind])
    if deadline.due is not None:
        return Due(deadline.due, deadline.steps, dates=(deadline.due,))
    value = deadline.value
    if kind is DeadlineKind.FIXED or value is None:
        return Due(None, reason=deadline.reason or "the text names no day")
    if event is None:
        return Due(None, reason=_needs(kind, value, deadline))
    if (unfit := _unfit(kind, value, event, wording)) is not None:
        return Due(None, reason=unfit)
    off: Container[date] = holidays_for(law, place) if place else frozenset()
    counting = _Counting(law, off, _at(event, place, "T" in value), wording.text)
    if law is None and not returns_by_itself(value):
        return Due(None, reason="which law counts its periods is not known: name one")
    try:
        made = _count(counting, kind, value, deadline, returns)
    except (ValueError, OverflowError) as error:
        return Due(None, reason=str(error))
    if kind is DeadlineKind.DURATION:
        return replace(made, steps=(*made.steps, "what must be kept is kept until that day has ended"))
    if "T" in value or made.due is None or law is None:
        return made
    return replace(made, steps=(*made.steps, _of_holidays(place, off)))


def _count(counting: _Counting, kind: DeadlineKind, value: str, deadline: Stated, returns: Returns) -> Due:
    if kind is DeadlineKind.RECURRING:
        return counting.recurring(value, returns)
    direction = Direction(deadline.direction) if deadline.direction else None
    due, steps = counting.once(value, direction, moves=kind is not DeadlineKind.DURATION)
    return Due(due, (counting.first_step, *steps), dates=(due,), begun=True)


def _of_holidays(place: str | None, off: Container[date]) -> str:
    """Which public holidays were taken into account: a reader must know that some were not."""
    if not isinstance(off, HolidaysAt):
        return "public holidays are not taken into account"
    unknown = off.unknown()
    years = f"; those of {', '.join(map(str, unknown))} are not known" if unknown else ""
    return f"public holidays are those of {place}{years}"


def _needs(kind: DeadlineKind, value: str, deadline: Stated) -> str:
    anchor = deadline.anchor.text if isinstance(deadline.anchor, Part) else deadline.anchor
    if anchor:
        return f"needs the date of: {' '.join(anchor.split())[:_LONGEST_ANCHOR]}"
    if kind is DeadlineKind.RECURRING:
        return (
            "it returns: needs a day from which to look on"
            if returns_by_itself(value)
            else "needs the day it counts from"
        )
    if kind is DeadlineKind.DURATION:
        return "a duration: needs the date on which it begins"
    return deadline.reason or "needs the date of the event that starts it"


def _unfit(kind: DeadlineKind, value: str, event: Moment, wording: Wording) -> str | None:
    """Why this value cannot be counted from this event, if so."""
    if kind is DeadlineKind.RECURRING and returns_by_itself(value):
        return None
    if kind is DeadlineKind.RECURRING and wording.names_day:
        return "it returns on a day that its words name, whenever an event happens: no date is counted"
    try:
        period = parse_period(value.removeprefix("R/") if kind is DeadlineKind.RECURRING else value)
    except ValueError as error:
        return str(error)
    if period == Period():
        return f"{value!r} has no length"
    if (period.hours or period.minutes) and not isinstance(event, datetime):
        return f"{period} need the time of the event, not only its day: write it as {event} 14:00"
    return None


def _at(event: Moment, place: str | None, hours: bool) -> Moment:
    """A moment by the clocks of the place; without a place as it stands."""
    if not isinstance(event, datetime) or place is None:
        return event
    zone = zone_of(place)
    if event.tzinfo is not None:
        return event.astimezone(ZoneInfo(zone)) if zone else event
    return moment_at(event, place) if zone or hours else event


@dataclass(frozen=True, slots=True)
class _Counting:
    """What is the same for all that one event starts."""

    law: str | None
    off: Container[date]
    event: Moment
    words: str

    @property
    def first_step(self) -> str:
        """The event, from which all is counted."""
        if not isinstance(self.event, datetime):
            return f"the event: {self.event} ({self.event:%A})"
        zone = f" {self.event.tzname()}" if self.event.tzinfo else ""
        return f"the event: {self.event:%Y-%m-%d %H:%M}{zone} ({self.event:%A})"

    @property
    def day(self) -> date:
        return date_of(self.event)

    def once(self, value: str, direction: Direction | None, *, moves: bool = True) -> tuple[Moment, tuple[str, ...]]:
        law = self.law or ""
        terms = replace(terms_in(law, self.words), moves=moves)
        if not value.endswith("D"):
            terms = replace(terms, days=None)
        due, steps = compute_due(value, direction, self.event, law=law, holidays=self.off, terms=terms)
        if not isinstance(self.off, HolidaysAt) or not self.off.statutory_only:
            return due, steps
        every = HolidaysAt(self.off.place)
        other, _ = compute_due(value, direction, self.event, law=law, holidays=every, terms=terms)
        return due, steps if other == due else (*steps, _IF_LISTED.format(other))

    def recurring(self, value: str, returns: Returns) -> Due:
        dates: list[Moment] = []
        steps: tuple[str, ...] = ()
        for number in range(1, _MOST + 1):
            one, how = self._occurrence(value, number)
            if returns.since is not None and date_of(one) < returns.since:
                continue
            steps = steps or (self.first_step, f"return number {number} of {value}", *how)
            dates.append(one)
            if len(dates) >= returns.count:
                break
        if not dates:
            return Due(None, reason=f"none of its first {_MOST} returns lies on or after {returns.since}")
        return Due(dates[0], steps, dates=tuple(dates), begun=True)

    def _occurrence(self, value: str, number: int) -> tuple[Moment, tuple[str, ...]]:
        if not returns_by_itself(value):
            return self.once(str_of(parse_period(value.removeprefix("R/")), number), Direction.AFTER)
        day = nominal(value, self.day, number)
        if self.law is None:
            return day, (f"the day itself: {day}; no law is named that might move it for a day off",)
        return compute_due(day.isoformat(), None, self.day, law=self.law, holidays=self.off)


def str_of(period: Period, times: int = 1) -> str:
    """A period as it is written, so many times.

    >>> str_of(Period(years=1, months=6), 2)
    'P2Y12M'
    """
    named = ((period.years, "Y"), (period.months, "M"), (period.weeks, "W"), (period.days, "D"))
    made = "P" + "".join(f"{number * times}{unit}" for number, unit in named if number)
    if period.working_days:
        made += f"{period.working_days * times}BD"
    if period.minutes:
        return f"{made}T{period.minutes * times}M"
    return made + (f"T{period.hours * times}H" if period.hours else "")
