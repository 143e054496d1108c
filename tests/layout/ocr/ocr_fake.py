"""An engine that recognises what it is told, in the form in which tesseract says it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from dutybook.layout.ocr.engine import Orientation, RecognitionLate

Said = list[tuple[str, int]]
"""Words of a line with their confidence in percent."""


def hocr(lines: list[Said], size: int = 40, left: int = 200, top: int = 300, slope: float = 0.0) -> bytes:
    """Lines of words as tesseract 5 writes them: one below the other, letters half as wide as high."""
    made = []
    for number, line in enumerate(lines):
        base = top + number * 2 * size
        x, words = left, []
        for text, sure in line:
            x1 = x + len(text) * size // 2
            box = f"bbox {x} {base - size + 10} {x1} {base}"
            words.append(f"<span class='ocrx_word' title='{box}; x_wconf {sure}'>{escape(text)}</span>")
            x = x1 + size // 3
        place = f"bbox {left} {base - size} {x} {base + 10}; baseline {slope} -10; x_size {size}; x_descenders 9"
        made.append(f'<span class="ocr_line" title="{place}">{"".join(words)}</span>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"<div class='ocr_page'>{''.join(made)}</div></body></html>"
    ).encode()


def sure(*lines: str, confidence: int = 95) -> bytes:
    return hocr([[(word, confidence) for word in line.split()] for line in lines])


@dataclass
class FakeEngine:
    """``says`` is asked with the image and the code of the data."""

    says: Callable[[Any, str], bytes]
    languages: frozenset[str] = frozenset({"eng", "deu", "osd"})
    turn: Orientation | None = None
    seconds: float = 0.0
    asked: list[tuple[str, tuple[int, int]]] = field(default_factory=list)

    def hocr(self, image: Any, dpi: int, code: str, seconds: float, *, block: bool = False) -> bytes:
        if self.seconds > seconds:
            raise RecognitionLate("it took too long")
        time.sleep(self.seconds)
        self.asked.append((code, image.size))
        return self.says(image, code)

    def orientation(self, image: Any, dpi: int, seconds: float) -> Orientation | None:
        return self.turn
