"""Words that a page sets twice in one place: fake bold, shadows, text behind a scan."""

from __future__ import annotations

import numpy as np

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.wordrows import Words

# Points: the height of the bands in which a word set twice is looked for, and how many of one word a band may hold.
_BAND = 16.0
_MOST_IN_BAND = 200


def set_again(words: Words) -> set[int]:
    """The numbers of the words that may be set twice: another word begins near them on about their baseline."""
    if len(words) < 2:
        return set()
    sides, bases = words.columns.sides, words.columns.bases
    starts = sides[:, 0]
    reach = min(0.25 * float((sides[:, 3] - sides[:, 1]).max()), 0.5 * _BAND)
    order = bases.argsort()
    by_height = bases[order]
    rows = np.zeros(len(words))
    rows[order[1:]] = (by_height[1:] - by_height[:-1] >= reach).cumsum()
    # One number for row and place in it: rows are wider apart than any two words that are near each other.
    places = rows * (float(np.ptp(starts)) + 2 * reach) + starts
    order = places.argsort()
    places = places[order]
    near = (places[1:] - places[:-1] < reach).nonzero()[0]
    return {*order[near].tolist(), *order[near + 1].tolist()} if len(near) else set()


class Doubles:
    """The words of a page met so far, by text and height."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], list[Word]] = {}

    def holds(self, word: Word) -> bool:
        """Whether the same word was already set in the same place; a word that was not is kept in mind."""
        seen = self._seen
        text, x, y = word.text, word.x0, word.base
        reach = min(0.25 * (word.bottom - word.top), 0.5 * _BAND)
        band = int(y / _BAND)
        earlier = seen.get((text, band))
        if earlier is None:
            seen[text, band] = [word]
        else:
            for other in earlier:
                if abs(other.x0 - x) < reach and abs(other.base - y) < reach:
                    return True
            if len(earlier) < _MOST_IN_BAND:
                earlier.append(word)
        if band > 0 and reach < y - band * _BAND < _BAND - reach:
            return False  # far from the bands above and below
        for other_band in (int((y - reach) / _BAND), int((y + reach) / _BAND)):
            if other_band != band:
                for other in seen.get((text, other_band), ()):
                    if abs(other.x0 - x) < reach and abs(other.base - y) < reach:
                        return True
        return False
