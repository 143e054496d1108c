"""Sentences of legal text, with its abbreviations, ordinals and references."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.languages import available, load
from dutybook.records import Span
from dutybook.structure.sentences import split


def _split(text: str, language: str) -> list[str]:
    return [s.of(text) for s in split(text, Span(0, len(text)), load(language))]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The log is kept.", "It is shown to the inspectors."]),
        ("en", ["See Art. 5 and para. 3 of the code.", "It applies."]),
        ("en", ["Regulation No. 12 (e.g. its annex) is short.", "So is No. 13."]),
        ("en", ["It was signed by J. Smith on 3 May 2031.", "He is the harbour master."]),
        ("en", ["Is the berth free?", "Then moor."]),
        ("en", ["The carrier said: “The hold is dry.”", "The shipper agreed."]),
        ("en", ["The fee is EUR 1.50 a day.", "It is paid at the U.S. office."]),
        ("de", ["Absatz 1 Nr. 3 gilt nach § 5 Abs. 2 Satz 1 entsprechend.", "Das Hafenamt entscheidet."]),
        ("de", ["Die Frist endet am 2. August 2031.", "Sie kann verlängert werden."]),
        ("de", ["Es gilt § 4 Absatz 2.", "Die Meldung ist schriftlich abzugeben."]),
        ("de", ["Das 3. Kapitel gilt z. B. für Fähren i. S. d. Absatzes 1.", "Mehr nicht."]),
        ("de", ["Die Gebühr beträgt 1,5 Mio. Euro bzw. den doppelten Satz.", "Sie entfällt ggf. im Winter."]),
        ("fr", ["L'art. 5 s'applique.", "M. Dupont signe le journal."]),
        ("fr", ["Le port est ouvert.", "Il ferme la nuit."]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    assert _split(" ".join(sentences), language) == sentences


def test_semicolons_part_no_sentences() -> None:
    assert len(_split("The hold is dry; the log is kept; the seal is whole.", "en")) == 1


def test_white_space_is_left_out() -> None:
    assert _split("  The log is kept.  \n  It is shown. ", "en") == ["The log is kept.", "It is shown."]


def test_only_the_span_is_read() -> None:
    text = "Before. The log is kept. It is shown. After."
    span = Span(8, 37)
    assert [s.of(text) for s in split(text, span, load("en"))] == ["The log is kept.", "It is shown."]


_PIECES = st.lists(
    st.sampled_from(
        [
            "The log",
            "is kept",
            ".",
            "!",
            "?",
            ";",
            "Art.",
            "§ 5",
            "Abs. 2",
            "(a)",
            "“dry”",
            "2.",
            "3. August",
            "\n",
            "…",
            "J.",
            "z. B.",
        ]
    ),
    max_size=25,
)


@given(_PIECES, st.sampled_from(available()))
def test_sentences_are_in_order_apart_and_lose_nothing(pieces: list[str], language: str) -> None:
    text = " ".join(pieces)
    found = split(text, Span(0, len(text)), load(language))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(len(s) and s == s.strip(text) for s in found)
    assert "".join("".join(s.of(text).split()) for s in found) == "".join(text.split())


@given(st.text(max_size=200), st.sampled_from(available()))
def test_any_text_is_split_without_error(text: str, language: str) -> None:
    for span in split(text, Span(0, len(text)), load(language)):
        assert 0 <= span.start < span.end <= len(text)
