from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from dutybook.layout.html import read_html
from dutybook.records import BlockRole, Layout
from real_layouts import layout_of


def texts(layout: Layout, hint: str | None = None) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks if hint is None or b.hint == hint]


def point(marker: str, text: str) -> str:
    """A point as the Official Journal sets it: a table of one row."""
    return (
        f'<table width="100%" border="0"><col width="4%"/><col width="96%"/><tbody><tr><td valign="top">'
        f'<p class="oj-normal">{marker}</p></td><td valign="top">{text}</td></tr></tbody></table>'
    )


def p(text: str) -> str:
    return f'<p class="oj-normal">{text}</p>'


JOURNAL = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML//EN" "xhtml-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>L_2031077EN.xml</title></head><body>
<table><tbody><tr><td><p class="oj-hd-date">7.4.2031   </p></td><td><p class="oj-hd-lg">EN</p></td>
<td><p class="oj-hd-ti">Official Journal <br/>of the Union</p></td><td><p class="oj-hd-oj">L 77/1</p></td></tr></tbody></table>
<hr class="oj-separator"/>
<div class="eli-container">
<div class="eli-main-title" id="tit_1"><p class="oj-doc-ti">REGULATION (EU)
   2031/77</p><p class="oj-doc-ti">of 1 April 2031</p><p class="oj-doc-ti">on lighthouses</p>
<p class="oj-doc-ti">(Text with EEA relevance)</p></div>
<div class="eli-subdivision" id="pbl_1">{p("THE PARLIAMENT OF THE COAST,")}
<div class="eli-subdivision" id="cit_1">{p('Having regard to the opinion of the keepers <a id="ntc1-X" href="#ntr1-X">(<span class="oj-super oj-note-tag">1</span>)</a>,')}</div>
<div class="eli-subdivision" id="rct_1">{point("(1)", p("Ships should be safe at night."))}</div></div>
<div class="eli-subdivision" id="enc_1"><div id="cpt_I">
<p class="oj-ti-section-1" id="d1"><span class="oj-italic">CHAPTER I</span></p>
<div class="eli-title"><p class="oj-ti-section-2"><span class="oj-bold">Keepers</span></p></div>
<div class="eli-subdivision" id="art_1"><p class="oj-ti-art">Article 1</p>
<div class="eli-title"><p class="oj-sti-art">Lamps and horns</p></div>
<div id="001.001">{p("1.   Keepers shall:")}
{point("(a)", p("light the lamp at dusk;"))}
{point("(b)", p("keep, in fog:") + point("(i)", p("the horn sounding; and")) + point("(ii)", p("a log, as Regulation (EU) n<span class='oj-super'>o</span> 5/2030 <a href='#ntr2-X' id='ntc2-X'> (<span class='oj-super oj-note-tag'>2</span>)</a> says.")))}
{p("The second subparagraph binds deputies.")}</div>
<div id="001.002">{p("2.   It shall be read on the quay.")}</div></div></div></div>
<div class="eli-subdivision" id="fnp_1"><div class="oj-final">{p("This Regulation shall be binding in its entirety.")}
{p("Done at Port Ellen, 1 April 2031.")}<div class="oj-signatory"><p class="oj-signatory">The President</p>
<p class="oj-signatory">A. KEEPER</p></div></div></div>
<hr class="oj-note"/>
<p class="oj-note"><a id="ntr1-X" href="#ntc1-X">(<span class="oj-super">1</span>)</a>  OJ C 9, 1.2.2031, p. 3.</p>
<p class="oj-note"><a id="ntr2-X" href="#ntc2-X">(<span class="oj-super">2</span>)</a>  On horns.</p></div>
<hr class="oj-doc-sep"/>
<div class="eli-container" id="anx_I"><p class="oj-doc-ti">ANNEX I</p><p class="oj-doc-ti">Ranges</p>
<p class="oj-ti-tbl">Lamps</p>
<table class="oj-table"><tbody><tr class="oj-table"><td class="oj-table"><p class="oj-tbl-hdr">Lamp</p></td><td class="oj-table">
<p class="oj-tbl-hdr">Range</p></td></tr><tr><td class="oj-table"><p class="oj-tbl-txt">Green</p>{point("—", p("dim"))}</td>
<td class="oj-table"/></tr></tbody></table></div>
<hr class="oj-separator"/><p class="oj-normal">ELI: http://data.europa.eu/eli/reg/2031/77/oj</p>
</body></html>"""


@pytest.fixture(scope="module")
def journal() -> Layout:
    return read_html(JOURNAL.encode())


class TestOfficialJournal:
    def test_meta(self, journal: Layout) -> None:
        assert journal.meta == {
            "title": "REGULATION (EU) 2031/77 of 1 April 2031 on lighthouses",
            "language": "en",
            "published": "2031-04-07",
            "journal": "L 77/1",
            "eli": "http://data.europa.eu/eli/reg/2031/77/oj",
            "celex": "32031R0077",
        }

    def test_header_is_furniture(self, journal: Layout) -> None:
        assert [f.text for f in journal.furniture] == ["7.4.2031", "EN", "Official Journal of the Union", "L 77/1"]
        assert "Official Journal" not in journal.text

    def test_a_block_for_each_point(self, journal: Layout) -> None:
        assert texts(journal)[11:18] == [
            "1. Keepers shall:",
            "(a) light the lamp at dusk;",
            "(b) keep, in fog:",
            "(i) the horn sounding; and",
            "(ii) a log, as Regulation (EU) no 5/2030 says.",
            "The second subparagraph binds deputies.",
            "2. It shall be read on the quay.",
        ]

    @pytest.mark.parametrize(
        ("hint", "role", "level", "found"),
        [
            ("doc-title", BlockRole.HEADING, 1, ["REGULATION (EU) 2031/77", "of 1 April 2031"]),
            ("recital", BlockRole.BODY, 0, ["(1) Ships should be safe at night."]),
            ("chapter-number", BlockRole.HEADING, 1, ["CHAPTER I"]),
            ("chapter-title", BlockRole.HEADING, 1, ["Keepers"]),
            ("article-number", BlockRole.HEADING, 2, ["Article 1"]),
            ("article-title", BlockRole.HEADING, 2, ["Lamps and horns"]),
            ("annex-number", BlockRole.HEADING, 1, ["ANNEX I"]),
            ("annex-title", BlockRole.HEADING, 1, ["Ranges"]),
            ("table-title", BlockRole.HEADING, 0, ["Lamps"]),
            ("signature", BlockRole.BODY, 0, ["Done at Port Ellen, 1 April 2031.", "The President", "A. KEEPER"]),
            ("footnote", BlockRole.FOOTNOTE, 0, ["(1) OJ C 9, 1.2.2031, p. 3.", "(2) On horns."]),
        ],
    )
    def test_hints(self, journal: Layout, hint: str, role: BlockRole, level: int, found: list[str]) -> None:
        blocks = [b for b in journal.blocks if b.hint == hint]
        assert [b.span.of(journal.text) for b in blocks][: len(found)] == found
        assert {b.role for b in blocks} == {role}
        assert {b.level for b in blocks} == {level}

    def test_binding_clause_is_no_signature(self, journal: Layout) -> None:
        block = next(b for b in journal.blocks if "binding" in b.span.of(journal.text))
        assert block.hint == ""

    def test_marks_lead_to_their_notes(self, journal: Layout) -> None:
        found = [(m.mark, journal.text[: m.at][-7:], m.note and m.note.of(journal.text)) for m in journal.marks]
        assert found == [("1", "keepers", "(1) OJ C 9, 1.2.2031, p. 3."), ("2", " 5/2030", "(2) On horns.")]

    def test_table(self, journal: Layout) -> None:
        (table,) = journal.tables
        assert [[cell.span.of(journal.text) for cell in row] for row in table.rows] == [
            ["Lamp", "Range"],
            ["Green\n— dim", ""],
        ]
        cells = [b for b in journal.blocks if b.hint == "table-cell"]
        assert {b.role for b in cells} == {BlockRole.TABLE}
        assert len(cells) == 4

    def test_older_class_names_read_alike(self, journal: Layout) -> None:
        older = read_html(JOURNAL.replace('class="oj-', 'class="').replace("oj-", "").encode())
        assert older.text == journal.text
        assert [b.hint for b in older.blocks] == [b.hint for b in journal.blocks]

    def test_parsed_as_html_reads_alike(self, journal: Layout) -> None:
        # An unclosed element makes it no XHTML any more.
        broken = JOURNAL.replace("<head>", "<head><meta name='viewport' content='x'>")
        assert read_html(broken.encode()).text == journal.text


CONSOLIDATED = """<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Consolidated</title></head><body>
<p class="reference">02031R0077 — EN — 09.05.2033 — 002.001</p><p class="disclaimer">Only a tool.</p>
<table><tr><td><p class="arrow"><a title="x">►B</a></p></td><td><p class="title-doc-first">REGULATION (EU) 2031/77</p>
<p class="title-doc-oj-reference">(OJ L 77 7.4.2031, p. 1)</p></td></tr></table>
<p class="hd-modifiers">Amended by:</p>
<table><tr><td><p class="arrow"><a>►M1</a></p></td><td><p class="title-fam-member-star">REGULATION (EU) 2032/4</p></td>
<td><p class="toc-1">L 4</p></td></tr></table>
<div class="eli-container"><p class="arrow"><a>▼B</a></p>
<div class="eli-main-title"><p class="title-doc-first">REGULATION (EU) 2031/77</p><p class="title-doc-last">on lighthouses</p></div>
<div class="eli-subdivision" id="art_1"><p class="title-article-norm">Article 1</p>
<div class="eli-title"><p class="stitle-article-norm">Lamps</p></div>
<div class="norm"><span class="no-parag">1.  </span><div class="norm inline-element"><p class="norm inline-element">Keepers shall:</p>
<div class="grid-container grid-list"><div class="list grid-list-column-1"><span>(a) </span></div>
<div class="grid-list-column-2"><p class="norm">light the <span class="boldface">►M1</span>  green lamp<span class="boldface"> ◄ </span>, as told (<a href="#E1" id="src.E1">
<span class="superscript">1</span> </a>);</p></div></div></div></div>
<p class="modref"><a title="32032R0004: DELETED">▼M1</a> —————</p>
<p class="modref"><a>▼B</a></p>
<div class="norm"><span class="no-parag">3.  </span><div class="norm inline-element">Deputies are bound alike.</div></div>
<p class="norm">—————</p></div></div>
<p class="footnote">(<a href="#src.E1" id="E1"><span class="superscript">1</span></a>) On lamps.</p></body></html>"""


@pytest.fixture(scope="module")
def consolidated() -> Layout:
    return read_html(CONSOLIDATED.encode())


class TestConsolidatedText:
    def test_meta(self, consolidated: Layout) -> None:
        assert consolidated.meta == {
            "title": "REGULATION (EU) 2031/77 on lighthouses",
            "celex": "02031R0077-20330509",
            "version_date": "2033-05-09",
            "language": "en",
            "published": "2031-04-07",
            "published_by": "“(OJ L 77 7.4.2031, p. 1)”",
        }

    def test_text_without_marks_of_amendment(self, consolidated: Layout) -> None:
        assert texts(consolidated)[3:] == [
            "REGULATION (EU) 2031/77",
            "on lighthouses",
            "Article 1",
            "Lamps",
            "1. Keepers shall:",
            "(a) light the green lamp, as told;",
            "3. Deputies are bound alike.",
            "(1) On lamps.",
        ]

    def test_list_of_amending_acts_is_contents(self, consolidated: Layout) -> None:
        found = [(b.role, b.hint) for b in consolidated.blocks[:3]]
        assert found == [(BlockRole.CONTENTS, "modification")] * 3

    def test_note(self, consolidated: Layout) -> None:
        (mark,) = consolidated.marks
        assert mark.note is not None
        assert mark.note.of(consolidated.text) == "(1) On lamps."
        assert consolidated.text[: mark.at].endswith("as told")


def test_canonical_link_gives_celex_and_eli() -> None:
    head = '<link rel="canonical" href="https://eur-lex.europa.eu/eli/dir/2031/8/oj/deu"/>'
    page = JOURNAL.replace("</title>", f"</title>{head}").replace("ELI: http", "See: http")
    meta = read_html(page.encode()).meta
    assert meta["eli"] == "http://data.europa.eu/eli/dir/2031/8/oj"
    assert meta["celex"] == "32031L0008"


def test_corrigendum_has_no_celex_of_the_act() -> None:
    page = JOURNAL.replace("/77/oj", "/77/corrigendum/2031-09-01/oj")
    meta = read_html(page.encode()).meta
    assert "celex" not in meta
    assert meta["eli"] == "http://data.europa.eu/eli/reg/2031/77/corrigendum/2031-09-01/oj"


NEWS = """<!DOCTYPE html><html lang="de-DE"><head><title>Neue Pflichten für Leuchtturmwärter - Küstenbote</title>
<meta property="og:title" content="Neue Pflichten für Leuchtturmwärter">
<meta property="article:published_time" content="2031-06-04T08:15:00+02:00">
<link rel="canonical" href="https://kuestenbote.example/pflichten"><meta property="og:site_name" content="Küstenbote"></head>
<body><header><nav><ul><li><a href="/">Startseite</a></li><li><a href="/politik">Politik</a></li></ul></nav></header>
<div id="cookie-banner"><p>Wir verwenden Cookies, um Ihnen die bestmögliche Nutzung unserer Seite zu bieten. Bitte stimmen Sie zu.</p></div>
<main><article><h1>Neue Pflichten für Leuchtturmwärter</h1>
<p>Wer einen Leuchtturm betreibt, muss vom kommenden Jahr an jede Störung der Lampe binnen einer Stunde melden.</p>
<h2>Was sich ändert</h2>
<p>Das Hafenamt hat dazu am Mittwoch eine Verordnung vorgestellt, die im Herbst in Kraft treten soll.
Sie betrifft rund vierzig Türme an der Küste.</p>
<ul><li>Jede Störung ist zu melden, auch wenn sie nur wenige Minuten gedauert hat.</li>
<li>Das Logbuch ist zehn Jahre lang aufzubewahren und auf Verlangen vorzulegen.</li></ul>
<table><tr><th>Verstoß</th><th>Bußgeld</th></tr><tr><td>keine Meldung</td><td>500 Euro</td></tr></table>
<p>Der Verband der Wärter begrüßte den Entwurf, hält die Frist von einer Stunde aber für sehr knapp bemessen.</p>
<script>var shown = "nicht im Text";</script><style>.x{}</style><p style="display: none">unsichtbar und ungelesen</p></article></main>
<aside><h3>Auch interessant</h3><a href="/x">Hafenfest lockt wieder Tausende an</a></aside>
<footer><p>Impressum und Datenschutz, alle Rechte vorbehalten</p></footer></body></html>"""


@pytest.fixture(scope="module")
def news() -> Layout:
    return read_html(NEWS.encode())


class TestPage:
    def test_meta(self, news: Layout) -> None:
        assert news.meta["title"] == "Neue Pflichten für Leuchtturmwärter"
        assert news.meta["published"] == "2031-06-04"
        assert news.meta["language"] == "de"
        assert news.meta["address"] == "https://kuestenbote.example/pflichten"

    @pytest.mark.parametrize(
        "absent", ["Cookies", "Startseite", "Hafenfest", "Impressum", "nicht im Text", "unsichtbar", ".x{}"]
    )
    def test_decoration_is_left_out(self, news: Layout, absent: str) -> None:
        assert absent not in news.text

    @pytest.mark.parametrize(
        "present",
        ["muss vom kommenden Jahr an", "Was sich ändert", "zehn Jahre lang", "500 Euro", "sehr knapp bemessen"],
    )
    def test_content_is_kept(self, news: Layout, present: str) -> None:
        assert present in news.text

    def test_headings_and_table(self, news: Layout) -> None:
        headings = {b.span.of(news.text): b.level for b in news.blocks if b.role is BlockRole.HEADING}
        assert headings["Was sich ändert"] == 2
        assert len(news.tables) == 1

    @pytest.mark.parametrize(
        ("head", "body", "published"),
        [
            ("", "<p>Stand: 3. Mai 2031</p>", None),
            ("", '<time datetime="2031-05-03">gestern</time>', "2031-05-03"),
            ("", '<time datetime="2031-05-03">a</time><time datetime="2031-05-04">b</time>', None),
            (
                "",
                '<time datetime="2031-05-03">a</time><time pubdate datetime="2031-05-04T10:00">b</time>',
                "2031-05-04",
            ),
            ('<meta name="date" content="2031-02-30">', "", None),
            ('<meta name="DC.date.issued" content="2031-02-03">', "", "2031-02-03"),
            (
                '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2031-02-03T09:00:00Z"}</script>',
                "",
                "2031-02-03",
            ),
            (
                '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2031-02-03"}]}</script>',
                "",
                "2031-02-03",
            ),
            ('<script type="application/ld+json">{"@type":"Event","datePublished":"2031-02-03"}</script>', "", None),
            ('<script type="application/ld+json">{broken</script>', "", None),
        ],
    )
    def test_published_is_declared_or_absent(self, head: str, body: str, published: str | None) -> None:
        page = f"<html><head>{head}</head><body><p>Die Lampe wird heute Abend geprüft.</p>{body}</body></html>"
        assert read_html(page.encode()).meta.get("published") == published


def test_statute_portal_in_layout_tables_keeps_all_its_text() -> None:
    sections = "".join(
        f"<tr><td><p><b>§ {n}</b></p><p>(1) Der Wärter des Turms Nummer {n} hat die Lampe bei Einbruch der Dunkelheit anzuzünden "
        f"und bis zum Morgen brennen zu lassen.<br>(2) Das Nähere zu Turm {n} regelt das Hafenamt.</p></td></tr>"
        for n in range(1, 9)
    )
    page = f"<html lang='de'><body><div class='menu'><a href='/'>Start</a></div><table>{sections}</table></body></html>"
    layout = read_html(page.encode())
    assert [t for t in texts(layout) if t.startswith("(2)")] == [
        f"(2) Das Nähere zu Turm {n} regelt das Hafenamt." for n in range(1, 9)
    ]
    assert not layout.tables
    assert "Start" not in layout.text


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ("<p>(a)</p><p>the lamp</p>", ["(a) the lamp"]),
        ("<h3>1)</h3><div>the lamp;</div>", ["1) the lamp;"]),
        ("<h3>§ 4.</h3><div>The lamp is lit.</div>", ["§ 4.", "The lamp is lit."]),
        ("<p>The lamp</p>text between<p>the horn</p>", ["The lamp", "text between", "the horn"]),
        ("<div>A keeper<br/>of lamps</div>", ["A keeper of lamps"]),
        ("<div>The lamp is lit.<br/>The horn sounds.</div>", ["The lamp is lit.", "The horn sounds."]),
        ("<div>The horn<br/><br/>the lamp</div>", ["The horn", "the lamp"]),
        ("<h1><span>Harbour Order</span><span>of 3 May 2031</span></h1>", ["Harbour Order of 3 May 2031"]),
        ("<p>Hard\u2011wired and soft\u00adened\u00a0lamps</p>", ["Hard-wired and softened lamps"]),
        ("<dl><dt>1.</dt><dd>the lamp</dd></dl>", ["1. the lamp"]),
        ("<p>one</p><table><tr><td>a</td><td>b</td></tr></table>", ["one", "a", "b"]),
    ],
)
def test_paragraphs(inner: str, found: list[str]) -> None:
    assert texts(read_html(f"<html><body>{inner}</body></html>".encode())) == found


@pytest.mark.shared
class TestRealPages:
    @pytest.mark.parametrize(
        ("name", "articles", "annexes", "recitals"),
        [
            ("GDPR_32016R0679_EN_OJ_2016-04-27.xhtml", 99, 0, 173),
            ("GDPR_32016R0679_DE_OJ.html", 99, 0, 173),
            ("AMLR_32024R1624_DE_OJ.html", 90, 6, 175),
            ("DSA_32022R2065_EN_OJ_2022-10-19.xhtml", 93, 0, 156),
            ("NIS2_32022L2555_EN_OJ_2022-12-14.xhtml", 46, 3, 144),
        ],
    )
    def test_numbers_run_through(self, shared: Path, name: str, articles: int, annexes: int, recitals: int) -> None:
        layout = layout_of(shared / "docs" / "eu" / name)
        numbers = [int(re.sub(r"\D", "", t) or 0) for t in texts(layout, "article-number")]
        assert numbers == list(range(1, articles + 1))
        assert len(texts(layout, "annex-number")) == annexes
        reasons = [int(m.group(1)) for t in texts(layout, "recital") if (m := re.match(r"\((\d+)\) ", t))]
        firsts = [n for i, n in enumerate(reasons) if i == 0 or n == reasons[i - 1] + 1]
        assert firsts[-1] == recitals
        assert all(after == before + 1 for before, after in pairwise(firsts))

    def test_both_languages_have_the_same_blocks(self, shared: Path) -> None:
        folder = shared / "docs" / "eu"
        for english in folder.glob("*_EN_OJ_*.xhtml"):
            french = folder / english.name.replace("_EN_", "_FR_")
            if english.name.startswith("COR_"):
                continue
            one, other = (layout_of(f) for f in (english, french))
            hints = [[b.hint for b in layout.blocks if b.role is BlockRole.HEADING] for layout in (one, other)]
            assert hints[0] == hints[1], english.name

    def test_no_mark_of_amendment_stays(self, shared: Path) -> None:
        for file in sorted((shared / "docs" / "eu").glob("*_cons.html")):
            text = layout_of(file).text
            assert [mark for mark in ("►", "◄", "▼", "————") if mark in text] == [], file.name

    @pytest.mark.parametrize(
        ("name", "least"),
        [("be/arrete_royal.html", 12_000), ("be/with_tables.html", 39_000), ("br/lgpd_13709_planalto.html", 103_000),
         ("it/dlgs_33_2013_art10_raw.html", 24_000), ("lv/likumi_310000.html", 3_700),
         ("pl/rozporzadzenie_2024-1984.html", 1_200), ("ro/regulation.html", 195_000), ("sk/socialne_poistenie.html", 30_000)],
    )  # fmt: skip
    def test_national_pages_are_whole(self, shared: Path, name: str, least: int) -> None:
        assert len(layout_of(shared / "docs" / "national" / name).text) >= least
