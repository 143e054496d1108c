"""Words of a language as one pattern, and the days of a month that they name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.extract.deadlines.expressions import Words, join_words, numbers_of
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import load

words = st.text(alphabet="abs ", min_size=1, max_size=5).filter(lambda word: word == " ".join(word.split()))


@given(known=st.sets(words, min_size=1, max_size=12), text=words)
def test_a_text_is_matched_if_it_is_one_of_the_words(known: set[str], text: str) -> None:
    assert (re.fullmatch(join_words(known), text) is not None) == (text in known)


@given(known=st.sets(words, min_size=1, max_size=12), text=words)
def test_the_longest_word_that_is_there_is_matched(known: set[str], text: str) -> None:
    found = re.match(f"(?:{join_words(known)})", text)
    there = [word for word in known if text.startswith(word)]
    assert (found.group() if found else "") == max(there, key=len, default="")


def test_no_words_match_nothing() -> None:
    assert re.search(join_words([]), "a") is None


@pytest.mark.parametrize(
    ("word", "text"), [("dreissig", "dreißig"), ("dreissig", "dreissig"), ("two days", "two-days")]
)
def test_a_word_is_matched_as_it_may_be_written(word: str, text: str) -> None:
    assert re.fullmatch(join_words([word]), text)


@pytest.mark.parametrize(
    ("language", "line", "day"),
    [
        ("bg", "до двадесет и пето число", 25),
        ("sk", "do dvadsiateho dňa", 20),
        ("el", "την πρώτη των πέντε ημερών", None),
        ("el", "από την πρώτη έως τη δέκατη ημέρα", None),
    ],
)
def test_a_day_of_the_month_is_read_where_one_is_named(language: str, line: str, day: int | None) -> None:
    assert Words(load(language).temporal).day_of_month(line) == day


@pytest.mark.parametrize(
    ("language", "written", "number"),
    [
        ("it", "cinque-dieci", 10),
        ("en", "ten fifteen", 15),
        ("en", "twenty-five", 25),
        ("en", "two hundred and forty", 240),
        ("fr", "soixante dix-neuf", 79),
        ("de", "fünfundzwanzig", 25),
        ("da", "femogtyve", 25),
    ],
)
def test_two_number_words_are_a_range_unless_they_make_one_number(language: str, written: str, number: int) -> None:
    assert Words(load(language).temporal).count(written) == number


@pytest.mark.parametrize(
    ("language", "line", "value"),
    [
        ("mt", "fi żmien xahrejn", "P2M"),
        ("ga", "laistigh de choicís", "P2W"),
        ("es", "en mes y medio", "P1M15D"),
        ("ga", "bliain go leith", "P18M"),
        ("es", "el mes próximo", None),
    ],
)
def test_a_unit_counts_without_a_number_alone_or_before_a_half(language: str, line: str, value: str | None) -> None:
    masked = scanner_of(load(language).temporal).mask(line, None)
    assert next((e.value for e in masked.expressions.values()), None) == value


@pytest.mark.parametrize(
    ("language", "written", "number"),
    [("bg", "два-три", 3), ("pl", "dwóch-trzech", 3), ("en", "twenty-three", 23), ("fr", "quatre-vingt-dix", 90)],
)
def test_of_two_small_numbers_that_a_hyphen_joins_the_greater_counts(language: str, written: str, number: int) -> None:
    assert numbers_of(load(language).temporal).value(written) == number
