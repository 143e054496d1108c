"""Tables of HTML and Markdown: places, spans, heads, and what only looks like one."""

from __future__ import annotations

import pytest

from dutybook.layout.html import read_html
from dutybook.layout.markdown import read_markdown
from dutybook.records import Layout, Table


def page(body: str) -> Layout:
    intro = "<p>The harbour council of Northport has adopted this order on the proposal of the master of the port.</p>"
    return read_html(
        f"<!DOCTYPE html><html lang='en'><head><title>Order</title></head><body><main><h1>Order</h1>{intro}{body}</main>"
        "</body></html>".encode()
    )


def cells_of(layout: Layout, table: Table) -> list[list[tuple[int, int, int, str]]]:
    """Each cell's column, row span, column span and text."""
    return [
        [
            (column, cell.row_span, cell.column_span, cell.span.of(layout.text))
            for column, cell in zip(table.columns(number), row, strict=True)
        ]
        for number, row in enumerate(table.rows)
    ]


def test_spans_move_the_cells_beside_and_below_them() -> None:
    layout = page(
        "<table><tr><th rowspan=2>Class</th><th colspan=2>Fee</th></tr><tr><th>Day</th><th>Night</th></tr>"
        "<tr><td rowspan=2>Boats</td><td>3</td><td>2</td></tr><tr><td>4</td><td>3</td></tr>"
        "<tr><td>Ships</td><td colspan=2>9</td></tr></table>"
    )
    table = layout.tables[0]
    assert cells_of(layout, table) == [
        [(0, 2, 1, "Class"), (1, 1, 2, "Fee")],
        [(1, 1, 1, "Day"), (2, 1, 1, "Night")],
        [(0, 2, 1, "Boats"), (1, 1, 1, "3"), (2, 1, 1, "2")],
        [(1, 1, 1, "4"), (2, 1, 1, "3")],
        [(0, 1, 1, "Ships"), (1, 1, 2, "9")],
    ]
    assert table.headers == 2


def test_rows_without_text_are_left_out_and_shorten_what_spans_them() -> None:
    layout = page(
        "<table><tr><td rowspan=3>Boats</td><td>3</td></tr><tr><td></td></tr><tr><td>4</td></tr>"
        "<tr><td>Ships</td><td>9</td></tr></table>"
    )
    assert cells_of(layout, layout.tables[0]) == [
        [(0, 2, 1, "Boats"), (1, 1, 1, "3")],
        [(1, 1, 1, "4")],
        [(0, 1, 1, "Ships"), (1, 1, 1, "9")],
    ]


@pytest.mark.parametrize("span", ["0", "-1", "x", "99999999999", "1e9", "²"])
def test_absurd_spans_do_no_harm(span: str) -> None:
    layout = page(
        f"<table><tr><td rowspan='{span}' colspan='{span}'>Boats</td><td>3</td></tr><tr><td>Ships</td><td>9</td></tr></table>"
    )
    cell = layout.tables[0].rows[0][0]
    assert 1 <= cell.row_span <= 2
    assert 1 <= cell.column_span <= 1000


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("<thead><tr><td>Class</td><td>Fee</td></tr></thead>", 1),
        ("<tr><th>Class</th><th>Fee</th></tr>", 1),
        ("<tr><td><b>Class</b></td><td><b>Fee</b></td></tr>", 1),
        ("<tr><td>Class</td><td>Fee</td></tr>", 0),
    ],
)
def test_what_marks_a_head(head: str, count: int) -> None:
    layout = page(f"<table>{head}<tr><td>Boats</td><td>3</td></tr><tr><td>Ships</td><td>9</td></tr></table>")
    assert layout.tables[0].headers == count


def test_row_headings_are_no_head() -> None:
    layout = page("<table><tr><th>Boats</th><td>3</td></tr><tr><th>Ships</th><td>9</td></tr></table>")
    assert layout.tables[0].headers == 0


LAYOUT_TABLES = {
    "things side by side": "<table><tr><td>For the council</td><td>For the port</td></tr></table>",
    "a frame": "<table><tr><td><p>The master keeps the log.</p><p>The clerk keeps the roll.</p></td></tr></table>",
    "points": "<table><tr><td>(a)</td><td>the log of the port;</td></tr></table>"
    "<table><tr><td>(b)</td><td>the roll of the masters.</td></tr></table>",
    "points in one table": "<table><tr><td>(a)</td><td>the log;</td></tr><tr><td>(b)</td><td>the roll.</td></tr></table>",
    "paragraphs": "<table><tr><td>The master keeps the log.</td></tr><tr><td>The clerk keeps the roll.</td></tr></table>",
}


@pytest.mark.parametrize("body", LAYOUT_TABLES.values(), ids=LAYOUT_TABLES)
def test_what_only_arranges_text_is_no_table(body: str) -> None:
    assert page(body).tables == ()


def test_markdown_has_a_head() -> None:
    layout = read_markdown(b"# Order\n\n| Class | Fee |\n|---|---|\n| Boats | 3 |\n| Ships | 9 |\n")
    assert layout.tables[0].headers == 1
    assert cells_of(layout, layout.tables[0])[1] == [(0, 1, 1, "Boats"), (1, 1, 1, "3")]


def test_cells_without_a_row_of_their_own_are_read() -> None:
    layout = page(
        "<table><td><p>The lamp on the pier shall burn from dusk to dawn, and the keeper shall trim it twice a night.</p>"
        "<table><tr><td><p>The horn shall be sounded in fog.</p></td></tr></table></td><td>Harbour of Northport</td></table>"
    )
    assert "The lamp on the pier shall burn" in layout.text
    assert "The horn shall be sounded in fog." in layout.text
    assert "Harbour of Northport" in layout.text
