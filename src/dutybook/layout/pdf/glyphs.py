"""What is known of a word on a page: its text, box, baseline and style; and the page's frame it is placed in."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2.raw as raw

SOFT_HYPHENS = "\x02\ufffe\xad"
"""What pdfium puts for a hyphen at a line's end (whatever the file had there), and the soft hyphen itself."""


@dataclass(slots=True)
class Style:
    """How a run of text is set: size in points, weight, slope, and whether it stands upright on the page."""

    size: float
    bold: bool
    italic: bool
    upright: bool


@lru_cache(maxsize=4096)
def style_of(size: float, bold: bool, italic: bool, upright: bool) -> Style:
    """One object for all text that is set in one way, not to be changed: alike then is the same, which is told at once."""
    return Style(size, bold, italic, upright)


@dataclass(slots=True)
class Word:
    """A word on a page, in points from the top left corner; ``base`` is the y of its baseline.

    ``soft`` says that the file marks the word's end as a hyphenation point; the mark is not in ``text``.
    ``apart`` says that this mark is a piece of its own in the file: many writers set hyphens of the line so, and those of
    the word together with its letters. ``glued`` says that no space stands before it (a piece of a longer run that changes its size).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    style: Style
    soft: bool = False
    glued: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page in its own coordinates, and how it is turned for display (quarter turns)."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as displayed."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page, from the top left of the page as displayed."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def found(self, u: float, v: float) -> tuple[float, float]:
        """The point of the page that :meth:`place` puts at ``(u, v)``."""
        if self.turns == 0:
            return self.left + u, self.top - v
        if self.turns == 1:
            return self.left + v, self.bottom + u
        if self.turns == 2:
            return self.right - u, self.bottom + v
        return self.right - v, self.top - u


def frame_of(page: raw.FPDF_PAGE) -> Frame:
    """The frame of an open page."""
    rect = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)):
        return Frame(0.0, 0.0, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page), 0)
    return Frame(rect.left, rect.bottom, rect.right, rect.top, raw.FPDFPage_GetRotation(page) % 4)
