"""Words as columns: those of a page, as it is read, and those of a line, until one of them is to be changed.

A document has hundreds of thousands of words and asks little of most of them; an object each would be most of the memory
and much of the time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from dutybook.layout.pdf.glyphs import Style, Word

Flags = tuple[bool, bool, bool]
"""``soft``, ``glued`` and ``apart`` of a word."""
_NO_FLAGS: Flags = (False, False, False)


@dataclass(slots=True)
class Row:
    """The words of a line.

    ``text`` has a space between two words; ``parted`` are the words' texts where one of them holds a space itself.
    ``sides`` holds all x0, then all x1, all tops, all bottoms; one base or one style stands for those of all words.
    ``flags`` are those of the words of which one is set, by their indexes.
    """

    text: str
    sides: array[float]
    bases: float | array[float]
    styles: Style | tuple[Style, ...]
    flags: dict[int, Flags] | None = None
    parted: tuple[str, ...] | None = None

    @property
    def count(self) -> int:
        return len(self.sides) // 4

    @property
    def texts(self) -> Sequence[str]:
        return self.text.split(" ") if self.parted is None else self.parted

    @property
    def letters(self) -> int:
        """How many characters the words have."""
        return len(self.text) - self.count + 1 if self.parted is None else sum(map(len, self.parted))

    @property
    def first_text(self) -> str:
        return self.text.partition(" ")[0] if self.parted is None else self.parted[0]

    @property
    def last_text(self) -> str:
        return self.text.rpartition(" ")[2] if self.parted is None else self.parted[-1]

    @property
    def x0s(self) -> list[float]:
        return self.sides[: self.count].tolist()

    @property
    def x1s(self) -> list[float]:
        return self.sides[self.count : 2 * self.count].tolist()

    @property
    def top(self) -> float:
        return min(self.sides[2 * self.count : 3 * self.count])

    @property
    def bottom(self) -> float:
        return max(self.sides[3 * self.count :])

    def word(self, index: int) -> Word:
        """One word; changing it changes nothing here."""
        index %= self.count
        x0, x1, top, bottom = self.sides[index :: self.count]
        base = self.bases[index] if isinstance(self.bases, array) else self.bases
        style = self.styles[index] if isinstance(self.styles, tuple) else self.styles
        flags = self.flags.get(index, _NO_FLAGS) if self.flags else _NO_FLAGS
        return Word(self.texts[index], x0, top, x1, bottom, base, style, *flags)

    def words(self) -> list[Word]:
        """All words as objects; changing them changes nothing here."""
        count = self.count
        sides = self.sides.tolist()
        x0s, x1s, tops, bottoms = (sides[begin : begin + count] for begin in range(0, 4 * count, count))
        bases, styles = (
            each if isinstance(each, (array, tuple)) else repeat(each) for each in (self.bases, self.styles)
        )
        made = list(map(Word, self.texts, x0s, tops, x1s, bottoms, bases, styles))
        for index, flags in (self.flags or {}).items():
            made[index].soft, made[index].glued, made[index].apart = flags
        return made


@dataclass(slots=True)
class Words:
    """The words of a page in the file's order; ``flags`` are those of the words of which one is set, by their indexes.

    ``upright`` says that no word is set at an angle.
    """

    texts: list[str]
    x0s: list[float]
    tops: list[float]
    x1s: list[float]
    bottoms: list[float]
    bases: list[float]
    styles: list[Style]
    flags: dict[int, Flags] = field(default_factory=dict)
    upright: bool = True
    _packed: tuple[array[float], ...] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        """Words that were objects."""
        every = list(words)
        return cls(
            [word.text for word in every],
            [word.x0 for word in every],
            [word.top for word in every],
            [word.x1 for word in every],
            [word.bottom for word in every],
            [word.base for word in every],
            [word.style for word in every],
            {at: flags for at, word in enumerate(every) if any(flags := (word.soft, word.glued, word.apart))},
            all(word.style.upright for word in every),
        )

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: int) -> Word:
        """One word; changing it changes nothing here."""
        return Word(
            self.texts[at],
            self.x0s[at],
            self.tops[at],
            self.x1s[at],
            self.bottoms[at],
            self.bases[at],
            self.styles[at],
            *self.flags.get(at, _NO_FLAGS),
        )

    def __iter__(self) -> Iterator[Word]:
        return map(self.__getitem__, range(len(self.texts)))

    def changed(self, changes: Mapping[int, Sequence[Word]]) -> Words:
        """These words with others (or none) in the place of some."""
        made = Words([], [], [], [], [], [], [], upright=self.upright)
        begin = 0
        for at in [*sorted(changes), len(self)]:
            self._copy(begin, at, made)
            for word in changes.get(at, ()):
                made._add(word)
            begin = at + 1
        return made

    def _copy(self, begin: int, end: int, target: Words) -> None:
        shift = len(target.texts) - begin
        target.texts += self.texts[begin:end]
        target.x0s += self.x0s[begin:end]
        target.tops += self.tops[begin:end]
        target.x1s += self.x1s[begin:end]
        target.bottoms += self.bottoms[begin:end]
        target.bases += self.bases[begin:end]
        target.styles += self.styles[begin:end]
        if self.flags:
            target.flags.update({at + shift: self.flags[at] for at in range(begin, end) if at in self.flags})

    def _add(self, word: Word) -> None:
        if word.soft or word.glued or word.apart:
            self.flags[len(self.texts)] = word.soft, word.glued, word.apart
        self.texts.append(word.text)
        self.x0s.append(word.x0)
        self.tops.append(word.top)
        self.x1s.append(word.x1)
        self.bottoms.append(word.bottom)
        self.bases.append(word.base)
        self.styles.append(word.style)

    def row(self, begin: int, end: int) -> Row:
        """The words from ``begin`` to before ``end`` as those of a line."""
        if self._packed is None:
            self._packed = tuple(array("d", side) for side in (self.x0s, self.x1s, self.tops, self.bottoms))
        x0s, x1s, tops, bottoms = self._packed
        texts, styles = self.texts[begin:end], self.styles[begin:end]
        text = " ".join(texts)
        style = styles[0]
        return Row(
            text,
            x0s[begin:end] + x1s[begin:end] + tops[begin:end] + bottoms[begin:end],
            _column(self.bases[begin:end]),
            style if styles.count(style) == len(styles) else tuple(styles),
            ({at - begin: self.flags[at] for at in range(begin, end) if at in self.flags} or None)
            if self.flags
            else None,
            None if text.count(" ") == len(texts) - 1 else tuple(texts),
        )


@dataclass(slots=True)
class PageText:
    """The words of a page, in the file's order, and what share of its characters has no meaning (0 to 1)."""

    words: Words
    garbage: float


def _column(values: list[float]) -> float | array[float]:
    first = values[0]
    return first if values.count(first) == len(values) else array("d", values)


def row_of(words: Sequence[Word]) -> Row:
    """The words of a line that were objects."""
    return Words.of(words).row(0, len(words))
