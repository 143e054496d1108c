"""What files of other programs are said to be: encrypted, readable, garbled; each file is made here."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import docx_builder
import odt_builder
import pytest

from dutybook.errors import BrokenDocument, EncryptedDocument
from dutybook.layout.document_dates import with_publication
from dutybook.layout.docx import read_docx
from dutybook.layout.formats import read_layout
from dutybook.layout.limits import Limits
from dutybook.layout.odt import read_odt
from dutybook.layout.pdf import read_pdf
from dutybook.layout.pdf.document import Attachments
from dutybook.layout.pdf.text_quality import FOREIGN, ODD, explain_gibberish
from dutybook.layout.pictures import read_picture
from dutybook.records import RawDocument

LINE = "The keeper shall light the beacon at dusk."


def drawn(*pages: list[tuple[float, str]], form: bool = False, appearance: bool = True) -> bytes:
    """A PDF whose pages have lines at distances from their top; with a form of two filled fields."""
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=1)
    for lines in pages:
        for y, text in lines:
            canvas.drawString(70, 842 - y, text)
        if form:
            canvas.acroForm.textfield(name="keeper", value="Aldous Finch", x=70, y=600, width=300, height=20)
            canvas.acroForm.textfield(name="code", value="lantern", fieldFlags="password", x=70, y=500, width=300)
        canvas.showPage()
    canvas.save()
    data = target.getvalue()
    return data if appearance else data.replace(b"/AP ", b"/XX ")


class TestWhatIsEncrypted:
    @pytest.mark.parametrize(
        "data",
        [
            b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ\n-----END PGP MESSAGE-----\n",
            b"\x30\x82\x01\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x82\x01\x01" + bytes(200),
            b"Salted__" + bytes(range(200)),
        ],
    )
    def test_messages_and_files_say_so(self, data: bytes) -> None:
        with pytest.raises(EncryptedDocument, match="save it without encryption"):
            read_layout(RawDocument("annex.pdf", data))

    def test_files_embedded_in_a_pdf_that_is_none(self) -> None:
        """The name of the crypt filter tells: what pdfium gives out are the encrypted bytes."""
        files = b"<< /Names [(tariff.pdf) << /Type /Filespec /F (tariff.pdf) /EF << /F 6 0 R >> >>] >>"
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles " + files + b" >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
            b"<< /CF << /StdCF << /CFM /AESV2 /AuthEvent /EFOpen >> >> /StmF /Identity /EFF /StdCF >>",
            b"null",
            b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nabcd\nendstream",
        ]
        body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, 1))
        data = body + b"trailer << /Size 7 /Root 1 0 R >>\n%%EOF"
        attached = Attachments(data, None, Limits())
        assert attached.names == ("tariff.pdf",)
        with pytest.raises(EncryptedDocument, match="encrypted apart"):
            attached.read(0)
        plain = Attachments(data.replace(b"/EFF /StdCF", b"/EFF /Identity"), None, Limits())
        assert plain.read(0) == b"abcd"


class TestGarbledLetters:
    def test_letters_of_vietnamese_that_no_vietnamese_wrote(self) -> None:
        chance = random.Random(7)
        made = ["".join(chr(0x1EA0 + chance.randrange(88)) for _ in range(6)) for _ in range(60)]
        assert explain_gibberish(made) == FOREIGN

    def test_vietnamese_is_vietnamese(self) -> None:
        text = "Người quản lý phải thắp đèn hiệu vào lúc hoàng hôn và giữ sổ trong vòng năm năm kể từ ngày đó. "
        assert explain_gibberish((text * 4).split()) == ""

    def test_syllables_of_korean_that_no_korean_wrote(self) -> None:
        chance = random.Random(7)
        made = ["".join(chr(0xAC00 + chance.randrange(11_172)) for _ in range(4)) for _ in range(60)]
        assert explain_gibberish(made) == ODD

    def test_korean_is_korean(self) -> None:
        text = "등대지기는 해가 질 때 등불을 켜야 하며 그 기록을 다섯 해 동안 보관하여야 한다. "
        assert explain_gibberish((text * 4).split()) == ""


class TestFormsAndShortPages:
    @pytest.mark.parametrize("appearance", [True, False])
    def test_values_of_fields_are_text(self, appearance: bool) -> None:
        layout = read_pdf(drawn([(100, LINE)], form=True, appearance=appearance))
        assert layout.text == f"{LINE}\nAldous Finch\n"

    def test_a_form_alone_is_a_text(self) -> None:
        assert read_pdf(drawn([], form=True)).text == "Aldous Finch\n"

    @pytest.mark.parametrize("pages", [1, 2, 3])
    @pytest.mark.parametrize("y", [30, 100, 800])
    def test_pages_of_one_line_are_read(self, pages: int, y: int) -> None:
        assert LINE in read_pdf(drawn(*[[(y, LINE)]] * pages)).text

    def test_headers_around_a_text_are_headers_still(self) -> None:
        layout = read_pdf(drawn(*[[(30, "Harbour gazette"), (300, f"{LINE} {n}")] for n in range(4)]))
        assert "gazette" not in layout.text
        assert LINE in layout.text


class TestOfficeFiles:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("chunk.html", f"<html><body><h1>Beacons</h1><p>{LINE}</p></body></html>".encode()),
            ("chunk.rtf", b"{\\rtf1 " + LINE.encode() + b"}"),
            ("chunk.txt", LINE.encode()),
            ("chunk.docx", docx_builder.docx(docx_builder.p(LINE))),
        ],
    )
    def test_documents_within_a_document_are_read(self, name: str, data: bytes) -> None:
        layout = read_docx(with_chunk(name, data))
        assert LINE in layout.text
        assert layout.problems == ()

    def test_what_is_within_and_not_read_is_reported(self) -> None:
        layout = read_docx(with_chunk("chunk.bin", bytes(range(256)), docx_builder.p("A preface.")))
        assert [problem.code for problem in layout.problems] == ["part.elsewhere"]
        layout = read_docx(with_chunk("chunk.docx", b"PK\x03\x04word/broken", docx_builder.p("A preface.")))
        assert [problem.code for problem in layout.problems] == ["inside"]

    def test_documents_within_themselves_end(self) -> None:
        inner = with_chunk("chunk.txt", LINE.encode(), docx_builder.p("The inner one."))
        assert read_docx(with_chunk("chunk.docx", inner)).text == "The inner one.\n"

    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE office:document-content PUBLIC "-//Harbour//DTD Office 1.0//EN" "office.dtd">',
            "<!DOCTYPE office:document-content>",
        ],
    )
    def test_a_document_type_alone_is_harmless(self, doctype: str) -> None:
        assert read_odt(with_doctype(doctype)).text == f"{LINE}\n"

    @pytest.mark.parametrize(
        "subset", ['<!ENTITY a "b">', '<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;', '<!ENTITY a SYSTEM "x.xml">']
    )
    def test_one_that_defines_entities_is_refused(self, subset: str) -> None:
        with pytest.raises(BrokenDocument, match="defines entities"):
            read_odt(with_doctype(f"<!DOCTYPE office:document-content [{subset}]>"))


def with_chunk(name: str, data: bytes, *body: str) -> bytes:
    """A Word document with another document in it."""
    whole = docx_builder.docx(*body, '<w:altChunk r:id="rChunk"/>')
    relation = (
        '<Relationship Id="rChunk" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" '
        f'Target="{name}"/></Relationships>'
    )
    changed = rewritten(whole, "word/_rels/document.xml.rels", "</Relationships>", relation)
    target = io.BytesIO(changed)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(f"word/{name}", data)
    return target.getvalue()


def with_doctype(doctype: str) -> bytes:
    return rewritten(
        odt_builder.odt(odt_builder.p(LINE)),
        "content.xml",
        "<office:document-content",
        f"{doctype}<office:document-content",
    )


def rewritten(data: bytes, part: str, old: str, new: str) -> bytes:
    """An archive with a piece of one part replaced once."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            made.writestr(name, text)
    return target.getvalue()


def test_no_address_of_an_object_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(BrokenDocument) as caught:
        read_picture(b"\x89PNG\r\n\x1a\n" + bytes(100), "png")
    assert "0x" not in str(caught.value)
    assert "cannot be opened" in str(caught.value)


@pytest.mark.parametrize("day", ["4294967295", "2031-13-40", "31 May", "2031-03", "2031-W10-1"])
def test_a_day_that_no_calendar_has_is_no_day(day: str) -> None:
    """Found by damaging files: it made reading end as an internal error."""
    read = read_layout(RawDocument("order.txt", b"Article 1\n\nEvery keeper shall write down the hours of fog."))
    damaged = replace(read, meta={**read.meta, "published": day, "version_date": day})
    found = with_publication(damaged)
    assert "published" not in found.meta
    assert "version_date" not in found.meta
