from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from dutybook.errors import BadDocument, BrokenDocument, EmptyDocument, EncryptedDocument, NoText, TooLarge
from dutybook.layout.limits import Limits
from dutybook.layout.pdf import read_pdf


def hello(sheet):
    sheet.write(70, 100, "The beacon shall be lit at dusk.")


def drawing(sheet):
    """A page as a scanner leaves it: one picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    sheet.canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)


def nothing(sheet):
    sheet.canvas.rect(100, 100, 200, 200, fill=0)


def locked(user: str):
    from reportlab.lib.pdfencrypt import StandardEncryption

    return StandardEncryption(user, ownerPassword="harbourmaster", canPrint=0, canCopy=0)


def test_a_password_is_asked_for_and_used(pdf: Callable[..., bytes]) -> None:
    data = pdf(hello, encrypt=locked("lantern"))
    with pytest.raises(EncryptedDocument, match="needs a password: pass it"):
        read_pdf(data)
    with pytest.raises(EncryptedDocument, match="does not open it: check"):
        read_pdf(data, password="candle")
    assert read_pdf(data, password="lantern").text == "The beacon shall be lit at dusk.\n"


def test_restrictions_without_a_user_password_do_not_matter(pdf: Callable[..., bytes]) -> None:
    assert "beacon" in read_pdf(pdf(hello, encrypt=locked(""))).text
    # A password given for a folder is not meant for each of its files.
    assert "beacon" in read_pdf(pdf(hello, encrypt=locked("")), password="lantern").text


def test_a_password_may_be_typed_in_pieces(pdf: Callable[..., bytes]) -> None:
    data = pdf(hello, encrypt=locked("caf\u00e9"))
    assert "beacon" in read_pdf(data, password="cafe\u0301").text


@pytest.mark.parametrize(
    ("data", "error", "advice"),
    [
        (b"", EmptyDocument, "get it again"),
        (b"not a PDF at all, whatever its name", BrokenDocument, "get it again, or repair"),
        (b"%PDF-1.7\n1 0 obj\n<<", BrokenDocument, "get it again, or repair"),
    ],
)
def test_what_is_no_pdf_is_refused_with_advice(data: bytes, error: type[BadDocument], advice: str) -> None:
    with pytest.raises(error, match=advice):
        read_pdf(data)


def test_pages_of_images_alone_are_no_text(pdf: Callable[..., bytes]) -> None:
    with pytest.raises(NoText, match="run OCR"):
        read_pdf(pdf(drawing))


def test_blank_pages_hide_nothing(pdf: Callable[..., bytes]) -> None:
    layout = read_pdf(pdf(hello, nothing, hello))
    assert [page.source for page in layout.pages] == ["text", "text", "text"]
    assert layout.problems == ()


def test_blank_pages_alone_are_no_text(pdf: Callable[..., bytes]) -> None:
    with pytest.raises(NoText, match="blank"):
        read_pdf(pdf(nothing))


def test_a_scanned_page_among_others_is_a_problem(pdf: Callable[..., bytes]) -> None:
    layout = read_pdf(pdf(hello, drawing, drawing, hello))
    assert [page.source for page in layout.pages] == ["text", "image", "image", "text"]
    assert layout.problems == ("no text on pages 2-3 (images or drawings: text recognition is switched off)",)


def test_limits(pdf: Callable[..., bytes]) -> None:
    data = pdf(hello, hello, hello)
    with pytest.raises(TooLarge, match="raise the limit"):
        read_pdf(data, limits=Limits(max_bytes=100))
    with pytest.raises(TooLarge, match="characters"):
        read_pdf(data, limits=Limits(max_text_chars=10))
    layout = read_pdf(data, limits=Limits(max_pages=2))
    assert len(layout.pages) == 2
    assert layout.problems == ("only the first 2 of 3 pages were read (limit on pages)",)
    with pytest.raises(ValueError, match="max_pages"):
        Limits(max_pages=0)


def test_time_runs_out(pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that goes on by a second with each page read, and stands still otherwise."""
    from dutybook.layout.pdf import pages

    now, cost, read_page = 0.0, 1.0, pages._read_page

    def slowly(*given: object) -> None:
        nonlocal now
        now += cost
        read_page(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pages.time, "monotonic", lambda: now)
    monkeypatch.setattr(pages, "_read_page", slowly)
    layout = read_pdf(pdf(hello, hello, hello, hello), limits=Limits(max_seconds=1.5))
    assert layout.problems == ("pages 3 to 4 were not read: time limit of 2 s",)
    assert [page.source for page in layout.pages] == ["text", "text", "unread", "unread"]
    with pytest.raises(TooLarge, match="took longer"):
        read_pdf(pdf(lambda _: None, hello), limits=Limits(max_seconds=0.5))


def test_a_garbled_text_layer_is_unreadable() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(70, 700, "GARBLED WORDS")
    canvas.save()
    # A font whose characters map to private code points, as broken producers write it.
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <21> <7E> <E021> endbfrange "
        b"endcmap end end"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 9 0 R >>"
    stream = b"BT /F1 12 Tf 70 700 Td (GARBLED WORDS IN A ROW) Tj ET"
    data = (
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >> endobj\n"
        + b"4 0 obj << /Length %d >> stream\n%s\nendstream endobj\n" % (len(stream), stream)
        + b"5 0 obj "
        + font
        + b" endobj\n"
        + b"9 0 obj << /Length %d >> stream\n%s\nendstream endobj\n" % (len(cmap), cmap)
        + b"trailer << /Root 1 0 R >>\n%%EOF"
    )
    with pytest.raises(NoText, match="garbled"):
        read_pdf(data)


@pytest.mark.shared
def test_hostile_files_end_in_a_layout_or_in_a_reason(shared: Path) -> None:
    folder = shared / "docs" / "hostile"
    lines = (folder / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=False)) for line in lines[1:]]
    read = 0
    kinds: dict[str, type[BadDocument]] = {}
    for row in rows:
        if not row["file"].endswith(".pdf") or not (folder / row["file"]).is_file():
            continue
        data = (folder / row["file"]).read_bytes()
        try:
            layout = read_pdf(data)
        except BadDocument as error:
            message = str(error)
            assert len(message) > 30, row["file"]
            if "password error" in row["pdfium_plain"]:
                kinds[row["file"]] = type(error)
        else:
            read += 1
            assert layout.text.strip(), row["file"]
        if row["password"] not in ("", "?") and "opens" in row["pdfium_with_password"]:
            try:
                assert read_pdf(data, password=row["password"]).text
            except NoText:
                assert row["chars_first60p"] == "0", row["file"]
    assert read > 30
    assert set(kinds.values()) == {EncryptedDocument}
