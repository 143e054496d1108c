"""Markers at the start of a paragraph, and what they can stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.drafts import roman_number
from dutybook.structure.markers import Style, parse


@pytest.mark.parametrize(
    ("text", "raw", "number", "wrap", "first"),
    [
        ("1. The carrier", "1.", "1", ".", (Style.ARABIC, 1)),
        ("(2) Der Betreiber", "(2)", "2", "()", (Style.ARABIC, 2)),
        ("( 3 ) spaced by the type-setter", "( 3 )", "3", "()", (Style.ARABIC, 3)),
        ("(a) keep a log", "(a)", "a", "()", (Style.LETTER, 1)),
        ("b) das Gewicht", "b)", "b", ")", (Style.LETTER, 2)),
        ("aa) der Kisten", "aa)", "aa", ")", (Style.DOUBLE, 1)),
        ("(iv) the berth", "(iv)", "iv", "()", (Style.ROMAN, 4)),
        ("(A) the hull", "(A)", "A", "()", (Style.UPPER, 1)),
        ("II. Second part", "II.", "II", ".", (Style.UPPER_ROMAN, 2)),
        ("2° le navire", "2°", "2", "°", (Style.ARABIC, 2)),
        ("2.3 Berths of the port", "2.3", "2.3", ".", (Style.ARABIC, 3)),
        ("— the tugs", "—", "", "-", (Style.DASH, 0)),
        ("• the tugs", "•", "", "-", (Style.DASH, 0)),
        ("(ba) inserted later", "(ba)", "ba", "()", (Style.LETTER, 2)),
        ("12a. inserted later", "12a.", "12a", ".", (Style.ARABIC, 12)),
    ],
)
def test_marker(text: str, raw: str, number: str, wrap: str, first: tuple[Style, int]) -> None:
    marker = parse(text)
    assert marker is not None
    assert (marker.raw.strip(), marker.number, marker.wrap, marker.readings[0]) == (raw, number, wrap, first)
    assert text[marker.end - 1 : marker.end].isspace()


@pytest.mark.parametrize(
    "text", ["The carrier", "3 May 2031", "(see Article 3) the log", "(EU) 2031/777", "1.2.2030", ""]
)
def test_what_is_no_marker(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("letter", ["i", "v", "x", "c", "d"])
def test_a_letter_that_is_a_numeral_has_two_readings(letter: str) -> None:
    marker = parse(f"({letter}) the log")
    assert marker is not None
    assert {style for style, _ in marker.readings} == {Style.LETTER, Style.ROMAN}


def test_markers_may_stand_in_a_row() -> None:
    text = "(a)(1)(i) The log"
    first = parse(text)
    assert first is not None
    second = parse(text, first.end)
    assert second is not None
    third = parse(text, second.end)
    assert third is not None
    assert (first.number, second.number, third.number, text[third.end :]) == ("a", "1", "i", "The log")


@given(
    number=st.one_of(st.integers(1, 999).map(str), st.sampled_from("abcdefghjk"), st.integers(1, 39).map(roman_number)),
    wrap=st.sampled_from(["({})", "{})", "{}."]),
    rest=st.text("xyz ", min_size=1),
)
def test_a_marker_written_is_a_marker_read(number: str, wrap: str, rest: str) -> None:
    written = wrap.format(number)
    marker = parse(f"{written} {rest}")
    if marker is None:  # "xii." in small letters is no form of ours: only one letter stands before a full stop
        assert wrap == "{}."
        assert number.isalpha()
        assert len(number) > 1
        return
    assert marker.raw == written
    assert marker.number == number
    assert f"{written} {rest}"[marker.end :] == rest.lstrip()


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(text: str) -> None:
    marker = parse(text)
    assert marker is None or 0 < marker.end <= len(text)


@pytest.mark.parametrize(
    ("text", "number", "ordinal"), [("e^1) fog", "e^1", 5), ("(7¹) fog", "7¹", 7), ("c¹) fog", "c¹", 3)]
)
def test_raised_figures_belong_to_the_number(text: str, number: str, ordinal: int) -> None:
    marker = parse(text)
    assert marker is not None
    assert (marker.number, marker.readings[0][1]) == (number, ordinal)
