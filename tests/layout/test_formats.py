"""Which format a file is, what is refused and how, encodings, and what hostile bytes may do."""

from __future__ import annotations

import pytest
from format_samples import PDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_format_conformance import survives

from dutybook.errors import BadDocument, BrokenDocument, EmptyDocument, TooLarge, UnknownFormat
from dutybook.layout import formats
from dutybook.layout.formats import read_layout, readers, sniff
from dutybook.layout.limits import Limits
from dutybook.records import Layout, LayoutBuilder, Page, RawDocument


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=600), name=st.sampled_from(["a.pdf", "a.html", "a.md", "a.txt", "a", "a.docx"]))
def test_random_bytes(data: bytes, name: str) -> None:
    survives(RawDocument(name, data))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(alphabet=st.sampled_from("ab1(). -\n|#*_[]!<>&;—§\t\u00a0\ufdd0É"), max_size=300),
    name=st.sampled_from(["a.html", "a.md", "a.txt"]),
)
def test_random_text(text: str, name: str) -> None:
    wrapped = f"<html><body>{text}</body></html>" if name == "a.html" else text
    survives(RawDocument(name, wrapped.encode()))


HOSTILE = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>&c;</p></body></html>',
    "external entity": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>A keeper &x; shall sound the horn.</p></body></html>',
    "deep divisions": b"<html><body>" + b"<div>" * 20_000 + b"The keeper shall sound the horn." + b"</div>" * 20_000,
    "deep spans": b"<html><body><p>" + b"<span>" * 20_000 + b"The keeper shall sound the horn.",
    "deep tables": b"<html><body>" + b"<table><tr><td>" * 3_000 + b"(a)</td><td>The keeper shall.",
    "deep lists": b"<ul><li>" * 5_000 + b"The keeper shall sound the horn.",
    "huge attribute": b'<html><body><p title="'
    + b"a" * 12_000_000
    + b'">The keeper shall sound the horn.</p></body></html>',
    "many attributes": b"<html><body><p "
    + b"".join(b'a%d="1" ' % i for i in range(30_000))
    + b">The horn.</p></body></html>",
    "unclosed": b"<html><body><p>The keeper <b>shall <i>sound <a href='#x'>the horn",
    "null bytes": b"<html><body><p>The \x00keeper\x00 shall sound the horn.</p></body></html>",
    "many brackets": b"# [" * 20_000,
    "many stars": b"*" * 40_000 + b"a" + b"*_" * 20_000,
    "many pipes": b"|" * 60_000 + b"\n" + b"|-" * 30_000 + b"\n",
    "many parentheses": b"(1) " * 40_000,
    "one long line": b"the keeper shall sound the horn " * 40_000,
    "blank lines": b"\n" * 300_000 + b"The horn.",
    "spaces in a line": b"# " + b" " * 200_000 + b"x",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("suffix", ["html", "md", "txt"])
def test_hostile(name: str, suffix: str) -> None:
    data = HOSTILE[name]
    survives(RawDocument(f"hostile.{suffix}", data))


def test_no_entity_is_expanded() -> None:
    try:
        text = read_layout(RawDocument("page.html", HOSTILE["billion laughs"])).text
    except BadDocument:
        return
    assert "lollol" not in text


def test_no_file_is_read_through_an_entity() -> None:
    text = read_layout(RawDocument("page.html", HOSTILE["external entity"])).text
    assert "shall sound the horn" in text
    assert len(text) < 60


class TestWhatItIs:
    @pytest.mark.parametrize(
        ("data", "name", "kind"),
        [
            (b"%PDF-1.7 rest", "a.txt", "pdf"),
            (b"\n\n%PDF-1.4", "", "pdf"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.pdf", "jpeg"),
            (b"\x89PNG\r\n\x1a\n", "a.html", "png"),
            (b"PK\x03\x04" + b"\x00" * 26 + b"word/document.xml", "a", "docx"),
            (b"PK\x03\x04" + b"\x00" * 26 + b"notes.txt", "a.zip", "zip"),
            (b'<?xml version="1.0"?><act><p>Text</p></act>', "a.xml", "xml"),
            (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>', "a.xml", "html"),
            (b'<?xml version="1.0"?>\n\n<div>Piece of a page</div>', "a", "html"),
            (b"<!-- saved --><!DOCTYPE HTML><HTML><BODY>", "a", "html"),
            (b"\xef\xbb\xbf<html>", "a", "html"),
            ("<html>".encode("utf-16"), "a", "html"),
            (b"# Title\n\n# Second\n", "a", "markdown"),
            (b"# Title\n\n# Second\n", "a.txt", "text"),
            (b"Plain words.", "a.md", "markdown"),
            (b"Plain words.", "a", "text"),
            (b"(1) Plain words [2].", "a", "text"),
            (b"[1] Plain words.", "a", "text"),
            (b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n\r\nText", "a", "eml"),
            (b"Subject: Fog\n\nText", "a.eml", "eml"),
            (b"Subject: Fog\nTo: all keepers\nDate: today\n\nText", "a", "text"),
            (b"Plain words.", "a.eml", "text"),
            (b"From c@d Tue Mar 4\nFrom: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\n\nText", "a", "mbox"),
            (b"From 1 May on, keepers shall sound the horn.", "a", "text"),
            (b'{"title": "x"}', "a", "json"),
            (b"{\\rtf1 Words}", "a.doc", "rtf"),
            (bytes(range(32)) * 10, "a", "binary"),
        ],
    )
    def test_sniff(self, data: bytes, name: str, kind: str) -> None:
        assert sniff(data, name) == kind

    def test_media_type_decides_between_texts(self) -> None:
        assert sniff(b"Plain words.", "", "text/markdown; charset=utf-8") == "markdown"

    def test_wrong_extension_is_read_and_said(self) -> None:
        layout = read_layout(RawDocument("order.txt", PDF))
        assert "hours of fog" in layout.text
        assert any("the content is a PDF" in problem for problem in layout.problems)

    def test_an_archive_named_pdf(self) -> None:
        with pytest.raises(UnknownFormat, match="RAR archive, though its name ends like a PDF"):
            read_layout(RawDocument("order.pdf", b"Rar!\x1a\x07" + b"\x00" * 100))

    def test_text_named_pdf(self) -> None:
        layout = read_layout(RawDocument("order.pdf", b"The keeper shall sound the horn in fog."))
        assert layout.problems

    @pytest.mark.parametrize("name", ["a.xlsx", "a.pdf"])
    def test_what_is_not_read_is_named_with_what_is(self, name: str) -> None:
        with pytest.raises(UnknownFormat, match=r"an Excel workbook.*not read yet \(.*html,.*markdown.*are\)"):
            read_layout(RawDocument(name, b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml"))

    def test_an_archive_is_no_document(self) -> None:
        with pytest.raises(UnknownFormat, match="documents of their own: dutybook ingest or extract"):
            read_layout(RawDocument("a.zip", b"PK\x03\x04" + b"\x00" * 26 + b"notes.txt"))

    @pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\x00\x00"])
    def test_empty(self, data: bytes) -> None:
        with pytest.raises(BadDocument):
            read_layout(RawDocument("a.txt", data))

    def test_no_bytes(self) -> None:
        with pytest.raises(EmptyDocument, match="saved or downloaded"):
            read_layout(RawDocument("a.pdf", b""))

    def test_too_many_bytes(self) -> None:
        with pytest.raises(TooLarge):
            read_layout(RawDocument("a.txt", b"word " * 100), limits=Limits(max_bytes=100))

    def test_too_many_characters(self) -> None:
        with pytest.raises(TooLarge):
            read_layout(RawDocument("a.txt", b"word " * 100), limits=Limits(max_text_chars=100))

    def test_truncated_pdf_says_broken(self) -> None:
        with pytest.raises(BrokenDocument):
            read_layout(RawDocument("a.pdf", b"%PDF-1.4\n1 0 obj"))


class TestEncodings:
    SENTENCE = "Die Behörde prüft die Prüfgröße — „sofort“."

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
    def test_text(self, encoding: str) -> None:
        text = "\n".join([self.SENTENCE] * 12)
        assert self.SENTENCE in read_layout(RawDocument("a.txt", text.encode(encoding))).text

    @pytest.mark.parametrize(
        ("charset", "encoding"), [("iso-8859-1", "cp1252"), ("windows-1252", "cp1252"), ("utf-8", "utf-8")]
    )
    def test_declared(self, charset: str, encoding: str) -> None:
        page = f"<html><head><meta charset='{charset}'></head><body><p>{self.SENTENCE}</p></body></html>"
        assert self.SENTENCE in read_layout(RawDocument("a.html", page.encode(encoding))).text

    def test_declared_greek(self) -> None:
        page = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=iso-8859-7'></head>"
        page += "<body><p>Ο φαροφύλακας ανάβει τη λάμπα.</p></body></html>"
        assert "φαροφύλακας" in read_layout(RawDocument("a.html", page.encode("iso-8859-7"))).text

    def test_wrong_declaration_yields_to_utf8(self) -> None:
        page = f"<html><head><meta charset='iso-8859-1'></head><body><p>{self.SENTENCE}</p></body></html>"
        assert self.SENTENCE in read_layout(RawDocument("a.html", page.encode())).text

    def test_cut_in_a_character(self) -> None:
        assert "Behörde pr" in read_layout(RawDocument("a.txt", "Die Behörde prü".encode()[:-1])).text


class _Point:
    """An installed package's entry point."""

    def __init__(self, name: str, reader: object) -> None:
        self.name, self.value, self._reader = name, f"package:{name}", reader

    def load(self) -> object:
        return self._reader


def test_a_package_adds_a_format_and_replaces_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_epub(data: bytes, *, password: str | None, limits: Limits) -> Layout:
        builder = LayoutBuilder()
        builder.block(f"{len(data)} bytes, {password}, {limits.max_pages} pages")
        pages = (Page(1, 595, 842, note="torn"),)  # type: ignore[arg-type]
        return Layout(builder.text(), tuple(builder.blocks), pages, problems=("its cover was lost",))  # type: ignore[arg-type]

    points = [_Point("epub", read_epub), _Point("html", read_epub), _Point("7z", "no reader")]
    monkeypatch.setattr(formats, "entry_points", lambda group: points if group == "dutybook.formats" else [])
    readers.cache_clear()
    try:
        book = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip"
        layout = read_layout(RawDocument("a.epub", book), password="sesame")
        assert layout.text == f"{len(book)} bytes, sesame, 5000 pages\n"
        problems = [*layout.problems, layout.pages[0].note]
        assert [reason.plain()["text"] for reason in problems if reason] == ["its cover was lost", "torn"]
        assert "fog" in read_layout(RawDocument("a.html", b"<html><body><p>The fog.</p></body></html>")).text
        assert "7z" not in readers()
    finally:
        readers.cache_clear()
