"""Due dates of deadlines and facts: computed where the text and known dates fix them, absent with a reason otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Protocol

from dutybook.languages import LanguagePack, available, load
from dutybook.records import DeadlineKind, Direction, Fact, FactType, Genre, Part
from dutybook.resolve.calendar import Calendar, PeriodLaw, add_calendar, compute_due
from dutybook.resolve.periods import Period

Resolved = tuple[date | None, tuple[str, ...], str]
"""The due date, the steps to it, and where there is none the reason."""


class TimedFinding(Protocol):
    """What a deadline must have to be resolved; findings and stored deadlines both do."""

    @property
    def kind(self) -> DeadlineKind: ...
    @property
    def value(self) -> str | None: ...
    @property
    def direction(self) -> Direction | None: ...
    @property
    def anchor(self) -> Part | None: ...


def resolve_deadline(
    finding: TimedFinding,
    *,
    published: str | date | None,
    entry_into_force: date | None,
    genre: Genre,
    application: date | None = None,
    pack: LanguagePack | None = None,
    calendar: Calendar | None = None,
) -> Resolved:
    """When a deadline falls due: ``(due, steps, reason)``.

    A fixed date is due on its day; a year or month alone has no due day. A period is computed only where its anchor
    is this act's own entry into force, application or publication and that date is known. All others depend on an
    event: no date, and the reason says which.

    Args:
        finding: the deadline.
        published: publication date of the act (ISO or date), None where unknown.
        entry_into_force: the act's, None where unknown.
        genre: statutes count by §§ 187–193 BGB, all others by Regulation 1182/71, unless ``calendar`` says otherwise.
        application: the date from which the act applies.
        pack: the language of the anchor; all languages are tried where left out.
        calendar: how to count.
    """
    value = finding.value
    if finding.kind is DeadlineKind.FIXED and value:
        return _fixed(value)
    if finding.kind is DeadlineKind.RECURRING:
        return None, (), "returns: it has no single date"
    if finding.kind is DeadlineKind.IMMEDIATE:
        return None, (), "runs from the event, without a fixed time"
    if finding.kind is DeadlineKind.DURATION:
        return None, (), "a duration: it has no due date of its own"
    if finding.kind is DeadlineKind.VAGUE or not value:
        return None, (), "the text gives no quantity"
    anchor = finding.anchor
    if anchor is None:
        return None, (), "needs the date of the event that starts the period"
    known = _known_dates(published, entry_into_force, application)
    for name, day in known:
        if _is_anchor(anchor.text, name, pack):
            if day is None:
                return None, (), f"needs the date of {_LABELS[name]}"
            due, steps = compute_due(value, finding.direction, day, calendar or calendar_for(genre))
            if due is None:
                return None, (), steps[-1]
            start = f"{_LABELS[name]} is {day.isoformat()}"
            return _as_day(due), (start, *steps), ""
    return None, (), f"needs the date of the event: “{' '.join(anchor.text.split())[:160]}”"


def resolve_facts(facts: Iterable[Fact], *, published: str | date | None, genre: Genre) -> tuple[Fact, ...]:
    """Facts with ``due`` and ``steps`` where they follow: dates as given, "the twentieth day following publication".

    Such a day is counted from publication without moving it off a day off: an act's entry into force is no period
    in which to act. (Article 297 TFEU; Article 4(2) of Regulation 1182/71: it begins at 00:00 of that day.)
    """
    resolved = [_resolve_fact(fact, _day(published)) for fact in facts]
    in_force = next((f.due for f in resolved if f.type is FactType.ENTRY_INTO_FORCE and f.due), None)
    return tuple(_after_entry(fact, in_force, genre) for fact in resolved)


def calendar_for(genre: Genre) -> Calendar:
    """How a genre counts when nothing else is known. No holidays: pass a calendar where they matter."""
    if genre is Genre.STATUTE:
        return Calendar(law=PeriodLaw.BGB)
    return Calendar(law=PeriodLaw.EU)


# ---------------------------------------------------------------------------------------------------------------


_LABELS = {
    "entry_into_force": "entry into force",
    "application": "the start of application",
    "publication": "publication",
}


def _known_dates(
    published: str | date | None, entry_into_force: date | None, application: date | None
) -> tuple[tuple[str, date | None], ...]:
    return (
        ("entry_into_force", entry_into_force),
        ("application", application),
        ("publication", _day(published)),
    )


def _fixed(value: str) -> Resolved:
    day = _day(value)
    if day is not None:
        return day, (f"the text gives the date {day.isoformat()}",), ""
    if re.fullmatch(r"\d{4}-\d{2}", value):
        return None, (), "only a month is given"
    if re.fullmatch(r"\d{4}", value):
        return None, (), "only a year is given"
    return None, (), "the text gives no day"


def _is_anchor(words: str, name: str, pack: LanguagePack | None) -> bool:
    codes = (pack.code,) if pack else available()
    return any(_anchor_pattern(code, name).match(" ".join(words.split())) for code in codes)


@cache
def _anchor_pattern(code: str, name: str) -> re.Pattern[str]:
    """An anchor that is this event and nothing else: a trigger, then the event's words, then the end."""
    temporal = load(code).temporal
    events: tuple[str, ...] = getattr(temporal, name)
    if not events:
        return re.compile(r"(?!)")
    triggers = tuple(phrase for trigger in temporal.triggers for phrase in trigger.phrases)
    opening = "|".join(_source(t) for t in sorted(triggers, key=len, reverse=True))
    event = "|".join(_source(e) for e in sorted(events, key=len, reverse=True))
    return re.compile(rf"(?:(?:{opening})\s*)?(?:{event})\s*$", re.IGNORECASE)


def _source(pattern: str) -> str:
    return pattern.replace("'", "['’]").replace(" ?", r"\s*").replace(" ", r"\s+")


def _resolve_fact(fact: Fact, published: date | None) -> Fact:
    if fact.value is None or fact.due is not None:
        return fact
    day = _day(fact.value)
    if day is not None:
        return replace(fact, due=day, steps=(f"the text gives the date {day.isoformat()}",))
    period = Period.parse(fact.value)
    if fact.type is not FactType.ENTRY_INTO_FORCE or period is None or published is None or period.working:
        return fact
    if period.hours:
        return fact
    due = add_calendar(published, period)  # no rule on working days: an act's start is no period to act in
    steps = (f"publication is {published.isoformat()}", f"{fact.value} after it is {due.isoformat()}")
    return replace(fact, due=due, steps=steps)


def _after_entry(fact: Fact, in_force: date | None, genre: Genre) -> Fact:
    """Application and reviews that count from the act's own entry into force."""
    if fact.due is not None or in_force is None or fact.value is None or fact.type is not FactType.APPLICATION:
        return fact
    period = Period.parse(fact.value)
    if period is None or period.working or period.hours:
        return fact
    due, _ = compute_due(fact.value, Direction.AFTER, in_force, replace(calendar_for(genre), moves=False))
    if due is None:
        return fact
    steps = (f"entry into force is {in_force.isoformat()}", f"{fact.value} after it is {due.isoformat()}")
    return replace(fact, due=_as_day(due), steps=steps)


def _as_day(due: date) -> date:
    return due.date() if isinstance(due, datetime) else due


def _day(written: str | date | None) -> date | None:
    if isinstance(written, datetime):
        return written.date()
    if isinstance(written, date) or written is None:
        return written
    try:
        return date.fromisoformat(written[:10]) if re.match(r"\d{4}-\d{2}-\d{2}", written) else None
    except ValueError:
        return None
