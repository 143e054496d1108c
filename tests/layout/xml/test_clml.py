"""CLML: a fictional Act in the form of legislation.gov.uk."""

from __future__ import annotations

from textwrap import dedent

from outlines import blocks, outline, read

from dutybook.records import BlockRole
from dutybook.structure.build import build_structure


def test_sections_subsections_and_schedules() -> None:
    assert outline(read("clml")) == dedent("""\
        part 1 Keepers
          heading Lamps
            article s 5A Duties of keepers
              paragraph 1
                point a
                  point i
                  point ii
                point b
              paragraph 2
                indent 1
                indent 2
                  point a
                  point b
          article s 6 Amendment of the Buoys Act
            » article s 11A Red buoys
              » paragraph 1
        annex 2 Ranges
          part 1 Coast
            paragraph 1
              point 1""")


def test_numbers_get_the_brackets_of_the_site() -> None:
    found = blocks(read("clml"))
    assert "5A (1) A keeper must—" in found
    assert "(ii) in fog, and" in found
    assert "(b) the pier office." in found


def test_a_quotation_ends_where_its_sentence_does() -> None:
    assert "11A (1) Every buoy must be red.”." in blocks(read("clml"))


def test_sections_are_cited_as_sections() -> None:
    places = [p.place for p in build_structure(read("clml"), "act").provisions]
    assert {"s 5A(1)(a)(ii)", "s 5A(2)", "s 6"} <= set(places)


def test_annotations_are_notes() -> None:
    layout = read("clml")
    assert [(m.mark, m.note and m.note.of(layout.text)) for m in layout.marks] == [
        ("I1", "(I1) S. 5A in force at once."),
        ("F1", "(F1) Word inserted in 2032."),
    ]


def test_contents_and_title() -> None:
    layout = read("clml")
    contents = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.CONTENTS]
    assert contents == ["PART 1 Keepers", "1 Duties of keepers"]
    assert layout.meta == {
        "title": "Lighthouses Act 2031",
        "eli": "http://www.legislation.gov.uk/hpga/2031/44",
        "language": "en",
        "enacted": "2031-03-03",
        "version_date": "2033-02-01",
    }
