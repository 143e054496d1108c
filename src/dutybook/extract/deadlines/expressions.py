"""Expressions of time in a sentence, and the masked text in which each of them is a single character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dutybook.extract.deadlines.stretches import Kind, Stretch, of_value, unit_of
from dutybook.extract.deadlines.words import Words
from dutybook.languages.patterns import SLOTS
from dutybook.languages.sections.temporal import Reading, Unit


@dataclass(frozen=True, slots=True)
class Expression:
    """A date, range or quantity: the slot that it fills, its position, and its value.

    ``value`` is the value of a deadline with it: for a range, the last day. ``stretch`` has the days it covers,
    where they are known; ``open_year`` says that the year was not written; ``ends`` are the two ends of a range;
    ``period`` is the period that was counted to it ("in three days").
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
    """A text in which each expression is one slot character. :meth:`origin` maps back to offsets in the text."""

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
    """In text order, the expressions that overlap no earlier one of ``found``."""
    taken: list[Expression] = []
    for expression in found:
        start, end = expression.start, expression.end
        if not any(start < t.end and t.start < end for t in taken):
            taken.append(expression)
    return sorted(taken, key=lambda e: e.start)


DATED = ("date", "day", "year", "month", "relative", "range")
_KINDS: dict[tuple[str, int], Kind] = {
    ("D", 1): "D",
    ("W", 1): "W",
    ("M", 1): "M",
    ("M", 3): "Q",
    ("M", 6): "H",
    ("Y", 1): "Y",
}


class Phrase:
    """One match of a reading's pattern."""

    def __init__(
        self, match: re.Match[str], inside: Sequence[Expression], reading: Reading, words: Words, today: date | None
    ) -> None:
        self.reading = reading
        self.today = today
        self.groups = {name: text for name, text in match.groupdict().items() if text}
        self.dated = [e for e in inside if e.slot in DATED]
        self.inside = list(inside)
        self._match = match
        self._words = words

    @property
    def span(self) -> Stretch | None:
        """The days in which the phrase counts: its last dated expression."""
        return self.dated[-1].stretch if self.dated else None

    @property
    def weekday(self) -> int | None:
        return next((int(e.value[-1]) for e in self.inside if e.slot in ("weekday", "weekdays")), None)

    @property
    def quantity(self) -> str | None:
        found = next((e.value for e in self.inside if e.slot == "quantity"), None)
        if found is None and "n" in self.groups and "unit" in self.groups:  # "les trois dernières semaines"
            return self._words.period(self.groups["n"], self.unit)
        return found

    @property
    def shift(self) -> int | None:
        """How many units forward: from the reading, else from its word."""
        if self.reading.shift is not None or "shift" not in self.groups:
            return self.reading.shift
        return self._words.shift(self.groups["shift"])

    @property
    def unit(self) -> Unit | None:
        return self._words.unit(self.groups["unit"]) if "unit" in self.groups else None

    @property
    def kind(self) -> Kind | None:
        """The unit of days that the phrase names."""
        return self.reading.unit if self.reading.unit is not None else self.unit_kind

    @property
    def unit_kind(self) -> Kind | None:
        """The unit of days, from ``{unit}`` alone."""
        unit = self.unit
        return _KINDS.get((unit.iso, unit.times)) if unit else None

    @property
    def number(self) -> int | None:
        """``{n}``, ``{d}``, ``{o}`` or ``{od}``."""
        for name in ("n", "d"):
            if name in self.groups:
                count = self._words.count(self.groups[name])
                return int(count) if count else None
        return self._words.ordinal_number(self.groups.get("o") or self.groups.get("od") or "")

    @property
    def month(self) -> int | None:
        if "m" in self.groups:
            return int(self.groups["m"])
        if "monthname" in self.groups:
            return self._words.month(self.groups["monthname"])
        return next((e.stretch.first.month for e in self.dated if e.slot == "month" and e.stretch), None)

    def this(self, kind: Kind) -> Stretch | None:
        """The unit that contains the day of writing."""
        return unit_of(self.today, kind) if self.today else None

    def end(self, name: str) -> Expression | int | None:
        """``{a}`` or ``{b}``: the expression, or the number of a day."""
        if name not in self._match.groupdict():
            return self.number if name == "a" and self.number else self.dated[-1 if name == "b" else 0]
        digits, ordinal = self.groups.get(f"{name}_d"), self.groups.get(f"{name}_o")
        year = self.groups.get(f"{name}_y")
        if year:
            return Expression("year", 0, 0, year, of_value(year))
        if digits or ordinal:
            return int(digits) if digits else self._words.ordinal_number(ordinal or "")
        at = self._match.start(name)
        before = sum(1 for c in self._match.string[self._match.start() : at] if c >= "\ue000" and c <= "\ue0ff")
        return self.inside[before] if before < len(self.inside) else None
