from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from table_kinds import DUTIES, FEES, KINDS, PROSE, TableKind, X, levels, place, uprights

from dutybook.layout.limits import Limits
from dutybook.layout.pdf import read_pdf
from dutybook.records import BlockRole, Layout, Table

Make = Callable[..., bytes]


def cells(layout: Layout, table: Table) -> list[list[str | None]]:
    """The words of a table by row and column; None where a cell above or beside covers the place."""
    width = max(
        c + cell.column_span for n, row in enumerate(table.rows) for c, cell in zip(table.columns(n), row, strict=True)
    )
    grid: list[list[str | None]] = [[None] * width for _ in table.rows]
    for number, row in enumerate(table.rows):
        for column, cell in zip(table.columns(number), row, strict=True):
            grid[number][column] = cell.span.of(layout.text)
    return grid


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_table_gives_its_cells(kind: TableKind, pdf: Make) -> None:
    layout = read_pdf(pdf(*kind.draws))
    assert len(layout.tables) == 1
    table = layout.tables[0]
    assert cells(layout, table) == kind.rows
    assert table.headers == kind.headers


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_cells_lie_on_the_page_where_their_words_are(kind: TableKind, pdf: Make) -> None:
    layout = read_pdf(pdf(*kind.draws))
    for table in layout.tables:
        for row in table.rows:
            for cell in row:
                assert cell.box is not None
                first = layout.boxes_for(cell.span)[:1] if len(cell.span) else ()
                for box in first:
                    assert cell.box.page == box.page
                    assert cell.box.x0 - 3 <= box.x0 <= box.x1 <= cell.box.x1 + 3
                    assert cell.box.top - 3 <= box.top <= box.bottom <= cell.box.bottom + 3


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_cell_is_blocks_of_its_own(kind: TableKind, pdf: Make) -> None:
    """No block, and so no sentence, runs from one cell into the next; all of a table's blocks are in order."""
    layout = read_pdf(pdf(*kind.draws))
    for table in layout.tables:
        spans = [cell.span for row in table.rows for cell in row if len(cell.span)]
        assert spans == sorted(spans)
        inside = [block for block in layout.blocks if table.span.start <= block.span.start < table.span.end]
        assert all(block.role is BlockRole.TABLE for block in inside)
        for block in inside:
            assert any(span.start <= block.span.start and block.span.end <= span.end for span in spans)


def test_paragraphs_of_a_cell_are_blocks(pdf: Make) -> None:
    kind = next(kind for kind in KINDS if kind.name == "lists in cells")
    layout = read_pdf(pdf(*kind.draws))
    texts = [block.span.of(layout.text) for block in layout.blocks]
    assert "(a) the log of arrivals;" in texts
    assert "The books of the port" in texts


def test_a_table_over_pages_knows_its_pages(pdf: Make) -> None:
    kind = next(kind for kind in KINDS if kind.name == "over pages")
    table = read_pdf(pdf(*kind.draws)).tables[0]
    assert table.box is not None
    assert [table.box.page, *(box.page for box in table.more)] == [1, 2]
    assert {cell.box.page for row in table.rows for cell in row if cell.box} == {1, 2}


def test_text_around_a_table_stays_in_order(pdf: Make) -> None:
    kind = next(kind for kind in KINDS if kind.name == "ruled")
    layout = read_pdf(pdf(*kind.draws))
    body = [block.span.of(layout.text) for block in layout.blocks if block.role is BlockRole.BODY]
    assert body == [PROSE, PROSE]
    assert layout.text.index("Harbour master") < layout.text.rindex(PROSE[:40])


@pytest.mark.parametrize("kind", ["ruled", "boxes", "merged cells", "one path", "lists in cells"])
def test_cells_are_those_that_pdfplumber_finds(kind: str, pdf: Make) -> None:
    """Where lines enclose every cell, an independent reader of the same page finds the same boxes."""
    import io

    import pdfplumber

    made = next(each for each in KINDS if each.name == kind)
    data = pdf(*made.draws)
    with pdfplumber.open(io.BytesIO(data)) as document:
        theirs = sorted(tuple(round(x) for x in box) for box in document.pages[0].find_tables()[0].cells)
    table = read_pdf(data).tables[0]
    ours = sorted((c.box.x0, c.box.top, c.box.x1, c.box.bottom) for row in table.rows for c in row if c.box)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(other, abs=1.5)


@pytest.mark.parametrize("kind", ["ruled", "merged cells"])
def test_pdfplumbers_steps_give_the_same_layout(kind: str, pdf: Make) -> None:
    """The second reader is asked for by name, and only then loaded."""
    data = pdf(*next(each for each in KINDS if each.name == kind).draws)
    fast, second = read_pdf(data), read_pdf(data, limits=Limits(tables="pdfplumber"))
    assert fast.tables
    assert (second.tables, second.text, second.blocks) == (fast.tables, fast.text, fast.blocks)


def test_pdfplumber_is_asked_only_where_it_is_chosen(pdf: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from pdfplumber import table

    asked = []
    monkeypatch.setattr(table, "intersections_to_cells", lambda found: asked.append(len(found)) or [])
    data = pdf(*next(each for each in KINDS if each.name == "ruled").draws)
    read_pdf(data)
    assert not asked
    read_pdf(data, limits=Limits(tables="pdfplumber"))
    assert asked


def test_no_other_reader_of_tables_is_taken() -> None:
    with pytest.raises(ValueError, match="fast, pdfplumber"):
        Limits(tables="abacus")


# What is no table --------------------------------------------------------------------------------------------------


def frame(sheet: Any) -> None:
    """A box around one paragraph."""
    sheet.wrap(80, 100, PROSE, 430)
    sheet.canvas.rect(70, 842 - 200, 450, 120, stroke=1, fill=0)


def page_frame(sheet: Any) -> None:
    """A frame around the page with a rule under its head and above its foot."""
    sheet.canvas.rect(40, 40, 515, 762, stroke=1, fill=0)
    sheet.rule(40, 70, 555, 70)
    sheet.rule(40, 780, 555, 780)
    sheet.write(60, 60, "Port gazette")
    y = 100.0
    for _ in range(8):
        y = sheet.wrap(72, y, PROSE, 430) + 10


def numbered(sheet: Any) -> None:
    """Rule numbers, a letter for their force, and the rule, as in a handbook."""
    y = 90.0
    for number in range(1, 8):
        sheet.write(72, y, f"4.1.{number}")
        sheet.write(140, y, "R")
        y = sheet.wrap(170, y, PROSE, 330) + 8


def rules_between_paragraphs(sheet: Any) -> None:
    """Headings with a rule below them, paragraphs with numbers between the rules."""
    y = 90.0
    for number in range(1, 6):
        sheet.write(72, y, "Of the port", 12, "Times-Bold")
        sheet.rule(72, y + 5, 502, y + 5)
        sheet.write(72, y + 24, f"6.{number}")
        y = sheet.wrap(110, y + 24, PROSE, 390) + 20


def two_columns(sheet: Any) -> None:
    """Two columns of running text between a rule at the top and one at the foot."""
    sheet.rule(72, 80, 520, 80)
    sheet.rule(72, 700, 520, 700)
    for x in (72, 306):
        y = 100.0
        for _ in range(6):
            y = sheet.wrap(x, y, PROSE, 214) + 8


def three_columns(sheet: Any) -> None:
    for x in (60, 225, 390):
        y = 100.0
        for _ in range(4):
            y = sheet.wrap(x, y, PROSE, 150, 9) + 8


def signatures(sheet: Any) -> None:
    sheet.wrap(72, 90, PROSE, 430)
    for x, office, name in ((90, "For the Council", "A. Merritt"), (340, "For the Port", "J. Oakley")):
        sheet.write(x, 200, office)
        sheet.write(x, 214, "The President")
        sheet.write(x, 228, name)


def listing(sheet: Any) -> None:
    y = 100.0
    for mark in "abcdef":
        sheet.write(72, y, f"({mark})")
        y = sheet.wrap(100, y, PROSE, 400) + 4


def underlined(sheet: Any) -> None:
    """Links with a rule below each of them."""
    y = 100.0
    for _ in range(8):
        sheet.write(72, y, "See the roll of masters and the log")
        sheet.rule(72, y + 1.5, 72 + sheet.width("See the roll of masters and the log"), y + 1.5)
        sheet.write(300, y, "kept in the tower of the port")
        sheet.rule(300, y + 1.5, 300 + sheet.width("kept in the tower of the port"), y + 1.5)
        y += 14


NO_TABLES = [
    frame,
    page_frame,
    numbered,
    rules_between_paragraphs,
    two_columns,
    three_columns,
    signatures,
    listing,
    underlined,
]


@pytest.mark.parametrize("draw", NO_TABLES, ids=lambda draw: draw.__name__)
def test_what_only_looks_like_a_table_is_none(draw: Callable[[Any], None], pdf: Make) -> None:
    layout = read_pdf(pdf(draw))
    assert layout.tables == ()
    assert not any(block.role is BlockRole.TABLE for block in layout.blocks)


def test_no_word_is_lost_or_doubled_by_a_table(pdf: Make) -> None:
    def page(sheet: Any) -> None:
        ys = place(sheet, [*DUTIES, *FEES], 100)
        levels(sheet, ys)
        uprights(sheet, ys[0], ys[-1])

    layout = read_pdf(pdf(page))
    expected = sorted(" ".join(text for row in (*DUTIES, *FEES) for text in row if text).split())
    assert sorted(layout.text.split()) == expected
    assert len(layout.tables) == 1
    assert X[0] == pytest.approx(layout.tables[0].box.x0 if layout.tables[0].box else 0, abs=1)
