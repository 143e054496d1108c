"""Letter-spaced words that the text layer breaks apart: ``dat a``, ``A R T I C L E``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from operator import sub

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.hyphens import Lexicon
from dutybook.layout.pdf.lines import Line

TOUCHING = 0.06
"""A gap of so many ems is none: no space was set there."""

TIGHT = 0.75
"""The gap in a broken word is at most this share of the line's usual gap."""


def mend(line: Line, lexicon: Lexicon) -> bool:
    """Join the pieces of letter-spaced words in a line; True if anything was joined.

    Two neighbours are one word if together they are a word of the document, at least one of them alone is
    hardly one, and the gap between them is small for the line. Single letters in a row are words, too.
    """
    if line.raised or line.count < 2:
        return False
    texts = line.texts
    if lexicon.whole.issuperset(texts) or not _suspect(texts, lexicon):
        return False
    row = line.row()
    gaps = list(map(sub, row.x0s[1:], row.x1s))
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 1 else 0.25 * line.size
    if not any(
        (len(before) == 1 == len(after))
        or (gap < TIGHT * usual and _is_one(before, after, lexicon, touching=gap < TOUCHING * line.size))
        for gap, (before, after) in zip(gaps, itertools.pairwise(texts), strict=True)
    ):
        return False
    words = line.peek()
    words = _spelled(words, gaps)
    changed = len(words) != len(texts)
    index = 0
    while index + 1 < len(words):
        before, after = words[index], words[index + 1]
        gap = after.x0 - before.x1
        if gap < TIGHT * usual and _is_one(before.text, after.text, lexicon, touching=gap < TOUCHING * line.size):
            words[index : index + 2] = [_merged([before, after])]
            changed = True
        else:
            index += 1
    if changed:
        line.words = words
    return changed


def _suspect(texts: Sequence[str], lexicon: Lexicon) -> bool:
    """A quick look: whether a line holds a single letter in a row of them, or a rare short piece."""
    counts, rare = lexicon.counts, lexicon.rare
    short = False
    for text in texts:
        size = len(text)
        if size == 1:
            if short:
                return True
            short = text.isalpha()
            continue
        if short and counts[text.lower()] <= rare:
            return True
        if size <= 4 and counts[text.lower()] <= rare and text.isalpha():
            return True
        short = False
    # A lone letter at the end may belong to the rare word before it.
    return short and len(texts) > 1 and counts[texts[-2].lower()] <= rare


def _is_one(before: str, after: str, lexicon: Lexicon, *, touching: bool) -> bool:
    if not (before[-1].isalpha() and after[0].isalpha()):
        return False
    if min(len(before), len(after)) > 4 and not touching:
        return False
    whole = lexicon[before + after]
    if whole < 2 or len(before) + len(after) < (3 if touching else 4):
        return False
    weaker = (
        min(lexicon[before], lexicon[after]) if min(len(before), len(after)) > 1 else _weaker(before, after, lexicon)
    )
    return (weaker - 1) * 8 < whole  # this place is counted, too


def _weaker(before: str, after: str, lexicon: Lexicon) -> int:
    """The count of the longer part: a single letter ("a") is common everywhere and proves nothing."""
    return lexicon[before if len(before) > len(after) else after]


def _spelled(words: list[Word], gaps: list[float]) -> list[Word]:
    """Runs of single letters, signs between them, as words; a gap well over the usual one parts two words.

    Four letters in a row must stand somewhere in the line; then two are enough.
    """
    runs = _single(words)
    long = [run for run in runs if _letters(words, run) >= max(4, 0.6 * (run[1] - run[0]))]
    if not long:
        return words
    least = max(min(min(gaps[start : stop - 1]) for start, stop in long), 0.5)
    made: list[Word] = []
    done = 0
    for start, stop in runs:
        if (start, stop) not in long and _letters(words, (start, stop)) < stop - start:
            continue
        made.extend(words[done:start])
        group = [words[start]]
        for number in range(start + 1, stop):
            last, text = group[-1].text, words[number].text
            if (
                gaps[number - 1] > 1.8 * least
                or last in ",;:."
                or (last.isdigit() and text.isalpha())
                or (last.isalpha() and text.isdigit())
            ):
                made.append(_merged(group))
                group = []
            group.append(words[number])
        made.append(_merged(group))
        done = stop
    return [*made, *words[done:]]


def _single(words: list[Word]) -> list[tuple[int, int]]:
    """The runs of two or more words of one character, the first of them a letter or a digit."""
    runs = []
    start = 0
    for index in range(len(words) + 1):
        if index == start and index < len(words) and not words[index].text.isalnum():
            start += 1
        elif index == len(words) or len(words[index].text) != 1:
            if index - start > 1:
                runs.append((start, index))
            start = index + 1
    return runs


def _letters(words: list[Word], run: tuple[int, int]) -> int:
    return sum(word.text.isalpha() for word in words[run[0] : run[1]])


def _merged(words: list[Word]) -> Word:
    if len(words) == 1:
        return words[0]
    return replace(
        words[0],
        text="".join(word.text for word in words),
        x1=words[-1].x1,
        top=min(word.top for word in words),
        bottom=max(word.bottom for word in words),
        soft=words[-1].soft,
        apart=words[-1].apart,
    )
