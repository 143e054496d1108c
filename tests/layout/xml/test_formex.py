"""Formex 4: an act of a fictional Union in the form of the Official Journal."""

from __future__ import annotations

from textwrap import dedent

import pytest
from outlines import blocks, outline, read

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, RawDocument
from dutybook.structure.build import build_structure


def test_the_outline_is_the_markup() -> None:
    assert outline(read("formex")) == dedent("""\
        recital 1
        recital 2
        chapter II Keepers
          section 1 Duties
            article 5a Lamps and horns
              paragraph 1
                point a
                  point i
                  point ii
                point b
                  indent 1
                  indent 2
                subparagraph 2
              paragraph 2
        article 6 Amendment of the Buoy Regulation
          point 1
            » article 9 Buoys
              » paragraph 1
          point 2
            » text
        signature
        annex III RANGES OF LAMPS
          part A Coastal lamps
            point 1""")


def test_what_the_file_says_of_the_act() -> None:
    assert read("formex").meta == {
        "title": "REGULATION (EU) 2031/44 OF THE HARBOUR COUNCIL of 3 March 2031 on lighthouses and the hours of fog",
        "celex": "32031R0044",
        "published": "2031-03-12",
        "journal": "L 7/12",
        "language": "en",
    }


def test_a_consolidated_act_names_its_version() -> None:
    meta = read("formex-consolidated").meta
    assert (meta["celex"], meta["version_date"]) == ("02031R0044-20330201", "2033-02-01")
    assert meta["title"] == "VERORDNUNG (EU) 2031/44 des Hafenrats über Leuchttürme"


def test_ordinals_number_divisions() -> None:
    assert outline(read("formex-consolidated")).splitlines()[0] == "part 1 ALLGEMEINES"


def test_numbers_stand_before_their_text_and_quotation_marks_touch_it() -> None:
    found = blocks(read("formex"))
    assert "1. Each keeper of a ‘lighthouse’ shall:" in found
    assert "(i) in winter; and" in found
    assert "— by day," in found
    assert "‘Article 9" in found
    assert "1. Every buoy shall be red.’;" in found


def test_numbers_are_grouped_as_printed() -> None:
    assert "2. A keeper who fails shall pay up to 20 000 crowns." in blocks(read("formex"))


def test_labels_are_what_belongs_to_no_sentence() -> None:
    layout = read("formex")
    article = next(e for e in layout.outline if e.number == "5a")
    assert [label.of(layout.text) for label in article.labels] == ["Article 5a", "Lamps and horns"]
    point = next(e for e in layout.outline if e.number == "ii")
    assert [label.of(layout.text) for label in point.labels] == ["(ii)"]
    assert point.span.of(layout.text) == "(ii) in summer;"


def test_notes_are_tied_to_the_word_they_follow() -> None:
    layout = read("formex")
    words = [layout.text[: mark.at].split()[-1] for mark in layout.marks]
    assert list(zip([m.mark for m in layout.marks], words, strict=True)) == [("1", "Treaty"), ("2", "seen")]
    assert [m.note.of(layout.text) for m in layout.marks if m.note] == [
        "(1) Treaty of ‘Saltmouth’.",
        "(2) Report on lamps.",
    ]


def test_a_table_has_its_cells() -> None:
    layout = read("formex")
    (table,) = layout.tables
    cells = [[cell.span.of(layout.text) for cell in row] for row in table.rows]
    assert cells == [["Lamp", "Range"], ["Green", "9 miles\nat night"], ["Red", ""]]
    assert {b.role for b in layout.blocks if table.span.start <= b.span.start < table.span.end} == {BlockRole.TABLE}


def test_places_are_those_of_the_field() -> None:
    structure = build_structure(read("formex"), "act")
    places = [provision.place for provision in structure.provisions]
    assert {"Recital 2", "Chapter II", "Art 5a(1)(a)(ii)", "Art 5a(1)(b) indent 2", "Art 5a(2)"} <= set(places)


def test_quoted_terms_are_an_amendment() -> None:
    structure = build_structure(read("formex"), "act")
    zones = {p.number: p.zone.value for p in structure.provisions if p.kind.value == "article"}
    assert zones["5a"] == "enacting"
    assert zones["9"] == "amendment"


@pytest.mark.parametrize(("root", "kind"), [("ANNEX", "annex"), ("CONS.ANNEX", "annex")])
def test_an_annex_may_be_a_file_of_its_own(root: str, kind: str) -> None:
    layout = read_xml(
        f"<{root}><BIB.INSTANCE><LG.DOC>FR</LG.DOC></BIB.INSTANCE><TITLE><TI><P>ANNEXE IV</P></TI><STI><P>Bouées</P></STI>"
        f"</TITLE><CONTENTS><NP><NO.P>1.</NO.P><TXT>Bouées rouges</TXT></NP></CONTENTS></{root}>".encode()
    )
    assert outline(layout) == f"{kind} IV Bouées\n  point 1"


def test_a_notice_without_articles_is_text_of_its_own() -> None:
    layout = read_xml(
        b"<GENERAL><BIB.INSTANCE><LG.DOC>EN</LG.DOC></BIB.INSTANCE><TITLE><TI><P>Notice to mariners</P></TI></TITLE>"
        b"<CONTENTS><P>Keep clear of the pier.</P><P>Sound the horn.</P></CONTENTS></GENERAL>"
    )
    assert outline(layout) == "text\ntext"


def test_pictures_are_said_to_be_missing() -> None:
    layout = read_xml(
        b"<ACT><ENACTING.TERMS><ARTICLE><TI.ART>Article 1</TI.ART><ALINEA>See <INCL.ELEMENT FILEREF='a.tif' TYPE='TIFF'/> the"
        b" map.</ALINEA></ARTICLE></ENACTING.TERMS></ACT>"
    )
    assert layout.problems == ("1 pictures in the text were not read",)


# -- the same act as XHTML --------------------------------------------------------------------------------------------

TWINS = [
    ("GDPR_32016R0679_EN_OJ.fmx.xml", "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
    ("SFDR_02019R2088-20240109_FR_cons.fmx.xml", "SFDR_02019R2088-20240109_FR_cons.html"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("formex", "page"), TWINS)
def test_articles_and_points_are_those_of_the_page(shared, formex: str, page: str) -> None:  # type: ignore[no-untyped-def]
    from dutybook.layout.formats import read_layout

    def places(name: str) -> list[str]:
        layout = read_layout(RawDocument(name, (shared / "docs" / "eu" / name).read_bytes()))
        wanted = {"chapter", "section", "article", "paragraph", "point", "recital"}
        provisions = build_structure(layout, "act").provisions
        return [p.place for p in provisions if p.kind.value in wanted]

    ours, theirs = places(formex), places(page)
    assert len(ours) > 100
    assert len(set(ours) & set(theirs)) >= 0.98 * len(set(ours) | set(theirs))
