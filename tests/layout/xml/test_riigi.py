"""Riigi Teataja: a fictional Estonian act, one section of which amends another act by HTML in the XML."""

from __future__ import annotations

from pathlib import Path

import pytest
from outlines import outline, read

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, Zone
from dutybook.structure.build import build_structure


def test_provisions_as_the_file_states_them() -> None:
    assert outline(read("riigi")) == (
        "chapter 1 Laternad\n"
        "  article § 2¹ Parvemehe kohustused\n"
        "    paragraph 1\n"
        "    paragraph 2\n"
        "      point 1\n"
        "      point 2\n"
        "article § 3 Lootsiseaduse muutmine\n"
        "  point 1\n"
        "    » paragraph 3\n"
        "      » point 1\n"
        "      » point 2\n"
        "  point 2\n"
        "signature"
    )


def test_places_and_zones() -> None:
    layout = read("riigi")
    found = build_structure(layout, "t", "et")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): (by_id[s.provision], s.zone) for s in found.sentences}
    assert places["last."] == ("§ 2¹(2)(2)", Zone.ENACTING)
    assert places["Loots kannab kella."] == ("§ 3(1) “(3)”", Zone.AMENDMENT)
    assert places["paragrahvi 5² täiendatakse lõikega 3 järgmises sõnastuses:"][0] == "§ 3(1)"


def test_meta_and_remarks() -> None:
    layout = read("riigi")
    assert layout.meta == {
        "title": "Parvlaevade seadus",
        "number": "109032031001",
        "published": "2031-03-09",
        "enacted": "2031-03-02",
        "version_date": "2031-04-01",
        "language": "et",
        "jurisdiction": "EE",
    }
    notes = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]
    assert notes == ["[RT I, 09.03.2031, 1 - jõust. 01.04.2031]"]


@pytest.mark.parametrize(("kind", "stated"), [("algtekst", "2031-04-01"), ("terviktekst", None)])
def test_only_the_original_states_when_the_act_entered_into_force(kind: str, stated: str | None) -> None:
    data = (Path(__file__).parent / "fixtures" / "riigi.xml").read_bytes()
    data = data.replace(b"<metaandmed>", f"<metaandmed><tekstiliik>{kind}</tekstiliik>".encode())
    assert read_xml(data).meta.get("in_force_from") == stated
