"""Akoma Ntoso: the same names mean other things in other countries."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from outlines import blocks, outline, read

from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def act(body: str, language: str = "eng", more: str = "") -> bytes:
    return (
        f'<akomaNtoso xmlns="{NAMESPACE}"><act><meta><identification><FRBRExpression><FRBRlanguage '
        f'language="{language}"/></FRBRExpression></identification></meta><body>{body}</body>{more}</act></akomaNtoso>'
    ).encode()


def test_articles_with_commas_and_letters() -> None:
    assert outline(read("akn")) == dedent("""\
        recital 1
        chapter I Guardiani
          article 1 Obblighi
            paragraph 1
              point a
              point b
                point 1
                point 2
            paragraph 1-bis
          article 2 Modifiche
            paragraph 1
              » article 9 Boe
                » paragraph 1
        section I Finale
          article 3
        signature
        annex B Allegato B
          paragraph 1""")


def test_sections_that_are_articles() -> None:
    """Finland, Sweden: a section with a sign; its subsections are cited by counting."""
    assert outline(read("akn-sections")) == dedent("""\
        chapter 1 Fyrar
          article § 5a Lampan
            paragraph 1
            paragraph 2
              point b
              point c
          article § 6
            indent 1
            indent 2
        annex 2 Färger""")


def test_british_levels() -> None:
    body = (
        "<section><num>4</num><heading>Lamps</heading><subsection><num>(1)</num><intro><p>A keeper must—</p></intro>"
        "<paragraph><num>(a)</num><content><p>light</p></content></paragraph>"
        "<paragraph><num>(b)</num><subparagraph><num>(i)</num><content><p>wash</p></content></subparagraph></paragraph>"
        "</subsection></section><hcontainer name='schedule'><num>SCHEDULE 2</num><heading>Ranges</heading>"
        "<paragraph><num>1</num><subparagraph><num>(1)</num><content><p>Nine miles.</p></content></subparagraph>"
        "</paragraph></hcontainer>"
    )
    assert outline(read_xml(act(body))) == dedent("""\
        article 4 Lamps
          paragraph 1
            point a
            point b
              point i
        annex 2 Ranges
          paragraph 1
            point 1""")


def test_a_number_without_text_goes_before_its_first_item() -> None:
    body = "<article><num>Art. 1</num><paragraph><num>1.</num><point><num>a)</num><content><p>luce</p></content></point></paragraph></article>"
    assert blocks(read_xml(act(body))) == ["Art. 1", "1. a) luce"]


def test_lists_get_the_numbers_that_their_symbol_makes() -> None:
    body = (
        "<article><num>Art. 1<sup>er</sup>.</num><alinea><content><p>On entend par :</p>"
        '<ol xmlns:s="http://www.scl.lu" s:start="1" s:symbol="1°"><li>« phare » : une tour ;</li>'
        '<li>« feu » :<ol s:start="1" s:symbol="a)"><li>la lampe ;</li></ol></li></ol></content></alinea>'
        "<alinea><content><p>Le gardien veille.</p></content></alinea></article>"
    )
    layout = read_xml(act(body, "fra"))
    assert outline(layout) == "article 1\n  point 1\n  point 2\n    point a\n  subparagraph 2"
    assert "2° « feu » :" in blocks(layout)


def test_what_the_file_says_of_the_act() -> None:
    assert read("akn").meta == {
        "title": "Disposizioni sui fari",
        "eli": "https://example.org/eli/legge/2031/44",
        "language": "it",
        "published": "2031-03-12",
        "version_date": "2033-02-01",
    }


def test_notes_stand_in_the_text_or_among_the_metadata() -> None:
    layout = read("akn")
    assert [(m.mark, m.note and m.note.of(layout.text)) for m in layout.marks] == [
        ("a", "(a) Persona del faro."),
        ("1", "(1) Comma aggiunto nel 2033."),
    ]
    assert "1. Il guardiano, ogni sera:" in blocks(layout)


def test_quotation_marks_come_from_the_markup() -> None:
    found = blocks(read("akn"))
    assert "«Art. 9" in found
    assert "1. Ogni boa è rossa.»." in found


def test_a_quotation_without_text_is_said() -> None:
    body = "<article><num>Art. 1</num><paragraph><num>(1)</num><content><p>§ 2 wird gefasst: <mod><quotedStructure/></mod></p></content></paragraph></article>"
    (problem,) = read_xml(act(body)).problems
    assert "1 passages that the act quotes are empty" in problem


def test_a_table_and_a_table_of_contents() -> None:
    layout = read("akn")
    assert [[c.span.of(layout.text) for c in row] for row in layout.tables[0].rows] == [
        ["Lampada", "Portata"],
        ["Verde", "9 miglia"],
    ]
    body = "<toc><tocItem level='1'><span>Art. 1</span> <span>Luce</span></tocItem></toc><article><num>Art. 1</num></article>"
    contents = read_xml(act(body))
    assert [b.span.of(contents.text) for b in contents.blocks if b.role is BlockRole.CONTENTS] == ["Art. 1 Luce"]


def test_swiss_marginal_titles_are_headings() -> None:
    body = (
        "<level><num>A. </num><heading>Leuchttürme</heading><level><num>I.</num><heading>Im <br/>Allgemeinen</heading>"
        "<article><num>Art. 1</num><paragraph><content><p>Die Lampe brennt.</p></content></paragraph></article></level>"
        "</level><proviso><heading>Übergangsbestimmungen</heading><article><num>Art. 1</num><paragraph><content>"
        "<p>Alte Lampen bleiben.</p></content></paragraph></article></proviso>"
    )
    assert outline(read_xml(act(body, "de"))) == dedent("""\
        heading A Leuchttürme
          heading I Im Allgemeinen
            article 1
        heading Übergangsbestimmungen
          article 1""")


def test_an_unnumbered_first_paragraph_may_be_the_title() -> None:
    def article(first: str) -> str:
        return (
            f"<article><num>Art. 4</num><heading/><paragraph><content><p>{first}</p></content></paragraph>"
            "<paragraph><num>1.</num><content><p>Il faro è acceso.</p></content></paragraph></article>"
        )

    assert outline(read_xml(act(article("(Accensione)"), "ita"))) == "article 4 (Accensione)\n  paragraph 1"
    assert outline(read_xml(act(article("Il guardiano veglia."), "ita"))) == "article 4\n  paragraph 1"


def test_an_annex_is_numbered_by_its_documents_name() -> None:
    annex = (
        '<attachments><attachment><doc name="Allegato 2-art. 1"><mainBody><p>Portate.</p></mainBody></doc></attachment>'
        "</attachments>"
    )
    article = "<article><num>Art. 1</num><content><p>Luce.</p></content></article>"
    assert outline(read_xml(act(article, "ita", annex))) == "article 1\nannex 2"


def test_a_note_that_refers_to_itself_is_read_once() -> None:
    source = (Path(__file__).parent / "fixtures" / "akn.xml").read_text(encoding="utf-8")
    at = source.index("</p>", source.index('<note eId="nota_1"'))
    looped = source[:at] + '<noteRef href="#nota_1" marker="1"/>' + source[at:]
    assert read_xml(looped.encode()).text == read_xml(source.encode()).text
