"""Words that a line end or letter-spacing breaks: which hyphens belong to the word, which pieces to one word.

The file's own mark does not tell (pdfium merges both kinds), so the document itself is asked: which form
stands elsewhere in it. Where nothing decides, the hyphen stays, since a kept hyphen can be read and a lost one
cannot be found again.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from operator import sub

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.paragraphs import CONJUNCTIONS
from dutybook.layout.pdf.words import Word

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
        # Forms as they are written, and those that cannot be pieces of a letter-spaced word.
        self._written: Counter[str] = Counter()
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

    @cached_property
    def whole(self) -> set[str]:
        """The written forms that are no lone letters and no rare short words: whatever broke, these did not."""
        counts, rare = self.counts, self.rare
        return {
            form
            for form in self._written
            if not form.isalpha() or len(form) > 4 or (len(form) > 1 and counts[form.lower()] > rare)
        }

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

    @cached_property
    def rare(self) -> int:
        """Up to so many times even a piece of a broken word may stand in the document."""
        return max(2, self.counts.total() // 8000)


def is_broken(line: Line) -> bool:
    """Whether a line's last word ends with a hyphen."""
    text = line.text
    return (text[-1] in HYPHENS and text[-2:-1] not in ("", " ")) or line.ends_soft


def ends_broken(word: Word) -> bool:
    """Whether a word that ends a line ends with a hyphen."""
    return word.soft or (len(word.text) > 1 and word.text[-1] in HYPHENS)


def decide_hyphen(before: Word, after: Word, lexicon: Lexicon) -> tuple[str, bool, str]:
    """What stands between two parts of a broken word.

    Returns:
        The joiner (``""``, ``"-"`` or ``"- "``), whether the hyphen is kept, and why.
    """
    head, tail = _parts(before, after)
    return (
        _decide_by_form(head, tail, lexicon)
        or _decide_by_setting(before.apart, lexicon)
        or _decide_by_parts(head, tail, lexicon)
    )


def _decide_by_form(head: str, tail: str, lexicon: Lexicon) -> tuple[str, bool, str] | None:
    """What the two parts themselves and the document's other words decide."""
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
    if (head[-1].isupper() and not tail[0].isupper()) or len(left.rsplit("-", 1)[-1]) == 1:
        return "-", True, "an abbreviation before it"
    return None


def _decide_by_setting(apart: bool, lexicon: Lexicon) -> tuple[str, bool, str] | None:
    """What the document's other hyphens decide that are set in the same way, where it sets them in two ways."""
    stay, go = lexicon.settings[apart]
    if not all(map(any, lexicon.settings.values())) or max(stay, go) < 3 or max(stay, go) < 9 * min(stay, go):
        return None
    return ("-" if stay > go else ""), stay > go, "set as the others of the document that are so"


def _decide_by_parts(head: str, tail: str, lexicon: Lexicon) -> tuple[str, bool, str]:
    """What is decided where the whole word stands nowhere else: by whether its parts are words of the document."""
    left, right = head.lstrip(_EDGES).lower(), tail.rstrip(_EDGES).lower()
    words = lexicon.known(head, tail)
    bound = lexicon.bound(head, tail)
    if words == 0 and not bound:
        return "", False, "neither part is a word of the document"
    if _inflected(left + right, lexicon):
        return "", False, "a form of it is used elsewhere in the document"
    if bound:
        return "-", True, "a part that is set off elsewhere in the document"
    apart, together = lexicon.joins[words]
    if together >= 3 and together >= 9 * apart:
        return "", False, "undecided: as nearly all others in the document"
    breaks = any(joined for _, joined in lexicon.joins.values())
    if breaks and words == 1 and min(len(left.rsplit("-", 1)[-1]), len(right.split("-", 1)[0])) <= 4:
        return "", False, "one part alone is no word of the document"
    return "-", True, "undecided"


def _parts(before: Word, after: Word) -> tuple[str, str]:
    return before.text if before.soft else before.text.rstrip(HYPHENS), after.text


def _inflected(word: str, lexicon: Lexicon) -> bool:
    """Whether the document uses the word with an ending of up to two letters more or less."""
    if len(word) < 6:
        return False
    forms = (
        word[:-1],
        word[:-2],
        *(word + ending for ending in ["s", "n", "e", "en", "es", "er", "em", "r", "a", "i", "x", "m"]),
    )
    return any(lexicon.counts[form] for form in forms)


TOUCHING = 0.06
"""A gap of so many ems is none: no space was set there."""

TIGHT = 0.75
"""The gap in a broken word is at most this share of the line's usual gap."""


def join_spaced_letters(line: Line, lexicon: Lexicon) -> bool:
    """Join the pieces of letter-spaced words in a line; True if anything was joined.

    Two neighbours are one word if together they are a word of the document, at least one of them alone is
    hardly one, and the gap between them is small for the line. Single letters in a row are words, too.
    """
    if line.raised or line.count < 2:
        return False
    texts = line.texts
    if lexicon.whole.issuperset(texts) or not _suspect(texts, lexicon):
        return False
    gaps = list(map(sub, line.x0s[1:], line.x1s))
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 1 else 0.25 * line.size
    if not any(
        (len(before) == 1 == len(after))
        or (gap < TIGHT * usual and _is_one(before, after, lexicon, touching=gap < TOUCHING * line.size))
        for gap, (before, after) in zip(gaps, itertools.pairwise(texts), strict=True)
    ):
        return False
    words = _spelled(line.words, gaps)
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
        line.put(words)
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
    # A single letter ("a") is common everywhere and proves nothing.
    parts = (before, after) if min(len(before), len(after)) > 1 else (before if len(before) > len(after) else after,)
    return (min(lexicon[part] for part in parts) - 1) * 8 < whole  # this place is counted, too


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
    return sum(word.text.isalpha() for word in words[slice(*run)])


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
