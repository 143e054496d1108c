"""Notices of web pages are listed among what was rejected, with their reason, and give no norm."""

from __future__ import annotations

import pytest

from dutybook.extract.norms.model.reader import load_reader
from dutybook.extract.norms.pipeline import find_norms
from dutybook.languages.reader import reader_words
from dutybook.records import Family, Sentence, Span, Zone
from views import view_of

NOTICE, RULE = "You must be logged in to post a comment.", "Skippers must report every lost crate."


def read(family: Family) -> list[tuple[str, str]]:
    text = f"{RULE} {NOTICE}"
    spans = [Span(0, len(RULE)), Span(len(RULE) + 1, len(text))]
    view = view_of(text, [Sentence(span, "p", Zone.PROSE, "en") for span in spans], family=family)
    return [
        (r.reason, r.span.of(text)) for r in find_norms(view, load_reader()).rejections if r.reason == "page_notice"
    ]


def test_a_notice_is_rejected_as_one() -> None:
    assert read(Family.NEWS) == [("page_notice", NOTICE)]
    assert read(Family.GUIDANCE) == [("page_notice", NOTICE)]
    assert read(Family.STATUTE) == []


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_reason_has_words(language: str) -> None:
    assert reader_words("findings", language)("step.page_notice")
    assert reader_words("findings", language)("step.begins_later")
