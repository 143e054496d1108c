"""Footnotes, their marks, and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable

from dutybook.layout.pdf import read_pdf
from dutybook.layout.pdf.furniture import PageRuns, take_revision_marks
from dutybook.layout.pdf.lines import runs_of
from dutybook.layout.pdf.words import Style, Word
from dutybook.records import BlockRole, Layout

LONG = "The keeper lights the lamp at dusk and enters the hour in the log of the lighthouse before the watch changes hands."


def raised(sheet, x: float, y: float, text: str, mark: str, after: str = "") -> None:
    sheet.write(x, y, text)
    x += sheet.width(text)
    sheet.write(x, y - 3.5, mark, 6)
    sheet.write(x + sheet.width(mark, 6), y, after)


def texts(layout: Layout, role: BlockRole) -> list[str]:
    return [layout.text[block.span.start : block.span.end] for block in layout.blocks if block.role is role]


def body(sheet, y: float = 300) -> None:
    for number in range(8):
        sheet.wrap(70, y + 30 * number, LONG, 440)


def test_a_ragged_note_is_one_block(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        raised(sheet, 70, 100, "Lamps follow the Coast Lamps Act", "1", " of the island.")
        body(sheet)
        raised(sheet, 70, 760, "", "1", "")
        sheet.write(76, 760, "Act 537/2031 amending", 8)
        sheet.write(70, 770, "537/2014 Act and Act 2004/109", 8)
        sheet.write(70, 780, "L 322 of the gazette, p. 15.", 8)

    layout = read_pdf(pdf(page))
    assert len(texts(layout, BlockRole.FOOTNOTE)) == 1
    assert [(mark.mark, mark.note is not None) for mark in layout.marks] == [("1", True)]
    assert "Act of the island" in layout.text


def test_a_note_without_a_mark_stands_before_the_others(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        raised(sheet, 70, 90, "Sect. 1", "1")
        raised(sheet, 70, 110, "with regard to the message of 2 May 2031", "2", ", the council rules:")
        body(sheet, 140)
        sheet.write(70, 700, "Gazette 51 121 and collection 10 325", 8)
        for number in (1, 2):
            raised(sheet, 70, 700 + 12 * number, "", str(number))
            sheet.write(76, 700 + 12 * number, "As amended by the Act of 4 June 2032.", 8)

    layout = read_pdf(pdf(page))
    assert texts(layout, BlockRole.FOOTNOTE)[0] == "Gazette 51 121 and collection 10 325"
    assert len(texts(layout, BlockRole.FOOTNOTE)) == 3
    assert [(mark.mark, mark.note is not None) for mark in layout.marks] == [("1", True), ("2", True)]
    assert layout.text.startswith("Sect. 1\n")
    assert "of 2 May 2031, the council rules" in layout.text


def test_a_figure_is_no_mark_of_a_note_pages_ago(pdf: Callable[..., bytes]) -> None:
    def first(sheet):
        raised(sheet, 70, 100, "Lamps follow the Coast Lamps Act", "2", " of the island.")
        body(sheet)
        raised(sheet, 70, 760, "", "2")
        sheet.write(76, 760, "Act 537 of the island", 8)

    def last(sheet):
        raised(sheet, 70, 100, "A room of 12 m", "2", " has one lamp.")
        body(sheet, 310)

    layout = read_pdf(pdf(first, body, last))
    assert "12 m2 has one lamp" in layout.text
    assert len(layout.marks) == 1


def test_contents_in_small_print_are_no_notes(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        body(sheet, 100)
        for number in range(8):
            sheet.write(70, 600 + 14 * number, f"Section {number + 1}. Of lamps " + "." * 60, 8)
            sheet.write(500, 600 + 14 * number, str(3 + number), 8)

    layout = read_pdf(pdf(page))
    assert texts(layout, BlockRole.FOOTNOTE) == []
    assert len(texts(layout, BlockRole.CONTENTS)) == 8
    assert texts(layout, BlockRole.CONTENTS)[0].endswith("3"), "its page number is no margin number"


def test_exponents_and_formulas_stay_in_the_text(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        raised(sheet, 70, 100, "The salt glycinato-O", "1", " is kept in rooms of 12 m")
        raised(sheet, 70, 120, "A room of 12 m", "2", " has one lamp.")
        body(sheet)

    layout = read_pdf(pdf(page))
    assert "glycinato-O1 is" in layout.text
    assert "12 m2 has" in layout.text
    assert layout.marks == ()


def test_a_mark_with_a_star_leaves_nothing_behind(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        raised(sheet, 70, 100, "under the Coast Lamps Act (", "1", ")*, every lamp has a keeper;")
        sheet.write(70, 130, "(")
        sheet.write(73.4, 126.5, "1", 6)
        sheet.write(76.6, 130, ")* Coast Lamps Act of 3 May 2031.")
        body(sheet)

    layout = read_pdf(pdf(page))
    assert "Coast Lamps Act, every lamp" in layout.text
    assert "(1)* Coast Lamps Act of 3 May" in layout.text


def test_marks_in_figures_of_full_height_are_tied_by_the_note_that_needs_one(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.write(70, 100, "Lamps follow point (1) of the Act of the Coast Council (1), as amended, and the")
        sheet.write(70, 112, "customs of the island.")
        body(sheet)
        sheet.write(70, 760, "(1) Gazette L 119, 4.5.2031, p. 1.", 8)

    layout = read_pdf(pdf(page))
    assert "point (1) of the Act of the Coast Council, as amended" in layout.text
    assert [(mark.mark, mark.note is not None) for mark in layout.marks] == [("1", True)]


def test_marks_of_revision_are_no_text() -> None:
    plain = Style(10, False, False, True)

    def runs(*lines: str):
        made = []
        for number, line in enumerate(lines):
            x = 0.0
            for text in line.split():
                made.append(
                    Word(text, x, 12.0 * number, x + 5 * len(text), 12.0 * number + 10, 12.0 * number + 8, plain)
                )
                x += 5 * len(text) + 3
        return PageRuns(1, 595, 842, runs_of(1, made), [])

    page = runs("▼M2", "1. ►C1 The lamp is lit. ◄", "► an arrow")
    assert [piece.text for piece in take_revision_marks([page])] == ["▼M2", "►C1", "◄", "►"]
    assert [run.text for run in page.runs] == ["1. The lamp is lit.", "an arrow"]
    page = runs("► an arrow of another document", "► and one more")
    assert take_revision_marks([page]) == []
    assert page.runs[0].text.startswith("►")


def test_contents_without_leaders(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        for number, title in enumerate(("Scope", "Lamps and oil", "Part Two", "Keepers", "Fees", "Transition")):
            sheet.write(70, 100 + 20 * number, title)
            if title != "Part Two":
                sheet.write(500, 100 + 20 * number, str(number + 1))
        body(sheet)

    def fees(sheet):
        for number, title in enumerate(("First lamp", "Second lamp", "Third lamp", "Fourth lamp")):
            sheet.write(70, 100 + 20 * number, title)
            sheet.write(490, 100 + 20 * number, str(100 * number + 100))
        body(sheet)

    layout = read_pdf(pdf(page, fees))
    assert texts(layout, BlockRole.CONTENTS) == [
        "Scope 1",
        "Lamps and oil 2",
        "Part Two",
        "Keepers 4",
        "Fees 5",
        "Transition 6",
    ]
