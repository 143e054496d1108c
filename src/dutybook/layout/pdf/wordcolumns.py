"""Where words stand and how they are set, as columns, which can be put away until they are needed again.

Between its reading and its writing a page of a long document waits for all others. Its numbers then take half the room,
and not one of them is another for it: pdfium's are single ones, and only what comes back equal is put away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np

from dutybook.layout.pdf.glyphs import Style, Word

Flags = tuple[bool, bool, bool]
"""``soft``, ``glued`` and ``apart`` of a word."""
Numbers = np.ndarray[Any, Any]
NO_FLAGS: Flags = (False, False, False)
_TOPS = slice(1, None, 2)
_X = slice(0, None, 2)


class Columns:
    """Where words stand and how they are set, all but their texts.

    ``sides`` has a row a word: x0, top, x1, bottom. ``flags`` are those of the words of which one is set, by their indexes.
    """

    __slots__ = ("_away", "_bases", "_sides", "_y", "flags", "styles")

    def __init__(
        self, sides: Numbers, bases: Numbers, styles: Sequence[Style], flags: dict[int, Flags] | None = None
    ) -> None:
        self._sides: Numbers | None = sides
        self._bases: Numbers | None = bases
        self._away: Numbers | None = None
        self._y = 0.0
        self.styles = styles
        self.flags = {} if flags is None else flags

    @property
    def sides(self) -> Numbers:
        return self._back()[:, :4] if self._sides is None else self._sides

    @property
    def bases(self) -> Numbers:
        return self._back()[:, 4] if self._bases is None else self._bases

    def put_away(self, y: float) -> None:
        """Take less room until :meth:`take_out`; ``y`` is the page's upper edge in its own coordinates."""
        if self._sides is None or self._bases is None:
            return
        before = np.column_stack((self._sides, self._bases))
        self._away, self._y = _swapped(before, y).astype(np.float32), y
        if np.array_equal(self._back(), before):
            self._sides = self._bases = None
            self.styles = _coded(self.styles)
        else:
            self._away = None

    def take_out(self) -> None:
        """Have the numbers at hand again."""
        if self._away is not None:
            back = self._back()
            self._sides, self._bases, self._away = back[:, :4].copy(), back[:, 4].copy(), None

    def settle(self) -> None:
        """Take less room from now on: tops and bottoms as they are written, since nothing is decided by them any more."""
        if self._sides is None or self._bases is None:
            return
        small = self._sides.astype(np.float32)
        if np.array_equal(small[:, _X], self._sides[:, _X]):
            self._sides, self._bases = small, self._bases.astype(np.float32)
        self.styles = _coded(self.styles)

    def _back(self) -> Numbers:
        assert self._away is not None, "columns without numbers"
        return _swapped(self._away.astype(np.float64), self._y)

    def word(self, at: int, text: str) -> Word:
        x0, top, x1, bottom = self.sides[at].tolist()
        return Word(text, x0, top, x1, bottom, self.bases.item(at), self.styles[at], *self.flags.get(at, NO_FLAGS))

    def words(self, begin: int, texts: Sequence[str]) -> list[Word]:
        """The words from ``begin`` on that have these texts."""
        end = begin + len(texts)
        x0s, tops, x1s, bottoms = self.sides[begin:end].T.tolist()
        made = list(map(Word, texts, x0s, tops, x1s, bottoms, self.bases[begin:end].tolist(), self.styles[begin:end]))
        if self.flags:
            for at, word in enumerate(made, begin):
                if flags := self.flags.get(at):
                    word.soft, word.glued, word.apart = flags
        return made


def _swapped(numbers: Numbers, y: float) -> Numbers:
    """Heights counted from the top of the page as heights in its own coordinates, or the other way round."""
    made = numbers.copy()
    made[:, _TOPS] = y - numbers[:, _TOPS]
    made[:, 4] = y - numbers[:, 4]
    return made


class _Coded(Sequence[Style]):
    """A byte a style, where there are few: as a list to look at."""

    __slots__ = ("_codes", "_table")

    def __init__(self, codes: bytes, table: tuple[Style, ...]) -> None:
        self._codes, self._table = codes, table

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[Style]:
        return map(self._table.__getitem__, self._codes)

    @overload
    def __getitem__(self, at: int) -> Style: ...
    @overload
    def __getitem__(self, at: slice) -> list[Style]: ...
    def __getitem__(self, at: int | slice) -> Style | list[Style]:
        if isinstance(at, slice):
            return list(map(self._table.__getitem__, self._codes[at]))
        return self._table[self._codes[at]]


def _coded(styles: Sequence[Style]) -> Sequence[Style]:
    if isinstance(styles, _Coded):
        return styles
    places: dict[int, int] = {}
    codes = [places.setdefault(id(style), len(places)) for style in styles]
    if len(places) > 256:
        return styles
    table = {id(style): style for style in styles}
    return _Coded(bytes(codes), tuple(table[key] for key in places))
