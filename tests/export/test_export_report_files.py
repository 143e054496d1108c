"""The report as files: whole without anything else, safe whatever a document says, and good to find one's way in."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html
import pypdfium2
import pytest
from export_fakes import document, hostile
from markdown_it import MarkdownIt
from report_fakes import TODAY, rich

from dutybook.errors import BadRequest, MissingExtra
from dutybook.export import export
from dutybook.export.report.files import _css_text, _without_font, escaped
from dutybook.records import Modality
from dutybook.store import Register, open_register

EVIL = {
    "tag": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "close": '"></blockquote></style></title><a href="javascript:alert(1)">x</a>',
    "jinja": "{{ 7*7 }}{% raw %}",
    "typst": '#import "@preview/x:1.0.0" #read("/etc/passwd") $x$ @ref <label> = a',
    "markdown": "# a [b](http://c) ![d](e) `f` **g** | h | <b> &lt; http://i.example www.j.example k@l.example",
    "list": "1. one",
    "dash": "- two ---",
    "rtl": "\u202eabc\u202c \u2066x\u2069",
}


def page(register: Register, tmp_path: Path, **more: Any) -> Any:
    export(register, tmp_path / "a.html", **more)
    return lxml.html.fromstring((tmp_path / "a.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("register", [rich, lambda: hostile(**EVIL), open_register])
def test_html_loads_and_runs_nothing(register: Any, tmp_path: Path) -> None:
    made = page(register(), tmp_path, options={"title": '"}</style><script>x</script>'})
    assert not made.xpath("//script | //link | //img | //iframe | //object | //form | //base | //*[@style] | //svg")
    assert not [name for element in made.iter() for name in element.attrib if name.startswith("on")]
    (style,) = made.xpath("//style")
    assert not re.search(r"@import|url\(|<", style.text)
    (policy,) = made.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_html_links_lead_into_the_page_or_to_the_source(tmp_path: Path) -> None:
    for register in (rich(), hostile(**EVIL)):
        made = page(register, tmp_path, options={"address": "https://duties.example.org"})
        ids = Counter(made.xpath("//@id"))
        assert ids.most_common(1)[0][1] == 1
        for link in made.xpath("//a/@href"):
            assert (
                link.removeprefix("#") in ids
                if link.startswith("#")
                else link.startswith("https://duties.example.org/")
            )


def test_html_says_which_language_is_spoken(tmp_path: Path) -> None:
    made = page(rich(), tmp_path, reader="de", options={"today": TODAY})
    assert made.get("lang") == "de"
    assert {quote.get("lang") for quote in made.iter("blockquote")} == {"en"}
    assert [h.text for h in made.xpath("//section//h3")][:4] == ["Termine", "Normen", "Begriffsbestimmungen", "Normen"]  # fmt: skip
    text = made.text_content()
    assert "Stand: 20. Juli 2031" in text
    assert "2. August 2031" in text
    assert "Nicht oder nicht ganz gelesen" in text
    (past,) = made.xpath("//tr[@class='past']/td[1]/time/@datetime")
    assert past == "2031-05-01"


def test_html_has_a_page_for_paper(tmp_path: Path) -> None:
    made = page(rich(), tmp_path, options={"title": "Kaipflichten „2031“"})
    style = made.xpath("//style")[0].text
    assert f'content: "{_css_text("Kaipflichten „2031“")}"' in style
    assert "counter(page)" in style
    assert "@media print" in style


def test_html_of_one_act_leads_to_its_chapters(tmp_path: Path) -> None:
    made = page(rich(), tmp_path, filters={"work": "32031R0777"})
    assert made.xpath("//nav//a/text()") == ["Harbour Data Act", "Chapter II · DUTIES"]
    levels = [int(h.tag[1]) for h in made.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is left out"


def tokens(path: Path) -> list[Any]:
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(path.read_text(encoding="utf-8"))


def test_markdown_has_no_markup_of_a_document(tmp_path: Path) -> None:
    export(hostile(**EVIL), tmp_path / "a.md")
    found = tokens(tmp_path / "a.md")
    inline = {child.type for token in found for child in token.children or ()}
    assert inline <= {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak", "text_special"}
    assert not [
        token for token in found if token.type in ("html_block", "fence", "code_block", "hr", "ordered_list_open")
    ]
    headings = [found[n + 1].content for n, token in enumerate(found) if token.type == "heading_open"]
    assert [h for h in headings if not h.startswith("§")] == ["Obligations under FährV", "FährV", "Dates", "Norms", "About this report"]  # fmt: skip


def test_markdown_makes_no_links_by_itself() -> None:
    for words in ("http://a.example/b", "www.a.example", "a@b.example", "mailto:a@b.example", "HTTPS://a.example"):
        assert words not in escaped(words)


def test_markdown_tables_have_all_their_cells(tmp_path: Path) -> None:
    export(rich(), tmp_path / "a.md", options={"today": TODAY})
    found = tokens(tmp_path / "a.md")
    rows: list[int] = []
    for token in found:
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1] += 1
    assert set(rows) == {3, 4}
    assert "- **Deadline:** within 72 hours (after noticing it) → **21 July 2031, 10:00** (in 1 day); From an event:" in (
        tmp_path / "a.md"
    ).read_text(encoding="utf-8")  # fmt: skip


def pdf(register: Register, tmp_path: Path, **more: Any) -> tuple[pypdfium2.PdfDocument, bytes]:
    export(register, tmp_path / "a.pdf", **more)
    return pypdfium2.PdfDocument(tmp_path / "a.pdf"), (tmp_path / "a.pdf").read_bytes()


def said(made: pypdfium2.PdfDocument) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in made).split())


def test_pdf_is_tagged_and_leads_to_its_headings(tmp_path: Path) -> None:
    made, data = pdf(rich(), tmp_path, reader="de", options={"today": TODAY})
    assert made.get_metadata_dict()["Title"] == "Pflichtenregister"
    assert [mark.get_title() for mark in made.get_toc()][:6] == [
        *("Harbour Data Act", "Termine", "Normen", "Kapitel II · DUTIES", "Art. 5 Abs. 1 · Duties", "Art. 6 · Duties")
    ]  # fmt: skip
    assert made.is_tagged()
    assert b"pdfuaid:part>1<" in data, "it says that it is PDF/UA-1, which Typst checks"
    assert b"/Lang (de" in data or b"/Lang(de" in data
    text = said(made)
    assert f"1 / {len(made)}" in text
    assert f"{len(made)} / {len(made)}" in text
    assert "Berechnung: three days" in text
    assert "wie bei Art. 5 Abs. 1" in text
    assert not re.search(rb"/JavaScript|/Launch|/EmbeddedFile", data)


def test_pdf_speaks_the_languages_of_the_union(tmp_path: Path) -> None:
    words = {
        "a": "Οι φορείς εκμετάλλευσης τηρούν ημερολόγιο ἀρχή.",
        "b": "Операторите водят дневник за всяка щайга, която преминава през кея.",
        "c": "Przedsiębiorca ma obowiązek zgłosić każdą skrzynię: zażółć gęślą jaźń.",
        "d": "Käitaja peab päevikut; ūkio subjektas privalo; šķērsojošu; a kikötő őrzi; ħaġa; încărcătură ș ț",
    }
    made, data = pdf(hostile(**words), tmp_path)
    text = said(made)
    for sentence in words.values():
        assert sentence in text
    assert b"Libertinus" in data, "the font comes along"


def test_pdf_prints_a_letter_without_a_font_as_its_number(tmp_path: Path) -> None:
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "vor \U0010fffd nach")}))
    made, data = pdf(register, tmp_path)
    assert "vor ⟨U+10FFFD⟩ nach" in said(made)
    assert b"pdfuaid:part>1<" in data
    assert _without_font('the text `"\\u{10fffd}"` could not be displayed with font `"X"`') == {"\U0010fffd"}
    assert _without_font("something else") == set()


def test_pdf_shows_letters_of_all_scripts_or_their_numbers(tmp_path: Path) -> None:
    """What no font of the installation has depends on the machine: it is the letter itself, or its number in brackets."""
    words = "供应商 поставщик προμηθευτής المورد ğ ģ ġ ǵ"
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, f"vor {words} nach")}))
    made, _ = pdf(register, tmp_path)
    text = said(made)
    for word in ("поставщик", "προμηθευτής", "ğ", "ģ", "ġ", "ǵ"):
        assert word in text
    assert "供" in text or "⟨U+4F9B U+5E94 U+5546⟩" in text


def test_pages_are_set_once_however_many_letters_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    calls: list[object] = []
    compile_pages = typst.compile

    def counting(*given: object, **more: object) -> object:
        calls.append(given)
        return compile_pages(*given, **more)

    monkeypatch.setattr(typst, "compile", counting)
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "".join(map(chr, range(0x10FF00, 0x10FF40))))}))
    pdf(register, tmp_path)
    assert len(calls) == 1


def test_pdf_has_no_markup_of_a_document(tmp_path: Path) -> None:
    made, _ = pdf(hostile(**EVIL), tmp_path, options={"title": "#x *y* {{ z }}"})
    text = said(made)
    assert "#x *y* {{ z }}" in text
    assert '#import "@preview/x:1.0.0"' in text
    assert "<script>alert(1)</script>" in text


def test_a_word_without_end_stays_on_the_page(tmp_path: Path) -> None:
    made, _ = pdf(hostile(long="x" * 900), tmp_path)
    assert max(
        box[2]
        for page in made
        for text in [page.get_textpage()]
        for box in (text.get_rect(n) for n in range(text.count_rects()))
    ) < 595 - 40  # fmt: skip


def test_more_norms_than_pages_are_set_for_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.export.report.files.LIMIT", 5)
    with pytest.raises(BadRequest, match=r"8 norms are more than the 5 .* narrow them down"):
        export(rich(), tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"pip install .*typst"):
        export(rich(), tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
