"""What of a document was not searched for norms: by kind, with its place, and not where something else explains it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import N, make_analysis
from dutybook.document_view import DocumentView
from dutybook.extract.coverage import POINT, explain_rejections, measure_coverage
from dutybook.records import (
    Analysis,
    Cell,
    Family,
    Gap,
    GapKind,
    Layout,
    ListPoint,
    Page,
    Sentence,
    Span,
    Table,
    Zone,
)

TEXT = "The pilot shall ring a bell. Ropes shall be coiled by the crew. Het anker ligt op de kade.\nDepth of the basin by tide and moon 12 metres and a half."
SPANS = [Span(0, 28), Span(29, 63), Span(64, 90)]
TABLE = Span(91, len(TEXT))


def view(*languages: str, family: Family = Family.STATUTE) -> DocumentView:
    sentences = tuple(
        Sentence(span, "p", Zone.ENACTING, language) for span, language in zip(SPANS, languages, strict=True)
    )
    return DocumentView(TEXT, sentences, family=family)


@pytest.fixture(scope="module")
def found() -> Analysis:
    norm = N("The pilot shall ring a bell.", bearer="pilot")
    return make_analysis([norm, N("Ropes shall be coiled by the crew.", rejected="label_none", confidence=0.6)])


def layout(**more: object) -> Layout:
    return Layout(text=TEXT, blocks=(), **more)  # type: ignore[arg-type]


def rejected(found: Analysis, **more: object) -> Analysis:
    """The analysis with its rejected sentence where it stands in the text of these tests."""
    (one,) = found.rejections
    (norm,) = found.norms
    made = replace(one, span=SPANS[1], reason="duty_word", duty=True, **more)  # type: ignore[arg-type]
    return replace(found, rejections=(made,), norms=(replace(norm, span=SPANS[0]),))


def test_all_of_a_text_that_is_understood_is_searched(found: Analysis) -> None:
    coverage = measure_coverage(view("en", "en", "en"), layout(), found.norms, ())
    assert (coverage.share, coverage.gaps) == (1.0, ())
    assert measure_coverage(view("en", "en", "en", family=Family.OTHER), layout(), (), ()).share is None


def test_other_languages_pictures_and_tables_are_gaps(found: Analysis) -> None:
    cells = (Cell(Span(91, len(TEXT) - 23)), Cell(Span(len(TEXT) - 22, len(TEXT))))
    table = Table((cells,), TABLE)
    pages = (Page(1, 100, 100), Page(2, 100, 100, source="image"))
    coverage = measure_coverage(view("en", "en", "xx"), layout(pages=pages, tables=(table,)), found.norms, ())
    assert coverage.gaps == (
        Gap(GapKind.PICTURE, Span(0, 0), 2),
        Gap(GapKind.LANGUAGE, SPANS[2]),
        Gap(GapKind.TABLE, TABLE),
    )
    short = Table(tuple((Cell(Span(at, at + 20)),) for at in (91, 111)), TABLE)
    assert measure_coverage(view("en", "en", "en"), layout(tables=(short,)), found.norms, ()).gaps == ()
    assert coverage.share is not None
    assert coverage.share < 0.6


def test_new_text_without_a_place_is_a_gap(found: Analysis) -> None:
    (norm,) = found.norms
    kinds = {
        place: [g.kind for g in measure_coverage(view("en", "en", "en"), layout(), (new,), ()).gaps]
        for place in (None, "Art 3")
        for new in [replace(norm, span=SPANS[0], quoted=True, amended_place=place)]
    }
    assert kinds == {None: [GapKind.NEW_TEXT], "Art 3": []}


def test_a_sentence_with_a_word_of_duty_may_have_been_missed(found: Analysis) -> None:
    whole = rejected(found)
    coverage = measure_coverage(view("en", "en", "en"), layout(), whole.norms, whole.rejections)
    assert coverage.gaps == (Gap(GapKind.DUTY_WORD, SPANS[1]),)
    (one,) = whole.rejections
    surely = replace(one, evidence=replace(one.evidence, confidence=0.99))
    for other in (surely, replace(one, duty=False), replace(one, reason="says_when"), replace(one, span=SPANS[0])):
        assert measure_coverage(view("en", "en", "en"), layout(), whole.norms, (other,)).gaps == ()
    news = view("en", "en", "en", family=Family.NEWS)
    assert measure_coverage(news, layout(), whole.norms, whole.rejections).gaps == ()


def test_what_a_sentence_says_instead_is_its_reason(found: Analysis) -> None:
    whole = rejected(found)
    (one,) = (replace(r, reason="label_none") for r in whole.rejections)
    (norm,) = whole.norms
    listing = replace(norm, contents=(ListPoint("Art 1(a)", "Ropes", 29, 34),))
    reasons = [
        explain_rejections([one], [norm], {"says_when": [Span(40, 45)]}),
        explain_rejections([one], [listing], {}),
        explain_rejections([one], [norm], {"says_when": [Span(0, 5)]}),
        explain_rejections([replace(one, duty=False)], [norm], {}),
        explain_rejections([replace(one, reason="carried_by_items")], [listing], {}),
    ]
    assert [r.reason for (r,) in reasons] == ["says_when", POINT, "duty_word", "label_none", "carried_by_items"]
