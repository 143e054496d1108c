"""Pages of statute portals: the act without what stands around it, its numbers and headings, remarks apart."""

from __future__ import annotations

from dutybook.layout.html import read_html
from dutybook.records import BlockRole, Layout
from dutybook.structure.build import build_structure

ROMANIAN = """<html><head><title>Portal</title></head><body><div><ul class="nav"><li>Acasa</li></ul></div>
<div class="content_forma_act"><span class="S_DEN">HOTĂRÂRE nr. 7 din 2 martie 2031 </span><span class="S_HDR">privind feriboturile</span>
<span class="S_NTA" style="display: block"><span class="S_NTA_TTL">Notă</span><span class="S_ART" style="display: block"><span class="S_ART_TTL">Articolul 99</span>
<span class="S_ART_BDY">Din alt act al portului.</span></span></span>
<span class="S_CAP" style="display: block"><span class="TAG_COLLAPSED">+</span><span class="S_CAP_TTL">Capitolul I</span><span class="S_CAP_DEN"> Lămpi</span><span class="S_CAP_BDY">
<span class="S_ART" style="display: block"><span class="TAG_COLLAPSED">+</span><span class="S_ART_TTL">Articolul 1</span><span class="S_ART_DEN"><!----></span><span class="S_ART_BDY">Barcagiul sună clopotul în fiecare oră.</span></span>
<span class="S_ART" style="display: block"><span class="S_ART_TTL">Articolul 2</span><span class="S_ART_BDY"><span class="S_ALN" style="display: block"><span class="S_ALN_TTL">(1)</span> <span class="S_ALN_BDY">Jurnalul cuprinde:<span class="S_LIT" style="display: block"><span class="S_LIT_TTL">a)</span> <span class="S_LIT_BDY">ziua;</span><span style="display: none" class="S_LIT_SHORT">...</span></span><span class="S_LIT" style="display: block"><span class="S_LIT_TTL">b)</span> <span class="S_LIT_BDY">încărcătura.</span></span><span class="S_LIT" style="display: block"><span class="S_LIT_TTL">b^1)</span> <span class="S_LIT_BDY">vremea.<span class="S_PAR" style="display: block">(la 02-04-2031, litera a fost introdusă de alt act al portului.)</span></span></span></span></span>
<span class="S_PAR" style="display: block">(la 01-04-2031, Articolul 2 a fost modificat de alt act al portului.)</span></span></span></span></span></div></body></html>"""
LATVIAN = """<html lang="lv"><body><div class="top"><a href="/">uz sākumu</a> <a href="/x">Izvērstā meklēšana</a></div>
<div class="doc-body"><div class="TV206">Miglas ostas noteikumi Nr. 7</div><div class="TV207">Noteikumi par prāmjiem</div>
<div class="TV213">1. Prāmnieks katru stundu zvana zvanu, lai arī kāds būtu laiks miglainajā ostā.</div></div>
<div class="foot">Privātuma politika</div></body></html>"""


def blocks(layout: Layout) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks if b.role is not BlockRole.FOOTNOTE]


def notes(layout: Layout) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.FOOTNOTE]


def test_spans_of_the_romanian_portal_are_provisions() -> None:
    layout = read_html(ROMANIAN.encode())
    assert blocks(layout) == [
        "HOTĂRÂRE nr. 7 din 2 martie 2031",
        "privind feriboturile",
        "Capitolul I",
        "Lămpi",
        "Articolul 1",
        "Barcagiul sună clopotul în fiecare oră.",
        "Articolul 2",
        "(1) Jurnalul cuprinde:",
        "a) ziua;",
        "b) încărcătura.",
        "b^1) vremea.",
    ]
    assert layout.meta["title"] == "HOTĂRÂRE nr. 7 din 2 martie 2031 privind feriboturile"
    found = build_structure(layout, "t", "ro")
    by_id = {p.id: p.place for p in found.provisions}
    places = {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}
    assert places["Barcagiul sună clopotul în fiecare oră."] == "Art 1"
    assert places["încărcătura."] == "Art 2(1)(b)"
    assert places["vremea."] == "Art 2(1)(b^1)"


def test_what_the_portal_notes_is_no_term_of_the_act() -> None:
    layout = read_html(ROMANIAN.encode())
    assert any("Din alt act al portului." in note for note in notes(layout))
    assert any(note.startswith("(la 01-04-2031") for note in notes(layout))


def test_the_latvian_act_stands_without_the_portal() -> None:
    layout = read_html(LATVIAN.encode())
    assert blocks(layout)[:2] == ["Miglas ostas noteikumi Nr. 7", "Noteikumi par prāmjiem"]
    assert not {"uz sākumu", "Privātuma politika"} & set(blocks(layout))
    assert layout.meta == {"title": "Noteikumi par prāmjiem", "language": "lv", "jurisdiction": "LV"}


def test_an_italian_article_stands_without_links_to_its_neighbours() -> None:
    layout = read_html(
        b"<div id='containerTesto'><div id='testoNormalizzato'><div><a class='btn' href='#'>articolo precedente</a></div>"
        b"<div class='vigore'>Testo in vigore dal: 1-4-2031</div><p>Art. 1</p><p>Il barcaiolo suona la campana.</p></div></div>"
    )
    assert blocks(layout) == ["Art. 1", "Il barcaiolo suona la campana."]


def test_a_belgian_page_has_the_title_of_its_act() -> None:
    layout = read_html(
        b"<html lang='en'><head><title>Banque</title></head><body><nav>NL</nav><div class='list'><h2 class='list-title'>Titre</h2>"
        b"<p class='list-item--title'>2 MARS 2031. - Loi sur les bacs</p><h2 class='list-title'>Texte</h2>"
        b"<p>Article 1er. Le passeur sonne la cloche.</p></div></body></html>"
    )
    assert layout.meta == {"title": "2 MARS 2031. - Loi sur les bacs", "jurisdiction": "BE"}
    assert "NL" not in blocks(layout)


def test_what_is_shown_as_a_block_is_one() -> None:
    layout = read_html(
        b"<html><body><main><span style='display: block'>Fog is seen.</span><span style='display:block'>Rain is heard.</span>"
        b"</main></body></html>"
    )
    assert blocks(layout) == ["Fog is seen.", "Rain is heard."]


def test_lines_of_a_heading_are_words_of_the_title() -> None:
    layout = read_html(
        b"<html><body><main><h1><span class='type'>Harbour Order</span><span class='date'>of 2 March 2031</span></h1>"
        b"<p>Every keeper of a lamp shall write down the hours of fog in a log book.</p></main></body></html>"
    )
    assert layout.meta["title"] == "Harbour Order of 2 March 2031"
