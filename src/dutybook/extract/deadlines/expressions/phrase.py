"""What a phrase holds: its expressions by kind, its fields as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from dutybook.extract.deadlines.expressions.masking import Expression
from dutybook.extract.deadlines.expressions.stretches import Kind, Stretch, of_value, unit_of
from dutybook.extract.deadlines.expressions.words import Words
from dutybook.languages.sections.readings import Reading
from dutybook.languages.sections.temporal import Unit

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
        """The days that the phrase counts in: its last dated expression."""
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
        """How many units on: by the reading, else by its word."""
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
        """The same by ``{unit}`` alone."""
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
        """The unit that the day of writing lies in."""
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
