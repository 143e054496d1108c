"""Anchors are whole phrases: what a period is counted from, from its trigger to the end of the phrase and no further."""

from __future__ import annotations

import re

import pytest

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.deadlines.anchors import is_verb
from dutybook.languages import available, load
from dutybook.languages.patterns import at_end
from dutybook.records import Direction, Span
from dutybook.resolve.due import due_of
from spec_lines import SPECS, spec_lines

_TAG = re.compile(r"</?deadline[^>]*>|^@\\S+ ")


def _anchors(line: str, language: str) -> list[str]:
    found = find_deadlines(line, Span(0, len(line)), load(language))
    return [finding.anchor.text for finding in found if finding.anchor]


@pytest.mark.parametrize(
    ("rest", "anchors"),
    [
        (
            "after the provider or, where applicable, the agent asks for it",
            ["after the provider or, where applicable, the agent asks for it"],
        ),
        (
            "after receipt of a notice under point a) of art. 7 the operator has sent",
            ["after receipt of a notice under point a) of art. 7"],
        ),
        (
            "after receipt of the request, the draft or the plan of the quay",
            ["after receipt of the request, the draft or the plan of the quay"],
        ),
        ("of the request or within 3 days of the survey", ["of the request", "of the survey"]),
        ("after the sale and before the ship has left", ["after the sale"]),
        ("after it has received the keys in writing", ["after it has received the keys"]),
        ("after the sale, the owner being absent", ["after the sale"]),
    ],
)
def test_an_anchor_is_a_whole_phrase(rest: str, anchors: list[str]) -> None:
    assert _anchors(f"The office shall reply within 5 days {rest}.", "en") == anchors


@pytest.mark.parametrize("language", available())
def test_no_anchor_ends_with_a_word_that_calls_for_another(language: str) -> None:
    ends_open = at_end(load(language).temporal.anchors.open_words)
    lines = [_TAG.sub("", line.marked) for line in spec_lines(SPECS / language / "deadlines.txt")]
    anchors = [anchor for line in lines for anchor in _anchors(line, language)]
    assert [anchor for anchor in anchors if ends_open.search(anchor) and len(anchor.split()) > 2] == []


def test_an_anchor_before_its_period_says_which_way_the_period_runs() -> None:
    line = "A panaszt a kikötés napját megelőző 10 napon belül be kell nyújtani."
    [finding] = find_deadlines(line, Span(0, len(line)), load("hu"))
    assert finding.anchor is not None
    assert (finding.anchor.text, finding.direction) == ("a kikötés napját megelőző", Direction.BEFORE)
    assert finding.anchor.span.of(line) == finding.anchor.text


def test_what_is_still_needed_is_named_by_the_whole_phrase() -> None:
    line = "The office shall reply within 5 days after the provider or, where applicable, the agent asks for it."
    [finding] = find_deadlines(line, Span(0, len(line)), load("en"))

    class Row:
        kind, value, direction, anchor = finding.kind, finding.value, finding.direction, finding.anchor
        due, steps, reason = None, (), ""

    needs = "needs the date of: after the provider or, where applicable, the agent asks for it"
    assert due_of(Row(), law="reg1182").reason == needs


def test_a_word_is_a_main_verb_by_its_form_and_its_base_form() -> None:
    words = load("lt").temporal.anchors
    assert is_verb("surašo", "lt", words.verb_form, words.verb_base)
    assert not is_verb("tyrimo", "lt", words.verb_form, words.verb_base)
