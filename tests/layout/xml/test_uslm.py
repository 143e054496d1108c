"""USLM: sections and their levels, side notes, quoted text of a fictional public law."""

from __future__ import annotations

from outlines import outline, read

from dutybook.records import BlockRole, Zone
from dutybook.structure.build import build_structure


def test_levels_of_a_section() -> None:
    assert outline(read("uslm")) == (
        "title I LAMPS\n"
        "  article § 1 SHORT TITLE.\n"
        "  article § 2 DUTIES OF FERRY OPERATORS.\n"
        "    paragraph a Lamps.—\n"
        "      point 1\n"
        "      point 2\n"
        "        point A\n"
        "        point B\n"
        "          point i\n"
        "          point ii\n"
        "    paragraph b\n"
        "      » paragraph 4 Fog.—\n"
        "article § 3\n"
        "text"
    )


def test_places_and_zones() -> None:
    layout = read("uslm")
    found = build_structure(layout, "t", "en")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): (by_id[s.provision], s.zone) for s in found.sentences}
    assert places["at noon; or"] == ("§ 2(a)(2)(B)(i)", Zone.ENACTING)
    assert places["and is tested each week."] == ("§ 2(a)(2)", Zone.ENACTING)
    assert places["A pilot shall carry a bell."][1] is Zone.AMENDMENT
    assert places["Be it enacted by the Harbour Assembly,"][1] is Zone.PREAMBLE


def test_notes_contents_and_what_is_printed_on_each_page() -> None:
    layout = read("uslm")
    notes = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]
    assert notes[:2] == ["Mar. 2, 2031", "(1) A sea mile."]
    assert "HARBOUR RECORD (2031):" in notes
    assert [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.CONTENTS] == [
        "Table of contents",
        "Sec. 1. Short title.",
    ]
    assert "STAT." not in layout.text
    assert layout.text[: next(m.at for m in layout.marks if m.mark == "1")].endswith("heard for a mile")


def test_meta() -> None:
    meta = read("uslm").meta
    assert (meta["number"], meta["enacted"], meta["short_title"]) == (
        "Public Law 170–9",
        "2031-03-02",
        "Ferry Lamps Act",
    )
