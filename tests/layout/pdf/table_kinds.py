"""Generated tables of many kinds, each with the cells that a reader must find.

An act of an invented harbour town: no text of a real one. A kind draws on :class:`conftest.Sheet` pages and says
what its rows are; ``None`` stands for a place that a cell above or beside it covers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Rows = list[list[str | None]]

FEES: Rows = [
    ["Class of vessel", "Berth", "Fee a day"],
    ["Rowing boats", "North mole", "2.50"],
    ["Fishing boats", "Fish quay", "12.00"],
    ["Coasters", "Long pier", "85.00"],
    ["Ferries", "East ramp", "140.00"],
]
DUTIES: Rows = [
    ["Who", "Duty", "By when"],
    [
        "Harbour master",
        "The harbour master shall enter each arrival in the log of the port and shall keep the log for ten years.",
        "Same day",
    ],
    [
        "Pilot",
        "The pilot shall report every grounding to the harbour master, whatever the weather and the hour.",
        "Within two hours",
    ],
    ["Keeper of the light", "The keeper shall light the lamp. He shall not leave it.", "At dusk"],
]
PROSE = (
    "The harbour council sets the fees of the port once a year. It hears the masters of the vessels that call there "
    "more than ten times, and it publishes what it has decided on the door of the custom house before the year begins."
)


@dataclass(frozen=True, slots=True)
class TableKind:
    """``draws`` makes the pages; ``rows`` are the cells in order, ``headers`` counts the head's rows."""

    name: str
    draws: tuple[Callable[[Any], None], ...]
    rows: Rows
    headers: int = 0


X = (72.0, 182.0, 402.0, 500.0)


def place(sheet: Any, rows: Rows, top: float, xs: tuple[float, ...] = X, bold: int = 0, pad: float = 5) -> list[float]:
    """Write rows of cells, text wrapped to its column; returns the y of the rows' edges."""
    edges = [top]
    for number, row in enumerate(rows):
        y = edges[-1]
        lowest = y
        for column, text in enumerate(row):
            if not text:
                continue
            measure = xs[column + 1] - xs[column] - 2 * pad
            lowest = max(lowest, write(sheet, xs[column] + pad, y + 12, text, measure, number < bold))
        edges.append(lowest + 6)
    return edges


def write(sheet: Any, x: float, y: float, text: str, measure: float, bold: bool = False) -> float:
    """Ragged text; returns the y of its last baseline."""
    font = "Times-Bold" if bold else "Times-Roman"
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and sheet.width(longer, 10, font) > measure:
                sheet.write(x, y, line, 10, font)
                line, y = word, y + 12
            else:
                line = longer
        sheet.write(x, y, line, 10, font)
        y += 16
    return y - 16


def levels(sheet: Any, ys: list[float], xs: tuple[float, ...] = X) -> None:
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)


def uprights(sheet: Any, y0: float, y1: float, xs: tuple[float, ...] = X) -> None:
    for x in xs:
        sheet.rule(x, y0, x, y1)


def ruled(rows: Rows) -> Callable[[Any], None]:
    def draw(sheet: Any) -> None:
        sheet.wrap(72, 90, PROSE, 430)
        ys = place(sheet, rows, 160, bold=1)
        levels(sheet, ys)
        uprights(sheet, ys[0], ys[-1])
        sheet.wrap(72, ys[-1] + 40, PROSE, 430)

    return draw


def boxes(sheet: Any) -> None:
    """Every cell a stroked box of its own."""
    ys = place(sheet, FEES, 160)
    for top, bottom in pairwise(ys):
        for left, right in pairwise(X):
            sheet.canvas.rect(left, 842 - bottom, right - left, bottom - top, stroke=1, fill=0)


def shaded(sheet: Any) -> None:
    """A shaded head and shaded stripes behind the text of cells, as word processors make them."""
    sheet.canvas.setFillGray(0.85)
    sheet.canvas.rect(X[0], 842 - 178, X[-1] - X[0], 18, stroke=0, fill=1)
    for left, right in pairwise(X):
        sheet.canvas.rect(left + 5, 842 - 177, right - left - 10, 12, stroke=0, fill=1)
    sheet.canvas.setFillGray(0)
    ys = place(sheet, FEES, 160)
    levels(sheet, ys)
    uprights(sheet, ys[0], ys[-1])


def open_sides(sheet: Any) -> None:
    """Level rules and inner uprights only."""
    sheet.wrap(72, 90, PROSE, 430)
    ys = place(sheet, DUTIES, 160, bold=1)
    levels(sheet, ys)
    uprights(sheet, ys[0], ys[-1], X[1:-1])


def level_only(sheet: Any) -> None:
    """A rule between all rows, none upright."""
    sheet.wrap(72, 90, PROSE, 430)
    ys = place(sheet, DUTIES, 160, bold=1)
    levels(sheet, ys)
    sheet.wrap(72, ys[-1] + 40, PROSE, 430)


def three_rules(sheet: Any) -> None:
    """Rules above, below the head, and below the table: rows are told by the text."""
    sheet.wrap(72, 90, PROSE, 430)
    ys = place(sheet, FEES, 160)
    levels(sheet, [ys[0], ys[1], ys[-1]])
    sheet.wrap(72, ys[-1] + 40, PROSE, 430)


def columns_only(sheet: Any) -> None:
    """Upright rules, a rule above and one below."""
    ys = place(sheet, FEES, 160)
    levels(sheet, [ys[0], ys[1], ys[-1]])
    uprights(sheet, ys[0], ys[-1])


def no_rules(sheet: Any) -> None:
    """Text in columns."""
    sheet.wrap(72, 90, PROSE, 430)
    y = 180.0
    for number, row in enumerate(FEES):
        font = "Times-Bold" if number == 0 else "Times-Roman"
        sheet.write(72, y, row[0], 10, font)
        sheet.write(220, y, row[1], 10, font)
        sheet.write(400 - sheet.width(row[2], 10, font), y, row[2], 10, font)
        y += 14
    sheet.wrap(72, y + 30, PROSE, 430)


MERGED: Rows = [
    ["Port dues", None, None],
    ["Class", "By day", "By night"],
    ["Small vessels", "3", "2"],
    [None, "4", "3"],
    ["Large vessels", "9 for the whole day", None],
]


def merged(sheet: Any) -> None:
    """A title over all columns, a cell over two rows, a cell over two columns."""
    ys = [160.0, 180, 200, 220, 240, 260]
    xs = (72.0, 200.0, 320.0, 440.0)
    for number, row in enumerate(MERGED):
        for column, text in enumerate(row):
            if text:
                sheet.write(xs[column] + 5, ys[number] + 13, text)
    for number, y in enumerate(ys):
        sheet.rule(xs[0] if number != 3 else xs[1], y, xs[-1], y)
    for x, top, bottom in ((72, 160, 260), (440, 160, 260), (200, 180, 260), (320, 180, 240)):
        sheet.rule(x, top, x, bottom)


LISTED: Rows = [
    ["Place", "What is kept there"],
    ["Custom house", "The books of the port\n(a) the log of arrivals;\n(b) the roll of the masters;"],
    ["Watch tower", "The great bell"],
]


def listed(sheet: Any) -> None:
    """A cell with a paragraph and items of a list."""
    xs = (72.0, 200.0, 440.0)
    ys = place(sheet, LISTED, 160, xs)
    levels(sheet, ys, xs)
    uprights(sheet, ys[0], ys[-1], xs)


LONG: Rows = [["No", "Vessel", "Home"], *([str(n), f"Vessel number {n}", "Northport"] for n in range(1, 61))]


def part(first: int, last: int) -> Callable[[Any], None]:
    def draw(sheet: Any) -> None:
        sheet.middle(40, "Register of the port")
        rows = [LONG[0], *LONG[first : last + 1]]
        ys = place(sheet, rows, 70, bold=1)
        levels(sheet, ys)
        uprights(sheet, ys[0], ys[-1])
        sheet.middle(810, f"page {1 + first // 30}")

    return draw


def broken_row(first: bool) -> Callable[[Any], None]:
    def draw(sheet: Any) -> None:
        rows: Rows = (
            [["Article", "Text", "Note"], ["7", "The master pays the fee before the", "new"]]
            if first
            else [["", "vessel leaves the port.", ""], ["8", "The clerk gives a receipt.", "old"]]
        )
        ys = place(sheet, rows, 760 if first else 60, bold=int(first))
        levels(sheet, ys)
        uprights(sheet, ys[0], ys[-1])
        if first:
            y = 90.0
            for _ in range(6):
                y = sheet.wrap(72, y, PROSE, 430) + 10
        else:
            sheet.wrap(72, 200, PROSE, 430)

    return draw


def sideways(sheet: Any) -> None:
    """A table on a page that lies on its side."""
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(0, 842)
    canvas.rotate(-90)
    canvas.translate(0, -842 + 247)
    ys = place(sheet, DUTIES, 160, bold=1)
    levels(sheet, ys)
    uprights(sheet, ys[0], ys[-1])
    canvas.restoreState()


def one_path(sheet: Any) -> None:
    """All lines of the grid in one path."""
    ys = place(sheet, FEES, 160)
    path = sheet.canvas.beginPath()
    for y in ys:
        path.moveTo(X[0], 842 - y)
        path.lineTo(X[-1], 842 - y)
    for x in X:
        path.moveTo(x, 842 - ys[0])
        path.lineTo(x, 842 - ys[-1])
    sheet.canvas.drawPath(path)


def in_form(sheet: Any) -> None:
    """The table drawn inside a form object, moved and scaled into place."""
    canvas = sheet.canvas
    canvas.beginForm("table")
    ys = place(sheet, FEES, 160)
    levels(sheet, ys)
    uprights(sheet, ys[0], ys[-1])
    canvas.endForm()
    canvas.saveState()
    canvas.translate(20, -30)
    canvas.doForm("table")
    canvas.restoreState()


KINDS = [
    TableKind("ruled", (ruled(DUTIES),), DUTIES, 1),
    TableKind("boxes", (boxes,), FEES),
    TableKind("shaded", (shaded,), FEES, 1),
    TableKind("open sides", (open_sides,), DUTIES, 1),
    TableKind("level rules only", (level_only,), DUTIES, 1),
    TableKind("three rules", (three_rules,), FEES, 1),
    TableKind("upright rules", (columns_only,), FEES),
    TableKind("no rules", (no_rules,), FEES, 1),
    TableKind("merged cells", (merged,), MERGED),
    TableKind("lists in cells", (listed,), LISTED),
    TableKind("over pages", (part(1, 30), part(31, 60)), LONG, 1),
    TableKind(
        "a broken row",
        (broken_row(True), broken_row(False)),
        [
            ["Article", "Text", "Note"],
            ["7", "The master pays the fee before the vessel leaves the port.", "new"],
            ["8", "The clerk gives a receipt.", "old"],
        ],
        1,
    ),
    TableKind("sideways", (sideways,), DUTIES, 1),
    TableKind("one path", (one_path,), FEES),
    TableKind("in a form", (in_form,), FEES),
]
