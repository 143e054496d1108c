"""Words as columns: those of a page, as it is read, and those of a line, until one of them is to be changed.

A document has hundreds of thousands of words and asks little of most of them; an object each would be most of the memory
and much of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from dutybook.layout.pdf.glyphs import Style, Word
from dutybook.layout.pdf.wordcolumns import NO_FLAGS, Columns, Flags


@dataclass(slots=True)
class Row:
    """The words of a line: some of those that ``columns`` holds, one after the other; changing one changes nothing here.

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
        return self.end - self.begin

    @property
    def texts(self) -> list[str]:
        return self.text.split(" ") if self.parted is None else self.parted

    @property
    def letters(self) -> int:
        """How many characters the words have."""
        return len(self.text) - (self.end - self.begin) + 1 if self.parted is None else sum(map(len, self.parted))

    def head(self, count: int) -> list[str]:
        """The first words, so many at most."""
        return self.text.split(" ", count)[:count] if self.parted is None else self.parted[:count]

    @property
    def first_text(self) -> str:
        return self.text.partition(" ")[0] if self.parted is None else self.parted[0]

    @property
    def last_text(self) -> str:
        return self.text.rpartition(" ")[2] if self.parted is None else self.parted[-1]

    @property
    def styles(self) -> Sequence[Style]:
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
        found: list[float] = self.columns.sides[self.begin : self.end, 0].tolist()
        return found

    @property
    def x1s(self) -> list[float]:
        found: list[float] = self.columns.sides[self.begin : self.end, 2].tolist()
        return found

    @property
    def top(self) -> float:
        return float(self.columns.sides[self.begin : self.end, 1].min())

    @property
    def bottom(self) -> float:
        return float(self.columns.sides[self.begin : self.end, 3].max())

    def sides(self, index: int) -> tuple[float, float]:
        """x0 and x1 of a word."""
        at = (self.begin if index >= 0 else self.end) + index
        return self.columns.sides.item(at, 0), self.columns.sides.item(at, 2)

    def word(self, index: int) -> Word:
        return self.columns.word((self.begin if index >= 0 else self.end) + index, self.texts[index])

    def words(self) -> list[Word]:
        return self.columns.words(self.begin, self.texts)

    def part(self, start: int, stop: int) -> Row:
        """The words from ``start`` to before ``stop``."""
        begin, end = self.begin + start, self.begin + stop
        return _row(self.texts[start:stop], self.columns, begin, end)

    @classmethod
    def joined(cls, rows: Sequence[Row]) -> Row:
        """The words of several rows in their order."""
        first = rows[0]
        at = first.begin
        follow = all(row.columns is first.columns for row in rows)
        for row in rows:
            follow = follow and row.begin == at
            at = row.end
        if any(row.parted is not None for row in rows):
            texts = [text for row in rows for text in row.texts]
        else:
            texts = " ".join([row.text for row in rows]).split(" ")
        if follow:
            return _row(texts, first.columns, first.begin, at)
        columns = together(rows)
        return _row(texts, columns, 0, len(texts))


def together(rows: Sequence[Row]) -> Columns:
    """The columns of several rows, one after the other."""
    begins = accumulate((row.count for row in rows), initial=0)
    return Columns(
        np.concatenate([row.columns.sides[row.begin : row.end] for row in rows]),
        np.concatenate([row.columns.bases[row.begin : row.end] for row in rows]),
        [style for row in rows for style in row.styles],
        {begin + at: flags for begin, row in zip(begins, rows, strict=False) for at, flags in row.flags.items()},
    )


def share(rows: Sequence[Row]) -> None:
    """Have rows hold their words together, in place, and so let go of what others held."""
    if all(row.columns is rows[0].columns for row in rows):
        return
    columns, begin = together(rows), 0
    for row in rows:
        row.columns, row.begin, row.end = columns, begin, begin + row.count
        begin = row.end


def take_out(rows: Iterable[Row]) -> None:
    """Have the numbers of rows at hand that were put away."""
    for columns in {id(row.columns): row.columns for row in rows}.values():
        columns.take_out()


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
            np.array([(word.x0, word.top, word.x1, word.bottom) for word in every], np.float64).reshape(-1, 4),
            np.array([word.base for word in every], np.float64),
            [word.style for word in every],
            {at: flags for at, word in enumerate(every) if any(flags := (word.soft, word.glued, word.apart))},
        )
        return cls([word.text for word in every], columns, all(word.style.upright for word in every))

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: int) -> Word:
        """One word; changing it changes nothing here."""
        return self.columns.word(at, self.texts[at])

    def __iter__(self) -> Iterator[Word]:
        return iter(self.columns.words(0, self.texts))

    def changed(self, changes: Mapping[int, Sequence[Word]]) -> Words:
        """These words with others (or none) in the place of some."""
        added = [word for at in sorted(changes) for word in changes[at]]
        more = Words.of(added)
        every = list(range(len(self)))
        order: list[int] = []
        begin, new = 0, len(self)
        for at in sorted(changes):
            order += every[begin:at]
            order += range(new, new + len(changes[at]))
            new += len(changes[at])
            begin = at + 1
        order += every[begin:]
        ours, theirs = self.columns, more.columns
        styles, texts = [*ours.styles, *theirs.styles], self.texts + more.texts
        flags = ours.flags | {at + len(self): each for at, each in theirs.flags.items()}
        columns = Columns(
            np.concatenate((ours.sides, theirs.sides))[order],
            np.concatenate((ours.bases, theirs.bases))[order],
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
