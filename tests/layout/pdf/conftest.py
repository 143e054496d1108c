"""Small PDFs made on the spot: each test draws what it needs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

WIDTH, HEIGHT = 595.0, 842.0
Draw = Callable[["Sheet"], None]


class Sheet:
    """A page to write on, in points from the top left corner."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas

    def write(self, x: float, y: float, text: str, size: float = 10, font: str = "Times-Roman") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def middle(self, y: float, text: str, size: float = 10, font: str = "Times-Roman") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawCentredString(WIDTH / 2, HEIGHT - y, text)

    def width(self, text: str, size: float = 10, font: str = "Times-Roman") -> float:
        return float(self.canvas.stringWidth(text, font, size))

    def wrap(self, x: float, y: float, text: str, measure: float, size: float = 10, hang: float = 0.0) -> float:
        """Write justified text; lines after the first are moved by ``hang``. Returns the y below it."""
        words, line, at = text.split(), [], x
        room = measure
        while words:
            line.append(words.pop(0))
            if not words or self.width(" ".join([*line, words[0]]), size) > room:
                self._justified(at, y, line, room if words else None, size)
                line, y, at, room = [], y + 1.2 * size, x + hang, measure - hang
        return y

    def _justified(self, x: float, y: float, line: list[str], room: float | None, size: float) -> None:
        gap = self.width(" ", size)
        if room is not None and len(line) > 1:
            gap = (room - sum(self.width(word, size) for word in line)) / (len(line) - 1)
        for word in line:
            self.write(x, y, word, size)
            x += self.width(word, size) + gap

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)


def make(*pages: Draw, encrypt: Any = None, title: str | None = None) -> bytes:
    """The bytes of a PDF with these pages."""
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), encrypt=encrypt, invariant=1)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(Sheet(canvas))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    return make
