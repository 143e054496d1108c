"""One question to the calendar with everything that its answer depends on, so that it can be asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dutybook.records import Direction
from dutybook.resolve.calendar import Reckoning, reckon
from dutybook.resolve.holidays import HolidaysAt, moment_at, zone_of


@dataclass(frozen=True, slots=True)
class Question:
    """When is ``value`` over, counted from ``event`` by ``law`` with the holidays and the clock of ``place``?

    Fields are as the arguments of :func:`dutybook.resolve.calendar.reckon`; ``place`` is one of
    :mod:`dutybook.resolve.holidays`, or None where it is not known.
    """

    value: str
    direction: Direction | None
    event: date | datetime
    law: str
    place: str | None = None
    begins: bool = False
    moves: bool = True
    clear: bool = False
    days: str | None = None


def answer(question: Question) -> Reckoning:
    """Where the period ends, with steps that also say which holidays and which clock were used.

    The same question has the same answer at any time: nothing but the question goes into it.

    Raises:
        ValueError: as :func:`dutybook.resolve.calendar.reckon`; or clocks at the place skip the event's time.
        NotFound: there is no such law or place.

    >>> asked = Question("P1M", Direction.AFTER, date(2026, 3, 3), law="bgb", place="DE-NW")
    >>> str(answer(asked).due), answer(asked) == answer(asked)
    ('2026-04-07', True)
    """
    if question.place is None:
        found = _reckon(question, question.event, None)
        return replace(found, steps=(*found.steps, "public holidays are not taken into account"))
    holidays = HolidaysAt(question.place)
    event, seen = _at(question.event, question.place, "T" in question.value)
    found = _reckon(question, event, holidays)
    years = ", ".join(str(year) for year in holidays.unknown())
    unknown = f"; those of {years} are not known and were not taken into account" if years else ""
    return replace(found, steps=(*seen, *found.steps, f"public holidays are those of {holidays.place}{unknown}"))


def _reckon(question: Question, event: date | datetime, holidays: HolidaysAt | None) -> Reckoning:
    return reckon(
        question.value,
        question.direction,
        event,
        law=question.law,
        holidays=frozenset() if holidays is None else holidays,
        begins=question.begins,
        moves=question.moves,
        clear=question.clear,
        days=question.days,
    )


def _at(event: date | datetime, place: str, hours: bool) -> tuple[date | datetime, tuple[str, ...]]:
    """The event on the clock of the place: a moment elsewhere may be another day there."""
    if not isinstance(event, datetime):
        return event, ()
    zone = zone_of(place)
    if event.tzinfo is None:
        if not hours or zone is None:
            return event, ()
        return moment_at(event, place), (f"the time of the event is that of clocks in {place} ({zone})",)
    if zone is None:
        return event, ()
    there = event.astimezone(ZoneInfo(zone))
    if there.replace(tzinfo=None) == event.replace(tzinfo=None):
        return there, ()
    return there, (f"the event is at {there:%Y-%m-%d %H:%M} by the clocks of {place} ({zone})",)
