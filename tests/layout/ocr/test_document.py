"""The scans of a document, with an engine that says what the test tells it."""

from __future__ import annotations

from typing import Any

from ocr_drawing import page
from ocr_fake import FakeEngine, hocr, sure
from PIL import Image

from dutybook.layout.ocr import Recognition
from dutybook.layout.ocr.engine import Orientation, RecognitionFailed
from dutybook.layout.ocr.scans import Outcome, Scan, recognise_all
from dutybook.layout.pdf.recognition import UNSURE, ScannedPage, scanned_page, settle_sizes

ENGLISH = "The keeper shall light the lamp at dusk and report each failure of it to the harbour office."
GERMAN = "Der Wärter hat die Lampe bei Dämmerung anzuzünden und jeden Ausfall dem Hafenamt zu melden."


def identify(text: str) -> tuple[str, float]:
    return ("de", 0.99) if "Lampe" in text else ("fr", 0.99) if "phare" in text else ("en", 0.99)


def scans(count: int = 1, image: Any = None) -> list[Scan]:
    picture = page(lines=6) if image is None else image
    return [Scan(number, lambda: (picture, 72 / 200)) for number in range(1, count + 1)]


def recognised(engine: FakeEngine, count: int = 1, language: str | None = None, **settings: Any) -> Outcome:
    return recognise_all(scans(count), engine, Recognition(identify=identify, **settings), 60, language)


def text(outcome: Outcome, number: int = 1) -> str:
    return outcome.pages[number].recognised.text.replace("\n", " ")


def words(outcome: Outcome, number: int = 1) -> ScannedPage:
    page = outcome.pages[number]
    return scanned_page(number, page.recognised, page.scale)


class TestLanguage:
    def test_that_of_the_document_s_other_pages_is_used(self) -> None:
        engine = FakeEngine(lambda *_: sure(GERMAN))
        outcome = recognised(engine, language="de")
        assert {code for code, _ in engine.asked} == {"deu"}
        assert outcome.language == "de"
        assert not outcome.notes

    def test_what_the_user_says_comes_first(self) -> None:
        engine = FakeEngine(lambda *_: sure(ENGLISH))
        recognised(engine, language="de", processes=1)
        engine.asked.clear()
        recognise_all(scans(), engine, Recognition(language="en"), 60, "de")
        assert {code for code, _ in engine.asked} == {"eng"}

    def test_a_quarter_of_the_first_page_tells_it(self) -> None:
        engine = FakeEngine(lambda *_: sure(GERMAN, GERMAN))
        recognised(engine, 3)
        codes = [code for code, _ in engine.asked]
        heights = [height for _, (_, height) in engine.asked]
        assert codes == ["eng", "deu", "deu", "deu"]
        assert heights[0] < 0.3 * heights[1]

    def test_without_its_data_another_is_used_and_that_is_said(self) -> None:
        outcome = recognised(
            FakeEngine(lambda *_: sure("Le gardien du phare allume la lampe au crépuscule sans délai " * 2))
        )
        (note,) = outcome.notes
        assert "“fr”" in note
        assert "tesseract-ocr-fra" in note
        assert 1 in outcome.pages

    def test_a_script_that_the_engine_names(self) -> None:
        engine = FakeEngine(lambda *_: sure(ENGLISH, confidence=50), turn=Orientation(0, "Greek"))
        (note,) = recognised(engine).notes
        assert "tesseract-ocr-ell" in note


class TestTurning:
    def test_a_page_on_its_side_is_turned_as_the_engine_says(self) -> None:
        def says(image: Any, code: str) -> bytes:
            return sure(ENGLISH) if image.size[0] > image.size[1] else sure("|{ ~ -_ .,", confidence=31)

        outcome = recognised(FakeEngine(says, turn=Orientation(1, "Latin")), language="en")
        assert text(outcome) == ENGLISH
        found = words(outcome)
        width, height = found.frame.size
        assert width > height
        assert not found.recognised.pose.plain

    def test_without_the_data_drafts_tell(self) -> None:
        def says(image: Any, code: str) -> bytes:
            return sure(ENGLISH) if image.size[0] > image.size[1] else sure("hsnp ta pmal", confidence=30)

        outcome = recognised(FakeEngine(says, languages=frozenset({"eng"})), language="en")
        assert outcome.pages[1].recognised.pose.turns in (1, 3)


class TestBounds:
    def test_pages_not_reached_in_time_are_named(self) -> None:
        outcome = recognised(
            FakeEngine(lambda *_: sure(ENGLISH), seconds=0.3), 9, language="en", seconds=0.7, processes=1
        )
        assert outcome.pages
        assert set(outcome.pages) | set(outcome.failed) == set(range(1, 10))
        assert "--ocr-seconds" in outcome.failed[9]

    def test_one_page_that_takes_too_long_costs_itself(self) -> None:
        outcome = recognised(FakeEngine(lambda *_: b"", seconds=5), 2, language="en", page_seconds=0.2)
        assert set(outcome.failed) == {1, 2}

    def test_an_image_that_cannot_be_made(self) -> None:
        def broken() -> tuple[Any, float]:
            raise RecognitionFailed("the page cannot be drawn")

        engine = FakeEngine(lambda *_: sure(ENGLISH))
        outcome = recognise_all([Scan(1, broken), *scans(2)[1:]], engine, Recognition(language="en"), 60)
        assert outcome.failed == {1: "the page cannot be drawn"}
        assert set(outcome.pages) == {2}

    def test_an_empty_page_is_not_shown_to_the_engine(self) -> None:
        engine = FakeEngine(lambda *_: sure(ENGLISH))
        outcome = recognise_all(scans(image=Image.new("L", (900, 1200), 255)), engine, Recognition(), 60)
        assert outcome.empty == {1}
        assert not engine.asked

    def test_a_photograph_is_no_text(self) -> None:
        outcome = recognised(FakeEngine(lambda *_: sure("oa ~ ee Bx", confidence=33)), language="en")
        assert "makes no sense" in outcome.failed[1]
        assert "no text" in recognised(FakeEngine(lambda *_: b""), language="en").failed[1]


def test_section_signs_are_shown_to_the_data_that_know_them() -> None:
    def says(image: Any, code: str) -> bytes:
        if code == "eng":
            return hocr([[("§", 96), ("57", 95)], [("8", 90), ("10", 95)]], size=34, left=24, top=54)
        return sure(
            "Nach 8 57 gilt die Lampe des Wärters als gelöscht und", "es sind 8 10 Lampen im Hafen zu melden dem Amt"
        )

    found = text(recognised(FakeEngine(says), language="de"))
    assert "Nach § 57 gilt" in found
    assert "sind 8 10 Lampen" in found


def test_lines_of_nearly_one_size_get_one_size() -> None:
    def says(image: Any, code: str) -> bytes:
        return sure(ENGLISH, ENGLISH).replace(b"x_size 40", b"x_size 41", 1)

    outcome = recognised(FakeEngine(says), language="en")
    page = words(outcome)
    assert len({word.style.size for word in page.words}) == 2
    settle_sizes([page])
    assert len({word.style.size for word in page.words}) == 1


def test_unsure_words_are_counted() -> None:
    engine = FakeEngine(lambda *_: hocr([[("The", 95), ("lamp", int(100 * UNSURE) - 5), ("shall", 95), ("burn", 95)]]))
    assert words(recognised(engine, language="en")).unsure == 1
