"""Words on words: watermarks, text at an angle, text printed twice. The act's text comes out as if they were not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dutybook.layout.pdf import read_pdf
from dutybook.records import FurnitureKind, Layout

SENTENCES = [
    "Every keeper of a lighthouse writes each failure of the lamp into the log, with its cause and its hour.",
    "The harbour office answers within ten days and names the repairs that it holds to be urgent on that coast.",
    "A pilot goes on board of each vessel that passes the reef while the lamp is out, whatever the weather may be.",
    "The council of the island sets the tariff for each year and has it posted at the gate of the inner harbour.",
]


def paragraph(page: int, number: int) -> str:
    order = [SENTENCES[(page + number + turn) % 4] for turn in range(2 + (page + number) % 3)]
    return " ".join([f"{8 * page + number}.", *order])


def act(sheet, page: int) -> None:
    y = 100.0
    for number in range(1, 9):
        y = sheet.wrap(70, y, paragraph(page, number), 450) + 8 + page


def expected(pages: int) -> str:
    return "".join(paragraph(page, number) + "\n" for page in range(pages) for number in range(1, 9))


def laid(sheet, x: float, y: float, text: str, size: float, angle: float = 0, grey: float = 0.8) -> None:
    sheet.canvas.saveState()
    sheet.canvas.setFillGray(grey)
    sheet.canvas.translate(x, 842 - y)
    sheet.canvas.rotate(angle)
    sheet.canvas.setFont("Times-Bold", size)
    sheet.canvas.drawCentredString(0, 0, text)
    sheet.canvas.restoreState()


def marked(pdf: Callable[..., bytes], pages: int, mark: Callable, *, first: bool) -> Layout:
    def page(number):
        def draw(sheet):
            if first:
                mark(sheet)
            act(sheet, number)
            if not first:
                mark(sheet)

        return draw

    return read_pdf(pdf(*map(page, range(pages))))


def letters_below_each_other(sheet) -> None:
    for index, letter in enumerate("COPY"):
        laid(sheet, 300, 220 + 90 * index, letter, 80)


def all_over(angle: float) -> Callable:
    def draw(sheet):
        for y in (150, 240, 330):
            for x in (130, 300, 470):
                laid(sheet, x, y, "COPY", 24, angle)

    return draw


MARKS: dict[str, tuple[Callable, str]] = {
    "upright": (lambda sheet: laid(sheet, 300, 250, "DRAFT", 96), "DRAFT"),
    "upright, a line high": (lambda sheet: laid(sheet, 300, 254, "ENTWURF", 36), "ENTWURF"),
    "diagonal": (lambda sheet: laid(sheet, 300, 250, "CONFIDENTIAL", 80, 52), "CONFIDENTIAL"),
    "hardly turned": (lambda sheet: laid(sheet, 300, 250, "PROJET", 60, 6), "PROJET"),
    "letters below each other": (letters_below_each_other, "C"),
    "many": (all_over(0), "COPY"),
    "many, turned": (all_over(45), "COPY"),
}


@pytest.mark.parametrize("first", [True, False], ids=["under the text", "over the text"])
@pytest.mark.parametrize("pages", [1, 4])
@pytest.mark.parametrize("name", MARKS)
def test_a_watermark_is_furniture_and_the_text_is_whole(
    pdf: Callable[..., bytes], name: str, pages: int, first: bool
) -> None:
    mark, text = MARKS[name]
    layout = marked(pdf, pages, mark, first=first)
    assert layout.text == expected(pages)
    assert {piece.kind for piece in layout.furniture} == {FurnitureKind.WATERMARK}
    assert {piece.box.page for piece in layout.furniture} == set(range(1, pages + 1))
    assert text in layout.furniture[0].text


def test_small_words_on_the_text_of_page_after_page_are_a_watermark(pdf: Callable[..., bytes]) -> None:
    layout = marked(pdf, 4, lambda sheet: laid(sheet, 300, 254, "Licensed to J. Harbour", 10), first=False)
    assert layout.text == expected(4)
    assert [piece.text for piece in layout.furniture] == ["Licensed to J. Harbour"] * 4


def test_large_words_beside_the_text_are_text(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.middle(60, "LAMPS", 40)
        sheet.wrap(70, 100, SENTENCES[0], 450)

    layout = read_pdf(pdf(page))
    assert layout.text == f"LAMPS\n{SENTENCES[0]}\n"
    assert layout.furniture == ()


def test_exponents_and_close_lines_lie_on_nothing(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        for number in range(8):
            sheet.write(70, 300 + 9 * number, f"Line {number} is set close to the next one of this small table", 10)
        sheet.write(70, 400, "Rooms of 12 m")
        sheet.write(70 + sheet.width("Rooms of 12 m"), 396, "2", 6)

    layout = read_pdf(pdf(page, page, page))
    assert layout.furniture == ()
    assert layout.text.count("Line 3 is set close") == 3


@pytest.mark.parametrize("shift", [0.2, 0.5, 1.0])
def test_text_printed_twice_for_weight_is_read_once(pdf: Callable[..., bytes], shift: float) -> None:
    def page(sheet):
        for away in (0.0, shift):
            sheet.wrap(70 + away, 100, paragraph(0, 1), 450)

    assert read_pdf(pdf(page)).text == paragraph(0, 1) + "\n"


def test_words_up_the_margins_are_pieces_of_their_own(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        act(sheet, 0)
        laid(sheet, 30, 400, "printed on recycled sails", 8, 90)
        laid(sheet, 570, 400, "harbour press", 8, 270)

    layout = read_pdf(pdf(page))
    assert layout.text == expected(1)
    assert [(piece.kind, piece.text) for piece in layout.furniture] == [
        (FurnitureKind.MARGIN, "printed on recycled sails"),
        (FurnitureKind.MARGIN, "harbour press"),
    ]
