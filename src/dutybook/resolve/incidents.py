"""Which duty starts the clock of which, and when each ends: pure functions of the duties, the moments of an incident and what was submitted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutybook.languages.incidents import SUBMITTED, names_in
from dutybook.records import DeadlineKind
from dutybook.records.incidents import Clock, CountedClock, CountedDuty, Duty, DutyState, Moment, Report
from dutybook.resolve.due import Wording, due_of, parse_event
from dutybook.resolve.holidays import moment_at, zone_of

_PART = re.compile(r"\(([a-z]{1,4}|\d+[a-z]?)\)|(?<!\w)(\d+[a-z]?)(?!\w)|(?<!\w)([a-z])(?!\w)")
#: Labels in an anchor: a letter alone is an article there ("a final report").
_LABEL = re.compile(r"\(([a-z]{1,4}|\d+[a-z]?)\)|(?<![\w/])(\d+[a-z]?)(?![\w/])")
_AT_ONCE = frozenset({DeadlineKind.IMMEDIATE, DeadlineKind.VAGUE})
_NO_REPORT = Report()


def parts_of_place(place: str) -> tuple[str, ...]:
    """The labels of a place, outermost first.

    >>> parts_of_place("Art 23(4)(b)"), parts_of_place("§ 4 Abs. 1 Satz 2")
    (('23', '4', 'b'), ('4', '1', '2'))
    """
    return tuple(next(filter(None, match.groups())) for match in _PART.finditer(place.casefold()))


def link_duties(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """The duties with the clocks that wait for a submission tied to the duty whose submission they mean.

    The anchor says which: by a place in the same article ("under point (b)"), or by the stage ("of the initial notification"). Where it
    says neither, it is the duty before it in the article, and the duty has the doubt "moment".
    """
    return tuple(_linked(duty, duties) for duty in duties)


def _linked(duty: Duty, duties: Sequence[Duty]) -> Duty:
    clocks, doubts = [], list(duty.doubts)
    for clock in duty.clocks:
        if clock.moment == SUBMITTED:
            other, sure = _meant(duty, clock, duties)
            clock = replace(clock, after=other.id if other else "")
            if not sure and "moment" not in doubts:
                doubts.append("moment")
        clocks.append(clock)
    return replace(duty, clocks=tuple(clocks), doubts=tuple(doubts))


def _meant(duty: Duty, clock: Clock, duties: Sequence[Duty]) -> tuple[Duty | None, bool]:
    """The duty whose submission starts a clock, and whether the words say so."""
    own = parts_of_place(duty.place)
    # A duty that is waited for is submitted itself: what is only to be done at once is no such thing.
    others = [d for d in duties if d.document == duty.document and d.id != duty.id and _has_period(d)]
    article = [d for d in others if parts_of_place(d.place)[:1] == own[:1]]
    anchor = clock.anchor or ""
    stages = names_in("stages", duty.language, anchor)
    staged = (d for d in [*article, *others] if d.stage and d.stage in stages)
    named = _named_by_place(anchor, own, article) or next(staged, None)
    if named is not None:
        return named, True
    before = [d for d in article if duties.index(d) < duties.index(duty)]
    return (before[-1] if before else None), False


def _named_by_place(anchor: str, own: Sequence[str], article: Sequence[Duty]) -> Duty | None:
    """Of the duties of an article the one whose place an anchor names, the nearest to the place ``own``; the first if there are several."""
    labels = {match[1] or match[2] for match in _LABEL.finditer(anchor.casefold())}
    placed = [d for d in article if labels & set(parts_of_place(d.place)[1:])]
    return max(placed, key=lambda d: _shared(own, parts_of_place(d.place)), default=None)


def _has_period(duty: Duty) -> bool:
    return any(clock.kind == DeadlineKind.PERIOD for clock in duty.clocks)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def count_duties(
    duties: Sequence[Duty],
    moments: Mapping[str, str],
    reports: Mapping[str, Report],
    *,
    now: datetime,
    place: str | None = None,
    law: str | None = None,
) -> tuple[CountedDuty, ...]:
    """Count the clocks of duties; what is due first comes first, and what has no instant last.

    Args:
        duties: linked, see :func:`link_duties`.
        moments: when what happened, by the names in :data:`dutybook.languages.incidents.MOMENTS`: days or moments in ISO 8601.
        reports: what was done about duties, by their ids.
        now: the present moment with its time zone.
        place: whose public holidays and clocks count, such as ``DE-BY``.
        law: how periods of acts count of which that is not known.

    Raises:
        NotFound: there is no such place or law.
        ValueError: a moment is no date, or does not exist at the place.
    """
    counted = [_counted(replace(duty, law=duty.law or law), moments, reports, now, place) for duty in duties]
    return tuple(sorted(counted, key=lambda row: (row.due is None, end_of(row.due, place) if row.due else now)))


def _counted(
    duty: Duty, moments: Mapping[str, str], reports: Mapping[str, Report], now: datetime, place: str | None
) -> CountedDuty:
    report = reports.get(duty.id, _NO_REPORT)
    clocks = tuple(_count(clock, duty, moments, reports, place) for clock in duty.clocks)
    due = min((c.due for c in clocks if c.due is not None), key=lambda day: end_of(day, place), default=None)
    return CountedDuty(duty, report, clocks, due, _state(duty, report, due, now, place))


def _count(
    clock: Clock, duty: Duty, moments: Mapping[str, str], reports: Mapping[str, Report], place: str | None
) -> CountedClock:
    started = reports.get(clock.after, _NO_REPORT).submitted if clock.moment == SUBMITTED else moments.get(clock.moment)
    event = parse_event(started) if started else None
    made = due_of(clock, event, law=duty.law, place=place, wording=Wording(clock.quote))
    return CountedClock(clock, made.due, made.steps, made.reason)


def _state(duty: Duty, report: Report, due: Moment | None, now: datetime, place: str | None) -> DutyState:
    if report.dropped:
        return DutyState.DROPPED
    if report.submitted:
        done = _moment(parse_event(report.submitted), place)
        return DutyState.LATE if due is not None and done > end_of(due, place) else DutyState.MET
    if due is not None:
        return DutyState.MISSED if now > end_of(due, place) else DutyState.OPEN
    at_once = all(clock.kind in _AT_ONCE for clock in duty.clocks)
    return DutyState.PROMPT if at_once else DutyState.WAITING


def end_of(due: Moment, place: str | None = None) -> datetime:
    """The moment, with its time zone, at which a period is over: for a day the midnight after it, by the clocks of the place.

    Without a place it is by the clocks of this machine.
    """
    if isinstance(due, datetime):
        return _moment(due, place)
    return _moment(datetime.combine(due + timedelta(days=1), time()), place)


def _moment(moment: Moment, place: str | None) -> datetime:
    """A moment with its time zone; a day is its first moment."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is not None:
        return moment
    zone = zone_of(place) if place else None
    if zone is None:
        return moment.astimezone()
    try:
        return moment_at(moment, place or "")
    except ValueError:  # the clock leaves this moment out: the one after the change
        return moment.replace(tzinfo=ZoneInfo(zone))


__all__ = ["count_duties", "end_of", "link_duties", "parts_of_place"]
