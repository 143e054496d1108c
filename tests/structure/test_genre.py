"""What kind of text a document is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from trees import CIRCULAR, EU_ACT, FRENCH_ACT, STATUTE, US_RULE, structure

from dutybook.errors import Defect
from dutybook.languages import available, load
from dutybook.languages.data import load_data
from dutybook.layout.formats import read_layout
from dutybook.records import (
    Block,
    Document,
    Element,
    Family,
    Genre,
    Layout,
    LayoutBuilder,
    ProvisionKind,
    RawDocument,
    Span,
    Status,
    Structure,
)
from dutybook.structure.build import build_structure
from dutybook.structure.genre import (
    calibrate,
    choose,
    classifier,
    classify_document,
    family_of_words,
    has_timestamp,
    is_dated,
    load_classifier,
)
from dutybook.structure.genre_features import BUCKETS, measure_text

_PROGRAMME = "# Ein Hafen für alle\n" + "Wir wollen ruhige See. Unser Ziel ist ein Hafen für alle.\n" * 8

#: Somebody's article as it is pasted: a headline, no date, quotations, an advertisement in its middle.
ARTICLE = """Hafenstadt will Ruderboote ab Frühjahr vermieten

Die Stadt Seeweiler plant einen Verleih von Ruderbooten am alten Kai. Das teilte Bürgermeisterin Karla Brand am Dienstag mit.

„Wir rechnen mit 40.000 Gästen im Jahr“, sagte Brand der Zeitung. Kritik kommt von den Anglern: Sie fürchten um ihre Ruhe.
„Das ist ein Schlag ins Gesicht“, sagte ihr Sprecher Olaf Mühl.

Anzeige: Wer jetzt bestellt, bekommt das E-Book gratis. Jetzt kostenlos herunterladen!

Nach Angaben der Verwaltung kostet das Vorhaben rund zwei Millionen Euro. Der Rat soll im Januar entscheiden. Experten hatten
zuletzt gewarnt, dass der Kai zu schmal sei. Im vergangenen Jahr war dort ein Boot gekentert; verletzt wurde niemand.

Die Opposition kritisierte den Plan. Er sei „nicht zu Ende gedacht“, hieß es am Abend. Bereits am Montag hatten rund 200 Menschen
vor dem Rathaus protestiert. Wie es weitergeht, ist offen.
"""

ORDINANCE = """Ordinance on rowing boats

The Minister for Lakes, in exercise of the powers conferred by section 4 of the Lakes Act, makes the following Ordinance.

§ 1 Scope
(1) This Ordinance applies to the hire of rowing boats on public lakes.
(2) It does not apply to boats of the rescue service referred to in § 5.

§ 2 Duties of the hirer
(1) The hirer shall keep a list of all boats and shall submit it to the competent authority by 31 March of each year.
(2) A boat that is not listed may not be hired out.
(3) The hirer shall inspect each boat before it is handed over in accordance with the Annex.

§ 3 Exemptions
The competent authority may grant exemptions in accordance with § 4 where safety is not impaired.

§ 4 Procedure
(1) An application pursuant to § 3 shall be made in writing.
(2) The authority shall decide within four weeks.

§ 5 Entry into force
This Ordinance enters into force on the day following its publication. The Ordinance on skiffs is repealed.
"""


@pytest.mark.parametrize(
    ("text", "language", "family"),
    [
        (EU_ACT, "en", Family.EU_ACT),
        (FRENCH_ACT, "fr", Family.EU_ACT),
        (STATUTE, "de", Family.STATUTE),
        (US_RULE, "en", Family.STATUTE),
        (CIRCULAR, "de", Family.GUIDANCE),
        (_PROGRAMME, "de", Family.OTHER),
        ("# Port closed\nThe port closes on Monday.\n", "en", Family.NEWS),
    ],
    ids=["eu", "eu-fr", "statute", "us", "circular", "programme", "news"],
)
def test_plain_rules_know_typical_texts(text: str, language: str, family: Family) -> None:
    layout, found = structure(text, language)
    assert family_of_words(layout.text, layout.blocks, load(language)) is family
    assert found.family is family


def test_short_texts_are_read_as_plain_rules_take_them() -> None:
    found = structure("# Guidance on ports\nFirms should moor.\n")[1]
    assert (found.family, found.genre, found.genre_probability) == (Family.GUIDANCE, Genre.UNSURE, 0)


def test_what_the_file_says_of_itself_counts() -> None:
    act = structure("# Notice\nThe port closes.\n", celex="32031R0777")[1]
    assert (act.family, act.genre) == (Family.EU_ACT, Genre.EU_ACT)
    assert structure("# Guidance on ports\nFirms should moor.\n", published="2031-05-20")[1].family is Family.NEWS


def test_a_citation_makes_no_act_of_an_article() -> None:
    text = "# Port news\nArticle 5 of the code says so.\nUnder § 30 of the statute the port may close.\n"
    assert structure(text, published="2031-05-20")[1].family is Family.NEWS


def test_a_format_that_states_articles_is_an_act_whatever_its_length() -> None:
    text = "The port closes on Monday."
    outline = (Element(ProvisionKind.ARTICLE, "1", Span(0, len(text))),)

    def family(**meta: str) -> Family:
        return build_structure(
            Layout(text, (Block(Span(0, len(text))),), outline=outline, meta=meta), "test", "en"
        ).family

    assert family(published="2031-05-20") is Family.STATUTE
    assert family(celex="32031R0777") is Family.EU_ACT
    assert family(eli="http://data.europa.eu/eli/reg/2031/777/oj") is Family.EU_ACT


def test_a_towns_regulation_is_no_act_of_the_union() -> None:
    own = "The present law of this regulation binds. This regulation is short. This regulation ends."
    text = f"Article 1\n{own}\nArticle 2\nThis regulation applies to boats.\nArticle 3\nBoats shall be red.\n"
    assert structure(text)[1].family is Family.STATUTE
    assert structure(text + "It follows Regulation (EU) 2031/777.\n")[1].family is Family.EU_ACT


def test_what_a_national_collection_holds_is_an_act_or_a_circular() -> None:
    text = "The port closes on Monday."
    chapter = (Element(ProvisionKind.CHAPTER, "1", Span(0, len(text))),)

    def found(outline: tuple[Element, ...] = (), **meta: str) -> Structure:
        layout = Layout(text, (Block(Span(0, len(text))),), outline=outline, meta=meta)
        return build_structure(layout, "test", "en")

    assert found(jurisdiction="LV", published="2031-05-20").family is Family.STATUTE
    assert found(jurisdiction="LV", published="2031-05-20").genre is Genre.STATUTE
    assert found(chapter, jurisdiction="NL", published="2031-05-20").family is Family.GUIDANCE
    assert found(published="2031-05-20").family is Family.NEWS


def test_a_pasted_article_is_news_without_any_date() -> None:
    found = structure(ARTICLE, "de")[1]
    assert (found.genre, found.family) == (Genre.NEWS, Family.NEWS)
    assert found.genre_probability > 0.8


def test_an_ordinance_is_of_the_family_of_statutes() -> None:
    found = structure(ORDINANCE)[1]
    assert found.family is Family.STATUTE
    assert found.genre in {Genre.STATUTE, Genre.REGULATION}


def test_a_programme_of_plans_states_no_norms_however_much_it_reads_like_news() -> None:
    found = structure(_PROGRAMME + ARTICLE, "de")[1]
    assert (found.genre, found.family) == (Genre.UNSURE, Family.OTHER)


def test_words_without_meaning_are_unsure() -> None:
    found = structure("lorem ipsum dolor sit amet consectetur " * 30, "en")[1]
    assert found.genre is Genre.UNSURE


@pytest.mark.parametrize(
    ("line", "timed"),
    [
        ("17.01.2031 - 20:30:12", True),
        ("2 May 2031, 14.05", True),
        ("Stand: 3. März 2031 um 9:15 Uhr", True),
        ("May 2, 2031 at 11:30", True),
        ("17.01.2031", False),
        ("Made on 2 May 2031", False),
        ("Open from 9:00 to 17:00", False),
        ("Version 1.12.2031", False),
        ("No 12.30 of 2 May 2031, page 4.5.6", True),
    ],
)
def test_a_day_with_a_time_of_day_on_a_line_of_its_own_is_a_dateline(line: str, timed: bool) -> None:
    builder = LayoutBuilder()
    builder.block("Quay reopens")
    builder.block(line)
    assert has_timestamp(Layout(builder.text(), tuple(builder.blocks))) is timed


def test_a_gazettes_date_is_no_newspapers() -> None:
    pack = load("en")
    assert is_dated({"published": "2031-05-20"}, pack)
    assert not is_dated({"published": "2031-05-20", "gazette": "SI"}, pack)
    assert not is_dated({"published": "2031-05-20", "title": "Guidance on ports"}, pack)
    assert not is_dated({}, pack)


class TestFeatures:
    def measured(self, text: str, language: str = "en") -> dict[str, float]:
        layout = read_layout(RawDocument("text.txt", text.encode()))
        return dict(measure_text(layout, load(language), language, Family.NEWS).measures)

    def test_words_count_by_group(self) -> None:
        found = self.measured("The mayor said on Monday that boats were cheap, according to a spokesman.")
        assert found["all_reporting"] > found["all_court"] == 0
        assert found["head_time"] > 0

    def test_beginnings_of_words_and_phrases_count(self) -> None:
        found = self.measured("Laut Bürgermeisterin kritisierten Sprecherinnen: Lesen Sie weiter.", "de")
        assert found["all_reporting"] > 0
        assert found["all_page"] > 0

    def test_numbering_counts(self) -> None:
        found = self.measured("§ 1 Boats\n\n(1) Boats shall float.\n\n§ 2 Oars\n\n(1) Oars shall be wooden.")
        assert found["share_signs"] == 0.5
        assert found["opens_section_sign"] == 0.5

    def test_a_language_without_words_has_none_counted(self) -> None:
        layout = read_layout(RawDocument("text.txt", b"Hvem skal ro?"))
        assert "all_reporting" not in measure_text(layout, load("en"), "no", Family.OTHER).measures

    def test_sequences_are_counted_and_digits_are_alike(self) -> None:
        def head(text: str) -> np.ndarray:
            layout = read_layout(RawDocument("text.txt", text.encode()))
            return measure_text(layout, load("en"), "en", Family.OTHER).head

        assert head("boat 12").shape == (BUCKETS,)
        assert np.array_equal(head("boat 12"), head("boat 97"))
        assert not np.array_equal(head("boat 12"), head("oars 12"))

    def test_hostile_texts_are_measured(self) -> None:
        for text in ("", "\ud800", "\x00" * 50, "§" * 5000, "a" * 40_000):
            layout = Layout(text, (Block(Span(0, len(text))),) if text else ())
            measure_text(layout, load("en"), "en", Family.OTHER)


class TestClassifier:
    def test_it_knows_every_genre_and_family(self) -> None:
        model = classifier()
        assert set(model.genres) == set(Genre) - {Genre.UNSURE}
        assert set(model.families) == set(Family)
        assert 0.5 <= model.sure < 1

    def test_probabilities_sum_to_one(self) -> None:
        layout = read_layout(RawDocument("a.txt", ARTICLE.encode()))
        found = classifier().probabilities(measure_text(layout, load("de"), "de", Family.NEWS))
        assert sum(found.values()) == pytest.approx(1)

    def test_a_date_speaks_for_news(self) -> None:
        model, scores = classifier(), np.zeros(len(classifier().genres))
        news = model.genres.index(Genre.NEWS)
        assert calibrate(model, scores, dated=True)[news] > calibrate(model, scores)[news]

    def test_a_family_that_is_not_sure_is_unsure(self) -> None:
        model = classifier()
        assert choose(model, {Genre.NEWS: 0.4, Genre.STATUTE: 0.3, Genre.REGULATION: 0.3})[0] is Genre.UNSURE

    def test_a_genre_that_is_not_clear_has_its_familys_plain_name(self) -> None:
        model, half = classifier(), classifier().surely / 2
        shares = {Genre.NEWS: 1 - half, Genre.PRESS_RELEASE: half}
        assert choose(model, shares) == (Genre.NEWS, 1.0)
        assert choose(model, {Genre.NEWS: 0.0, Genre.PRESS_RELEASE: 1.0}) == (Genre.PRESS_RELEASE, 1.0)

    def test_a_damaged_file_is_a_defect(self, tmp_path: Path) -> None:
        with pytest.raises(Defect, match="install Dutybook again"):
            load_classifier(tmp_path)
        (tmp_path / "genre.json").write_text(json.dumps({"genres": ["novel"]}))
        (tmp_path / "genre.npz").write_bytes(b"no archive")
        with pytest.raises(Defect, match="damaged"):
            load_classifier(tmp_path)

    def test_it_is_small(self) -> None:
        folder = Path(__file__).resolve().parents[2] / "models" / "genre"
        assert sum((folder / name).stat().st_size for name in ("genre.npz", "genre.json")) < 2_000_000


def test_every_language_has_every_group_of_words() -> None:
    groups = load_data("genres.toml", dict[str, dict[str, list[str]]])
    assert set(groups) == set(available())
    names = set(groups["en"])
    for language, listed in groups.items():
        assert set(listed) == names, language
        assert all(words and all(w.strip() and w.strip("*") for w in words) for words in listed.values()), language


def test_every_genre_but_unsure_has_a_family() -> None:
    assert {g for g in Genre if g.family is None} == {Genre.UNSURE}
    assert Document("i", None, "s", "h", "en", "t", Status.READ).genre is Genre.UNSURE


_SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.mark.skipif(not _SHARED.is_dir(), reason="needs ../shared")
def test_a_users_pasted_article_is_news() -> None:
    """It was never trained on."""
    file = _SHARED / "docs" / "real" / "boerse_made-in-europe_2026.de.txt"
    found = build_structure(read_layout(RawDocument(str(file), file.read_bytes())), "test")
    assert (found.genre, found.family) == (Genre.NEWS, Family.NEWS)


def test_the_card_says_what_unseen_documents_measured() -> None:
    """The floor under the classifier: nine in ten or more of the sure are right, and two thirds of all are sure."""
    card = (Path(__file__).resolve().parents[2] / "models" / "genre" / "card.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in card.splitlines() if line.startswith(("| all |", "| real |"))]
    measured = {row[0]: [float(v) for v in row[2:]] for row in reversed(rows)}
    right, rules, read, unsure, sure = measured["all"]
    assert right >= 0.85
    assert sure >= 0.97
    assert unsure <= 0.35
    assert read > rules + 0.08
    assert measured["real"][4] >= 0.96


@pytest.mark.parametrize(
    ("language", "heading", "family"),
    [
        ("de", "6. Inkrafttreten, Außerkrafttreten", Family.STATUTE),
        ("de", "VwV Leuchtturm VI. Inkrafttreten", Family.STATUTE),
        ("nl", "Artikel 7 Inwerkingtreding", Family.STATUTE),
        ("en", "7. Entry into force", Family.STATUTE),
        ("de", "Inkrafttreten verschoben", Family.NEWS),
        ("de", "Bis zum Inkrafttreten am 3. Mai bleibt Zeit", Family.NEWS),
    ],
)
def test_a_text_with_a_provision_on_its_entry_into_force_is_no_news(
    language: str, heading: str, family: Family
) -> None:
    builder = LayoutBuilder()
    for line in ("Kaimauer 7", heading, "Mauer und Kai, 2031."):
        builder.block(line)
    layout = Layout(builder.text(), tuple(builder.blocks))
    assert classify_document(layout, load(language), language).family is family
