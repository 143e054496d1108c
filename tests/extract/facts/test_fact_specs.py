"""The marked-up sentences of ``tests/specs/<language>/facts.txt``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dutybook.extract.facts import find_facts
from dutybook.languages import load
from dutybook.records import Family, Sentence, SentenceRole, Span, Zone
from spec_lines import SPECS, Line, spec_lines
from together import check_each
from views import view_of

TAG = re.compile(r"<fact ([a-z_]+) (\S+?)>(.*?)</fact>")
FILES = sorted(SPECS.glob("*/facts.txt"))


def sentences(text: str, language: str, zone: Zone = Zone.ENACTING, heading: str = "") -> list[Sentence]:
    parts = text.split(" // ")
    found, at = [], 0
    for number, part in enumerate(parts):
        role = SentenceRole.SENTENCE if len(parts) == 1 else SentenceRole.ITEM if number else SentenceRole.STEM
        span = Span(at, at + len(part))
        stem = 0 if role is SentenceRole.ITEM else None
        found.append(Sentence(span, "p", zone, language, role, stem, heading=heading))
        at = span.end + 4
    return found


def states_the_facts_that_are_marked(line: Line) -> None:
    head = re.match(r"\[(\w+)(?: (\d{4}-\d{2}-\d{2}))?(?: # ([^\]]+))?\] ", line.marked)
    assert head
    text, wanted, at = "", [], 0
    marked = line.marked[head.end() :]
    for tag in TAG.finditer(marked):
        text += marked[at : tag.start()]
        wanted.append((tag[1], tag[2], Span(len(text), len(text) + len(tag[3]))))
        text, at = text + tag[3], tag.end()
    text += marked[at:]
    text_sentences = sentences(text, line.language, heading=head[3] or "")
    found = find_facts(view_of(text, text_sentences, family=Family(head[1]), published=head[2]))
    simple = [(f.type.value, f.value, f.span.of(text).removeprefix("on ")) for f in found]
    assert simple == [(kind, value, span.of(text).removeprefix("on ")) for kind, value, span in wanted]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_sentence_states_the_facts_that_are_marked(path: Path) -> None:
    check_each(spec_lines(path), states_the_facts_that_are_marked)


@pytest.mark.parametrize("zone", [Zone.RECITAL, Zone.DEFINITION, Zone.FOOTNOTE, Zone.AMENDMENT])
def test_recitals_and_amendments_state_no_facts(zone: Zone) -> None:
    text = "It shall apply from 2 August 2027."
    assert find_facts(view_of(text, zone=zone, family=Family.EU_ACT)) == ()


@pytest.mark.parametrize("zone", [Zone.PREAMBLE, Zone.HEADING])
def test_the_head_of_an_act_states_a_day_only_in_a_label(zone: Zone) -> None:
    for text, days in (("Entry into force: 1 May 2031", ["2031-05-01"]), ("It enters into force on 1 May 2031.", [])):
        found = find_facts(view_of(text, zone=zone, family=Family.STATUTE))
        assert [f.value for f in found] == days


def test_each_type_and_value_is_found_once() -> None:
    line = "This Act shall apply from 2 August 2027."
    text = f"{line} {line}"
    twice = [replace(s, span=span) for s in sentences(text, "en") for span in (Span(0, 40), Span(41, 81))]
    found = find_facts(view_of(text, twice, family=Family.EU_ACT, document_id="d1"))
    assert [f.span for f in found] == [Span(21, 39)]
    other = find_facts(view_of(text, twice, family=Family.EU_ACT, document_id="d2"))
    assert other[0].id != found[0].id


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it"])
def test_every_frame_of_a_language_has_a_marked_type(language: str) -> None:
    marked = (SPECS / language / "facts.txt").read_text(encoding="utf-8")
    types = {frame.type.value for frame in load(language).facts.frames}
    assert types == {tag[1] for tag in TAG.finditer(marked)}
