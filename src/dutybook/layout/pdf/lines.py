"""Words of a page to lines: runs of words on one baseline, raised marks kept with the line they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numpy as np

from dutybook.layout.pdf.words import BASE, X0, X1, Row, Word, Words, joined_row, row_of

_SIZE, _PLACE = attrgetter("size"), attrgetter("base", "x0")
WIDE_GAP = 1.15
"""A gap of so many ems parts a run: it may be a gutter, a marker's column or a table. Rows join again later."""

_NONE: frozenset[int] = frozenset()
"""One for all lines: each empty set of its own would take 216 bytes."""


class Line(Row):
    """Words on one baseline. ``raised`` holds the indexes of small words above it (marks, exponents).

    ``left`` and ``right`` are the edges of the column it stands in; ``column`` counts columns over the document.
    ``numbered`` says that a number from the page's margin was put before its words.
    """

    __slots__ = ("base", "column", "left", "numbered", "page", "raised", "right", "shares", "size", "x0", "x1")

    def __init__(self, page: int, words: Sequence[Word] | Row, x0: float, x1: float, base: float, size: float) -> None:
        self.put(words)
        self.page = page
        self.x0 = x0
        self.x1 = x1
        self.base = base
        self.size = size
        self.raised: Set[int] = _NONE
        self.left = self.right = 0.0
        self.column = 0
        self.shares: tuple[float, float] | None = None
        self.numbered = False

    def put(self, words: Sequence[Word] | Row) -> None:
        """Have other words in the place of these."""
        row = words if isinstance(words, Row) else row_of(words)
        self.text, self.columns, self.begin, self.end = row.text, row.columns, row.begin, row.end
        self.style, self.parted = row.style, row.parted

    def share(self, attribute: str) -> float:
        """The share of its characters that is ``bold`` or ``italic``; reckoned once."""
        if self.shares is None:
            self.shares = _PLAIN
            if self.style is None or self.style.bold or self.style.italic:
                pairs = [
                    each for at, each in enumerate(zip(self.texts, self.styles, strict=True)) if at not in self.raised
                ]
                if total := sum(len(text) for text, _ in pairs):
                    bold, italic = (
                        sum(len(text) for text, style in pairs if getattr(style, name)) for name in ("bold", "italic")
                    )
                    self.shares = bold / total, italic / total
        return self.shares[attribute == "italic"]


_PLAIN = (0.0, 0.0)


def runs_of(page: int, words: Words | Iterable[Word]) -> list[Line]:
    """Runs of neighbouring words, in the file's order. Upright words only."""
    words = words if isinstance(words, Words) else Words.of(words)
    if not len(words):
        return []
    columns = words.columns
    sizes = np.fromiter(map(_SIZE, columns.styles), np.float64, len(words))
    x0s, x1s, bases = columns.numbers[:, X0], columns.numbers[:, X1], columns.numbers[:, BASE]
    # Nearly all words stand on the baseline of the word before, are set as it is, and follow it at a space's distance.
    gaps, own = x0s[1:] - x1s[:-1], sizes[1:]
    plain = (bases[1:] == bases[:-1]) & (own == sizes[:-1]) & (-0.35 * own < gaps) & (gaps < WIDE_GAP * own)
    if (plain & (x1s[1:] < x1s[:-1])).any():
        plain[:] = False  # words that reach back: each must be looked at
    looked = (np.flatnonzero(~plain) + 1).tolist()
    return _runs(page, words, sizes.tolist(), looked)


@dataclass(slots=True)
class _OpenRun:
    """A run that words are added to: the index of its first word, its left and right edge, its baseline and size."""

    begin: int
    x0: float
    x1: float
    base: float
    size: float
    raised: frozenset[int] = _NONE

    def takes(self, at: int, x0: float, base: float, size: float) -> bool:
        """Whether the word at an index goes on with the run; where it does, baseline, size and raised words follow it."""
        gap, drop, big = x0 - self.x1, self.base - base, max(size, self.size)
        if not -0.35 * big < gap < WIDE_GAP * big:
            return False
        if -0.15 * big < drop < 0.15 * big:
            # A first word that was itself a raised mark gives way to the text that follows it.
            if size > 1.25 * self.size and at - self.begin == len(self.raised):
                self.base = base
            return True
        if 0 < drop < 0.8 * self.size and size <= 0.85 * self.size:
            self.raised |= {at - self.begin}
            return True
        if -0.8 * size < drop < 0 and size * 0.85 >= self.size and at - self.begin == 1:
            self.raised |= {0}
            self.base, self.size = base, size
            return True
        # An index below the line stays in the text.
        return -0.3 * self.size < drop < 0 and size <= 0.85 * self.size


def _runs(page: int, words: Words, sizes: list[float], looked: list[int]) -> list[Line]:
    """Runs of words; those that are not ``looked`` at go on with the word before, on its baseline and in its size."""
    made: list[Line] = []
    x0s, _, x1s, _, bases = words.columns.numbers.T.tolist()
    run = _OpenRun(0, x0s[0], x1s[0], bases[0], sizes[0])
    rest = iter(looked)
    at = following = next(rest, len(sizes))
    while at < len(sizes):
        if at == following:
            following = next(rest, len(sizes))
        run.x1 = max(run.x1, x1s[at - 1])
        x0, x1, base, size = x0s[at], x1s[at], bases[at], sizes[at]
        if run.takes(at, x0, base, size):
            run.x1 = max(run.x1, x1)
            # What follows in the same way is no plain text either.
            at = at + 1 if base != run.base or size != run.size else following
        else:
            made.append(_run(page, words, sizes, run, at))
            run = _OpenRun(at, x0, x1, base, size)
            at = following
    run.x1 = max(run.x1, x1s[-1])
    made.append(_run(page, words, sizes, run, len(words)))
    return made


def _run(page: int, words: Words, sizes: list[float], run: _OpenRun, stop: int) -> Line:
    row = words.row(run.begin, stop)
    if row.style is None or row.style.size != run.size:
        size = _main_size(words.texts[run.begin : stop], sizes[run.begin : stop], run.raised, run.size)
    else:
        size = row.style.size  # the same number, and one object for all lines
    made = Line(page, row, run.x0, run.x1, run.base, size)
    made.raised = run.raised
    return made


def _main_size(texts: list[str], sizes: list[float], raised: frozenset[int], size: float) -> float:
    """The size that most of a run's characters have, raised marks aside."""
    letters: Counter[float] = Counter()
    for index, (text, own) in enumerate(zip(texts, sizes, strict=True)):
        if index not in raised or len(raised) == len(texts):
            letters[own] += len(text)
    return letters.most_common(1)[0][0] if letters else size


def rows_of(runs: Iterable[Line]) -> list[list[Line]]:
    """Runs on one baseline together, rows from top to bottom, runs in a row from left to right."""
    rows: list[list[Line]] = []
    for run in sorted(runs, key=_PLACE):
        if rows:
            row = rows[-1]
            head = row[0] if len(row) == 1 else max(row, key=lambda other: other.size)
            apart = run.base - row[0].base
            if apart < 0.25 * min(run.size, head.size) or (
                # Mark and text, or two sizes on one line: they overlap in height and not in width.
                apart < 0.55 * max(run.size, head.size)
                and min(run.size, head.size) < 0.88 * max(run.size, head.size)
                and all(run.x0 >= other.x1 - 1 or run.x1 <= other.x0 + 1 for other in row)
                and any(max(run.x0 - o.x1, o.x0 - run.x1) < 3 * max(run.size, o.size) for o in row)
            ):
                row.append(run)
                continue
        rows.append([run])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda run: run.x0)
    return rows


def joined(row: list[Line]) -> Line:
    """The runs of a row as one line."""
    if len(row) == 1:
        return row[0]
    head = max(row, key=lambda run: (run.size, run.count))
    raised: Set[int] = _NONE
    offset = 0
    for run in row:
        lifted = run.size <= 0.85 * head.size and 0.1 * head.size < head.base - run.base
        if lifted or run.raised:
            raised |= frozenset(offset + index for index in (range(run.count) if lifted else run.raised))
        offset += run.count
    joint = joined_row(row)
    if not joint.text.isascii() and any(map(is_from_right, joint.texts)):
        words, raised = _logical(joint.words, raised)
        joint = row_of(words)
    made = Line(head.page, joint, row[0].x0, max(run.x1 for run in row), head.base, head.size)
    made.raised = raised
    made.left, made.right, made.column = head.left, head.right, head.column
    return made


def is_from_right(text: str) -> bool:
    """Whether a word is of a script that is written from right to left (Hebrew, Arabic and their like)."""
    return not text.isascii() and any(
        "\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufefc" for sign in (text[0], text[-1])
    )


def _logical(words: list[Word], raised: Set[int]) -> tuple[list[Word], Set[int]]:
    """Words that stand from left to right in the order they are read: from the right, words of other scripts among them
    from the left."""
    if 2 * sum(is_from_right(word.text) for word in words) < sum(
        word.text[0].isalpha() or word.text[-1].isalpha() for word in words
    ):
        return words, raised
    order: list[int] = []
    for foreign, group in groupby(reversed(range(len(words))), lambda at: _is_latin(words[at].text)):
        indexes = list(group)
        order += indexes[::-1] if foreign else indexes
    return [words[index] for index in order], {place for place, index in enumerate(order) if index in raised}


def _is_latin(text: str) -> bool:
    return text.isascii() and any(map(str.isalpha, text))
