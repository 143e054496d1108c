"""What kind of text a document is."""

from __future__ import annotations

import pytest
from trees import CIRCULAR, EU_ACT, FRENCH_ACT, STATUTE, US_RULE, structure

from dutybook.records import Block, Element, Genre, Layout, ProvisionKind, Span
from dutybook.structure.build import build_structure

_PROGRAMME = "# Ein Hafen für alle\n" + "Wir wollen ruhige See. Unser Ziel ist ein Hafen für alle.\n" * 8


@pytest.mark.parametrize(
    ("text", "language", "genre"),
    [
        (EU_ACT, "en", Genre.EU_ACT),
        (FRENCH_ACT, "fr", Genre.EU_ACT),
        (STATUTE, "de", Genre.STATUTE),
        (US_RULE, "en", Genre.STATUTE),
        (CIRCULAR, "de", Genre.GUIDANCE),
        (_PROGRAMME, "de", Genre.OTHER),
        ("# Port closed\nThe port closes on Monday.\n", "en", Genre.NEWS),
    ],
    ids=["eu", "eu-fr", "statute", "us", "circular", "programme", "news"],
)
def test_genre(text: str, language: str, genre: Genre) -> None:
    assert structure(text, language)[1].genre is genre


def test_what_the_file_says_of_itself_counts() -> None:
    assert structure("# Notice\nThe port closes.\n", celex="32031R0777")[1].genre is Genre.EU_ACT
    assert structure("# Guidance on ports\nFirms should moor.\n")[1].genre is Genre.GUIDANCE
    assert structure("# Guidance on ports\nFirms should moor.\n", published="2031-05-20")[1].genre is Genre.NEWS


def test_a_citation_makes_no_act_of_an_article() -> None:
    text = "# Port news\nArticle 5 of the code says so.\nUnder § 30 of the statute the port may close.\n"
    assert structure(text, published="2031-05-20")[1].genre is Genre.NEWS


def test_a_format_that_states_articles_is_an_act_whatever_its_length() -> None:
    text = "The port closes on Monday."
    outline = (Element(ProvisionKind.ARTICLE, "1", Span(0, len(text))),)

    def genre(**meta: str) -> Genre:
        layout = Layout(text, (Block(Span(0, len(text))),), outline=outline, meta=meta)
        return build_structure(layout, "test", "en").genre

    assert genre(published="2031-05-20") is Genre.STATUTE
    assert genre(celex="32031R0777") is Genre.EU_ACT
    assert genre(eli="http://data.europa.eu/eli/reg/2031/777/oj") is Genre.EU_ACT


def test_a_towns_regulation_is_no_act_of_the_union() -> None:
    own = "The present law of this regulation binds. This regulation is short. This regulation ends."
    text = f"Article 1\n{own}\nArticle 2\nThis regulation applies to boats.\nArticle 3\nBoats shall be red.\n"
    assert structure(text)[1].genre is Genre.STATUTE
    assert structure(text + "It follows Regulation (EU) 2031/777.\n")[1].genre is Genre.EU_ACT


def test_what_a_national_collection_holds_is_an_act_or_a_circular() -> None:
    text = "The port closes on Monday."
    chapter = (Element(ProvisionKind.CHAPTER, "1", Span(0, len(text))),)

    def genre(outline: tuple[Element, ...] = (), **meta: str) -> Genre:
        layout = Layout(text, (Block(Span(0, len(text))),), outline=outline, meta=meta)
        return build_structure(layout, "test", "en").genre

    assert genre(jurisdiction="LV", published="2031-05-20") is Genre.STATUTE
    assert genre(chapter, jurisdiction="NL", published="2031-05-20") is Genre.GUIDANCE
    assert genre(published="2031-05-20") is Genre.NEWS
