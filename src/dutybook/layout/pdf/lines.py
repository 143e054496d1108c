"""Words of a page to lines: runs of words on one baseline, raised marks kept with the line they stand in."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

from dutybook.layout.pdf.glyphs import Style, Word

WIDE_GAP = 1.15
"""A gap of so many ems parts a run: it may be a gutter, a marker's column or a table. Rows join again later."""
OPEN_PAGES = 100
"""The lines of a document's first pages keep their words as objects; those of later pages are folded between two uses."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """The words of a line as columns, a quarter of the space; one value stands for a column that is all alike.

    ``sides`` holds all x0, then all x1; ``flags`` soft, glued and apart of each word, None where no word has any.
    """

    texts: tuple[str, ...]
    sides: array[float]
    tops: float | array[float]
    bottoms: float | array[float]
    bases: float | array[float]
    styles: Style | tuple[Style, ...]
    flags: tuple[tuple[bool, bool, bool], ...] | None

    def words(self) -> list[Word]:
        count = len(self.texts)
        sides = self.sides.tolist()
        tops, bottoms, bases, styles = (
            each if isinstance(each, (array, tuple)) else repeat(each)
            for each in (self.tops, self.bottoms, self.bases, self.styles)
        )
        made = list(map(Word, self.texts, sides[:count], tops, sides[count:], bottoms, bases, styles))
        if self.flags:
            for word, flags in zip(made, self.flags, strict=True):
                word.soft, word.glued, word.apart = flags
        return made


def _column(values: list[float]) -> float | array[float]:
    return values[0] if values.count(values[0]) == len(values) else array("d", values)


@dataclass(slots=True)
class Line:
    """Words on one baseline. ``raised`` holds the indexes of small words above it (marks, exponents).

    ``left`` and ``right`` are the edges of the column it stands in; ``column`` counts columns over the document.
    ``numbered`` says that a number from the page's margin was put before its words.

    A folded line (:meth:`fold`) has ``folded`` in place of ``words`` until they are asked for.
    """

    page: int
    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float
    raised: Set[int] = frozenset()
    left: float = 0.0
    right: float = 0.0
    column: int = 0
    shares: tuple[float, float] | None = None
    numbered: bool = False
    folded: _Folded | None = field(default=None, init=False, repr=False, compare=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Only called where the slot is empty: of a folded line.
            if name != "words" or self.folded is None:
                raise AttributeError(name)
            self.words = self.folded.words()
            self.folded = None
            return self.words

    def fold(self) -> None:
        """Make a line of a later page small until its words are asked for again."""
        if self.page <= OPEN_PAGES or self.folded is not None:
            return
        words = self.words
        styles = [word.style for word in words]
        flags = None
        if any(word.soft or word.glued or word.apart for word in words):
            flags = tuple([(word.soft, word.glued, word.apart) for word in words])
        self.folded = _Folded(
            tuple([sys.intern(word.text) for word in words]),
            array("d", [word.x0 for word in words] + [word.x1 for word in words]),
            _column([word.top for word in words]),
            _column([word.bottom for word in words]),
            _column([word.base for word in words]),
            styles[0] if all(style is styles[0] for style in styles) else tuple(styles),
            flags,
        )
        del self.words

    def peek(self) -> list[Word]:
        """The words, to look at and not to change: a folded line stays folded."""
        return self.words if self.folded is None else self.folded.words()

    @property
    def count(self) -> int:
        """How many words it has."""
        return len(self.words if self.folded is None else self.folded.texts)

    @property
    def first_text(self) -> str:
        return self.words[0].text if self.folded is None else self.folded.texts[0]

    @property
    def last_text(self) -> str:
        return self.words[-1].text if self.folded is None else self.folded.texts[-1]

    @property
    def texts(self) -> Sequence[str]:
        return [word.text for word in self.words] if self.folded is None else self.folded.texts

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def share(self, attribute: str) -> float:
        """The share of its characters that is ``bold`` or ``italic``; reckoned once."""
        if self.shares is None:
            words = self.peek()
            if not [word for word in words if word.style.bold or word.style.italic]:
                self.shares = (0.0, 0.0)
                return 0.0
            total = bold = italic = 0
            for index, word in enumerate(words):
                if index not in self.raised:
                    size = len(word.text)
                    total += size
                    bold += size if word.style.bold else 0
                    italic += size if word.style.italic else 0
            self.shares = (bold / total, italic / total) if total else (0.0, 0.0)
        return self.shares[attribute == "italic"]


def runs_of(page: int, words: Iterable[Word]) -> list[Line]:
    """Runs of neighbouring words, in the file's order. Upright words only."""
    runs: list[Line] = []
    line: Line | None = None
    for word in words:
        if line is not None:
            size, gap, drop = word.style.size, word.x0 - line.x1, line.base - word.base
            # Nearly all words: they stand on the line's baseline and are set as it is.
            if not drop and size == line.size and -0.35 * size < gap < WIDE_GAP * size:
                line.words.append(word)
                if word.x1 > line.x1:
                    line.x1 = word.x1
                continue
            big = max(size, line.size)
            if -0.35 * big < gap < WIDE_GAP * big:
                if -0.15 * big < drop < 0.15 * big:
                    # A first word that was itself a raised mark gives way to the text that follows it.
                    if size > 1.25 * line.size and len(line.words) == len(line.raised):
                        line.base = word.base
                    line.words.append(word)
                    line.x1 = max(line.x1, word.x1)
                    continue
                if 0 < drop < 0.8 * line.size and size <= 0.85 * line.size:
                    line.raised |= {len(line.words)}
                    line.words.append(word)
                    line.x1 = max(line.x1, word.x1)
                    continue
                if -0.8 * size < drop < 0 and size * 0.85 >= line.size and len(line.words) == 1:
                    line.raised |= {0}
                    line.words.append(word)
                    line.x1, line.base, line.size = max(line.x1, word.x1), word.base, size
                    continue
                if -0.3 * line.size < drop < 0 and size <= 0.85 * line.size:
                    line.words.append(word)  # an index below the line stays in the text
                    line.x1 = max(line.x1, word.x1)
                    continue
        line = Line(page, [word], word.x0, word.x1, word.base, word.style.size)
        runs.append(line)
    for run in runs:
        if any(word.style.size != run.size for word in run.words):
            run.size = _main_size(run)
    return runs


def _main_size(run: Line) -> float:
    """The size that most of a run's characters have, raised marks aside."""
    sizes: dict[float, int] = {}
    for index, word in enumerate(run.words):
        if index not in run.raised or len(run.raised) == len(run.words):
            sizes[word.style.size] = sizes.get(word.style.size, 0) + len(word.text)
    return max(sizes, key=lambda size: sizes[size]) if sizes else run.size


def rows_of(runs: Iterable[Line]) -> list[list[Line]]:
    """Runs on one baseline together, rows from top to bottom, runs in a row from left to right."""
    rows: list[list[Line]] = []
    for run in sorted(runs, key=lambda run: (run.base, run.x0)):
        if rows:
            row = rows[-1]
            head = max(row, key=lambda other: other.size)
            apart = run.base - row[0].base
            if apart < 0.25 * min(run.size, head.size) or (
                # Mark and text, or two sizes on one line: they overlap in height and not in width.
                apart < 0.55 * max(run.size, head.size)
                and min(run.size, head.size) < 0.88 * max(run.size, head.size)
                and all(run.x0 >= other.x1 - 1 or run.x1 <= other.x0 + 1 for other in row)
                and any(_beside(run, other) for other in row)
            ):
                row.append(run)
                continue
        rows.append([run])
    for row in rows:
        row.sort(key=lambda run: run.x0)
    return rows


def _beside(a: Line, b: Line) -> bool:
    gap = max(a.x0 - b.x1, b.x0 - a.x1)
    return gap < 3 * max(a.size, b.size)


def joined(row: list[Line]) -> Line:
    """The runs of a row as one line."""
    if len(row) == 1:
        return row[0]
    head = max(row, key=lambda run: (run.size, len(run.words)))
    words: list[Word] = []
    raised: Set[int] = frozenset()
    for run in row:
        offset = len(words)
        lifted = run.size <= 0.85 * head.size and 0.1 * head.size < head.base - run.base
        raised |= frozenset(offset + index for index in (range(len(run.words)) if lifted else run.raised))
        words.extend(run.words)
    if any(map(is_from_right, words)):
        words, raised = _logical(words, raised)
    made = Line(head.page, words, row[0].x0, max(run.x1 for run in row), head.base, head.size, raised)
    made.left, made.right, made.column = head.left, head.right, head.column
    return made


def is_from_right(word: Word) -> bool:
    """Whether a word is of a script that is written from right to left (Hebrew, Arabic and their like)."""
    return any("\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufefc" for sign in (word.text[0], word.text[-1]))


def _logical(words: list[Word], raised: Set[int]) -> tuple[list[Word], Set[int]]:
    """Words that stand from left to right in the order they are read: from the right, words of other scripts among them
    from the left."""
    if 2 * sum(map(is_from_right, words)) < sum(word.text[0].isalpha() or word.text[-1].isalpha() for word in words):
        return words, raised
    order: list[int] = []
    group: list[int] = []
    for index in range(len(words) - 1, -1, -1):
        if words[index].text.isascii() and any(map(str.isalpha, words[index].text)):
            group.insert(0, index)
            continue
        order.extend(group)
        group = []
        order.append(index)
    order.extend(group)
    return [words[index] for index in order], {place for place, index in enumerate(order) if index in raised}
