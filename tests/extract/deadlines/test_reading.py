"""The reader of all expressions: any text, no language's words."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import available, load
from loading import script

_times = script(Path(__file__).resolve().parents[3] / "benchmarks" / "time_expressions.py")
TimeKind, read_expressions = _times.TimeKind, _times.read_expressions

WORDS = {
    "en": "from|the|1|to|30|April|2027|between|and|next|week|first|Friday|of|July|every|month|in|two|days|ago|half|a|year|\ue001",
    "de": "vom|1.|bis|zum|30.|April|2027|zwischen|dem|und|nächste|Woche|erster|Freitag|im|Juli|jeden|Monat|in|zwei|Tagen|\ue00b",
    "fr": "du|1er|au|30|avril|2027|entre|le|et|semaine|prochaine|premier|vendredi|de|juillet|chaque|mois|dans|deux|jours",
    "nl": "van|1|tot|30|april|2027|tussen|en|volgende|week|eerste|vrijdag|juli|elke|maand|over|twee|dagen|geleden",
}


@pytest.mark.parametrize("language", sorted(WORDS))
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_expressions_lie_in_order_and_apart_and_their_days_fit_their_value(language: str, data: st.DataObject) -> None:
    text = " ".join(data.draw(st.lists(st.sampled_from(WORDS[language].split("|")), max_size=20)))
    today = data.draw(st.sampled_from([None, date(2026, 11, 19), date(2028, 2, 29), date(1, 1, 1), date(9999, 12, 31)]))
    found = read_expressions(text, load(language), today)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    for expression in found:
        assert 0 <= expression.span.start < expression.span.end <= len(text)
        if expression.kind is TimeKind.RANGE:
            assert expression.first is not None
            assert expression.last is not None
            assert expression.first <= expression.last
            assert expression.value == f"{expression.first}/{expression.last}"
        elif expression.first is not None:
            assert expression.kind is TimeKind.DATE
            assert expression.value == expression.first.isoformat()


@pytest.mark.parametrize("language", available())
def test_a_language_without_phrases_still_reads_its_dates(language: str) -> None:
    found = read_expressions("31.12.2027 x 7 y", load(language))
    assert len(found) <= 1
    assert read_expressions("", load(language), date(2026, 11, 19)) == ()


@pytest.mark.parametrize(
    "piece", ["from 1 to ", "next ", "the first Friday of ", "between ", "2 May ", "May ", "Friday "]
)
def test_hostile_repetition_takes_no_time(piece: str) -> None:
    begin = time.process_time()
    read_expressions(piece * (4_000 // len(piece)), load("en"), date(2026, 11, 19))
    assert time.process_time() - begin < 5


def test_a_later_end_is_in_the_next_year() -> None:
    [found] = read_expressions("from 25 October to 25 January", load("en"), date(2026, 11, 19))
    assert found.value == "2026-10-25/2027-01-25"


def test_a_range_cannot_end_before_it_begins() -> None:
    found = read_expressions("from 30 April 2027 to 1 April 2027", load("en"))
    assert [f.kind for f in found] == [TimeKind.DATE, TimeKind.DATE]


def test_an_ending_that_a_hyphen_joins_to_a_year_is_known_by_its_language() -> None:
    masked = scanner_of(load("hu").temporal).mask("2033-tól kötelező", None)
    assert [e.value for e in masked.expressions.values()] == ["2033"]
    for language, text in (("hu", "a 2033-as terv"), ("sv", "2030-talet"), ("en", "the 2033-34 season")):
        assert not scanner_of(load(language).temporal).mask(text, None).expressions
