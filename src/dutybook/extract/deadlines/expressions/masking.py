"""A sentence in which each expression of time is one character, so that rules can be short."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from dutybook.extract.deadlines.expressions.stretches import Stretch
from dutybook.extract.deadlines.patterns import SLOTS


@dataclass(frozen=True, slots=True)
class Expression:
    """A date, range or quantity: which slot it fills, where it stands, and its value.

    ``value`` is what a deadline says with it: for a range that is its last day. ``stretch`` holds the days it covers,
    where they are known; ``open_year`` says that the year was not written; ``ends`` are the two that a range was read
    from, ``period`` is what was counted to it ("in three days").
    """

    slot: str
    start: int
    end: int
    value: str
    stretch: Stretch | None = None
    open_year: bool = False
    ends: tuple[Stretch, Stretch] | None = None
    period: str | None = None

    def overlaps(self, other: Expression) -> bool:
        return self.start < other.end and other.start < self.end


class Masked:
    """A text in which each expression is one slot character; :meth:`origin` leads back to the text's offsets."""

    __slots__ = ("_starts", "expressions", "text")

    def __init__(self, text: str, expressions: Iterable[Expression]) -> None:
        self.expressions: dict[int, Expression] = {}
        self._starts: list[tuple[int, int]] = [(0, 0)]
        parts: list[str] = []
        at = length = 0
        for expression in expressions:
            parts += (text[at : expression.start], SLOTS[expression.slot])
            length += expression.start - at
            self.expressions[length] = expression
            length += 1
            at = expression.end
            self._starts.append((length, at))
        parts.append(text[at:])
        self.text = "".join(parts)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the unmasked text of ``[start, end)`` in the masked one."""
        return self._point(start), self._point(end)

    def _point(self, at: int) -> int:
        masked, origin = self._starts[bisect_right(self._starts, (at, 1 << 60)) - 1]
        return origin + at - masked

    def inside(self, start: int, end: int) -> Expression | None:
        """The first expression in ``[start, end)`` of the masked text."""
        return next((e for at, e in self.expressions.items() if start <= at < end), None)

    def all_inside(self, start: int, end: int) -> list[Expression]:
        """The expressions in ``[start, end)`` of the masked text, in text order."""
        return [e for at, e in self.expressions.items() if start <= at < end]


def apart(found: Iterable[Expression]) -> list[Expression]:
    """In text order, those that overlap no earlier one of ``found``."""
    taken: list[Expression] = []
    for expression in found:
        start, end = expression.start, expression.end
        if not any(start < t.end and t.start < end for t in taken):
            taken.append(expression)
    return sorted(taken, key=lambda e: e.start)
