"""Nesting of paragraphs in the Code of Federal Regulations, which its XML leaves to the reader.

The Document Drafting Handbook (section 3.6) fixes the order: (a), (1), (i), (A), (1) in italics, (i) in italics. Only
italics tell the last two from the second and third, and only what stands around tells (i) after (h) from the first numeral.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

LETTER, ARABIC, ROMAN, UPPER, ITALIC_ARABIC, ITALIC_ROMAN = range(6)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker as printed, without brackets."""

    number: str
    italic: bool = False


def _roman(number: str) -> int:
    if not number or not _ROMAN.match(number):
        return 0
    values = [_VALUES[c] for c in number]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _letters(number: str) -> int:
    """a → 1, z → 26, aa → 27, bb → 28; 0 for what is no such letter."""
    if not number.isalpha() or len(set(number)) != 1:
        return 0
    return ord(number[0]) - ord("a") + 1 + 26 * (len(number) - 1)


def readings(mark: Mark) -> dict[int, int]:
    """The levels that a marker can be of, each with its ordinal there."""
    number = mark.number
    if number.isdigit():
        return {
            ITALIC_ARABIC if mark.italic else ARABIC: int(number),
            **({} if mark.italic else {ITALIC_ARABIC: int(number)}),
        }
    if number.isupper():
        return {UPPER: _letters(number.lower())} if _letters(number.lower()) else {}
    found: dict[int, int] = {}
    if _roman(number):
        found[ROMAN] = found[ITALIC_ROMAN] = _roman(number)
    if _letters(number) and not mark.italic:
        found[LETTER] = _letters(number)
    return found


class Levels:
    """The open paragraphs of a section: ``path`` are levels from the outside in, ``last`` the ordinal at each."""

    def __init__(self) -> None:
        self.path: list[int] = []
        self.last: dict[int, int] = {}

    def place(self, mark: Mark, following: Sequence[Mark] = ()) -> int | None:
        """At which depth (from 0) a marker stands; None where it is no paragraph's marker here.

        ``following`` are the markers after it: (i) is the letter after (h) where no (ii) follows.
        """
        options = [
            (level, ordinal)
            for level, ordinal in readings(mark).items()
            if self._goes_on(level, ordinal) or self._opens(level, ordinal)
        ]
        if not options:
            return None
        level, ordinal = options[0] if len(options) == 1 else self._likelier(options, following)
        return self._open(level, ordinal)

    def _goes_on(self, level: int, ordinal: int) -> bool:
        return level in self.path and ordinal == self.last[level] + 1

    def _opens(self, level: int, ordinal: int) -> bool:
        """A first number opens the next level in; a section may begin at any level but those in italics."""
        if ordinal != 1 or level in self.path:
            return False
        inner = self.path[-1] if self.path else -1
        return level == inner + 1 or (not self.path and level < ITALIC_ARABIC) or (level > inner and level <= UPPER)

    def _likelier(self, options: Sequence[tuple[int, int]], following: Sequence[Mark]) -> tuple[int, int]:
        for after in following[:12]:
            known = readings(after)
            for level, ordinal in options:
                if known.get(level) == ordinal + 1 and sum(known.get(o) == n + 1 for o, n in options) == 1:
                    return level, ordinal
        # What goes on inside comes before what opens or goes on outside.
        return max(options, key=lambda option: (self._goes_on(*option), option[0]))

    def _open(self, level: int, ordinal: int) -> int:
        while self.path and self.path[-1] >= level:
            self.last.pop(self.path.pop())
        self.path.append(level)
        self.last[level] = ordinal
        return len(self.path) - 1
