"""Sets a supervisor's circular: paragraphs numbered in the margin, headings, a letterhead on the first page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from making.sheet import Sheet, Style
from making.source import Source

# Bitstream Vera comes with reportlab and is embedded, so the files also show what embedded subsets look like.
VERA = {"roman": "Vera", "italic": "VeraIt", "bold": "VeraBd", "bolditalic": "VeraBI"}
MARGIN = 34.0
BODY = Style(size=9.0, leading=12.5, align="left", indent=MARGIN, after=8.0)
HEADING = Style(size=11.0, leading=14.0, align="left", face="bold", before=10.0, after=7.0, keep=4)


def build(source: Source, path: Path) -> int:
    """Write the circular's PDF; returns its pages. Each unnumbered paragraph gets the next margin number."""
    for name in VERA.values():
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    head = source.head

    def furniture(canvas: Canvas, page: int) -> None:
        canvas.setFont("Vera", 7.5)
        canvas.drawString(62.0, 34.0, head["footer"])
        canvas.drawRightString(533.0, 34.0, str(page))
        canvas.setLineWidth(0.4)
        canvas.line(62.0, 46.0, 533.0, 46.0)

    sheet = Sheet(
        path,
        head["title"],
        head["language"],
        furniture,
        fonts=VERA,
        margins=(62.0, 533.0, 785.0, 60.0),
        subject=head["reference"],
    )
    left = replace(BODY, indent=0.0, after=3.0)
    sheet.paragraph(head["issuer"], replace(HEADING, size=13.0, leading=16.0, after=12.0))
    sheet.paragraph(head["date"], left)
    sheet.paragraph(head["reference"], replace(left, after=12.0))
    sheet.paragraph(head["to"], replace(left, face="italic", after=14.0))
    sheet.paragraph(head["title"], replace(HEADING, size=12.5, leading=16.0, after=8.0))
    number = 0
    for item in source.items:
        if item.kind == "chapter":
            sheet.paragraph(" ".join(item.parts), HEADING)
        elif item.kind == "point":
            sheet.paragraph(item.text, replace(BODY, indent=MARGIN, hang=20.0, after=4.0), item.mark)
        else:
            number += 1
            sheet.paragraph(
                item.text, replace(BODY, indent=0.0, hang=MARGIN), f"{head.get('margin', '')} {number}".strip()
            )
    return sheet.finish()
