"""Deadlines get a day where the text and the act's own dates fix it, and a reason everywhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from dutybook.records import (
    ENACTMENT,
    PLAIN,
    Computation,
    DeadlineKind,
    Direction,
    Evidence,
    Fact,
    FactType,
    Family,
    Part,
    Span,
)
from dutybook.resolve.deadlines import Resolved, replay, resolve_deadline, resolve_facts
from dutybook.resolve.timeline import ActDates
from views import view_of

IN_FORCE = date(2026, 1, 5)
PUBLISHED = "2025-12-16"


@dataclass(frozen=True)
class Found:
    kind: DeadlineKind
    value: str | None
    direction: Direction | None = None
    anchor: Part | None = None


def _period(value: str, anchor: str | None, direction: Direction | None = Direction.AFTER) -> Found:
    return Found(DeadlineKind.PERIOD, value, direction, Part(anchor, Span(0, len(anchor))) if anchor else None)


def _resolve_in(
    found: Found,
    family: Family,
    *,
    published: str | None = PUBLISHED,
    entry_into_force: date | None = IN_FORCE,
    application: date | None = None,
    **given: str,
) -> Resolved:
    view = view_of("", family=family, published=published)
    dates = ActDates(_dated(FactType.ENTRY_INTO_FORCE, entry_into_force), _dated(FactType.APPLICATION, application))
    return resolve_deadline(view, found, dates, **given)


def _dated(kind: FactType, day: date | None) -> Fact | None:
    return replace(_fact(kind, str(day)), due=day) if day else None


def _resolve(found: Found, family: Family = Family.EU_ACT) -> tuple[date | None, tuple[str, ...], str]:
    return _resolve_in(found, family)[:3]


def test_fixed_dates_are_due_on_their_day() -> None:
    due, steps, reason = _resolve(Found(DeadlineKind.FIXED, "2027-08-02"))
    assert due == date(2027, 8, 2)
    assert steps == ("“2027-08-02” is a fixed date",)
    assert reason == ""


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (DeadlineKind.FIXED, "2027-08", "only a month is given"),
        (DeadlineKind.FIXED, "2027", "only a year is given"),
        (DeadlineKind.FIXED, "2027-02-30", "“2027-02-30” is no day of the calendar"),
        (DeadlineKind.FIXED, "--03-31", "“--03-31” is no full date"),
        (DeadlineKind.FIXED, None, "the text names no day"),
        (DeadlineKind.RECURRING, "R/P1Y", "it returns; no single day is due"),
        (DeadlineKind.DURATION, "P10Y", "a duration, not a day"),
        (DeadlineKind.IMMEDIATE, "immediate", "at once, without a day"),
        (DeadlineKind.VAGUE, None, "the text names no day"),
        (DeadlineKind.PERIOD, "P14D", "needs the date of the event that starts it"),
    ],
)
def test_without_a_day_there_is_a_reason(kind: DeadlineKind, value: str | None, reason: str) -> None:
    assert _resolve(Found(kind, value)) == (None, (), reason)


@pytest.mark.parametrize(
    "anchor",
    [
        "after the entry into force of this Regulation",
        "from the date of entry into force of this Directive",
        "after this Regulation enters into force",
        "nach Inkrafttreten dieser Verordnung",
        "nach dem Inkrafttreten\n dieser Richtlinie",
        "après l’entrée en vigueur du présent règlement",
    ],
)
def test_periods_from_this_acts_entry_into_force_are_computed(anchor: str) -> None:
    due, steps, reason = _resolve(_period("P6M", anchor))
    assert due == date(2026, 7, 6)  # 5 July 2026 is a Sunday
    assert reason == ""
    assert steps[0] == "entry into force of this act: 2026-01-05"
    assert any("Art 3(4)" in s for s in steps)


def test_periods_from_this_acts_application_are_computed() -> None:
    found = _period("P1Y", "after the date of application of this Regulation")
    day = date(2026, 3, 2)
    due, steps, _, _ = _resolve_in(found, Family.EU_ACT, published=None, application=day)
    assert due == date(2027, 3, 2)
    assert steps[0] == "application of this act: 2026-03-02"
    assert _resolve(found)[0] is None


def test_periods_from_this_acts_publication_are_computed() -> None:
    found = _period("P1M", "after the publication of this Regulation in the Official Journal")
    assert _resolve(found)[0] == date(2026, 1, 16)


def test_german_statutes_count_by_the_bgb() -> None:
    found = _period("P3M", "nach Inkrafttreten dieses Gesetzes")
    due, steps, _, _ = _resolve_in(found, Family.STATUTE, jurisdiction="DE")
    assert due == date(2026, 4, 7)  # 5 April 2026 is Easter Sunday
    assert any("§ 188 Abs. 2 BGB" in s for s in steps)
    assert steps[-1] == "public holidays are those of DE; parts of it may have more"


def test_the_words_of_a_deadline_say_which_days_count() -> None:
    found = _period("P3BD", "nach Inkrafttreten dieses Gesetzes")
    due = {
        words: _resolve_in(found, Family.STATUTE, entry_into_force=date(2026, 3, 5), jurisdiction="DE", words=words)[0]
        for words in ("binnen drei Werktagen", "binnen drei Arbeitstagen")
    }
    assert list(due.values()) == [date(2026, 3, 9), date(2026, 3, 10)]


@pytest.mark.parametrize(("jurisdiction", "reason"), [("", "which state"), ("ZW", "the law of ZW")])
def test_a_language_does_not_make_a_jurisdiction(jurisdiction: str, reason: str) -> None:
    due, _, why, _ = _resolve_in(
        _period("P3M", "nach Inkrafttreten dieses Gesetzes"), Family.STATUTE, jurisdiction=jurisdiction
    )
    assert due is None
    assert reason in why


def test_statutes_of_other_countries_are_not_computed() -> None:
    due, _, reason = _resolve(_period("P3M", "after the entry into force of this Act"), Family.STATUTE)
    assert due is None
    assert "not known" in reason


@pytest.mark.parametrize(
    "anchor",
    [
        "after having become aware of it",
        "after its entry into force",  # of a contract, perhaps
        "after the entry into force of the delegated act",
        "after the entry into force of this Regulation or of the contract",
        "nach Zugang der Mitteilung",
    ],
)
def test_other_events_are_named_and_not_guessed(anchor: str) -> None:
    assert _resolve(_period("P6M", anchor)) == (None, (), f"needs the date of: {anchor}")


def test_news_and_unknown_dates_and_hours_are_not_computed() -> None:
    anchor = "after the entry into force of this Regulation"
    assert _resolve(_period("P6M", anchor), Family.NEWS)[2] == f"needs the date of: {anchor}"
    assert _resolve(_period("P6M", anchor, None))[0] is None
    unknown = _resolve_in(_period("P6M", anchor), Family.EU_ACT, published="2025", entry_into_force=None)
    assert unknown[:3] == (None, (), f"needs the date of: {anchor}")
    due, _, reason = _resolve(_period("PT72H", anchor))
    assert due is None
    assert "time of the event" in reason


def _fact(kind: FactType, value: str | None) -> Fact:
    return Fact("f", kind, Span(0, 3), value, Evidence("rules", "1", None, 1.0))


def test_facts_with_full_dates_are_due() -> None:
    [fact] = resolve_facts(view_of("", family=Family.NEWS), [_fact(FactType.APPLICATION, "2027-03-01")])
    assert fact.due == date(2027, 3, 1)
    assert fact.steps


def test_entry_into_force_counts_from_publication() -> None:
    facts = [_fact(FactType.ENTRY_INTO_FORCE, "P20D"), _fact(FactType.APPLICATION, "P24M")]
    force, application = resolve_facts(view_of("", family=Family.EU_ACT, published=PUBLISHED), facts)
    assert force.due == date(2026, 1, 5)
    assert "2025-12-16" in force.steps[0]
    assert application is facts[1]


@pytest.mark.parametrize(("value", "day"), [("P3M", date(2026, 3, 16)), ("P1Y", date(2026, 12, 16))])
def test_entry_into_force_may_count_months_from_publication(value: str, day: date) -> None:
    view = view_of("", family=Family.STATUTE, published=PUBLISHED)
    [fact] = resolve_facts(view, [_fact(FactType.ENTRY_INTO_FORCE, value)])
    assert fact.due == day
    assert fact.basis is not None
    assert replay(fact.basis) == day


def test_months_that_must_run_out_end_before_the_day_in_polish() -> None:
    words = "po upływie 3 miesięcy od dnia ogłoszenia"
    view = view_of(words, family=Family.STATUTE, published=PUBLISHED, language="pl", place="Art 1")
    fact = replace(_fact(FactType.ENTRY_INTO_FORCE, "P3M"), span=Span(0, len(words)), provision="p")
    [fact] = resolve_facts(view, [fact])
    assert fact.due == date(2026, 3, 17)


def test_a_period_from_the_enactment_does_not_count_from_publication() -> None:
    evidence = Evidence("facts/entry into force the day after enactment", "1", None, 1.0)
    fact = replace(_fact(FactType.ENTRY_INTO_FORCE, "P1D"), evidence=evidence)
    view = view_of("", family=Family.STATUTE, published=PUBLISHED)
    assert resolve_facts(view, [fact]) == (fact,)


def _in_force(frame: str, value: str, language: str = "en") -> Fact:
    evidence = Evidence(f"facts/{frame}", "1", None, 1.0)
    view = view_of("words", family=Family.STATUTE, published=PUBLISHED, language=language)
    [fact] = resolve_facts(
        view, [replace(_fact(FactType.ENTRY_INTO_FORCE, value), evidence=evidence)], enacted="2025-12-01"
    )
    return fact


def test_what_counts_from_the_enactment_has_its_day_where_the_file_states_it() -> None:
    fact = _in_force("entry into force the day after enactment", "P1D")
    assert fact.due == date(2025, 12, 2)
    assert fact.steps[0] == "enacted on 2025-12-01"
    assert fact.basis == Computation("P1D", PLAIN, date(2025, 12, 1), ENACTMENT)
    assert _in_force("entry into force after enactment", "P21D").due == date(2025, 12, 22)
    assert _in_force("entry into force the day after a period from enactment", "P21D").due == date(2025, 12, 23)
    assert _in_force("entry into force some time after enactment", "P21D").due is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("from 18 months after the date of its entry into force.", date(2027, 7, 5)),
        ("from 18 months after the date of its entry into force of the delegated act.", None),
    ],
)
def test_what_runs_from_the_acts_own_entry_into_force_has_its_day(words: str, day: date | None) -> None:
    view = view_of(words, family=Family.EU_ACT, published=PUBLISHED)
    entry = replace(_fact(FactType.ENTRY_INTO_FORCE, "P20D"), id="entry")
    evidence = Evidence("facts/application after entry into force", "1", None, 1.0)
    span = Span(0, len("from 18 months after the date of its entry into force"))
    later = replace(_fact(FactType.APPLICATION, "P18M"), span=span, evidence=evidence)
    [_, found] = resolve_facts(view, [entry, later])
    assert found.due == day
    if day is not None:
        assert found.basis == Computation("P18M", PLAIN, date(2026, 1, 5), "entry")
        assert found.steps[0] == "entry into force of this act: 2026-01-05"


@pytest.mark.parametrize(("value", "day"), [("P1M", date(2026, 1, 1)), ("P3M", date(2026, 3, 1))])
def test_an_act_may_enter_into_force_on_the_first_day_of_a_month(value: str, day: date) -> None:
    fact = _in_force("entry into force on the first day of a month", value)
    assert fact.due == day
    assert str(day) in fact.steps[1]
    assert fact.basis is not None
    assert replay(fact.basis) == day


@pytest.mark.parametrize(
    ("published", "family"),
    [(None, Family.EU_ACT), ("2025-12", Family.EU_ACT), ("9999-12-31", Family.EU_ACT), (PUBLISHED, Family.NEWS)],
)
def test_entry_into_force_without_the_acts_publication_stays_open(published: str | None, family: Family) -> None:
    fact = _fact(FactType.ENTRY_INTO_FORCE, "P20D")
    assert resolve_facts(view_of("", family=family, published=published), [fact]) == (fact,)
