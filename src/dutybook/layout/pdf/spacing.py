"""Letter-spaced words that the text layer breaks apart: ``dat a``, ``A R T I C L E``."""

from __future__ import annotations

from dataclasses import replace

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.hyphens import Lexicon
from dutybook.layout.pdf.lines import Line


def mend(line: Line, lexicon: Lexicon) -> bool:
    """Join the pieces of letter-spaced words in a line; True if anything was joined.

    Two neighbours are one word if together they are a word of the document, at least one of them alone is
    hardly one, and the gap between them is small for the line. Single letters in a row are one word.
    """
    if len(line.words) < 2 or line.raised:
        return False
    if not _suspect(line.words, lexicon):
        return False
    gaps = [after.x0 - before.x1 for before, after in zip(line.words, line.words[1:], strict=False)]
    usual = sorted(gaps)[len(gaps) // 2]
    words = _spelled(line.words, gaps)
    changed = len(words) != len(line.words)
    index = 0
    while index + 1 < len(words):
        before, after = words[index], words[index + 1]
        if after.x0 - before.x1 <= max(1.05 * usual, 0.3 * line.size) and _is_one(before.text, after.text, lexicon):
            words[index : index + 2] = [_merged([before, after])]
            changed = True
        else:
            index += 1
    if changed:
        line.words = words
    return changed


def _suspect(words: list[Word], lexicon: Lexicon) -> bool:
    """A quick look: whether a line holds a single letter in a row of them, or a rare short piece."""
    counts = lexicon.counts
    short = False
    for word in words:
        text = word.text
        size = len(text)
        if size == 1:
            if short:
                return True
            short = text.isalpha()
            continue
        if short and counts[text.lower()] <= 2:
            return True
        if size <= 4 and counts[text.lower()] <= 2 and text.isalpha():
            return True
        short = False
    # A lone letter at the end may belong to the rare word before it.
    return short and len(words) > 1 and counts[words[-2].text.lower()] <= 2


def _is_one(before: str, after: str, lexicon: Lexicon) -> bool:
    if not (before[-1].isalpha() and after[0].isalpha()) or min(len(before), len(after)) > 4:
        return False
    whole = lexicon[before + after]
    if whole < 2 or len(before) + len(after) < 4:
        return False
    weaker = (
        min(lexicon[before], lexicon[after]) if min(len(before), len(after)) > 1 else _weaker(before, after, lexicon)
    )
    return weaker * 8 <= whole


def _weaker(before: str, after: str, lexicon: Lexicon) -> int:
    """The count of the longer part: a single letter ("a") is common everywhere and proves nothing."""
    return lexicon[before if len(before) > len(after) else after]


def _spelled(words: list[Word], gaps: list[float]) -> list[Word]:
    """Runs of four or more single letters as words; a gap well over the run's usual one parts two words."""
    made: list[Word] = []
    index = 0
    while index < len(words):
        stop = index
        while stop < len(words) and len(words[stop].text) == 1 and words[stop].text.isalpha():
            stop += 1
        if stop - index < 4:
            made.append(words[index])
            index += 1
            continue
        least = min(gaps[index : stop - 1])
        group = [words[index]]
        for number in range(index + 1, stop):
            if gaps[number - 1] > 1.8 * max(least, 0.5):
                made.append(_merged(group))
                group = []
            group.append(words[number])
        made.append(_merged(group))
        index = stop
    return made


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
    )
