"""Writes a German statute as Markdown, and as a PDF in the form of a consolidated text."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from making.sheet import HELVETICA, Sheet, Style
from making.source import Item, Source

BODY = Style(size=9.8, leading=12.0, after=7.0)
HEADING = Style(size=10.5, leading=13.0, align="left", face="bold", before=8.0, after=6.0, keep=4)


def markdown(source: Source, path: Path) -> int:
    """Write the statute's Markdown; returns 0, for it has no pages."""
    head = source.head
    lines = [f"# {_title(head)}", f"Ausfertigungsdatum: {head['date']}", f"Vollzitat: {head['full quote']}"]
    for item in source.items:
        if item.kind in {"chapter", "article"}:
            sign = "##" if item.kind == "chapter" else "###"
            lines.append(f"{sign} {' '.join(item.parts)}")
        elif item.kind == "point":
            lines.append("   " * (item.depth - 1) + f"{item.mark} {item.text}")
        else:
            lines.append(f"{item.mark} {item.text}".strip())
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return 0


def pdf(source: Source, path: Path) -> int:
    """Write the statute's PDF; returns its pages. Set twice, because each page names their number."""
    with tempfile.TemporaryDirectory() as folder:
        pages = _set(source, Path(folder) / "count.pdf", 0)
    return _set(source, path, pages)


def _title(head: dict[str, str]) -> str:
    return f"{head['title']} ({head['short']} - {head['code']})"


def _set(source: Source, path: Path, pages: int) -> int:
    head = source.head

    def furniture(canvas: Canvas, page: int) -> None:
        canvas.setFont("Helvetica-Oblique", 7.5)
        canvas.drawString(62.0, 800.0, f"{head['short']} - Lesefassung der Dutybook-Beispielsammlung")
        canvas.setFont("Helvetica", 8.0)
        canvas.drawCentredString(297.6, 30.0, f"- Seite {page} von {pages} -")

    sheet = Sheet(
        path,
        _title(head),
        head["language"],
        furniture,
        fonts=HELVETICA,
        margins=(62.0, 533.0, 780.0, 55.0),
        subject=head["code"],
    )
    sheet.paragraph(_title(head), replace(HEADING, size=14.0, leading=17.0, after=10.0))
    sheet.paragraph(head["code"], replace(BODY, after=4.0))
    sheet.paragraph(f"Ausfertigungsdatum: {head['date']}", replace(BODY, after=4.0))
    sheet.paragraph("Vollzitat:", replace(BODY, after=2.0))
    sheet.paragraph(head["full quote"], replace(BODY, after=14.0))
    sheet.paragraph(head["contents"], replace(HEADING, align="center"))
    for item in source.items:
        if item.kind == "chapter":
            sheet.paragraph(" ".join(item.parts), replace(BODY, align="center", before=4.0, after=3.0))
        elif item.kind == "article":
            sheet.paragraph(item.parts[1], replace(BODY, align="left", hang=40.0, after=1.5), item.parts[0])
    sheet.column.y -= 12.0
    for item in source.items:
        _item(sheet, item)
    return sheet.finish()


def _item(sheet: Sheet, item: Item) -> None:
    if item.kind == "chapter":
        for number, text in enumerate(item.parts):
            sheet.paragraph(text, replace(HEADING, align="center", before=10.0 if number == 0 else 0.0))
    elif item.kind == "article":
        sheet.paragraph(" ".join(item.parts), HEADING)
    elif item.kind == "point":
        sheet.paragraph(item.text, replace(BODY, indent=18.0 * (item.depth - 1), hang=18.0, after=4.0), item.mark)
    elif item.kind == "paragraph":
        sheet.paragraph(f"{item.mark} {item.text}", BODY)
    else:
        sheet.paragraph(item.text, BODY)
