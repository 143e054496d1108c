"""Recognised lines to words in points, in the form that a text layer's words have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dutybook.layout.ocr.page import Recognised
from dutybook.layout.pdf.glyphs import Frame, Style, Word
from dutybook.records import Box

SAME = 0.14
"""Sizes that differ by less are one: recognition sees a line's type size only roughly."""
_SMALLEST = 3.0


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The words of a recognised page as it is read (straightened), its frame, and how sure they are.

    ``unsure`` counts words that may well be wrong.
    """

    number: int
    recognised: Recognised
    scale: float
    words: list[Word]
    unsure: int

    @property
    def frame(self) -> Frame:
        """The straightened page, in points."""
        width, height = self.recognised.pose.size
        return Frame(0.0, 0.0, width * self.scale, height * self.scale, 0)

    @property
    def straight(self) -> bool:
        """Whether the words stand on the page as they are read."""
        return self.recognised.pose.plain

    def back(self, box: Box) -> Box:
        """A box of the page as read as one of the page as shown."""
        scale = self.scale
        turned = self.recognised.pose.back(box.x0 / scale, box.top / scale, box.x1 / scale, box.bottom / scale)
        return Box(box.page, *(value * scale for value in turned))


UNSURE = 0.6


def scanned(number: int, recognised: Recognised, scale: float) -> ScannedPage:
    """A page's words; ``scale`` is points a pixel. Type sizes are still as seen: see :func:`settle`."""
    words: list[Word] = []
    unsure = 0
    usual = _usual([(line.size, sum(len(w.text) for w in line.words)) for line in recognised.lines]) or 12 / scale
    for line in recognised.lines:
        # Of short lines and lines of digits the size is only a guess, sometimes a wild one.
        size = (line.size if 0.4 * usual < line.size < 6 * usual else usual) * scale
        style = Style(max(size, _SMALLEST), bold=False, italic=False, upright=line.upright)
        for word in line.words:
            base = line.base * scale
            top, bottom = word.top * scale, word.bottom * scale
            if line.upright:
                # What a word seems to reach beyond its line is a stroke, a stain or the line above.
                top = max(min(top, base - 0.65 * size), base - 1.05 * size)
                bottom = min(max(bottom, base + 0.2 * size), base + 0.4 * size)
            words.append(Word(word.text, word.x0 * scale, top, word.x1 * scale, bottom, base, style))
            unsure += word.confidence < UNSURE and any(map(str.isalnum, word.text))
    return ScannedPage(number, recognised, scale, words, unsure)


def settle(pages: Iterable[ScannedPage], known: Sequence[tuple[float, int]] = ()) -> None:
    """Give lines of nearly one size one size over the whole document, in place: the most usual one first.

    ``known`` are sizes of the document's text layer with the number of their letters.
    """
    styles: dict[int, tuple[Style, int]] = {}
    for page in pages:
        for word in page.words:
            style, letters = styles.get(id(word.style), (word.style, 0))
            styles[id(word.style)] = style, letters + len(word.text)
    anchors: list[float] = []
    waiting = [*known, *((style.size, letters) for style, letters in styles.values())]
    while waiting:
        usual = _usual(waiting)
        anchors.append(usual)
        waiting = [(size, letters) for size, letters in waiting if abs(size - usual) > SAME * usual]
    for style, _ in styles.values():
        for anchor in anchors:
            if abs(style.size - anchor) <= SAME * anchor:
                style.size = round(anchor, 1)
                break


def _usual(sizes: Sequence[tuple[float, int]]) -> float:
    """The size around which most letters are: their median within the fullest window."""
    ordered = sorted((size, letters) for size, letters in sizes if size > 0 and letters)
    best, most, start, held = (0, 0), 0, 0, 0
    for end, (size, letters) in enumerate(ordered):
        held += letters
        while size - ordered[start][0] > SAME * size:
            held -= ordered[start][1]
            start += 1
        if held > most:
            best, most = (start, end + 1), held
    half = most / 2
    for size, letters in ordered[slice(*best)]:
        half -= letters
        if half <= 0:
            return size
    return 0.0
