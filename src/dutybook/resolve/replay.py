"""Computing a day again from what it was computed from: the test of every date that is not in the text itself."""

from __future__ import annotations

from datetime import date, timedelta

from dutybook.records import PLAIN, STATED, Computation, Direction
from dutybook.resolve.calendar import CountingTerms, compute_due
from dutybook.resolve.holidays import holidays_for
from dutybook.resolve.periods import parse_period


def replay(basis: Computation) -> date:
    """The day that follows from ``basis``.

    Raises:
        ValueError: it lacks its event, or says what its law does not know.

    >>> str(replay(Computation("P20D", PLAIN, date(2026, 1, 31), "publication")))
    '2026-02-20'
    """
    if basis.law == STATED:
        return date.fromisoformat(basis.value)
    if basis.event is None:
        raise ValueError(f"{basis.value} runs from an event that is not given")
    if basis.law == PLAIN:
        period = parse_period(basis.value)
        if period.years or period.months or period.hours or period.working_days:
            raise ValueError(f"{basis.value} is no number of days")
        return basis.event + timedelta(days=7 * period.weeks + period.days + basis.then)
    due, _ = compute_due(
        basis.value,
        Direction.BEFORE if basis.before else Direction.AFTER,
        basis.event,
        law=basis.law,
        holidays=holidays_for(basis.law, basis.holidays) if basis.holidays else frozenset(),
        terms=CountingTerms(clear=basis.clear, days=basis.days),
    )
    return date(due.year, due.month, due.day) + timedelta(days=basis.then)
