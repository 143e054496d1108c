"""LexDania: sections, paragraphs, lists and new text for another act in a fictional Danish one."""

from __future__ import annotations

from outlines import outline, read

from dutybook.records import Zone
from dutybook.structure.build import build_structure


def test_provisions_as_the_file_states_them() -> None:
    assert outline(read("lexdania")) == (
        "chapter 1 Lamper\n"
        "  article § 1\n"
        "    paragraph 1\n"
        "    paragraph 2\n"
        "      point 1\n"
        "      point 2\n"
        "  article § 1a\n"
        "article § 2\n"
        "  point 1\n"
        "    » article § 9a\n"
        "signature"
    )


def test_places_and_zones() -> None:
    layout = read("lexdania")
    found = build_structure(layout, "t", "da")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): (by_id[s.provision], s.zone) for s in found.sentences}
    assert places["Han må hvile ved middag."] == ("§ 1 stk. 1", Zone.ENACTING)
    assert places["lasten."] == ("§ 1 stk. 2 nr. 2", Zone.ENACTING)
    assert places["Roere er fritaget."] == ("§ 1a", Zone.ENACTING)
    assert places["En lods skal bære en klokke."][1] is Zone.AMENDMENT


def test_meta_and_notes() -> None:
    layout = read("lexdania")
    assert layout.meta == {
        "title": "Lov om færger på Tågekysten",
        "number": "77/2031",
        "published": "2031-03-09",
        "enacted": "2031-03-02",
        "language": "da",
        "jurisdiction": "DK",
    }
    (mark,) = layout.marks
    assert mark.note is not None
    assert mark.note.of(layout.text) == "(1) Også levende dyr."
