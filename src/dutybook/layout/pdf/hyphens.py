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
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.markers import CONJUNCTIONS

HYPHENS = "-\u2010\u2011\u2212"
_ANY_HYPHEN = re.compile(f"[{re.escape(HYPHENS)}]")
_ADDRESS = re.compile(r"//|www\.|\w/\w+[/.]|@")
_AT_ONCE = 4096
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
        # Forms as they are written, and those that cannot be pieces of a letter-spaced word.
        self._written: Counter[str] = Counter()
        self._whole: set[str] | None = None
        # First and last parts of hyphenated words whose last part has no capital.
        self._ends: tuple[Counter[str], Counter[str]] = Counter(), Counter()

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Lexicon:
        """The lexicon of a document's lines."""
        made = cls()
        some: list[str] = []
        for line in lines:
            texts = line.texts
            # The last word is left out if the line breaks it.
            whole = texts[:-1] if is_broken(line) else texts
            some += whole
            if len(some) > _AT_ONCE:
                made._written.update(some)
                some.clear()
            text = line.text
            if "-" in text or (not text.isascii() and _ANY_HYPHEN.search(text)):
                made._add_hyphens(whole)
        made._written.update(some)
        for form, count in made._written.items():
            made.counts[form.strip(_EDGES).lower()] += count
        return made

    def _add_hyphens(self, whole: Sequence[str]) -> None:
        """What a line's words say about hyphens."""
        for text in whole:
            if "-" in text[1:-1]:
                first, *_, last = text.strip(_EDGES).split("-")
                if last[:1].islower():
                    self._ends[0][first.lower()] += 1
                    self._ends[1][last] += 1
        for before, after in itertools.pairwise(whole):
            if before[-1] in HYPHENS and len(before) > 2 and after.isalpha() and after.islower():
                # A word as long as any may only follow a hyphen that was left with a space behind it.
                stems = self._hung.setdefault(after, set())
                stems.add(before)
                if len(after) < 6 or len(stems) > 1:
                    self.hanging.add(after)

    @property
    def whole(self) -> set[str]:
        """The written forms that are no lone letters and no rare short words: whatever broke, these did not."""
        if self._whole is None:
            counts, rare = self.counts, self.rare
            self._whole = {
                form
                for form in self._written
                if not form.isalpha() or len(form) > 4 or (len(form) > 1 and counts[form.lower()] > rare)
            }
        return self._whole

    def forget_written(self) -> None:
        """Let go of what only tells which words are to be mended."""
        self._written.clear()
        self._whole = None

    def __getitem__(self, word: str) -> int:
        return self.counts[word.strip(_EDGES).lower()]

    def survey(self, lines: Iterable[Line]) -> None:
        """Count how the document's decided breaks fall, by how many of the two parts are words of it.

        An undecided break then follows the others of its kind, if they nearly all fall one way; before that those whose
        hyphen is set as its own is, where the document sets them in two ways.
        """
        for line, following in itertools.pairwise(lines):
            if is_broken(line):
                last = line.word(-1)
                head, tail = _parts(last, following.word(0))
                whole, parted = self.forms(head, tail)
                if whole != parted and tail not in self.hanging:
                    self.joins[self.known(head, tail)][whole > parted] += 1
                    self.settings[last.apart][whole > parted] += 1

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


def is_broken(line: Line) -> bool:
    """Whether a line's last word ends with a hyphen."""
    text = line.text
    return (text[-1] in HYPHENS and text[-2:-1] not in ("", " ")) or line.ends_soft


def ends_broken(word: Word) -> bool:
    """Whether a word that ends a line ends with a hyphen."""
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
