from __future__ import annotations

from collections.abc import Callable

import pytest

from dutybook.layout.pdf import read_pdf
from dutybook.records import BlockRole, FurnitureKind, Layout

LONG = (
    "Every operator of a lighthouse keeps a log in which each failure of the lamp is written down together with its "
    "cause and the hour at which the light was restored, and sends a copy of it to the harbour office each month."
)
OTHER = (
    "The harbour office answers within ten days and tells the operator which of the failures it holds to be grave, "
    "which repairs it expects, and whether a pilot has to be put on board of passing vessels until they are done."
)


def texts(layout: Layout, role: BlockRole | None = None) -> list[str]:
    return [block.span.of(layout.text) for block in layout.blocks if role is None or block.role is role]


def test_paragraphs_points_and_headings_are_blocks_of_their_own(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.middle(80, "Article 4")
        sheet.middle(98, "Logs", font="Times-Bold")
        y = sheet.wrap(70, 130, "1. " + LONG, 450)
        y = sheet.wrap(70, y + 8, "2. " + OTHER, 450)
        sheet.write(70, y + 8, "(a)")
        y = sheet.wrap(95, y + 8, LONG, 425)
        sheet.write(70, y + 8, "(b)")
        sheet.wrap(95, y + 8, "the second point;", 425)

    layout = read_pdf(pdf(page))
    assert texts(layout) == ["Article 4", "Logs", "1. " + LONG, "2. " + OTHER, "(a) " + LONG, "(b) the second point;"]
    assert texts(layout, BlockRole.HEADING) == ["Article 4", "Logs"]
    assert layout.blocks[1].bold
    assert layout.blocks[0].centred


def test_blocks_partition_the_text_and_words_have_boxes(pdf: Callable[..., bytes]) -> None:
    layout = read_pdf(pdf(lambda sheet: sheet.wrap(70, 100, LONG, 300)))
    assert layout.text == LONG + "\n"
    assert len(layout.words) == len(LONG.split())
    for index, word in enumerate(LONG.split()):
        assert layout.text[layout.words.starts[index] : layout.words.ends[index]] == word
        box = layout.words.word_box(index)
        assert 69 <= box.x0 < box.x1 <= 371
        assert box.top < box.bottom < 200


def test_a_paragraph_goes_on_over_a_page_break(pdf: Callable[..., bytes]) -> None:
    words = LONG.split()
    first, second = " ".join(words[:14]), " ".join(words[14:])

    def one(sheet):
        sheet.wrap(70, 100, OTHER, 450)
        measure = sheet.width(first)
        sheet.wrap(70, 780, OTHER, measure)
        sheet.write(70, 828, first)

    def two(sheet):
        sheet.wrap(70, 80, second, 450)

    layout = read_pdf(pdf(one, two))
    assert any(text.endswith(LONG) for text in texts(layout))
    block = next(block for block in layout.blocks if block.span.of(layout.text).endswith(LONG))
    assert block.hint == "continued"
    assert {box.page for box in layout.boxes_for(block.span)} == {1, 2}


def test_running_headers_and_page_numbers_leave_the_text(pdf: Callable[..., bytes]) -> None:
    def page(number):
        def draw(sheet):
            left, right = ("5.6.2031", f"N 12/{number}") if number % 2 else (f"N 12/{number}", "5.6.2031")
            sheet.write(60, 40, left, 9)
            sheet.middle(40, "Gazette of the Harbour Towns", 9)
            sheet.write(500, 40, right, 9)
            sheet.wrap(70, 90 + 3 * number, f"({number}) {LONG}", 450)
            sheet.middle(810, f"– {number} –", 9)

        return draw

    layout = read_pdf(pdf(*[page(number) for number in range(1, 8)]))
    assert "Gazette" not in layout.text
    assert "–" not in layout.text
    assert texts(layout) == [f"({number}) {LONG}" for number in range(1, 8)]
    kinds = {piece.kind for piece in layout.furniture}
    assert kinds == {FurnitureKind.HEADER, FurnitureKind.FOOTER}
    assert layout.meta["published"] == "2031-06-05"


def test_two_columns_are_read_one_after_the_other(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.middle(70, "Ordinance on the Keeping of Lighthouses and Beacons", 14, "Times-Bold")
        y = sheet.wrap(60, 110, LONG, 220)
        sheet.wrap(60, y + 10, OTHER, 220)
        y = sheet.wrap(310, 113, "(1) " + OTHER, 220)
        sheet.wrap(310, y + 10, "(2) " + LONG, 220)

    layout = read_pdf(pdf(page))
    assert texts(layout)[1:] == [LONG, OTHER, "(1) " + OTHER, "(2) " + LONG]


def test_footnotes_go_to_the_end_and_their_marks_out_of_the_text(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.wrap(70, 100, OTHER, 450)
        sheet.wrap(70, 180, LONG, 450)
        sheet.write(70, 240, "The tariff is set by the council")
        x = 70 + sheet.width("The tariff is set by the council")
        sheet.write(x, 236, "1", 6)
        sheet.write(x + 3, 240, " and the office")
        x += 3 + sheet.width(" and the office")
        sheet.write(x, 240, " (")
        sheet.write(x + sheet.width(" ("), 237, "2", 6)
        sheet.write(x + sheet.width(" (") + 3, 240, "), each year.")
        sheet.write(70, 780, "1", 6)
        sheet.write(78, 783, "See the tariff book of the year before.", 8)
        sheet.write(70, 795, "( ", 8)
        sheet.write(75, 792, "2", 5)
        sheet.write(78, 795, ") The office of the port of call.", 8)

    layout = read_pdf(pdf(page))
    assert "The tariff is set by the council and the office, each year." in texts(layout)
    notes = texts(layout, BlockRole.FOOTNOTE)
    assert [note[-12:] for note in notes] == ["year before.", "ort of call."]
    assert layout.blocks[-1].role is BlockRole.FOOTNOTE
    assert [(mark.mark, layout.text[: mark.at].rsplit(None, 1)[-1]) for mark in layout.marks] == [
        ("1", "council"),
        ("2", "office"),
    ]
    assert all(mark.note is not None for mark in layout.marks)


def test_margin_numbers_come_before_their_paragraphs(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        y = 100.0
        for number in range(1, 6):
            sheet.write(540, y, str(number))
            y = sheet.wrap(70, y, LONG, 440) + 8

    layout = read_pdf(pdf(page))
    assert texts(layout) == [f"{number} {LONG}" for number in range(1, 6)]
    assert layout.blocks[0].hint == "margin-number"


def test_a_ruled_table_keeps_its_cells(pdf: Callable[..., bytes]) -> None:
    rows = [("Class", "Fee"), ("Small vessels", "20 crowns"), ("Large vessels", "90 crowns a day")]

    def page(sheet):
        sheet.wrap(70, 100, LONG, 450)
        for index, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write(80 + 200 * column, 215 + 20 * index, text)
        for y in range(200, 261 + 1, 20):
            sheet.rule(70, y, 470, y)
        for x in (70, 270, 470):
            sheet.rule(x, 200, x, 260)
        sheet.wrap(70, 300, OTHER, 450)

    layout = read_pdf(pdf(page))
    assert texts(layout) == [LONG, *(text for row in rows for text in row), OTHER]
    table = layout.tables[0]
    assert [[cell.span.of(layout.text) for cell in row] for row in table.rows] == [list(row) for row in rows]
    assert table.span.of(layout.text) == "\n".join(text for row in rows for text in row)
    cell = table.rows[1][0].box
    assert cell is not None
    assert (round(cell.x0), round(cell.top), round(cell.x1), round(cell.bottom)) == (70, 220, 270, 240)


def test_a_rule_and_a_frame_make_no_table(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.rule(70, 60, 520, 60)
        sheet.wrap(80, 100, LONG, 430)
        for x0, y0, x1, y1 in ((70, 80, 520, 80), (70, 200, 520, 200), (70, 80, 70, 200), (520, 80, 520, 200)):
            sheet.rule(x0, y0, x1, y1)

    layout = read_pdf(pdf(page))
    assert layout.tables == ()
    assert texts(layout) == [LONG]


def test_contents_lines_are_told_apart(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        for index, name in enumerate(("Scope", "Logs", "Repairs")):
            sheet.write(70, 100 + 14 * index, f"Article {index + 1} {name} {'.' * 60} {index + 3}")

    layout = read_pdf(pdf(page))
    assert len(layout.blocks) == 3
    assert {block.role for block in layout.blocks} == {BlockRole.CONTENTS}


def test_text_at_an_angle_is_margin_text(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.wrap(70, 100, LONG, 450)
        sheet.canvas.saveState()
        sheet.canvas.translate(30, 300)
        sheet.canvas.rotate(90)
        sheet.canvas.setFont("Times-Roman", 8)
        sheet.canvas.drawString(0, 0, "printed on recycled sails")
        sheet.canvas.restoreState()

    layout = read_pdf(pdf(page))
    assert texts(layout) == [LONG]
    (piece,) = layout.furniture
    assert piece.kind is FurnitureKind.MARGIN
    assert piece.text == "printed on recycled sails"


def test_text_painted_twice_is_read_once(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        for shift in (0, 0.3):
            sheet.write(70 + shift, 100, "Bold by printing twice")

    assert read_pdf(pdf(page)).text == "Bold by printing twice\n"


def test_a_turned_page_is_read_as_it_is_shown(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.canvas.setPageRotation(90)
        sheet.canvas.saveState()
        sheet.canvas.translate(100, 100)
        sheet.canvas.rotate(90)
        sheet.canvas.setFont("Times-Roman", 10)
        sheet.canvas.drawString(0, 0, "First line of the table sheet,")
        sheet.canvas.drawString(0, -12, "second line of it.")
        sheet.canvas.restoreState()

    layout = read_pdf(pdf(page))
    assert (layout.pages[0].width, layout.pages[0].height) == (595.0, 842.0)
    box = layout.words.word_box(0)
    assert box.x1 - box.x0 > box.bottom - box.top
    assert " ".join(layout.text.split()) == "First line of the table sheet, second line of it."


@pytest.mark.parametrize("size", [8, 12, 24])
def test_size_is_in_points(pdf: Callable[..., bytes], size: int) -> None:
    layout = read_pdf(pdf(lambda sheet: sheet.write(70, 100, "Lighthouse rules apply", size)))
    assert layout.blocks[0].size == size


def test_text_on_its_side_is_read_and_its_boxes_are_where_it_stands(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.canvas.translate(595, 0)
        sheet.canvas.rotate(90)
        sheet.canvas.translate(0, 595 - 842)
        y = sheet.wrap(70, 60, LONG, 600)
        sheet.wrap(70, y + 10, OTHER, 600)

    layout = read_pdf(pdf(page))
    assert texts(layout) == [LONG, OTHER]
    assert (layout.pages[0].width, layout.pages[0].height) == (595.0, 842.0)
    first, last = layout.words.word_box(0), layout.words.word_box(len(layout.words) - 1)
    # The text runs up the page: its first word stands at the bottom left.
    assert first.bottom - first.top > first.x1 - first.x0
    assert (round(first.x0) in range(45, 60), round(first.bottom)) == (True, 842 - 70)
    assert last.x0 > first.x0


@pytest.mark.parametrize(("sign", "at"), [("o", 90), ("*", 90), ("\u2022", 90), ("o", 79.5)])
def test_typed_bullets_begin_paragraphs_where_a_gap_parts_them_from_the_words(
    pdf: Callable[..., bytes], sign: str, at: float
) -> None:
    lines = ["carry a lamp that can be seen from the pier and from the bridge over the", "ring the bell in fog"]

    def page(sheet):
        sheet.write(72, 100, "The members of the club must, when they leave the harbour at night, do all this:")
        for number, line in enumerate(lines):
            sheet.write(72, 112 + 12 * number, sign, font="Helvetica")
            sheet.write(at, 112 + 12 * number, line)

    layout = read_pdf(pdf(page))
    if at > 80:
        assert texts(layout)[1:] == [f"{sign} {line}" for line in lines]
    else:
        assert f"{sign} {lines[1]}" not in texts(layout)
