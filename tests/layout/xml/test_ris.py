"""RIS: a section of a fictional Austrian act, and what the system says of it."""

from __future__ import annotations

from outlines import outline, read

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, Layout
from dutybook.structure.build import build_structure


def test_provisions_as_the_file_states_them() -> None:
    assert outline(read("ris")) == (
        "section 2 Fahrbetrieb\n"
        "  article § 2a Pflichten des Fährmanns\n"
        "    paragraph 1\n"
        "    paragraph 2\n"
        "      point 1\n"
        "      point 2\n"
        "        point a\n"
        "        point b\n"
        "  article § 3"
    )


def test_places() -> None:
    layout = read("ris")
    found = build_structure(layout, "t", "de")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}
    assert places["Der Fährmann hat die Glocke zu läuten."] == "§ 2a Abs. 1"
    assert places["in lesbarer Schrift."] == "§ 2a Abs. 2"
    assert places["Ruderboote sind keine Fähren."] == "§ 3"


def test_what_the_system_says() -> None:
    layout = read("ris")
    notes = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]
    assert notes == ["Kurztitel: Fährgesetz 2031", "Inkrafttretensdatum: 01.04.2031", "Dokumentnummer: NOR99900001"]
    assert layout.meta["version_date"] == "2031-04-01"
    assert layout.meta["number"] == "NOR99900001"
    assert "Seite" not in layout.text


def _read(inner: str) -> Layout:
    return read_xml(f"<risdok><nutzdaten><abschnitt>{inner}</abschnitt></nutzdaten></risdok>".encode())


def test_old_files_mark_paragraphs_of_the_act_as_if_they_were_remarks() -> None:
    layout = _read(
        "<ueberschrift typ='titel'>Text</ueberschrift><absatz typ='erltext' ct='text'>Wer fährt, hat zu läuten:</absatz>"
        "<liste><aufzaehlung><listelem><symbol>1.</symbol>bei Nebel,</listelem></aufzaehlung></liste>"
        "<schluss typ='e1'>und zwar laut.</schluss><absatz typ='erltext' ct='doknr'>NOR99900002</absatz>"
    )
    blocks = [(b.role, b.span.of(layout.text)) for b in layout.blocks]
    assert [text for role, text in blocks if role is not BlockRole.FOOTNOTE][-3:] == [
        "Wer fährt, hat zu läuten:",
        "1. bei Nebel,",
        "und zwar laut.",
    ]
    assert [text for role, text in blocks if role is BlockRole.FOOTNOTE] == ["NOR99900002"]


def test_the_gazette_says_its_number_above_its_pages() -> None:
    head = "<kzinhalt typ='p'><absatz typ='kz'>BGBl. II - Ausgegeben am 3. März 2031 - Nr. 20</absatz></kzinhalt>"
    assert (
        _read(head + "<absatz>Verordnung</absatz>").meta["number"] == "BGBl. II - Ausgegeben am 3. März 2031 - Nr. 20"
    )
    assert not _read("<kzinhalt><absatz>Bundesrecht</absatz></kzinhalt><absatz>Verordnung</absatz>").meta.get("number")


def test_an_annex_is_known_by_what_the_system_calls_it() -> None:
    layout = read_xml(
        "<risdok><nutzdaten><abschnitt><ueberschrift typ='titel'>§/Artikel/Anlage</ueberschrift>"
        "<absatz typ='erltext' ct='artikel_anlage'>Anl. 2</absatz><ueberschrift typ='titel'>Text</ueberschrift>"
        "<absatz typ='abs'>Muster des Fahrtenbuchs</absatz></abschnitt></nutzdaten></risdok>".encode()
    )
    assert outline(layout) == "annex 2"
