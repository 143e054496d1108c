"""The words of the text on their way into the layout's map from offsets to boxes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import attrgetter

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
        words = self._words
        words.starts.fromlist(starts)
        words.ends.fromlist(ends)
        for page, group in groupby(lines, key=_PAGE):
            # The lines of a page have their words in one table, and nearly always one after the other.
            rows = [line.row() for line in group]
            words.pages.extend(array("H", (page,)) * sum([row.end - row.begin for row in rows]))
            first, last = rows[0], rows[-1]
            if all(row.columns is first.columns and row.begin == before.end for before, row in pairwise(rows)):
                sides = first.columns.sides[first.begin : last.end]
            else:
                sides = np.concatenate([row.columns.sides[row.begin : row.end] for row in rows])
            words.coords.frombytes(sides.astype(np.float32, copy=False).tobytes())


_PAGE = attrgetter("page")
