"""What every format's reader promises, and what hostile bytes may do."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.errors import BadDocument, BrokenDocument, EmptyDocument, TooLarge, UnknownFormat
from dutybook.layout.formats import read_layout, readers, sniff
from dutybook.layout.limits import Limits
from dutybook.records import BlockRole, Layout, RawDocument

HTML = b"""<!DOCTYPE html><html lang="en"><head><title>Lighthouse Order</title></head><body>
<nav><a href="/">Home</a> <a href="/acts">All acts</a></nav>
<main><h1>Lighthouse Order</h1>
<p>Every keeper of a lighthouse shall write down the hours of fog in a log book that is shown on request.</p>
<ol><li>(a) the lamp shall be lit at dusk, whatever the weather may be on the coast;</li>
<li>(b) the horn shall be sounded in fog, and once each hour the keeper shall note it.</li></ol>
<table><tr><th>Lamp</th><th>Range</th></tr><tr><td>Green</td><td>9 miles</td></tr></table>
</main></body></html>"""
MARKDOWN = b"""% Lighthouse Order
% Made on 3 March 2031

# \xc2\xa7 1 Keepers

(1) Every keeper shall **write down** the hours of fog.

1. by day, and
2. by night.

| Lamp | Range |
|---|---|
| Green | 9 miles |
"""
TEXT = b"""Article 1
Keepers
1. Every keeper shall write down the hours of fog.
(a)
by day; and
(b)
by night.
"""


def pdf(*lines: str) -> bytes:
    """A one-page PDF with a line of Helvetica for each of ``lines``."""
    shown = b"".join(b"(%s) Tj T* " % line.encode("ascii") for line in lines)
    stream = b"BT /F1 12 Tf 14 TL 72 720 Td " + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )


PDF = pdf("Article 1", "Keepers", "Every keeper of a lighthouse shall write down the hours of fog.")
SAMPLES = {"html": HTML, "markdown": MARKDOWN, "text": TEXT, "pdf": PDF}


def check(layout: Layout) -> None:
    """The promises: blocks in order, apart, inside the text, none empty; tables and marks inside too."""
    at = 0
    for block in layout.blocks:
        assert block.span.start >= at
        assert block.span.end <= len(layout.text)
        assert block.span.of(layout.text).strip()
        assert block.span.strip(layout.text) == block.span
        at = block.span.end
    for table in layout.tables:
        assert table.span.end <= len(layout.text)
        for row in table.rows:
            for cell in row:
                assert table.span.start <= cell.span.start <= cell.span.end <= table.span.end
    for mark in layout.marks:
        assert 0 <= mark.at <= len(layout.text)
    notes = [i for i, block in enumerate(layout.blocks) if block.role is BlockRole.FOOTNOTE]
    assert notes == list(range(len(layout.blocks) - len(notes), len(layout.blocks)))


def test_every_own_format_has_a_sample() -> None:
    assert set(SAMPLES) == set(readers())


@pytest.mark.parametrize("kind", sorted(SAMPLES))
class TestConformance:
    def test_sniffed_by_content(self, kind: str) -> None:
        assert sniff(SAMPLES[kind], "file") == kind

    def test_layout_keeps_its_promises(self, kind: str) -> None:
        layout = read_layout(RawDocument(f"order.{kind}", SAMPLES[kind]))
        check(layout)
        assert "hours of fog" in layout.text
        assert not layout.problems or kind in ("text", "markdown")

    def test_deterministic(self, kind: str) -> None:
        once, twice = (read_layout(RawDocument("order", SAMPLES[kind])) for _ in range(2))
        assert once.text == twice.text
        assert once.blocks == twice.blocks
        assert once.tables == twice.tables
        assert once.meta == twice.meta

    def test_truncated(self, kind: str) -> None:
        data = SAMPLES[kind]
        for cut in range(0, len(data), max(len(data) // 25, 1)):
            _survives(RawDocument("order", data[:cut]))

    def test_bits_flipped(self, kind: str) -> None:
        source = random.Random(5)
        for _ in range(25):
            data = bytearray(SAMPLES[kind])
            for _ in range(6):
                data[source.randrange(len(data))] = source.randrange(256)
            _survives(RawDocument(f"order.{kind}", bytes(data)))


def _survives(raw: RawDocument) -> None:
    with contextlib.suppress(BadDocument):
        check(read_layout(raw))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=600), name=st.sampled_from(["a.pdf", "a.html", "a.md", "a.txt", "a", "a.docx"]))
def test_random_bytes(data: bytes, name: str) -> None:
    _survives(RawDocument(name, data))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(alphabet=st.sampled_from("ab1(). -\n|#*_[]!<>&;—§\t\u00a0\ufdd0É"), max_size=300),
    name=st.sampled_from(["a.html", "a.md", "a.txt"]),
)
def test_random_text(text: str, name: str) -> None:
    wrapped = f"<html><body>{text}</body></html>" if name == "a.html" else text
    _survives(RawDocument(name, wrapped.encode()))


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
    _survives(RawDocument(f"hostile.{suffix}", data))


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

    def test_picture_named_pdf(self) -> None:
        with pytest.raises(UnknownFormat, match="JPEG picture, though its name ends like a PDF"):
            read_layout(RawDocument("order.pdf", b"\xff\xd8\xff\xe0" + b"\x00" * 100))

    def test_text_named_pdf(self) -> None:
        layout = read_layout(RawDocument("order.pdf", b"The keeper shall sound the horn in fog."))
        assert layout.problems

    @pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
    def test_word_document(self, name: str) -> None:
        with pytest.raises(
            UnknownFormat, match=r"Word document \(DOCX\).*not read yet \(html, markdown, pdf, text are\)"
        ):
            read_layout(RawDocument(name, b"PK\x03\x04" + b"\x00" * 26 + b"word/document.xml"))

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
