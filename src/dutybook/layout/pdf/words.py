"""Words of a page with boxes, baselines and styles: as objects, and as columns (arrays) that are small and can be put away.

Between its reading and its writing a page of a long document waits for all others. Its numbers then take half the room,
and not one of them is another for it: pdfium's are single ones, and only what comes back equal is put away.

A document has hundreds of thousands of words and asks little of most of them; an object each would be most of the memory
and much of the time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from dutybook.records import Box

Bounds = tuple[float, float, float, float]
"""A box: x0, top, x1, bottom in points."""
SOFT_HYPHENS = "\x02\ufffe\xad"
"""What pdfium puts for a hyphen at a line's end (whatever the file had there), and the soft hyphen itself."""


@dataclass(slots=True)
class Style:
    """How a run of text is set: size in points, weight, slope, and whether it stands upright on the page."""

    size: float
    bold: bool
    italic: bool
    upright: bool


@lru_cache(maxsize=4096)
def style_of(size: float, bold: bool, italic: bool, upright: bool) -> Style:
    """The style of text: one object, not to be changed, for all text set alike, so that comparing styles is quick."""
    return Style(size, bold, italic, upright)


@dataclass(slots=True)
class Word:
    """A word on a page, in points from the top left corner; ``base`` is the y of its baseline.

    ``soft`` says that the file marks the word's end as a hyphenation point; the mark is not in ``text``.
    ``apart`` says that this mark is a piece of its own in the file: many writers set hyphens of the line so, and those of
    the word together with its letters. ``glued`` says that no space stands before it (a piece of a longer run that changes its size).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    style: Style
    soft: bool = False
    glued: bool = False
    apart: bool = False

    def box(self, page: int) -> Box:
        """Its box on a page."""
        return Box(page, self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page in its own coordinates, and how it is turned for display (quarter turns)."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as displayed."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page, from the top left of the page as displayed."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def found(self, u: float, v: float) -> tuple[float, float]:
        """The point of the page that :meth:`place` puts at ``(u, v)``."""
        if self.turns == 0:
            return self.left + u, self.top - v
        if self.turns == 1:
            return self.left + v, self.bottom + u
        if self.turns == 2:
            return self.right - u, self.bottom + v
        return self.right - v, self.top - u


def frame_of(page: raw.FPDF_PAGE) -> Frame:
    """The frame of an open page."""
    rect = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)):
        return Frame(0.0, 0.0, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page), 0)
    return Frame(rect.left, rect.bottom, rect.right, rect.top, raw.FPDFPage_GetRotation(page) % 4)


Flags = tuple[bool, bool, bool]
"""``soft``, ``glued`` and ``apart`` of a word."""
Numbers = np.ndarray[Any, Any]
NO_FLAGS: Flags = (False, False, False)
X0, TOP, X1, BOTTOM, BASE = range(5)
_HEIGHTS = [TOP, BOTTOM, BASE]


class Columns:
    """Where words stand and how they are set, all but their texts.

    ``numbers`` has a row a word: x0, top, x1, bottom, baseline. ``flags`` are those of the words of which one is set, by
    their indexes.
    """

    __slots__ = ("_away", "_numbers", "flags", "styles")

    def __init__(self, numbers: Numbers, styles: list[Style], flags: dict[int, Flags] | None = None) -> None:
        self._numbers: Numbers | None = numbers
        self._away: tuple[Numbers, float] | None = None
        self.styles = styles
        self.flags = {} if flags is None else flags

    @property
    def numbers(self) -> Numbers:
        if self._numbers is not None:
            return self._numbers
        assert self._away is not None, "columns without numbers"
        return _swapped(self._away[0].astype(np.float64), self._away[1])

    def put_away(self, y: float) -> None:
        """Take less room until :meth:`take_out`; ``y`` is the page's upper edge in its own coordinates."""
        if self._numbers is not None:
            away = _swapped(self._numbers, y).astype(np.float32)
            if np.array_equal(_swapped(away.astype(np.float64), y), self._numbers):
                self._away, self._numbers = (away, y), None

    def take_out(self) -> None:
        """Have the numbers at hand again."""
        self._numbers, self._away = self.numbers, None

    def settle(self) -> None:
        """Take less room from now on: heights as they are written, since nothing is decided by them any more."""
        small = self.numbers.astype(np.float32)
        if np.array_equal(small[:, (X0, X1)], self.numbers[:, (X0, X1)]):
            self._numbers = small

    def words(self, begin: int, texts: Sequence[str]) -> list[Word]:
        """The words from ``begin`` on that have these texts."""
        end = begin + len(texts)
        columns = self.numbers[begin:end].T.tolist()
        made = list(map(Word, texts, *columns, self.styles[begin:end]))
        if self.flags:
            for at, word in enumerate(made, begin):
                if flags := self.flags.get(at):
                    word.soft, word.glued, word.apart = flags
        return made


def _swapped(numbers: Numbers, y: float) -> Numbers:
    """Heights counted from the top of the page as heights in its own coordinates, or the other way round."""
    made = numbers.copy()
    made[:, _HEIGHTS] = y - numbers[:, _HEIGHTS]
    return made


@dataclass(slots=True, eq=False)
class Row:
    """Some of the words that ``columns`` holds, one after the other; changing one changes nothing here.

    ``text`` has a space between two words; ``parted`` are the words' texts where one of them holds a space itself.
    ``style`` is that of all words, None where they differ.
    """

    text: str
    columns: Columns
    begin: int
    end: int
    style: Style | None
    parted: list[str] | None = None

    @property
    def count(self) -> int:
        """How many words it has."""
        return self.end - self.begin

    @property
    def texts(self) -> list[str]:
        return self.text.split(" ") if self.parted is None else self.parted

    @property
    def letters(self) -> int:
        """How many characters the words have."""
        return len(self.text) - (self.end - self.begin) + 1 if self.parted is None else sum(map(len, self.parted))

    def head(self, count: int) -> list[str]:
        """The first words' texts, so many at most."""
        return self.text.split(" ", count)[:count] if self.parted is None else self.parted[:count]

    @property
    def first_text(self) -> str:
        return self.text.partition(" ")[0] if self.parted is None else self.parted[0]

    @property
    def last_text(self) -> str:
        return self.text.rpartition(" ")[2] if self.parted is None else self.parted[-1]

    @property
    def numbers(self) -> Numbers:
        """The words' boxes and baselines as :class:`Columns` has them."""
        return self.columns.numbers[self.begin : self.end]

    @property
    def styles(self) -> list[Style]:
        return self.columns.styles[self.begin : self.end]

    @property
    def flags(self) -> dict[int, Flags]:
        """The words' flags by their indexes in the line."""
        flags, begin, end = self.columns.flags, self.begin, self.end
        if len(flags) < end - begin:
            return {at - begin: each for at, each in flags.items() if begin <= at < end}
        return {at - begin: flags[at] for at in range(begin, end) if at in flags}

    @property
    def ends_soft(self) -> bool:
        """Whether the file marks the last word's end as a hyphenation point."""
        flags = self.columns.flags
        return bool(flags) and flags.get(self.end - 1, NO_FLAGS)[0]

    @property
    def x0s(self) -> list[float]:
        found: list[float] = self.numbers[:, X0].tolist()
        return found

    @property
    def x1s(self) -> list[float]:
        found: list[float] = self.numbers[:, X1].tolist()
        return found

    @property
    def top(self) -> float:
        return float(self.numbers[:, TOP].min())

    @property
    def bottom(self) -> float:
        return float(self.numbers[:, BOTTOM].max())

    def sides(self, index: int) -> tuple[float, float]:
        """x0 and x1 of a word."""
        at, numbers = (self.begin if index >= 0 else self.end) + index, self.columns.numbers
        return numbers.item(at, X0), numbers.item(at, X1)

    def word(self, index: int) -> Word:
        at = (self.begin if index >= 0 else self.end) + index
        return self.columns.words(at, [self.texts[index]])[0]

    @property
    def words(self) -> list[Word]:
        return self.columns.words(self.begin, self.texts)

    def part(self, start: int, stop: int) -> Row:
        """The words from ``start`` to before ``stop``."""
        return _row(self.texts[start:stop], self.columns, self.begin + start, self.begin + stop)


def joined_row(rows: Sequence[Row]) -> Row:
    """The words of several rows in their order, as one row."""
    columns, begin = rows[0].columns, rows[0].begin
    if any(row.columns is not columns for row in rows) or any(a.end != b.begin for a, b in pairwise(rows)):
        columns, begin = together(rows), 0
    if any(row.parted is not None for row in rows):
        texts = [text for row in rows for text in row.texts]
    else:
        texts = " ".join([row.text for row in rows]).split(" ")
    return _row(texts, columns, begin, begin + len(texts))


def together(rows: Sequence[Row]) -> Columns:
    """The columns of several rows, one after the other."""
    begins = accumulate((row.count for row in rows), initial=0)
    return Columns(
        np.concatenate([row.numbers for row in rows]),
        [style for row in rows for style in row.styles],
        {begin + at: flags for begin, row in zip(begins, rows, strict=False) for at, flags in row.flags.items()},
    )


def share(rows: Sequence[Row]) -> None:
    """Put the words of rows into one shared table, in place, so that the tables they came from can be freed."""
    if all(row.columns is rows[0].columns for row in rows):
        return
    columns, begin = together(rows), 0
    for row in rows:
        row.columns, row.begin, row.end = columns, begin, begin + row.count
        begin = row.end


def _row(texts: list[str], columns: Columns, begin: int, end: int) -> Row:
    text = " ".join(texts)
    styles = columns.styles[begin:end]
    style = styles[0] if styles.count(styles[0]) == len(styles) else None
    return Row(text, columns, begin, end, style, None if text.count(" ") == len(texts) - 1 else texts)


@dataclass(slots=True)
class Words:
    """The words of a page in the file's order. ``upright`` says that no word is set at an angle."""

    texts: list[str]
    columns: Columns
    upright: bool = True

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        """Words that were objects."""
        every = list(words)
        columns = Columns(
            np.array([(w.x0, w.top, w.x1, w.bottom, w.base) for w in every], np.float64).reshape(-1, 5),
            [word.style for word in every],
            {at: flags for at, word in enumerate(every) if any(flags := (word.soft, word.glued, word.apart))},
        )
        return cls([word.text for word in every], columns, all(word.style.upright for word in every))

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: int) -> Word:
        """One word; changing it changes nothing here."""
        return self.columns.words(at, [self.texts[at]])[0]

    def __iter__(self) -> Iterator[Word]:
        return iter(self.columns.words(0, self.texts))

    def changed(self, changes: Mapping[int, Sequence[Word]]) -> Words:
        """These words with others (or none) in the place of some."""
        more = Words.of(word for at in sorted(changes) for word in changes[at])
        order: list[int] = []
        begin, new = 0, len(self)
        for at in sorted(changes):
            order += range(begin, at)
            order += range(new, new + len(changes[at]))
            new += len(changes[at])
            begin = at + 1
        order += range(begin, len(self))
        ours, theirs = self.columns, more.columns
        styles, texts = [*ours.styles, *theirs.styles], self.texts + more.texts
        flags = ours.flags | {at + len(self): each for at, each in theirs.flags.items()}
        columns = Columns(
            np.concatenate((ours.numbers, theirs.numbers))[order],
            [styles[at] for at in order],
            {place: flags[at] for place, at in enumerate(order) if at in flags} if flags else {},
        )
        return Words([texts[at] for at in order], columns, self.upright)

    def row(self, begin: int, end: int) -> Row:
        """The words from ``begin`` to before ``end`` as those of a line."""
        return _row(self.texts[begin:end], self.columns, begin, end)


@dataclass(slots=True)
class PageText:
    """The words of a page, in the file's order, and what share of its characters has no meaning (0 to 1).

    ``objects`` are the addresses of text objects that the words are of.
    """

    words: Words
    garbage: float
    objects: Set[int] = frozenset()


def row_of(words: Sequence[Word]) -> Row:
    """The words of a line that were objects."""
    return Words.of(words).row(0, len(words))
