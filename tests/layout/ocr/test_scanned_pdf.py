"""PDFs of scans, stamps and garbled letters; an engine that says what the test tells it reads their images."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest
from ocr_drawing import TEXT, page
from ocr_fake import FakeEngine, sure
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dutybook.errors import BadRequest, BrokenDocument, NoText
from dutybook.layout.ocr import Recognition, installed
from dutybook.layout.pdf import read_pdf, recognition
from dutybook.layout.pdf.text_quality import explain_gibberish
from dutybook.layout.pictures import page_image, read_picture
from dutybook.records import Box, Layout, RawDocument

WIDTH, HEIGHT = 595.0, 842.0
READ = "The keeper shall light the lamp at dusk and report each failure of it to the harbour office within two hours."
# The clock is not what is tested: a busy machine may take long.
SETTINGS = Recognition(language="en", seconds=600.0, page_seconds=300.0)
needs_tesseract = pytest.mark.skipif(
    (tesseract := installed()) is None or "eng" not in tesseract.languages,
    reason="tesseract with English data is not installed",
)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    made = FakeEngine(lambda *_: sure(READ, READ))
    monkeypatch.setattr(recognition, "installed", lambda: made)
    return made


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "installed", lambda: None)


def pdf(*pages: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def scan(canvas: Any) -> None:
    canvas.drawImage(ImageReader(page(dpi=72, lines=12)), 0, 0, WIDTH, HEIGHT)


def stamped(canvas: Any) -> None:
    scan(canvas)
    canvas.drawString(40, 20, "Page 3 of 9")


def written(canvas: Any, text: str = TEXT, mode: int = 0) -> None:
    lines = canvas.beginText(60, 760)
    lines.setTextRenderMode(mode)
    for line in wrap(text, 80):
        lines.textLine(line)
    canvas.drawText(lines)


def hidden(canvas: Any) -> None:
    scan(canvas)
    written(canvas, mode=3)


def shifted(text: str, places: int) -> str:
    """Letters that stand for others, as in fonts whose map got lost."""
    return re.sub("[a-zA-Z]", lambda m: chr((ord(m[0].lower()) - 97 + places) % 26 + 97), text)


def sources(layout: Layout) -> list[str]:
    return [page.source for page in layout.pages]


class TestWordsThatAreNotDrawn:
    def test_they_are_said_to_be_invisible(self, nothing_installed: None) -> None:
        def both(canvas: Any) -> None:
            written(canvas)
            canvas.translate(0, -300)
            written(canvas, "The keeper pays nothing.", mode=3)

        layout = read_pdf(pdf(written, both))
        assert sources(layout) == ["text", "text"]
        assert [page.note for page in layout.pages] == ["", "words of its text layer are not drawn on the page"]
        (problem,) = layout.problems
        assert problem.startswith("page 2: words of its text layer are not drawn")

    def test_an_image_that_shows_them_is_behind_them(self, nothing_installed: None) -> None:
        def over_a_picture(canvas: Any) -> None:
            written(canvas)
            canvas.drawImage(ImageReader(page(dpi=72, lines=3)), 0, 100, WIDTH, HEIGHT / 3)
            canvas.translate(0, -500)
            written(canvas, "Read from the picture.", mode=3)

        layout = read_pdf(pdf(over_a_picture))
        assert not layout.problems
        assert "Read from the picture." in layout.text


class TestScans:
    def test_only_pages_without_text_are_recognised(self, engine: FakeEngine) -> None:
        layout = read_pdf(pdf(written, scan, written), recognition=SETTINGS)
        assert sources(layout) == ["text", "ocr", "text"]
        assert len(engine.asked) == 1
        assert not layout.problems
        assert layout.pages[1].confidence == pytest.approx(0.95)

    def test_the_words_have_boxes_on_their_page(self, engine: FakeEngine) -> None:
        layout = read_pdf(pdf(scan), recognition=SETTINGS)
        at = layout.text.index("lamp")
        (box,) = layout.boxes_for(next(b.span for b in layout.blocks if b.span.start <= at < b.span.end))[:1]
        assert box.page == 1
        assert 0 < box.x0 < box.x1 < WIDTH * 2
        assert "harbour office within two hours." in layout.text

    def test_a_stamp_is_not_all_of_a_scan(self, engine: FakeEngine) -> None:
        layout = read_pdf(pdf(written, stamped), recognition=SETTINGS)
        assert sources(layout) == ["text", "ocr"]

    def test_a_stamp_alone_is_said_to_be_alone(self, nothing_installed: None) -> None:
        layout = read_pdf(pdf(written, stamped), recognition=SETTINGS)
        assert sources(layout) == ["text", "image"]
        assert any("install tesseract" in problem for problem in layout.problems)

    def test_an_earlier_recognition_is_kept_where_ours_agrees(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recognition, "installed", lambda: FakeEngine(lambda *_: sure(*wrap(TEXT, 60))))
        layout = read_pdf(pdf(hidden), recognition=SETTINGS)
        (only,) = layout.pages
        assert (only.source, only.confidence) == ("ocr", None)
        assert "another program" in only.note

    def test_an_earlier_recognition_is_replaced_where_ours_differs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        better = TEXT.replace("lamp", "lantern").replace("harbour", "port")
        monkeypatch.setattr(recognition, "installed", lambda: FakeEngine(lambda *_: sure(*wrap(better, 60))))
        assert "lantern" in read_pdf(pdf(hidden), recognition=SETTINGS).text
        layout = read_pdf(pdf(hidden, hidden, hidden), recognition=SETTINGS)
        assert [page.confidence for page in layout.pages] == pytest.approx([0.95] * 3)

    def test_unsure_pages_are_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recognition, "installed", lambda: FakeEngine(lambda *_: sure(READ, confidence=58)))
        layout = read_pdf(pdf(scan), recognition=SETTINGS)
        assert any("unsure" in problem for problem in layout.problems)
        assert "words are unsure" in layout.pages[0].note


class TestRefusals:
    def test_without_tesseract_the_message_says_what_to_install(self, nothing_installed: None) -> None:
        with pytest.raises(
            NoText, match=r"install tesseract \(Debian and Ubuntu: tesseract-ocr, and tesseract-ocr-deu"
        ):
            read_pdf(pdf(scan), recognition=SETTINGS)

    def test_switched_off(self, engine: FakeEngine) -> None:
        with pytest.raises(NoText, match="switched off"):
            read_pdf(pdf(scan))
        assert not engine.asked

    def test_a_scan_of_an_empty_page_is_blank(self, engine: FakeEngine) -> None:
        def empty(canvas: Any) -> None:
            canvas.drawImage(ImageReader(Image.new("L", (600, 800), 250)), 0, 0, WIDTH, HEIGHT)

        layout = read_pdf(pdf(written, empty), recognition=SETTINGS)
        assert [(page.source, page.note) for page in layout.pages] == [("text", ""), ("text", "blank")]
        with pytest.raises(NoText, match="blank"):
            read_pdf(pdf(empty), recognition=SETTINGS)


class TestGarbage:
    @pytest.mark.parametrize("places", [3, 7, 13, 20])
    def test_letters_that_stand_for_others_are_seen(self, places: int, engine: FakeEngine) -> None:
        odd = shifted(TEXT, places)
        with pytest.raises(NoText, match="letters stand for others"):
            read_pdf(pdf(lambda canvas: written(canvas, odd)))
        layout = read_pdf(pdf(lambda canvas: written(canvas, odd)), recognition=SETTINGS)
        assert sources(layout) == ["ocr"]
        assert odd[:20] not in layout.text

    @pytest.mark.parametrize(
        "text",
        [
            TEXT,
            "Der Wärter hat die Lampe bei Dämmerung anzuzünden und jeden Ausfall unverzüglich dem Hafenamt zu melden.",
            "Il-gwardjan għandu jixgħel il-lampa fis-silġ u jirrapporta kull ħsara lill-uffiċċju tal-port fi żmien sagħtejn.",
            "Latarnik zapala lampę o zmierzchu i niezwłocznie zgłasza każdą awarię do urzędu portowego w ciągu dwóch godzin.",
            "Majakavaht süütab lambi videvikus ja teatab igast rikkest kahe tunni jooksul sadamaametile ning peab registrit.",
            "A világítótorony őre alkonyatkor meggyújtja a lámpát, és minden meghibásodást két órán belül jelent a kikötőnek.",
            "Ο φύλακας του φάρου ανάβει τη λάμπα το σούρουπο και αναφέρει κάθε βλάβη στο λιμεναρχείο εντός δύο ωρών.",
            "Пазачът на фара запалва лампата по здрач и съобщава за всяка повреда на пристанищната служба до два часа.",
            "12 450 33,7 18 09 | 7 004 12,5 - 100 % 2031 2032 2033 (a) (b) 44 55 66 77 " * 5,
            "....................... 5 ................ 6 ................ 7 " * 4,
        ],
    )
    def test_real_text_is_no_garbage(self, text: str) -> None:
        assert explain_gibberish(text.split()) == ""

    def test_letters_of_another_code_page(self) -> None:
        greek = (
            "Ο φύλακας του φάρου ανάβει τη λάμπα το σούρουπο και αναφέρει κάθε βλάβη στο λιμεναρχείο εντός δύο ωρών."
        )
        odd = greek.encode("iso8859-7").decode("latin-1")
        assert explain_gibberish(odd.split() * 2)

    @pytest.mark.shared
    def test_no_language_of_the_union_is_garbage(self, shared: Path) -> None:
        files = sorted((shared / "docs" / "eu").glob("*.*ht*ml"))
        assert files
        for file in files[:40]:
            words = re.sub(r"<[^>]+>", " ", file.read_text(encoding="utf-8", errors="replace"))[:40_000].split()
            for at in range(0, len(words) - 60, 60):
                chunk = [word for word in words[at : at + 60] if "&" not in word]
                assert explain_gibberish(chunk) == "", f"{file.name}: {chunk}"


class TestPictures:
    def picture(self, kind: str, *images: Any, **more: Any) -> bytes:
        target = io.BytesIO()
        first, *rest = images or (page(dpi=72),)
        first.save(target, kind, **({"save_all": True, "append_images": rest} if rest else {}), **more)
        return target.getvalue()

    @pytest.mark.parametrize(("kind", "theirs"), [("png", "PNG"), ("jpeg", "JPEG"), ("tiff", "TIFF"), ("bmp", "BMP")])
    def test_a_picture_is_a_page(self, kind: str, theirs: str, engine: FakeEngine) -> None:
        layout = read_picture(self.picture(theirs, dpi=(72, 72)), kind, recognition=SETTINGS)
        assert sources(layout) == ["ocr"]
        assert layout.pages[0].height == pytest.approx(842, abs=3)
        assert "light the lamp" in layout.text

    def test_each_picture_of_a_file_is_a_page(self, engine: FakeEngine) -> None:
        data = self.picture("TIFF", page(dpi=72), page(dpi=72), page(dpi=72))
        assert sources(read_picture(data, "tiff", recognition=SETTINGS)) == ["ocr"] * 3
        assert page_image(RawDocument("fax.tif", data), 3).startswith(b"\x89PNG")
        with pytest.raises(BadRequest, match="the file has 3"):
            page_image(RawDocument("fax.tif", data), 4)

    def test_transparency_is_paper(self, engine: FakeEngine) -> None:
        seen: list[Any] = []
        engine.says = lambda image, _: (seen.append(image), sure(READ))[1]
        clear = Image.new("RGBA", (600, 800), (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), (50, 50, 300, 60))
        read_picture(self.picture("PNG", clear), "png", recognition=SETTINGS)
        assert seen[0].getpixel((0, 0)) == 255

    def test_refusals(self, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(BrokenDocument, match="cannot be opened"):
            read_picture(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "png", recognition=SETTINGS)
        with pytest.raises(NoText, match="switched off"):
            read_picture(self.picture("PNG"), "png")
        with pytest.raises(NoText):
            read_picture(self.picture("JPEG")[:3000], "jpeg", recognition=SETTINGS)


class TestPageImages:
    DATA = pdf(written, scan)

    def image(self, number: int = 1, **more: Any) -> Any:
        return Image.open(io.BytesIO(page_image(RawDocument("a.pdf", self.DATA), number, **more)))

    def test_every_page_has_one_in_the_size_asked_for(self) -> None:
        assert self.image().size == pytest.approx((595 * 110 / 72, 842 * 110 / 72), abs=1)
        assert self.image(2, dpi=36).size == pytest.approx((298, 421), abs=1)

    def test_boxes_are_outlined_on_their_page_only(self) -> None:
        box = Box(1, 60, 60, 200, 90)
        assert self.image(boxes=[box]).getpixel((100, 100)) != self.image().getpixel((100, 100))
        assert list(self.image(2, boxes=[box]).tobytes()) == list(self.image(2).tobytes())

    def test_pixels_are_bounded(self) -> None:
        target = io.BytesIO()
        canvas = Canvas(target, pagesize=(14_000, 14_000))
        canvas.drawString(100, 100, "a very large sheet")
        canvas.save()
        data = page_image(RawDocument("a.pdf", target.getvalue()), 1, dpi=600)
        across, down = Image.open(io.BytesIO(data)).size
        assert across * down <= 25_100_000

    @pytest.mark.parametrize("number", [0, 3])
    def test_pages_that_are_not_there(self, number: int) -> None:
        with pytest.raises(BadRequest, match="there is no page"):
            self.image(number)

    def test_what_has_no_pages(self) -> None:
        with pytest.raises(BadRequest, match="pages to look at"):
            page_image(RawDocument("a.txt", b"The keeper shall light the lamp."), 1)
        with pytest.raises(BadRequest, match="dots an inch"):
            self.image(dpi=5)


@needs_tesseract
class TestTesseract:
    """The real thing, on pages drawn here."""

    @pytest.mark.parametrize("angle", [0, 2.0])
    @pytest.mark.parametrize("turn", [0, 90])
    def test_a_page_however_it_lies(self, angle: float, turn: int) -> None:
        picture = page(dpi=200, lines=14).rotate(angle, fillcolor=255).rotate(turn, expand=True, fillcolor=255)
        data = TestPictures().picture("PNG", picture, dpi=(200, 200))
        layout = read_picture(data, "png", recognition=SETTINGS)
        words = re.findall(r"\w+", layout.text)
        known = set(re.findall(r"\w+", TEXT))
        assert sum(word in known for word in words) > 0.95 * 14 * 12
        # Where the first word stands in the image, there is ink.
        box = layout.words.word_box(0)
        scale = 200 / 72
        cut = picture.crop(tuple(round(value * scale) for value in (box.x0, box.top, box.x1, box.bottom)))
        assert sum(cut.histogram()[:128]) > 0.03 * cut.width * cut.height
