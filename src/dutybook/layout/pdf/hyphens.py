"""Hyphens at line ends: part of the word, or only of the line?

The file's own mark does not tell (pdfium merges both kinds), so the document itself is asked: which form
stands elsewhere in it. Where nothing decides, the hyphen stays, since a kept hyphen can be read and a lost one
cannot be found again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dutybook.layout.pdf.glyphs import Word

HYPHENS = "-\u2010\u2011\u2212"
_EDGES = "()[]{}«»„“”‚‘’\"'.,;:!?…*†‡"
_HANGING = frozenset(["und", "oder", "bzw", "sowie", "bis", "en", "of", "and", "or", "et", "ou", "och", "eller", "og", "ja", "tai", "y", "e", "o", "i", "a", "ali", "lub", "oraz", "nebo", "alebo", "és", "vagy"])
"""Words before which a hyphen stands for the rest of a compound; those the document itself uses so are added."""


class Lexicon:
    """How often each word form stands in the document away from line ends."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.hanging: set[str] = set(_HANGING)

    def add_line(self, words: list[Word]) -> None:
        """Count the words of a line; the last is left out if the line breaks it."""
        whole = words[:-1] if words and is_broken(words[-1]) else words
        self.counts.update([word.text.strip(_EDGES).lower() for word in whole])
        for before, after in zip(whole, whole[1:], strict=False):
            if before.text[-1] in HYPHENS and len(before.text) > 2 and after.text.isalpha() and after.text.islower():
                self.hanging.add(after.text)

    def __getitem__(self, word: str) -> int:
        return self.counts[word.strip(_EDGES).lower()]

    @classmethod
    def of(cls, lines: Iterable[list[Word]]) -> Lexicon:
        """The lexicon of a document's lines."""
        made = cls()
        for words in lines:
            made.add_line(words)
        return made


def is_broken(word: Word) -> bool:
    """Whether a line's last word ends with a hyphen."""
    return word.soft or (len(word.text) > 1 and word.text[-1] in HYPHENS)


def decide(before: Word, after: Word, lexicon: Lexicon) -> tuple[str, bool, str]:
    """What stands between two parts of a broken word.

    Returns:
        The joiner (``""``, ``"-"`` or ``"- "``), whether the hyphen is kept, and why.
    """
    head = before.text if before.soft else before.text.rstrip(HYPHENS)
    tail = after.text
    left, right = head.lstrip(_EDGES).lower(), tail.rstrip(_EDGES).lower()
    if not left or not right or not head[-1].isalpha() or not tail[0].isalpha():
        return "-", True, "beside a number or a sign"
    if right in lexicon.hanging:
        return "- ", True, "stands for the rest of a compound"
    joined, hyphened = _core(head, tail), _core(head + "-", tail)
    whole, parted = lexicon[joined], lexicon[hyphened] + lexicon[hyphened.replace("-", "\u2011")]
    if whole != parted:
        kept = parted > whole
        return ("-" if kept else ""), kept, "the form used elsewhere in the document"
    if tail[0].isupper() and not head.isupper():
        return "-", True, "a capital follows"
    if head[-1].isupper() or len(left.rsplit("-", 1)[-1]) == 1:
        return "-", True, "an abbreviation before it"
    last, first = left.rsplit("-", 1)[-1], right.split("-", 1)[0]
    words = (lexicon[last] > 0) + (lexicon[first] > 0)
    if words == 2:
        return "-", True, "undecided: both parts are words of the document"
    if before.soft and words == 0:
        return "", False, "neither part is a word of the document"
    if words == 0 and len(last) > 1 and len(first) > 1:
        return "", False, "neither part is a word of the document"
    if _inflected(joined, lexicon):
        return "", False, "a form of it is used elsewhere in the document"
    if words == 1 and (lexicon[first] == 0 or lexicon[last] == 0) and min(len(first), len(last)) <= 4:
        return "", False, "one part alone is no word of the document"
    return "-", True, "undecided"


def _core(head: str, tail: str) -> str:
    return (head + tail).strip(_EDGES).lower()


def _inflected(word: str, lexicon: Lexicon) -> bool:
    """Whether the document uses the word with an ending of up to two letters more or less."""
    if len(word) < 6:
        return False
    counts = lexicon.counts
    if counts[word[:-1]] or counts[word[:-2]]:
        return True
    return any(counts[word + ending] for ending in ("s", "n", "e", "en", "es", "er", "em", "r", "a", "i", "x", "m"))
