"""Pages in columns whose reading order is known, as gazettes and codes set them: every word stands once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HEIGHT = 842.0

SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "do",
    "fa",
    "fe",
    "ga",
    "go",
    "ka",
    "ke",
    "la",
    "le",
    "lo",
    "ma",
    "me",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "to",
    "va",
    "ve",
]


@dataclass(frozen=True)
class Design:
    """How a page is set: the columns, the gutter in points, the size, ragged or justified, and what interrupts it.

    ``by_rows`` writes the file row by row across the columns, not column by column. ``shift`` moves the baselines of
    each column against the one before it, in points.
    """

    columns: int = 2
    gutter: float = 14.0
    size: float = 9.0
    ragged: bool = False
    by_rows: bool = False
    shift: float = 0.0
    title: bool = False
    middle: bool = False
    notes: bool = False
    indents: bool = False
    short_last: bool = False
    pages: int = 1
    seed: int = 1


@dataclass
class Made:
    """What was set: the pages to draw, the words of the body in reading order, and those of the notes."""

    pages: list[Callable[[Any], None]] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Words:
    """Made-up words, no two alike."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.used: set[str] = set()

    def take(self, count: int) -> list[str]:
        made: list[str] = []
        while len(made) < count:
            word = "".join(self.rng.choices(SYLLABLES, k=self.rng.choice((2, 2, 3, 3, 4))))
            if word not in self.used:
                self.used.add(word)
                made.append(word)
        return made


Piece = tuple[float, float, list[str], float, float | None, str]
"""x, y, words, size, measure to justify to, font."""


def design(made: Design) -> Made:
    """The pages of a design."""
    rng = random.Random(made.seed)
    words = _Words(rng)
    result = Made()
    for _ in range(made.pages):
        pieces = _page(made, rng, words, result)
        result.pages.append(lambda sheet, pieces=pieces: _draw(sheet, pieces))
    return result


def _page(made: Design, rng: random.Random, words: _Words, result: Made) -> list[Piece]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    left, right, y = 60.0, 535.0, 80.0
    pieces: list[Piece] = []
    if made.title:
        title = words.take(7)
        result.body.extend(title)
        pieces.append((150.0, y, title, made.size + 3, None, "Times-Bold"))
        y += 30
    bands = [(y, 430.0), (470.0, 700.0)] if made.middle else [(y, 700.0)]
    measure = (right - left - made.gutter * (made.columns - 1)) / made.columns
    notes: list[Piece] = []
    for number, (top, bottom) in enumerate(bands):
        if number:
            heading = words.take(8)
            result.body.extend(heading)
            pieces.append((120.0, 452.0, heading, made.size + 1, None, "Times-Bold"))
        columns: list[list[Piece]] = []
        for column in range(made.columns):
            x = left + column * (measure + made.gutter)
            foot = bottom
            if made.notes and number == len(bands) - 1:
                foot -= 40
            if made.short_last and column == made.columns - 1 and number == len(bands) - 1:
                foot -= 0.55 * (bottom - top)
            lines: list[Piece] = []
            at = top + column * made.shift
            while at < foot:
                for index, (text, full) in enumerate(
                    _broken(words.take(rng.randint(14, 60)), measure, made, stringWidth)
                ):
                    if at >= foot:
                        break
                    result.body.extend(text)
                    inset = 9.0 if made.indents and index == 0 else 0.0
                    lines.append((x + inset, at, text, made.size, measure - inset if full else None, "Times-Roman"))
                    at += 1.15 * made.size
            columns.append(lines)
            if made.notes and number == len(bands) - 1:
                text = words.take(5)
                result.notes.extend(text)
                notes.append((x, 730.0, [f"({column + 1})", *text], 0.8 * made.size, None, "Times-Roman"))
        if made.by_rows:
            pieces.extend(
                sorted((piece for lines in columns for piece in lines), key=lambda piece: (piece[1], piece[0]))
            )
        else:
            pieces.extend(piece for lines in columns for piece in lines)
    return [*pieces, *notes]


def _broken(
    words: list[str], measure: float, made: Design, width: Callable[[str, str, float], float]
) -> list[tuple[list[str], bool]]:
    """Words as lines; whether each is to be justified. The last ends with a full stop."""
    lines: list[tuple[list[str], bool]] = []
    line: list[str] = []
    room = measure - (9.0 if made.indents else 0.0)
    for word in words:
        if line and width(" ".join([*line, word + "."]), "Times-Roman", made.size) > room:
            lines.append((line, not made.ragged))
            line, room = [], measure
        line.append(word)
    lines.append((line, False))
    return lines


def _draw(sheet: Any, pieces: list[Piece]) -> None:
    for x, y, words, size, measure, font in pieces:
        sheet.canvas.setFont(font, size)
        text = " ".join(words)
        if measure is not None and len(words) > 1:
            spare = measure - sheet.width(text, size, font)
            sheet.canvas.drawString(x, HEIGHT - y, text, wordSpace=max(spare, 0) / (len(words) - 1))
        else:
            sheet.canvas.drawString(x, HEIGHT - y, text)


def broken_pairs(truth: list[str], text: str) -> list[tuple[str, str]]:
    """Neighbours in the text that are none in the known order, both words of it."""
    after = dict(itertools.pairwise(truth))
    known = set(truth)
    found = [word for word in text.replace("(", " ").split() if word in known]
    pairs = [(a, b) for a, b in itertools.pairwise(found) if after.get(a) != b]
    return pairs + [(word, "missing") for word in known - set(found)]
