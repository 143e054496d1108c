"""The marked-up sentences of ``tests/specs/<language>/citations.txt``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.extract.citations import celex, find_citations
from dutybook.records import Citation
from spec_lines import SPECS, Line, spec_lines
from together import check_each
from views import view_of

TAG = re.compile(r"<cite ([^|>]+)\|([^>]+)>(.*?)</cite>")
OWN = {"en": "Art 7(2)", "de": "§ 4 Abs. 2", "fr": "Art 7(2)"}
FILES = sorted(SPECS.glob("*/citations.txt"))


def cite(text: str, language: str) -> tuple[Citation, ...]:
    return find_citations(view_of(text, language=language, work="own", place=OWN.get(language, "Art 7(2)")))


def cites_what_is_marked(line: Line) -> None:
    text, wanted, at = "", [], 0
    for tag in TAG.finditer(line.marked):
        text += line.marked[at : tag.start()]
        work, place = (None if part == "-" else part for part in (tag[1], tag[2]))
        wanted.append((tag[3], work, place))
        text, at = text + tag[3], tag.end()
    text += line.marked[at:]
    found = cite(text, line.language)
    assert [(c.as_written, c.work, c.place) for c in found] == wanted
    assert all(c.span.of(text) == c.as_written for c in found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_sentence_cites_what_is_marked(path: Path) -> None:
    check_each(spec_lines(path), cites_what_is_marked)


def test_an_ambiguous_name_counts_where_the_act_is_named_otherwise_too() -> None:
    text = "The Cyber Resilience Act applies; products under the CRA shall be marked."
    assert [c.work for c in cite(text, "en")] == ["32024R2847", "32024R2847"]
    text = "Article 13 CRA applies."
    assert [(c.work, c.place) for c in cite(text, "en")] == [("32024R2847", "Art 13")]


def test_an_abbreviation_that_the_text_introduces_for_something_else_names_no_act() -> None:
    text = "Dockside Metal Applications (DMA) builds cranes. The DMA is a firm of Northport."
    assert cite(text, "en") == ()
    text = "The Digital Markets Act (DMA) applies to gatekeepers; the DMA is strict."
    assert [c.work for c in cite(text, "en")] == ["32022R1925"] * 3


def test_numbers_may_lack_their_brackets() -> None:
    assert [c.work for c in cite("Rozporządzenie UE 2031/777 nakłada obowiązki.", "pl")] == ["32031R0777"]


@pytest.mark.parametrize(
    ("letter", "first", "second", "number_first", "expected"),
    [
        ("R", 2016, 679, False, "32016R0679"),
        ("R", 1408, 71, True, "31971R1408"),
        ("L", 95, 46, False, "31995L0046"),
        ("D", 1082, 2013, True, "32013D1082"),
        ("R", 12, 13, False, None),
    ],
)
def test_celex_numbers(letter: str, first: int, second: int, number_first: bool, expected: str | None) -> None:
    assert celex(letter, first, second, number_first=number_first) == expected


@given(st.text(alphabet="§Artcle 0123456789()ab,./-EUofRgulatin\n", max_size=120))
def test_any_text_gives_citations_inside_it(text: str) -> None:
    for citation in cite(text, "en"):
        assert citation.span.of(text) == citation.as_written
