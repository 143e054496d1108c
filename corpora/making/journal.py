"""Sets an EU act in the form of the Official Journal, in one or two columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from making.sheet import Sheet, Style
from making.source import Item, Source

BODY = Style()
CENTRED = Style(align="center", after=8.0)
TITLE = replace(CENTRED, face="bold", size=10.5, leading=12.0)
POINT_HANG = 18.0
SHARES = {5: [0.07, 0.33, 0.24, 0.2, 0.16], 4: [0.1, 0.4, 0.28, 0.22], 3: [0.12, 0.48, 0.4], 2: [0.4, 0.6]}


def build(source: Source, path: Path) -> int:
    """Write the act's PDF; returns its pages."""
    head = source.head
    first = int(head["first page"])

    def furniture(canvas: Canvas, page: int) -> None:
        _header(canvas, head, first + page - 1)

    sheet = Sheet(
        path,
        source.title,
        head["language"],
        furniture,
        soft="\u00ad" if head.get("soft hyphen", "U+00AD") == "U+00AD" else "-",
        notes=source.notes,
        margins=(67.0, float(head.get("right", "528")), 765.0, 52.0),
        subject=head.get("number", ""),
    )
    columns = int(head.get("columns", "1"))
    rows: list[list[str]] = []
    for item in source.items:
        if item.kind == "row":
            rows.append(item.parts)
            continue
        if rows:
            sheet.table(rows, SHARES[len(rows[0])], replace(BODY, size=8.6, leading=10.2))
            rows = []
        if item.kind in {"annex", "done"}:
            sheet.columns_from_here(1)
        elif item.kind in {"recital", "chapter", "article"}:
            sheet.columns_from_here(columns)
        _set(sheet, item)
    if rows:
        sheet.table(rows, SHARES[len(rows[0])], replace(BODY, size=8.6, leading=10.2))
    sheet.rule()
    return sheet.finish()


def _header(canvas: Canvas, head: dict[str, str], page: int) -> None:
    number, day = f"{head['series']}/{page}", head["date"]
    odd = page % 2 == 1
    y = 788.0
    canvas.setFont("Times-Roman", 9.0)
    canvas.drawString(42.0, y, day if odd else number)
    canvas.drawCentredString(297.6, y, head["journal"])
    canvas.drawRightString(553.0, y, number if odd else day)
    canvas.setFont("Times-Roman", 8.0)
    canvas.drawCentredString(125.0, y, head["language"].upper())
    canvas.setLineWidth(0.5)
    canvas.rect(112.0, y - 2.5, 26.0, 10.0)
    canvas.line(42.0, y - 8.0, 553.0, y - 8.0)


def _set(sheet: Sheet, item: Item) -> None:
    parts = item.parts
    narrow = sheet.count > 1
    if item.kind == "banner":
        faces = ["roman", "italic", "roman"]
        for text, face, size in zip(parts, faces, [12.0, 9.5, 16.0], strict=False):
            sheet.paragraph(text, replace(CENTRED, face=face, size=size, leading=size * 1.2, before=8.0, after=14.0))
    elif item.kind == "title":
        sheet.paragraph(item.text, TITLE if not item.text.startswith("(") else replace(TITLE, size=8.6, after=16.0))
    elif item.kind == "chapter":
        for number, text in enumerate(parts):
            face = "italic" if number == 0 else "bolditalic"
            sheet.paragraph(
                text, replace(CENTRED, face=face, size=10.0, before=6.0 if number == 0 else 0.0, keep=10 - 2 * number)
            )
    elif item.kind == "article":
        for number, text in enumerate(parts):
            face = "italic" if number == 0 else "bold"
            sheet.paragraph(text, replace(CENTRED, face=face, before=5.0 if number == 0 else 0.0, keep=6 - 2 * number))
    elif item.kind == "annex":
        sheet.new_page()
        for text in parts:
            sheet.paragraph(
                text, replace(CENTRED, face="italic" if text == parts[0] else "bold", size=10.5, after=12.0)
            )
    elif item.kind == "part":
        for number, text in enumerate(parts):
            face = "italic" if number == 0 else "bold"
            sheet.paragraph(text, replace(CENTRED, face=face, keep=4, before=4.0 if number == 0 else 0.0))
    elif item.kind == "recital":
        sheet.paragraph(item.text, replace(BODY, hang=20.0 if narrow else 27.0), item.mark)
    elif item.kind == "point":
        hang = POINT_HANG + (4.0 if len(item.mark) > 4 else 0.0)
        sheet.paragraph(item.text, replace(BODY, indent=POINT_HANG * (item.depth - 1), hang=hang, after=6.0), item.mark)
    elif item.kind == "paragraph":
        # The number stands in the line, as in the journal, and three fixed spaces keep its distance.
        sheet.paragraph(f"{item.mark}\u00a0\u00a0\u00a0{item.text}", BODY)
    elif item.kind == "done":
        sheet.paragraph(item.text, replace(BODY, before=8.0, after=14.0, keep=4))
    elif item.kind == "signature":
        for number, text in enumerate(parts):
            style = replace(CENTRED, indent=230.0, face="italic" if number < 2 else "roman", after=2.0)
            sheet.paragraph(text, replace(style, after=14.0) if text == parts[-1] else style)
    else:
        sheet.paragraph(item.text, BODY)
