"""From the words of a deadline or fact to a day, where the text and the act's own dates fix it; else why not.

Nothing is guessed: a date that is not computed carries what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol

from dutybook.languages import available, load
from dutybook.records import DeadlineKind, Direction, Fact, FactType, Genre, Part
from dutybook.resolve.calendar import compute_due, law_for, reading_of, why_no_law
from dutybook.resolve.holidays import HolidaysAt, known_place

_ACTS = frozenset({Genre.EU_ACT, Genre.STATUTE})
"""Genres whose own publication and entry into force are the dates that "this act" counts from."""

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_DAYS = re.compile(r"P(\d{1,3})D")
_LONGEST_ANCHOR = 200

_WITHOUT_A_DAY = {
    DeadlineKind.RECURRING: "it returns; no single day is due",
    DeadlineKind.DURATION: "a duration, not a day",
    DeadlineKind.IMMEDIATE: "at once, without a day",
    DeadlineKind.VAGUE: "the text names no day",
}

Origin = Literal["entry_into_force", "application", "publication"]
_ORIGINS: tuple[Origin, ...] = ("entry_into_force", "application", "publication")


class Finding(Protocol):
    """What this stage needs of a deadline that extraction found."""

    @property
    def kind(self) -> DeadlineKind: ...
    @property
    def value(self) -> str | None: ...
    @property
    def direction(self) -> Direction | None: ...
    @property
    def anchor(self) -> Part | None: ...


def resolve_deadline(
    finding: Finding,
    *,
    published: str | None,
    entry_into_force: date | None,
    genre: Genre,
    application: date | None = None,
    jurisdiction: str = "",
    words: str = "",
) -> tuple[date | None, tuple[str, ...], str]:
    """The due day, the steps to it, and the reason where there is none (empty where there is one).

    Args:
        finding: kind, value, direction and anchor of the deadline.
        published: when the act (not an article about it) was published, ISO; anything else counts as unknown.
        entry_into_force: when the act enters into force, where known.
        genre: only acts of the Union and statutes have dates of their own that deadlines run from.
        application: when the act begins to apply, where known and one.
        jurisdiction: whose act it is (``DE``), empty where that is not known; it decides by which law periods count.
        words: the deadline as written: "10 jours ouvrés" are other days than "10 jours ouvrables".
    """
    if finding.kind in _WITHOUT_A_DAY:
        return None, (), _WITHOUT_A_DAY[finding.kind]
    if finding.kind is DeadlineKind.FIXED:
        return _fixed(finding.value)
    if finding.anchor is None:
        return None, (), "needs the date of the event that starts it"
    anchor = " ".join(finding.anchor.text.split())[:_LONGEST_ANCHOR]
    needs = f"needs the date of: {anchor}"
    origin = _origin(anchor) if genre in _ACTS and finding.direction is not None else None
    if origin is None:
        return None, (), needs
    days = {"entry_into_force": entry_into_force, "application": application, "publication": _day(published)}
    day = days[origin]
    if day is None:
        return None, (), needs
    law = law_for(genre, jurisdiction)
    if law is None:
        return None, (), f"{why_no_law(jurisdiction)} ({anchor})"
    value, reading = finding.value or "", reading_of(law, words)
    days = reading.days if value.endswith("D") else None
    holidays, which = _holidays(genre, jurisdiction)
    try:
        due, steps = compute_due(
            value, finding.direction, day, law=law, holidays=holidays, clear=reading.clear, days=days
        )
    except ValueError as error:
        return None, (), str(error)
    if isinstance(due, datetime):
        return None, (), "a period in hours needs the time of the event"
    start = f"{origin.replace('_', ' ')} of this act: {day}"
    return due, (start, *steps, which), ""


def _holidays(genre: Genre, jurisdiction: str) -> tuple[Container[date], str]:
    """The holidays that are certain: those of the whole state. Where an act of the Union is obeyed, nobody knows."""
    if genre is not Genre.STATUTE or not known_place(jurisdiction):
        return frozenset(), "public holidays are not taken into account"
    return HolidaysAt(jurisdiction), f"public holidays are those of {jurisdiction}; parts of it may have more"


def _fixed(value: str | None) -> tuple[date | None, tuple[str, ...], str]:
    if value is None:
        return None, (), "the text names no day"
    if _FULL_DATE.fullmatch(value):
        day = _day(value)
        if day is None:
            return None, (), f"“{value}” is no day of the calendar"
        return day, (f"“{value}” is a fixed date",), ""
    if _MONTH.fullmatch(value):
        return None, (), "only a month is given"
    if _YEAR.fullmatch(value):
        return None, (), "only a year is given"
    return None, (), f"“{value}” is no full date"


@lru_cache(maxsize=4096)
def _origin(words: str) -> Origin | None:
    """Which of this act's own dates an anchor names, in any language.

    The anchor must be one of the pack's phrases and nothing else, and those name this act: "after its entry into force"
    may speak of a contract.
    """
    for code in available():
        for origin in _ORIGINS:
            pattern = _anchor_pattern(code, origin)
            if pattern is not None and pattern.fullmatch(words):
                return origin
    return None


@lru_cache(maxsize=256)
def _anchor_pattern(code: str, origin: Origin) -> re.Pattern[str] | None:
    temporal = load(code).temporal
    phrases: tuple[str, ...] = getattr(temporal, origin)
    if not phrases:
        return None
    triggers = "|".join(_source(p) for t in temporal.triggers for p in t.phrases) or "(?!)"
    wanted = "|".join(_source(p) for p in phrases)
    return re.compile(rf"\s*(?:(?:{triggers})\s+)?(?:{wanted})\s*[.,;:]?\s*", re.IGNORECASE)


def _source(pattern: str) -> str:
    """A pack's pattern (see ``languages/sections/temporal``) without slots as a regular expression."""
    return pattern.replace("'", "['’]").replace(" ?", r"\s*").replace(" ", r"\s+")


def resolve_facts(facts: Sequence[Fact], *, published: str | None, genre: Genre) -> tuple[Fact, ...]:
    """The facts with their day where it is fixed: full dates, and entry into force days after a known publication.

    "On the twentieth day following that of its publication" is publication plus twenty days (Art 297(1) TFEU); such a
    day does not move for a Sunday, since nobody has to act by it. Other facts come back as they are.
    """
    base = _day(published) if genre in _ACTS else None
    return tuple(_resolved(fact, base) for fact in facts)


def _resolved(fact: Fact, base: date | None) -> Fact:
    due, steps, _ = _fixed(fact.value)
    if due is not None:
        return replace(fact, due=due, steps=steps)
    days = _DAYS.fullmatch(fact.value or "")
    if fact.type is FactType.ENTRY_INTO_FORCE and days and base is not None:
        count = int(days.group(1))
        if base > date.max - timedelta(days=count):
            return fact
        due = base + timedelta(days=count)
        counted = f"day {count} after the day of publication is {due}; entry into force does not move for a day off"
        return replace(fact, due=due, steps=(f"published on {base}", counted))
    return fact


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written and _FULL_DATE.fullmatch(written) else None
    except ValueError:
        return None
