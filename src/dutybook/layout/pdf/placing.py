"""The words of the text on their way into the layout's map from offsets to boxes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.wordrows import Row
from dutybook.records import WordMap

_AT_ONCE = 4096


class Placing:
    """Writes offsets into a :class:`WordMap` at once and boxes, which it collects side by side, some thousands at a time."""

    def __init__(self, words: WordMap) -> None:
        self._words = words
        self._sides = array("f"), array("f"), array("f"), array("f")

    def add(self, word: Word, page: int, start: int, end: int) -> None:
        """One word of a page, between two offsets."""
        words = self._words
        words.starts.append(start)
        words.ends.append(end)
        words.pages.append(page)
        for side, value in zip(self._sides, (word.x0, word.top, word.x1, word.bottom), strict=True):
            side.append(value)

    def add_row(self, row: Row, page: int, starts: list[int], ends: list[int]) -> None:
        """The words of a line, with an offset each."""
        words, count = self._words, len(ends)
        words.starts.fromlist(starts)
        words.ends.fromlist(ends)
        words.pages.fromlist([page] * count)
        x0s, tops, x1s, bottoms = self._sides
        sides = row.sides.tolist()
        x0s.fromlist(sides[:count])
        x1s.fromlist(sides[count : 2 * count])
        tops.fromlist(sides[2 * count : 3 * count])
        bottoms.fromlist(sides[3 * count :])
        if len(x0s) > _AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Put the boxes that are still held into the map."""
        made = array("f", bytes(16 * len(self._sides[0])))
        for place, side in enumerate(self._sides):
            made[place::4] = side
        self._words.coords.extend(made)
        self._sides = array("f"), array("f"), array("f"), array("f")


def joined_texts(texts: Sequence[str], glued: set[int]) -> tuple[str, list[int]]:
    """Words with a space before each but the first and the glued ones; and how many characters stand before each: 0 or 1."""
    spaces = [0 if not index or index in glued else 1 for index in range(len(texts))]
    return "".join([" " + text if space else text for space, text in zip(spaces, texts, strict=True)]), spaces
