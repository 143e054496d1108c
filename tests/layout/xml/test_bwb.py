"""The Dutch Basiswettenbestand: articles, leden, lists, annexes of a fictional act; a circular without articles."""

from __future__ import annotations

from outlines import blocks, outline, read

from dutybook.layout.xml import read_xml
from dutybook.structure.build import build_structure


def test_provisions_as_the_file_states_them() -> None:
    assert outline(read("bwb")) == (
        "chapter 2 Vaart\n"
        "  section 2.1 Lampen\n"
        "    article 2a Plichten van de veerman\n"
        "      paragraph 1\n"
        "      paragraph 2\n"
        "        point a\n"
        "        point b\n"
        "          point 1\n"
        "          point 2\n"
        "article 3\n"
        "  » article 9\n"
        "signature\n"
        "annex 1 Tarieven"
    )


def test_places() -> None:
    layout = read("bwb")
    found = build_structure(layout, "t", "nl")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}
    assert places["De veerman luidt elk uur de klok."] == "Art 2a(1)"
    assert places["kisten."] == "Art 2a(2)(b)(2)"
    assert places["Het logboek blijft drie jaar aan boord."] == "Art 2a(2)"


def test_data_of_the_file_is_no_text() -> None:
    layout = read("bwb")
    assert "09-03-2031" not in layout.text
    assert layout.meta == {
        "title": "Wet van 2 maart 2031, houdende regels over veerboten",
        "short_title": "Veerbotenwet",
        "number": "BWBR9900001",
        "address": "http://wetten.overheid.nl/id/BWBR9900001/2031-04-01/0",
        "version_date": "2031-04-01",
        "published": "2031-03-09",
        "language": "nl",
        "jurisdiction": "NL",
    }
    assert [[c.span.of(layout.text) for c in row] for row in layout.tables[0].rows] == [
        ["Boot", "Tarief"],
        ["Vlot", "€ 5"],
    ]
    assert [m.mark for m in layout.marks] == ["*"]


def test_a_circular_has_divisions() -> None:
    layout = read_xml(
        b"<toestand><wetgeving><intitule>Mist</intitule><citeertitel>Mist</citeertitel><circulaire><circulaire-tekst>"
        b"<circulaire.divisie><kop><nr>II</nr><titel>Stappen</titel></kop><tekst><al>Let op de mist.</al></tekst>"
        b"</circulaire.divisie></circulaire-tekst></circulaire></wetgeving></toestand>"
    )
    assert outline(layout) == "chapter II Stappen"
    assert blocks(layout) == ["Mist", "II", "Stappen", "Let op de mist."]
