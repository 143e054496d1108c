"""gesetze-im-internet XML: places, headings, notes and tables of a fictional act."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, Layout, ProvisionKind, Structure, Zone
from dutybook.structure.build import build_structure

FIXTURE = Path(__file__).parent / "fixtures" / "gii.xml"


@pytest.fixture(scope="module")
def read() -> tuple[Layout, Structure]:
    layout = read_xml(FIXTURE.read_bytes())
    return layout, build_structure(layout, "test", "de")


def _places(read: tuple[Layout, Structure]) -> dict[str, str]:
    layout, found = read
    by_id = {p.id: p.place for p in found.provisions}
    return {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}


def test_sentences_have_their_places(read: tuple[Layout, Structure]) -> None:
    places = _places(read)
    assert places["Der Fährmann hat die Glocke zu läuten."] == "§ 2a Abs. 1"
    assert places["den Tag,"] == "§ 2a Abs. 2 Nr. 1"
    assert places["Stückgut."] == "§ 2a Abs. 2 Nr. 2 Buchst. b"
    assert places["Das Fahrtenbuch ist drei Jahre aufzubewahren."] == "§ 2a Abs. 2"
    assert places["Absatz 2 gilt nicht für Seilfähren."] == "§ 2a Abs. 2a"


def test_divisions_hold_their_sections(read: tuple[Layout, Structure]) -> None:
    _, found = read
    by_id = {p.id: p for p in found.provisions}
    section = next(p for p in found.provisions if p.place == "§ 2a")
    assert section.heading == "Pflichten des Fährmanns"
    above = by_id[section.parent or ""]
    assert (above.kind, above.heading) == (ProvisionKind.SUBSECTION, "Pflichten")
    assert by_id[above.parent or ""].heading == "Betrieb"


def test_remarks_and_footnotes_stand_at_the_end(read: tuple[Layout, Structure]) -> None:
    layout, found = read
    notes = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]
    assert any("Ruderboote sind keine Fähren." in note for note in notes)
    assert any("Textnachweis" in note for note in notes)
    assert {s.zone for s in found.sentences if "Ruderboote" in s.span.of(layout.text)} == {Zone.FOOTNOTE}
    marked = next(m for m in layout.marks if m.note and "Ruderboote" in m.note.of(layout.text))
    assert layout.text[: marked.at].endswith("gilt für Fähren.")


def test_contents_annex_table_and_meta(read: tuple[Layout, Structure]) -> None:
    layout, found = read
    contents = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.CONTENTS]
    assert "§ 2 Pflichten des Fährmanns" in contents
    assert found.title == layout.meta["title"] == "Gesetz über den Betrieb von Fähren im Küstenmeer"
    rows = [[cell.span.of(layout.text) for cell in row] for row in layout.tables[-1].rows]
    assert rows == [["Spalte", "Inhalt"], ["A", "Tag der Fahrt"], ["B", "Zahl der Fahrgäste"]]
    assert next(p for p in found.provisions if p.place == "Annex 1").heading.endswith("Muster des Fahrtenbuchs")
