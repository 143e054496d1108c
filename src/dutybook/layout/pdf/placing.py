"""The words of the text on their way into the layout's map from offsets to boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.lines import Line
from dutybook.records import WordMap


class Placing:
    """Writes words with their offsets and boxes into a :class:`WordMap`."""

    def __init__(self, words: WordMap) -> None:
        self._words = words

    def add(self, word: Word, page: int, start: int, end: int) -> None:
        """One word of a page, between two offsets."""
        words = self._words
        words.starts.append(start)
        words.ends.append(end)
        words.pages.append(page)
        words.coords.extend((word.x0, word.top, word.x1, word.bottom))

    def add_lines(self, lines: Sequence[Line], starts: list[int], ends: list[int]) -> None:
        """The words of lines, with an offset each."""
        words, rows = self._words, [line.row() for line in lines]
        words.starts.fromlist(starts)
        words.ends.fromlist(ends)
        for line, row in zip(lines, rows, strict=True):
            words.pages.extend([line.page] * row.count)
        sides = [row.columns.sides[row.begin : row.end] for row in rows]
        together = sides[0] if len(sides) == 1 else np.concatenate(sides)
        words.coords.frombytes(together.astype(np.float32).tobytes())
