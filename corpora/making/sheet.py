"""Sets paragraphs on pages: one or two columns, footnotes below a rule, running headers, ruled tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfgen.canvas import Canvas

from making.lines import Line, break_lines, words_of

PAGE = (595.276, 841.89)
TIMES = {"roman": "Times-Roman", "italic": "Times-Italic", "bold": "Times-Bold", "bolditalic": "Times-BoldItalic"}
HELVETICA = {
    "roman": "Helvetica",
    "italic": "Helvetica-Oblique",
    "bold": "Helvetica-Bold",
    "bolditalic": "Helvetica-BoldOblique",
}


@dataclass(frozen=True)
class Style:
    """How a paragraph looks; lengths in points. ``hang`` is the width kept free for its number or letter,
    ``keep`` the number of further lines that must find room on the same page."""

    size: float = 9.5
    leading: float = 11.0
    align: str = "justify"
    indent: float = 0.0
    hang: float = 0.0
    before: float = 0.0
    after: float = 9.0
    face: str = "roman"
    keep: int = 0


@dataclass
class Column:
    x0: float
    x1: float
    y: float
    notes: list[str] = field(default_factory=list)


class Sheet:
    """A document being set. ``furniture`` draws header and footer when a page is full."""

    def __init__(
        self,
        path: Path,
        title: str,
        language: str,
        furniture: Callable[[Canvas, int], None],
        *,
        fonts: dict[str, str] = TIMES,
        soft: str = "-",
        notes: dict[str, str] | None = None,
        margins: tuple[float, float, float, float] = (67.0, 528.0, 765.0, 52.0),
        subject: str = "",
    ) -> None:
        # No compression: the bytes then do not depend on the zlib of the machine.
        self.canvas = Canvas(str(path), pagesize=PAGE, invariant=1, pageCompression=0)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Dutybook sample corpus")
        self.canvas.setSubject(subject)
        self.canvas._doc.Catalog.Lang = PDFString(language)
        self.furniture = furniture
        self.fonts = fonts
        self.soft = soft
        self.notes = notes or {}
        self.note_style = Style(size=7.8, leading=8.8, hang=14.0, after=0.0)
        self.left, self.right, self.top, self.bottom = margins
        self.page = 1
        self.count = 1
        self.gap = 18.0
        self.at = 0
        self._columns(self.top)

    def _columns(self, y: float) -> None:
        width = (self.right - self.left - self.gap * (self.count - 1)) / self.count
        starts = [self.left + i * (width + self.gap) for i in range(self.count)]
        self.columns = [Column(x, x + width, y) for x in starts]
        self.at = 0

    @property
    def column(self) -> Column:
        return self.columns[self.at]

    def columns_from_here(self, count: int) -> None:
        """Go on in ``count`` columns below what has been set; after two columns the next page begins."""
        if count == self.count:
            return
        y = self.column.y
        if self.count > 1:
            self.new_page()
            y = self.top
        self.count = count
        self._columns(y)

    def new_page(self) -> None:
        for column in self.columns:
            self._draw_notes(column)
        self.furniture(self.canvas, self.page)
        self.canvas.showPage()
        self.page += 1
        self._columns(self.top)

    def _advance(self) -> None:
        if self.at + 1 < len(self.columns):
            self.at += 1
        else:
            self.new_page()

    def _lines(self, text: str, style: Style, width: float) -> list[Line]:
        words = words_of(text, self.fonts, style.size, style.face)
        space = self.canvas.stringWidth(" ", self.fonts[style.face], style.size)
        return break_lines(words, width, space, self.soft, ragged=style.align != "justify")

    def _notes_height(self, marks: list[str], width: float) -> float:
        style = self.note_style
        count = sum(len(self._lines(self.notes[mark], style, width - style.hang)) for mark in marks)
        return count * style.leading + (14.0 if marks else 0.0)

    def _fits(self, height: float, marks: list[str]) -> bool:
        column = self.column
        notes = [*column.notes, *(m for m in marks if m not in column.notes)]
        return column.y - height - self._notes_height(notes, column.x1 - column.x0) >= self.bottom

    def need(self, height: float) -> None:
        """Begin a new column or page unless ``height`` points are free."""
        if not self._fits(height, []):
            self._advance()

    def paragraph(self, text: str, style: Style, label: str = "") -> None:
        """Set a paragraph; ``label`` (number, letter) stands in its hanging indent."""
        width = self.column.x1 - self.column.x0 - style.indent - style.hang
        lines = self._lines(text, style, width)
        self.column.y -= style.before if self.column.y < self.top else 0.0
        self.need(style.leading * min(len(lines), 2) + style.keep * style.leading)
        for number, line in enumerate(lines):
            if not self._fits(style.leading, line.notes):
                self._advance()
            column = self.column
            column.notes.extend(mark for mark in line.notes if mark not in column.notes)
            column.y -= style.leading
            x = column.x0 + style.indent
            if label and number == 0:
                self._string(x, column.y, label, style)
            self._line(line, x + style.hang, column.y, width, style)
        self.column.y -= style.after

    def _string(self, x: float, y: float, text: str, style: Style) -> None:
        self.canvas.setFont(self.fonts[style.face], style.size)
        self.canvas.drawString(x, y, text)

    def _line(self, line: Line, x: float, y: float, width: float, style: Style) -> None:
        space = self.canvas.stringWidth(" ", self.fonts[style.face], style.size)
        gaps = len(line.words) - 1
        extra = 0.0
        if style.align == "justify" and gaps and not line.last:
            # Fixed spaces are stretched too: to the viewer both are character 32.
            fixed = sum(piece.text.count("\u00a0") for word in line.words for piece in word.pieces)
            extra = (width - line.natural - gaps * space) / (gaps + fixed)
        elif style.align in {"center", "right"}:
            x += (width - line.natural - gaps * space) / (2 if style.align == "center" else 1)
        runs: list[tuple[str, str, float, float]] = []
        for index, word in enumerate(line.words):
            for number, piece in enumerate(word.pieces):
                text = piece.text
                # The space goes before a word's first piece, in the line's own size.
                if index and number == 0:
                    text = " " + text
                run = (piece.font, piece.size, piece.rise)
                if runs and runs[-1][1:] == run:
                    runs[-1] = (runs[-1][0] + text, *run)
                else:
                    runs.append((text, *run))
        drawn = self.canvas.beginText(x, y)
        drawn.setWordSpace(round(extra, 4))
        for text, font, size, rise in runs:
            drawn.setFont(font, size)
            drawn.setRise(rise)
            drawn.textOut(text)
        drawn.setWordSpace(0)
        self.canvas.drawText(drawn)

    def _draw_notes(self, column: Column) -> None:
        if not column.notes:
            return
        style = self.note_style
        width = column.x1 - column.x0 - style.hang
        y = self.bottom + self._notes_height(column.notes, column.x1 - column.x0) - 8.0
        self.canvas.setLineWidth(0.5)
        self.canvas.line(column.x0, y, column.x0 + 56.0, y)
        y -= 2.0
        for mark in column.notes:
            for number, line in enumerate(self._lines(self.notes[mark], style, width)):
                y -= style.leading
                if number == 0:
                    self._line(
                        words_line(f"[^{mark}]", self.fonts, style), column.x0, y, width, replace(style, align="left")
                    )
                self._line(line, column.x0 + style.hang, y, width, style)
        column.notes = []

    def rule(self, width: float = 80.0) -> None:
        """A short centred line, as at the end of an act."""
        self.need(20.0)
        column = self.column
        middle = (column.x0 + column.x1) / 2
        column.y -= 12.0
        self.canvas.setLineWidth(0.5)
        self.canvas.line(middle - width / 2, column.y, middle + width / 2, column.y)
        column.y -= 12.0

    def table(self, rows: list[list[str]], shares: list[float], style: Style) -> None:
        """A ruled table, its first row bold; kept on one page. ``shares`` are the columns' widths, summing to 1."""
        column = self.column
        full = column.x1 - column.x0
        widths = [share * full for share in shares]
        cell = replace(style, align="left")
        faces = [replace(cell, face="bold")] + [cell] * (len(rows) - 1)
        set_rows = [
            [self._lines(text, face, width - 8.0) for text, width in zip(row, widths, strict=True)]
            for row, face in zip(rows, faces, strict=True)
        ]
        heights = [max(len(lines) for lines in row) * cell.leading + 6.0 for row in set_rows]
        self.need(sum(heights) + 6.0)
        column = self.column
        y = column.y
        self.canvas.setLineWidth(0.5)
        self.canvas.line(column.x0, y, column.x1, y)
        for row, height, face in zip(set_rows, heights, faces, strict=True):
            x = column.x0
            for lines, width in zip(row, widths, strict=True):
                self.canvas.line(x, y, x, y - height)
                for number, line in enumerate(lines):
                    self._line(line, x + 4.0, y - 1.0 - (number + 1) * cell.leading, width - 8.0, face)
                x += width
            self.canvas.line(column.x1, y, column.x1, y - height)
            y -= height
            self.canvas.line(column.x0, y, column.x1, y)
        column.y = y - style.after

    def finish(self) -> int:
        """Close the last page and write the file; returns the number of pages."""
        pages = self.page
        for column in self.columns:
            self._draw_notes(column)
        self.furniture(self.canvas, self.page)
        self.canvas.showPage()
        self.canvas.save()
        return pages


def words_line(text: str, fonts: dict[str, str], style: Style) -> Line:
    """A single line of ``text``, unbroken."""
    return Line(words_of(text, fonts, style.size, style.face), last=True)
