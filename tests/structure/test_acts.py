"""Real acts, where the measuring texts lie beside the repository: numbers, headings and places are right."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from dutybook.languages.letters import roman_value
from dutybook.layout.formats import read_layout
from dutybook.records import Layout, ProvisionKind, RawDocument, Structure, Zone
from dutybook.structure.build import build_structure
from real_layouts import layout_of

pytestmark = pytest.mark.shared


@cache
def _read(path: Path, language: str) -> tuple[Layout, Structure]:
    markdown = path.suffix == ".md"
    layout = read_layout(RawDocument(path.name, path.read_bytes())) if markdown else layout_of(path)
    return layout, build_structure(layout, "test", language)


def _numbers(found: Structure, kind: ProvisionKind) -> list[str]:
    return [p.number for p in found.provisions if p.kind is kind]


def _cited(found: Structure) -> set[str]:
    """Places of articles, paragraphs and points in the enacting terms, however their numbers are dressed."""
    return {p.place for p in found.provisions if p.place.startswith("Art ") and "indent" not in p.place}


@pytest.mark.slow
def test_ai_act_pdf_has_all_articles_annexes_and_recitals(shared: Path) -> None:
    layout, found = _read(shared / "docs/eu/AIA_32024R1689_EN_OJ.pdf", "en")
    articles = [p for p in found.provisions if p.kind is ProvisionKind.ARTICLE and not p.place.startswith("Annex")]
    assert [p.number for p in articles] == [str(n) for n in range(1, 114)]
    assert [p.number for p in articles if not p.heading] == []
    assert [roman_value(n.lower()) for n in _numbers(found, ProvisionKind.ANNEX)] == list(range(1, 14))
    assert [p.number for p in found.provisions if p.kind is ProvisionKind.ANNEX and not p.heading] == []
    assert _numbers(found, ProvisionKind.RECITAL) == [str(n) for n in range(1, 181)]
    recitals = [s for s in found.sentences if s.zone is Zone.RECITAL]
    assert len(recitals) >= 180
    headings = {p.number: p.heading for p in articles}
    assert headings["3"] == "Definitions"
    assert headings["73"].startswith("Reporting of serious incidents")
    assert next(p for p in found.provisions if p.place == "Art 3").zone is Zone.DEFINITION
    assert all(s.span.end <= len(layout.text) for s in found.sentences)


def test_gdpr_has_the_same_places_as_pdf_and_as_html(shared: Path) -> None:
    _, pdf = _read(shared / "docs/eu/GDPR_32016R0679_EN_OJ.pdf", "en")
    _, html = _read(shared / "docs/eu/GDPR_32016R0679_EN_OJ_2016-04-27.xhtml", "en")
    a, b = _cited(pdf), _cited(html)
    agreement = len(a & b) / len(a | b)
    assert agreement >= 0.98, f"agreement {agreement:.3f}; only PDF: {sorted(a - b)}; only HTML: {sorted(b - a)}"
    for found in (pdf, html):
        assert _numbers(found, ProvisionKind.ARTICLE) == [str(n) for n in range(1, 100)]
        assert _numbers(found, ProvisionKind.RECITAL) == [str(n) for n in range(1, 174)]


def test_gdpr_has_the_same_places_in_two_languages(shared: Path) -> None:
    _, english = _read(shared / "docs/eu/GDPR_32016R0679_EN_OJ_2016-04-27.xhtml", "en")
    _, german = _read(shared / "docs/eu/GDPR_32016R0679_DE_OJ.html", "de")
    a, b = _cited(english), _cited(german)
    assert len(a & b) / len(a | b) >= 0.98, f"only English: {sorted(a - b)}; only German: {sorted(b - a)}"
    assert _numbers(german, ProvisionKind.RECITAL) == [str(n) for n in range(1, 174)]
    headings = {p.number: p.heading for p in german.provisions if p.kind is ProvisionKind.ARTICLE}
    assert headings["4"] == "Begriffsbestimmungen"
    assert all(headings.values())


_GERMAN_PLACE = re.compile(
    r"§ \d+[a-z]?( Abs\. \d+[a-z]?)?( Nr\. \d+[a-z]*)?( Buchst\. [a-z]{1,2})?( Doppelbuchst\. [a-z]+)?$"
)


@pytest.mark.parametrize(
    ("name", "sections", "some"),
    [
        ("GwG.md", 59, ["§ 6 Abs. 1", "§ 10 Abs. 1 Nr. 5", "§ 43 Abs. 1 Nr. 1"]),
        ("BDSG.md", 86, ["§ 4 Abs. 1 Nr. 3", "§ 26 Abs. 2", "§ 38 Abs. 1"]),
    ],
)
def test_german_statutes(shared: Path, name: str, sections: int, some: list[str]) -> None:
    _, found = _read(shared / "docs/national/de" / name, "de")
    articles = [p for p in found.provisions if p.kind is ProvisionKind.ARTICLE]
    numbers = [int(re.match(r"\d+", p.number).group()) for p in articles]  # type: ignore[union-attr]
    assert set(numbers) == set(range(1, sections + 1))
    assert numbers == sorted(numbers)
    places = {p.place for p in found.provisions}
    assert set(some) <= places
    wrong = [p for p in places if p.startswith("§") and not _GERMAN_PLACE.match(p)]
    assert wrong == []
