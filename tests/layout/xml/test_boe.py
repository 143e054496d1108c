"""BOE XML: classes of paragraphs become headings and places; consolidated texts give the version in force."""

from __future__ import annotations

from pathlib import Path

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, Layout, Structure
from dutybook.structure.build import build_structure

FIXTURES = Path(__file__).parent / "fixtures"


def _read(name: str) -> tuple[Layout, Structure, dict[str, str]]:
    layout = read_xml((FIXTURES / name).read_bytes())
    found = build_structure(layout, "test", "es")
    by_id = {p.id: p.place for p in found.provisions}
    return layout, found, {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}


def test_a_published_act() -> None:
    layout, found, places = _read("boe.xml")
    assert places["El barquero deberá tocar la campana."] == "Art 3(1)"
    assert places["La fecha."] == "Art 3(2)(a)"
    assert [[c.span.of(layout.text) for c in row] for row in layout.tables[0].rows] == [
        ["Barco", "Tasa"],
        ["Bote", "Tres euros"],
    ]
    assert {p.place: p.heading for p in found.provisions}["Art 3"] == "Obligaciones del barquero"
    assert layout.meta["published"] == "2031-03-03"
    assert layout.meta["title"].startswith("Ley 7/2031")
    assert "Barcos" not in layout.text


def test_a_consolidated_text_gives_the_version_in_force() -> None:
    layout, _, places = _read("boe-consolidado.xml")
    assert places["Esta ley regula los botes nuevos."] == "Art 1(1)"
    assert "botes viejos" not in layout.text
    assert layout.meta["version_date"] == "2032-06-01"
    assert layout.meta["older_versions"] == "1"
    assert [b.role for b in layout.blocks if "Ley 11/2032" in b.span.of(layout.text)] == [BlockRole.FOOTNOTE]
