"""Hyphens at line ends: part of the word, or only of the line?

The file's own mark does not tell (pdfium merges both kinds), so the document itself is asked: which form
stands elsewhere in it. Where nothing decides, the hyphen stays, since a kept hyphen can be read and a lost one
cannot be found again.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.markers import CONJUNCTIONS

HYPHENS = "-\u2010\u2011\u2212"
_ANY_HYPHEN = re.compile(f"[{re.escape(HYPHENS)}]")
_ADDRESS = re.compile(r"//|www\.|\w/\w+[/.]|@")
_EDGES = "()[]{}«»„“”‚‘’\"'.,;:!?…*†‡"


class Lexicon:
    """How often each word form stands in the document away from line ends."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        # Before these a hyphen stands for the rest of a compound; the document's own are added.
        self.hanging: set[str] = set(CONJUNCTIONS)
        self.joins: dict[int, list[int]] = {0: [0, 0], 1: [0, 0], 2: [0, 0]}
        self.settings: dict[bool, list[int]] = {False: [0, 0], True: [0, 0]}
        self._hung: dict[str, set[str]] = {}
        self._rare: int | None = None
        # First and last parts of hyphenated words whose last part has no capital.
        self._ends: tuple[Counter[str], Counter[str]] = Counter(), Counter()

    def add_line(self, words: list[Word]) -> None:
        """Count the words of a line; the last is left out if the line breaks it."""
        whole = words[:-1] if words and is_broken(words[-1]) else words
        self.counts.update([word.text.strip(_EDGES).lower() for word in whole])
        if not _ANY_HYPHEN.search(" ".join([word.text for word in whole])):
            return
        for word in whole:
            text = word.text
            if "-" in text[1:-1]:
                first, *_, last = text.strip(_EDGES).split("-")
                if last[:1].islower():
                    self._ends[0][first.lower()] += 1
                    self._ends[1][last] += 1
        for before, after in itertools.pairwise(whole):
            if before.text[-1] in HYPHENS and len(before.text) > 2 and after.text.isalpha() and after.text.islower():
                # A word as long as any may only follow a hyphen that was left with a space behind it.
                stems = self._hung.setdefault(after.text, set())
                stems.add(before.text)
                if len(after.text) < 6 or len(stems) > 1:
                    self.hanging.add(after.text)

    def __getitem__(self, word: str) -> int:
        return self.counts[word.strip(_EDGES).lower()]

    def survey(self, lines: Iterable[Sequence[Word]]) -> None:
        """Count how the document's decided breaks fall, by how many of the two parts are words of it.

        An undecided break then follows the others of its kind, if they nearly all fall one way; before that those whose
        hyphen is set as its own is, where the document sets them in two ways.
        """
        for words, following in itertools.pairwise(lines):
            if words and following and is_broken(words[-1]):
                head, tail = _parts(words[-1], following[0])
                whole, parted = self.forms(head, tail)
                if whole != parted and tail not in self.hanging:
                    self.joins[self.known(head, tail)][whole > parted] += 1
                    self.settings[words[-1].apart][whole > parted] += 1

    def forms(self, head: str, tail: str) -> tuple[int, int]:
        """How often the joined and the hyphenated form stand in the document."""
        parted = self[head + "-" + tail] + self[head + "\u2011" + tail]
        return self[head + tail], parted

    def known(self, head: str, tail: str) -> int:
        """How many of two parts are words of the document."""
        return (self[head.rsplit("-", 1)[-1]] > 0) + (self[tail.split("-", 1)[0]] > 0)

    def bound(self, head: str, tail: str) -> bool:
        """Whether the document sets such a head (``non-``) or tail (``-mêmes``) off with a hyphen, and never without."""
        left, right = head.lower().strip(_EDGES).rsplit("-", 1)[-1], tail.lower().strip(_EDGES).split("-", 1)[0]
        heads, tails = self._ends
        if len(left) > 1 and heads[left] and not self[left]:
            size = len(left)
            words = (word[size:] for word in self.counts if word.startswith(left) and len(word) > size + 4)
            if sum(self.counts[rest] > 0 for rest in words) < heads[left]:
                return True
        if len(right) > 2 and tails[right]:
            size = len(right)
            return not any(
                self.counts[word[:-size]] for word in self.counts if word.endswith(right) and len(word) > size + 2
            )
        return False

    @property
    def rare(self) -> int:
        """Up to so many times even a piece of a broken word may stand in the document."""
        if self._rare is None:
            self._rare = max(2, self.counts.total() // 8000)
        return self._rare

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
    head, tail = _parts(before, after)
    left, right = head.lstrip(_EDGES).lower(), tail.rstrip(_EDGES).lower()
    if not left or not right or not head[-1].isalpha() or not tail[0].isalpha():
        return "-", True, "beside a number or a sign"
    if right in lexicon.hanging:
        return "- ", True, "stands for the rest of a compound"
    whole, parted = lexicon.forms(head, tail)
    if whole != parted:
        kept = parted > whole
        return ("-" if kept else ""), kept, "the form used elsewhere in the document"
    if _ADDRESS.search(head) or _ADDRESS.search(tail):
        return "-", True, "part of an address"
    if tail[0].isupper() and not head.isupper():
        return "-", True, "a capital follows"
    last = left.rsplit("-", 1)[-1]
    if (head[-1].isupper() and not tail[0].isupper()) or len(last) == 1:
        return "-", True, "an abbreviation before it"
    if all(map(any, lexicon.settings.values())):
        stay, go = lexicon.settings[before.apart]
        if max(stay, go) >= 3 and max(stay, go) >= 9 * min(stay, go):
            return ("-" if stay > go else ""), stay > go, "set as the others of the document that are so"
    words = lexicon.known(head, tail)
    if words == 0 and not lexicon.bound(head, tail):
        return "", False, "neither part is a word of the document"
    if _inflected(left + right, lexicon):
        return "", False, "a form of it is used elsewhere in the document"
    if lexicon.bound(head, tail):
        return "-", True, "a part that is set off elsewhere in the document"
    apart, together = lexicon.joins[words]
    if together >= 3 and together >= 9 * apart:
        return "", False, "undecided: as nearly all others in the document"
    breaks = any(joined for _, joined in lexicon.joins.values())
    if breaks and words == 1 and min(len(last), len(right.split("-", 1)[0])) <= 4:
        return "", False, "one part alone is no word of the document"
    return "-", True, "undecided"


def _parts(before: Word, after: Word) -> tuple[str, str]:
    return before.text if before.soft else before.text.rstrip(HYPHENS), after.text


def _inflected(word: str, lexicon: Lexicon) -> bool:
    """Whether the document uses the word with an ending of up to two letters more or less."""
    if len(word) < 6:
        return False
    counts = lexicon.counts
    if counts[word[:-1]] or counts[word[:-2]]:
        return True
    return any(counts[word + ending] for ending in ("s", "n", "e", "en", "es", "er", "em", "r", "a", "i", "x", "m"))
