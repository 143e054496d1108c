"""Dates that news state about acts, checked against the acts' own dates."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from dutybook.languages import available
from dutybook.languages.procedures import STEPS, procedure_pattern
from dutybook.resolve.claims import (
    Claim,
    ClaimReason,
    ClaimState,
    DatedFact,
    Stated,
    check_claim,
    days_apart,
    find_moved,
    is_date_of_act,
    last_day_of,
    sentence_around,
    state_on,
    tells_of,
)

FORCE = DatedFact("f", "d", "entry_into_force", "2031-07-23", True)
APPLIES = DatedFact("g", "d", "application", "2032-01-01", True)
PART = DatedFact("h", "d", "application", "2032-06-01", False)
PUBLISHED = DatedFact("", "d", "publication", "2031-07-03", True)
ACT = (FORCE, APPLIES, PART, PUBLISHED)


def claim(type_: str, due: str, day: str | None = "2031-02-12", *, whole: bool = True, **more: bool) -> Claim:
    return Claim(type_, due, day, near=more.pop("near", True), whole=whole, **more)


@pytest.mark.parametrize(
    ("made", "state", "reason", "actual"),
    [
        (claim("entry_into_force", "2031-07-23"), "confirmed", None, "2031-07-23"),
        (claim("entry_into_force", "2031-07"), "confirmed", None, "2031-07-23"),
        # A date may be right whenever it is written: before or after it has come.
        (claim("entry_into_force", "2031-07-23", "2035-01-01", whole=False), "confirmed", None, "2031-07-23"),
        (claim("entry_into_force", "2031-06-01"), "contradicted", None, "2031-07-23"),
        (claim("application", "2033", "2032-03-01"), "contradicted", None, "2032-01-01"),
        # Of an act that applies in steps, one of which has this day.
        (claim("application", "2032-06"), "partly", "part", "2032-06-01"),
        (claim("application", "2032-06", whole=False), "confirmed", "part", "2032-06-01"),
        # Duties under the act may have days of their own; what is ahead is expected.
        (claim("application", "2032-09-01", whole=False), "expected", "part", None),
        (claim("application", "2030-09-01", whole=False), "unchecked", "part", None),
        # A change of the act, a denial, a day far off and an article without a date contradict nothing.
        (claim("application", "2033", "2032-03-01", amended=True), "expected", "amended", None),
        (claim("application", "2032-03-01", denied=True), "expected", "denied", None),
        (claim("entry_into_force", "2034-06-01", "2033-02-12"), "expected", "far", None),
        (claim("entry_into_force", "2031-06-01", None), "unchecked", "undated", None),
        (claim("transposition", "2031-06-01"), "expected", "no_date", None),
        # Anything may be announced beside an act: it is the act's where its words stand together, and never contradicted.
        (claim("expected", "2031-07"), "confirmed", None, "2031-07-23"),
        (claim("expected", "2031-07", near=False), "expected", None, None),
        (claim("expected", "2031-05"), "expected", None, None),
        (claim("expected", "2031-07", "2032-01-01"), "expected", None, None),
    ],
)
def test_what_an_act_says_to_a_date(made: Claim, state: str, reason: str | None, actual: str | None) -> None:
    found = check_claim(made, ACT)
    assert (found.state, found.reason, found.by.due if found.by else None) == (state, reason, actual)


def test_without_an_act_or_its_text_nothing_is_checked() -> None:
    past, ahead = claim("application", "2030-01-01"), claim("application", "2032-01-01")
    assert check_claim(past, (), has_act=False).state is ClaimState.UNCHECKED
    assert check_claim(ahead, (), has_act=False) == check_claim(ahead, ACT, has_act=False)
    assert check_claim(ahead, (), has_text=False).reason is ClaimReason.NO_TEXT
    assert check_claim(ahead, (), has_text=False).state is ClaimState.EXPECTED


def test_where_an_act_has_one_beginning_it_answers_for_both() -> None:
    found = check_claim(claim("application", "2031-07-23"), (FORCE,))
    assert (found.state, found.by) == (ClaimState.CONFIRMED, FORCE)


def test_publication_may_be_what_was_announced() -> None:
    found = check_claim(claim("expected", "2031-07"), (PUBLISHED,))
    assert (found.state, found.by) == (ClaimState.CONFIRMED, PUBLISHED)


def test_what_was_right_when_it_was_written_is_moved() -> None:
    later = DatedFact("g", "d", "application", "2033-05-01", True, "2032-01-01", "delay", "2031-11-01")
    before = check_claim(claim("application", "2032-01-01", "2031-02-12"), (later,))
    assert (before.state, before.by) == (ClaimState.MOVED, later)
    after = check_claim(claim("application", "2032-01-01", "2031-12-01"), (later,))
    assert after.state is ClaimState.CONTRADICTED


@pytest.mark.parametrize(
    ("due", "day", "today", "state"),
    [
        ("2027-01", "2027-01-11", date(2027, 1, 31), "expected"),
        ("2027-01", "2027-01-11", date(2027, 2, 1), "missed"),
        ("2027", "2027-01-11", date(2027, 12, 31), "expected"),
        ("2027-03-02", "2027-01-11", date(2027, 3, 3), "missed"),
        # Nobody knows whether it lay ahead.
        ("2027-03-02", None, date(2027, 3, 3), "expected"),
    ],
)
def test_what_is_expected_is_missed_once_it_has_passed(due: str, day: str | None, today: date, state: str) -> None:
    assert state_on("expected", due, day, today) == state
    assert state_on("confirmed", due, day, today) == "confirmed"


def test_a_later_article_moves_a_date_whatever_the_order() -> None:
    first = Stated("a", "one", "2027-01-11", "application", "2027-06")
    same = Stated("b", "two", "2027-01-20", "application", "2027-06-15")
    later = Stated("c", "three", "2027-03-01", "application", "2027-09")
    other = Stated("d", "four", "2027-04-01", "proposed", "2028")
    unknown = Stated("e", "five", "2027-04-01", "", "2029")
    for claims in permutations((first, same, later, other, unknown)):
        assert find_moved(claims) == {"a": later, "b": later}
    assert find_moved((first, same)) == {}


@pytest.mark.parametrize(
    ("text", "act", "when", "cue", "whole"),
    [
        ("Firms await the Quay Act, which applies from 2032.", "Quay Act", "from 2032", "applies", True),
        ("The Quay Act will finally apply from 2032.", "Quay Act", "from 2032", "apply", True),
        ("Häfen erwarten das ab 2032 geltende Kaigesetz.", "Kaigesetz", "ab 2032", "geltende", True),
        ("Der Quay Act der Union gilt ab 2032.", "Quay Act", "ab 2032", "gilt", True),
        ("Tá feidhm ag an Acht ó 2032.", "Acht", "ó 2032", "Tá feidhm ag", True),
        ("States transpose the Quay Act by 2032.", "Quay Act", "by 2032", "transpose", False),
        ("Under the Quay Act masters must report crates from 2032.", "Quay Act", "from 2032", "must", False),
        ("Duties under the Quay Act apply from 2032.", "Quay Act", "from 2032", "apply", False),
        ("Quay Act-related duties apply from 2032.", "Quay Act", "from 2032", "apply", False),
    ],
)
def test_a_date_is_said_of_the_act_itself_or_of_something_under_it(
    text: str, act: str, when: str, cue: str, whole: bool
) -> None:
    def at(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    assert is_date_of_act(text, at(act), at(when), at(cue), "application") is whole


def test_what_is_transposed_is_the_act() -> None:
    text = "States transpose the Quay Directive by 2032."
    assert is_date_of_act(text, (21, 35), (36, 43), None, "transposition")


def test_the_sentence_around_a_date() -> None:
    text = "Crates came. Das Gesetz gilt ab dem 12. März 2032 nach Art. 5. Mehr folgt.\n\nNeues"
    start = text.index("ab dem")
    assert text[slice(*sentence_around(text, start, start + 18))].startswith("Das Gesetz gilt")
    assert text[slice(*sentence_around(text, 0, 6))] == "Crates came."
    assert text[slice(*sentence_around(text, len(text) - 5, len(text)))] == "Neues"


def test_days_of_months_and_years() -> None:
    assert (last_day_of("2031-02"), last_day_of("2032"), last_day_of("2031-13")) == (
        "2031-02-28",
        "2032-12-31",
        "2031-13-28",
    )
    assert (days_apart("2032", "2031-12-30"), days_apart("2032", "2033-01-02"), days_apart("x", "2032-01-01")) == (
        2,
        2,
        0,
    )


def test_every_language_has_all_words_and_they_can_be_searched() -> None:
    for language in available():
        for kind in (*STEPS, "postponed", "amended", "negation"):
            pattern = procedure_pattern(language, kind)
            assert pattern is not None
            assert pattern.search("") is None
    assert procedure_pattern("xx", "adopted") is None


@pytest.mark.parametrize(
    ("language", "kind", "sentence"),
    [
        ("de", "amended", "Die Novelle des Kaigesetzes gilt ab 2032."),
        ("fr", "negation", "La loi n'est pas applicable."),
        ("pl", "amended", "Znowelizowana ustawa obowiązuje."),
        ("fi", "negation", "Asetusta ei sovelleta."),
        ("el", "amended", "Ο τροποποιημένος κανονισμός ισχύει."),
    ],
)
def test_words_of_changes_and_denials(language: str, kind: str, sentence: str) -> None:
    assert tells_of(kind, sentence, language)
