"""The words of the text on their way into the layout's map from offsets to boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.wordrows import Row
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

    def add_row(self, row: Row, page: int, starts: list[int], ends: list[int]) -> None:
        """The words of a line, with an offset each."""
        words = self._words
        words.starts.fromlist(starts)
        words.ends.fromlist(ends)
        words.pages.fromlist([page] * len(ends))
        words.coords.frombytes(row.columns.sides[row.begin : row.end].astype(np.float32).tobytes())


def joined_texts(texts: Sequence[str], glued: set[int]) -> tuple[str, list[int]]:
    """Words with a space before each but the first and the glued ones; and how many characters stand before each: 0 or 1."""
    spaces = [0 if not index or index in glued else 1 for index in range(len(texts))]
    return "".join([" " + text if space else text for space, text in zip(spaces, texts, strict=True)]), spaces
