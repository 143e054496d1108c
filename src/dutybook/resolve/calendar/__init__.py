"""When a period ends, by the law that counts it. Pure functions: the same arguments give the same day and steps.

The laws are data (``languages/calendars/``): Regulation (EEC, Euratom) No 1182/71, §§ 187 to 193 BGB, and those of
other states. Public holidays are an argument, since they depend on the place (:mod:`dutybook.resolve.holidays`).

* :func:`compute_due` gives the day and the steps.
* :func:`law_for` names the law of a document; :func:`terms_in` what a deadline's own words ask for.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date, datetime

from dutybook.languages.period_laws import PeriodLaw, period_law, period_laws
from dutybook.records import Direction, Family
from dutybook.records.dates import date_of
from dutybook.resolve.calendar.counting import (
    PLAIN_TERMS,
    CountingTerms,
    PeriodRequest,
    count_backwards,
    count_forwards,
    count_hours,
    move_to_working_day,
)
from dutybook.resolve.periods import Period, parse_period


def law_for(family: Family, jurisdiction: str) -> str | None:
    """The id of the law by which deadlines in such a document count; None where that is not known.

    Acts of the Union count by Regulation 1182/71 (its Art 1) whatever ``jurisdiction`` says; everything else by the law
    of its state (``DE``, or a region of it: ``DE-BY``). The language says nothing: statutes in German are German,
    Austrian, Swiss. :func:`why_no_law` gives the reason where the answer is None.

    >>> law_for(Family.EU_ACT, ""), law_for(Family.STATUTE, "DE-BY"), law_for(Family.STATUTE, "")
    ('reg1182', 'bgb', None)
    """
    state = "EU" if family is Family.EU_ACT else jurisdiction.upper().partition("-")[0]
    return next((law.id for law in period_laws().values() if state in law.jurisdictions), None) if state else None


def why_no_law(jurisdiction: str) -> str:
    """Why :func:`law_for` knows no law: which state's text it is is not known, or how that state counts."""
    if not jurisdiction:
        return "which state's law this is, and so how it counts periods, is not known"
    return f"how the law of {jurisdiction} counts periods is not known here"


def terms_in(law: str, words: str) -> CountingTerms:
    """What the words of a deadline ("10 jours ouvrés francs") say of how its days count under ``law``.

    Raises:
        NotFound: there is no such law.
    """
    chosen = period_law(law)
    plain = " ".join(words.split()).casefold()
    clear = chosen.clear is not None and _any(chosen.clear.words, plain)
    days = next((name for name, kind in chosen.kinds.items() if _any(kind.words, plain)), None)
    return CountingTerms(clear=clear, days=days)


def _any(patterns: tuple[str, ...], words: str) -> bool:
    return any(re.search(pattern, words) for pattern in patterns)


def compute_due(
    value: str,
    direction: Direction | None,
    event: date | datetime,
    *,
    law: str,
    holidays: Container[date] = frozenset(),
    terms: CountingTerms = PLAIN_TERMS,
) -> tuple[date | datetime, tuple[str, ...]]:
    """The last day (for hours: the last moment) in time, in both directions, with the steps to it.

    A day is over at the midnight after it. The period "seven days before 25 June" is complete when 18 June begins:
    17 June is its day.

    Args:
        value: a period (``P14D``, ``P2W``, ``P1M``, ``P1Y``, ``P1Y6M``, ``P5BD``, ``PT72H``, ``PT30M``) or a day (``2026-08-02``).
        direction: whether the period runs after the event (also where None) or back from it.
        event: the day, for hours the moment, that starts the period. Moments are taken in their own time zone.
        law: the id of a law in ``languages/calendars/``, such as ``reg1182``, ``bgb``, ``fr``.
        holidays: public holidays of the place that counts (a set, or a mapping to their names).
        terms: what is particular about the period.

    Raises:
        ValueError: ``value`` is neither a period nor a day, ``event`` is a day where a moment is needed, the law does
            not know what is asked of it, or the result lies outside the years 1 to 9999.
        NotFound: there is no such law.

    >>> due, steps = compute_due("P1M", Direction.AFTER, date(2025, 1, 31), law="reg1182")
    >>> str(due)
    '2025-02-28'
    """
    chosen = period_law(law)
    steps: list[str] = []
    due: date | datetime
    try:
        if value[:1].isdigit():
            due = _fixed(value, PeriodRequest(Period(), chosen, holidays, CountingTerms(moves=terms.moves)), steps)
        else:
            due = _count(value, PeriodRequest(parse_period(value), chosen, holidays, terms), direction, event, steps)
    except OverflowError as error:
        raise ValueError(f"{value} from {event} leads out of the calendar") from error
    return due, tuple(steps)


def _count(
    value: str, request: PeriodRequest, direction: Direction | None, event: date | datetime, steps: list[str]
) -> date | datetime:
    period = request.period
    _check(request.law, period, direction, request.terms)
    if "T" in value:
        if not isinstance(event, datetime):
            unit = "hours" if period.hours else "minutes"
            raise ValueError(f"a period in {unit} needs the time of the event, not only its day")
        return count_hours(request, direction, event, steps)
    count = count_backwards if direction is Direction.BEFORE else count_forwards
    return count(request, date_of(event), steps)


def _check(law: PeriodLaw, period: Period, direction: Direction | None, terms: CountingTerms) -> None:
    days = terms.days
    if terms.begins and law.begins is None:
        raise ValueError(f"{law.name} has no rule for periods that include the event's day (§ 187 Abs. 2 BGB has)")
    if terms.begins and direction is Direction.BEFORE:
        raise ValueError("a period that runs back from an event does not begin with its day")
    if terms.clear and law.clear is None:
        raise ValueError(f"{law.name} knows no periods of clear days")
    if days is not None and days not in law.kinds:
        raise ValueError(f"{law.name} counts no days called {days!r}; it knows: {', '.join(law.kinds)}")
    if days is not None and not (period.days or period.working_days):
        raise ValueError(f"{period} have no days to count as {days!r}")


def _fixed(value: str, request: PeriodRequest, steps: list[str]) -> date:
    day = date.fromisoformat(value)
    steps.append(f"“{value}” is a fixed date")
    if "dates" in request.law.end.moves and request.terms.moves:
        return move_to_working_day(request, day, steps)
    off = request.ends_off()
    if request.terms.moves and day in off:
        where = f" ({request.law.dates.source})" if request.law.dates else ""
        steps.append(f"{day} is {off.why(day)}; a fixed date stays{where}")
    return day
