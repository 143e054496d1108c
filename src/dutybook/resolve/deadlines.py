"""From the words of a deadline or a fact to a day, where the text and the act's own dates fix it; else why not.

Nothing is guessed: a date that is not computed carries what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from dutybook.document_view import DocumentView
from dutybook.languages.pack import available, temporal
from dutybook.languages.patterns import anywhere, fragment
from dutybook.languages.sections import FactFrame
from dutybook.records import (
    ENACTMENT,
    PLAIN,
    PUBLICATION,
    STATED,
    Computation,
    DeadlineKind,
    Direction,
    Fact,
    FactType,
    Family,
    Part,
    Reach,
)
from dutybook.records.dates import months_on
from dutybook.resolve.act_dates import facts_of_act
from dutybook.resolve.calendar import compute_due, law_for, terms_in, why_no_law
from dutybook.resolve.calendar.counting import CountingTerms
from dutybook.resolve.holidays import holidays_for, known_place
from dutybook.resolve.periods import parse_period
from dutybook.resolve.timeline import ActDates


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
        if period.hours or period.working_days:
            raise ValueError(f"{basis.value} is no number of days, months or years")
        begin = months_on(basis.event, 12 * period.years + period.months)
        return begin + timedelta(days=7 * period.weeks + period.days + basis.then)
    due, _ = compute_due(
        basis.value,
        Direction.BEFORE if basis.before else Direction.AFTER,
        basis.event,
        law=basis.law,
        holidays=holidays_for(basis.law, basis.holidays) if basis.holidays else frozenset(),
        terms=CountingTerms(clear=basis.clear, days=basis.days),
    )
    return date(due.year, due.month, due.day) + timedelta(days=basis.then)


_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})
"""Genres whose own publication and entry into force are the dates that "this act" counts from."""

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_YEAR = re.compile(r"\d{4}")
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


class Resolved(NamedTuple):
    """The day, the steps to it, the reason where there is none (empty where there is one), and what it was computed from."""

    due: date | None
    steps: tuple[str, ...] = ()
    reason: str = ""
    basis: Computation | None = None


def resolve_deadline(
    view: DocumentView, finding: Finding, dates: ActDates, *, jurisdiction: str = "", words: str = ""
) -> Resolved:
    """The day of a deadline, or the reason why it has none.

    Args:
        view: the document; only acts of the Union and statutes have dates of their own that deadlines run from, and only news
            are read relative to their publication.
        finding: what extraction found.
        dates: when the act enters into force and begins to apply.
        jurisdiction: whose act it is (``DE``), empty where that is not known; it decides by which law periods count.
        words: the deadline as written: "10 jours ouvrés" are other days than "10 jours ouvrables".
    """
    published, family = view.published, view.family
    if finding.kind in _WITHOUT_A_DAY:
        return Resolved(None, (), _WITHOUT_A_DAY[finding.kind])
    if finding.kind is DeadlineKind.FIXED:
        return fixed(finding.value, words, published if family is Family.NEWS else None)
    if finding.anchor is None:
        return Resolved(None, (), "needs the date of the event that starts it")
    anchor = " ".join(finding.anchor.text.split())[:_LONGEST_ANCHOR]
    needs = f"needs the date of: {anchor}"
    origin = _origin(anchor) if family in _ACTS and finding.direction is not None else None
    if origin is None:
        return Resolved(None, (), needs)
    day, source_of_day = _start(origin, dates, published)
    if day is None:
        return Resolved(None, (), needs)
    law = law_for(family, jurisdiction)
    if law is None:
        return Resolved(None, (), f"{why_no_law(jurisdiction)} ({anchor})")
    value, terms = finding.value or "", terms_in(law, words)
    if not value.endswith("D"):
        terms = replace(terms, days=None)
    holidays, place, which = _holidays(law, family, jurisdiction)
    try:
        due, steps = compute_due(value, finding.direction, day, law=law, holidays=holidays, terms=terms)
    except ValueError as error:
        return Resolved(None, (), str(error))
    if isinstance(due, datetime):
        return Resolved(None, (), "a period in hours needs the time of the event")
    start = f"{origin.replace('_', ' ')} of this act: {day}"
    before = finding.direction is Direction.BEFORE
    basis = Computation(value, law, day, source_of_day, before, place, terms.clear, terms.days)
    return Resolved(due, (start, *steps, which), "", basis)


def _start(origin: Origin, dates: ActDates, published: str | None) -> tuple[date | None, str]:
    """The day from which a deadline runs, and what states it: the id of a fact, or the publication."""
    if origin == "publication":
        return day_of(published), PUBLICATION
    fact = dates.entry_into_force if origin == "entry_into_force" else dates.application
    return (fact.due, fact.id) if fact is not None else (None, "")


def _holidays(law: str, family: Family, jurisdiction: str) -> tuple[Container[date], str, str]:
    """The holidays that are certain: those of the whole state. Where an act of the Union is obeyed, nobody knows."""
    if family is not Family.STATUTE or not known_place(jurisdiction):
        return frozenset(), "", "public holidays are not taken into account"
    return (
        holidays_for(law, jurisdiction),
        jurisdiction,
        f"public holidays are those of {jurisdiction}; parts of it may have more",
    )


def fixed(value: str | None, words: str = "", published: str | None = None) -> Resolved:
    """A day that the text states, or why it is none.

    Args:
        value: what extraction read.
        words: the text's own; without the year in them the day was read as seen from the day of publication.
        published: when a piece of news was published; acts are not read so.
    """
    if value is None:
        return Resolved(None, (), "the text names no day")
    if _FULL_DATE.fullmatch(value):
        day = day_of(value)
        if day is None:
            return Resolved(None, (), f"“{value}” is no day of the calendar")
        if not words or value[:4] in words:
            return Resolved(day, (f"“{value}” is a fixed date",), "", Computation(value, STATED))
        seen_from = day_of(published)
        if seen_from is None:
            return Resolved(None, (), "the words name no year")
        written = " ".join(words.split())
        step = f"“{written}”, as seen from the day of publication, {seen_from}, is {day}"
        return Resolved(day, (step,), "", Computation(value, STATED, seen_from, PUBLICATION))
    if _MONTH.fullmatch(value):
        return Resolved(None, (), "only a month is given")
    if _YEAR.fullmatch(value):
        return Resolved(None, (), "only a year is given")
    return Resolved(None, (), f"“{value}” is no full date")


def names_this_act(anchor: str) -> bool:
    """Whether an anchor is one of this act's own dates: its entry into force, application or publication."""
    return _origin(" ".join(anchor.split())[:_LONGEST_ANCHOR]) is not None


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
    known = temporal(code)
    phrases: tuple[str, ...] = getattr(known, origin)
    if not phrases:
        return None
    triggers = "|".join(fragment(p) for t in known.triggers for p in t.phrases) or "(?!)"
    wanted = "|".join(fragment(p) for p in phrases)
    return re.compile(rf"\s*(?:(?:{triggers})\s+)?(?:{wanted})\s*[.,;:]?\s*", re.IGNORECASE)


def day_of(written: str | None) -> date | None:
    """A full ISO date, or None."""
    try:
        return date.fromisoformat(written) if written and _FULL_DATE.fullmatch(written) else None
    except ValueError:
        return None


_NOT_ITS_OWN = frozenset({Reach.UNREAD, Reach.OTHER})
"""A decision that revokes a delegation takes effect after its own publication, not after the act's."""
_PERIOD = re.compile(r"P(\d{1,3})([DWMY])")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def resolve_facts(
    view: DocumentView, facts: Sequence[Fact], published_by: str = "", enacted: str | None = None
) -> tuple[Fact, ...]:
    """The facts with their day where it is fixed: full dates, and entry into force days after a known publication or enactment.

    "On the twentieth day following that of its publication" is publication plus twenty days (Art 297(1) TFEU); such a
    day does not move for a Sunday, since nobody has to act by it. "After the lapse of 14 days" is a day more where the law of
    the language counts so, and no day where that is not known. Other facts come back as they are.

    Args:
        view: the document; only acts of the Union and statutes enter into force by their own publication.
        facts: as extracted.
        published_by: the words that say when it was published, or what does; quoted in the steps.
        enacted: the day on which the act was enacted, signed or made (ISO), as the file says it.
    """
    published, enacted = (view.published, enacted) if view.family in _ACTS else (None, None)
    starts = {
        PUBLICATION: (day_of(published), f"published on {published}" + (f": {published_by}" if published_by else "")),
        ENACTMENT: (day_of(enacted), f"enacted on {enacted}"),
    }
    resolved = [_resolve_fact(view, fact, starts) for fact in facts]
    entries = [fact for fact in facts_of_act(resolved, FactType.ENTRY_INTO_FORCE) if fact.due]
    entry = entries[0] if len({fact.due for fact in entries}) == 1 else None
    return tuple(_resolve_after_entry(view, fact, entry) for fact in resolved)


def _resolve_after_entry(view: DocumentView, fact: Fact, entry: Fact | None) -> Fact:
    """A fact whose period runs from this act's entry into force, with its day; others, and what goes on about another act, as they are."""
    frame = _frame_of(view, fact)
    period = _PERIOD.fullmatch(fact.value or "")
    if entry is None or entry.due is None or frame is None or not frame.from_entry or not period or fact.due:
        return fact
    after = view.text[fact.span.end : fact.span.end + 2].strip()
    if after[:1].isalnum() or fact.reach in _NOT_ITS_OWN:
        return fact
    basis = Computation(fact.value or "", PLAIN, entry.due, entry.id)
    return _count(view, fact, basis, period, f"entry into force of this act: {entry.due}")


def _frame_of(view: DocumentView, fact: Fact) -> FactFrame | None:
    """The frame by which a fact was found."""
    frames = view.pack_for(view.language_of(fact.provision)).facts.frames
    return next((frame for frame in frames if fact.evidence.name == f"facts/{frame.name}"), None)


def _resolve_fact(view: DocumentView, fact: Fact, starts: Mapping[str, tuple[date | None, str]]) -> Fact:
    words = fact.span.of(view.text)
    stated = fixed(fact.value, words, view.published if view.family is Family.NEWS else None)
    if stated.due is not None:
        return replace(fact, due=stated.due, steps=stated.steps, basis=stated.basis)
    period = _PERIOD.fullmatch(fact.value or "")
    if fact.type is not FactType.ENTRY_INTO_FORCE or not period or fact.reach in _NOT_ITS_OWN:
        return fact
    frame = _frame_of(view, fact)
    enacted = frame is not None and frame.enactment
    later = frame.later if frame is not None else None
    if enacted and frame is not None and frame.value is None and later is None:
        return fact  # "21 days from the day on which it is made" may count that day
    source = ENACTMENT if enacted else PUBLICATION
    base, begins = starts[source]
    if base is None or _is_of_amending_act(view, fact):
        return fact
    basis = Computation(fact.value or "", PLAIN, base, source, then=later or 0)
    month_start = frame is not None and frame.month_start
    return _count(view, fact, basis, period, begins, month_start=month_start)


def _count(
    view: DocumentView, fact: Fact, basis: Computation, period: re.Match[str], begins: str, *, month_start: bool = False
) -> Fact:
    """A fact with the day that ``basis`` gives, or as it is where its language does not say how an elapsed period is counted.

    Args:
        view: the document.
        fact: whose day is counted.
        basis: what is counted, and from which day.
        period: the same period, taken apart.
        begins: the first step, in words.
        month_start: whether the day is the first one of its month.
    """
    scope = view.pack_for(view.language_of(fact.provision)).facts.scope
    try:
        if month_start:
            basis = replace(basis, then=1 - replay(basis).day)
        elif anywhere(scope.elapsed).search(fact.span.of(view.text)):
            if not scope.elapsed_adds_a_day:
                return fact
            basis = replace(basis, then=1)
        due = replay(basis)
    except OverflowError:
        return fact
    return replace(fact, due=due, steps=(begins, _last_step(period, basis, due)), basis=basis)


def _is_of_amending_act(view: DocumentView, fact: Fact) -> bool:
    """Whether a sentence is about provisions as a later act changed them, from whose publication it counts."""
    sentence = next((s for s in view.sentences if s.span.start <= fact.span.start < s.span.end), None)
    if sentence is None:
        return False
    return anywhere(view.pack_of(sentence).facts.scope.as_amended).search(view.line_of(sentence)) is not None


def _last_step(period: re.Match[str], basis: Computation, due: date) -> str:
    """What is counted from the day of publication, enactment or entry into force, in words."""
    count, unit, fixed_day = int(period[1]), _UNITS[period[2]], "entry into force does not move for a day off"
    start = basis.source
    if start not in {PUBLICATION, ENACTMENT}:
        start, fixed_day = "entry into force", "it does not move for a day off"
    if basis.then > 0:
        before = due - timedelta(days=1)
        return f"{count} {unit}s have run out at the end of {before}; the day after is {due}"
    if basis.then < 0:
        return f"the first day of month {count} after that of {basis.source} is {due}; {fixed_day}"
    if unit == "day":
        return f"day {count} after the day of {start} is {due}; {fixed_day}"
    return f"{count} {unit}s after the day of {start} is {due}; {fixed_day}"
