"""Ranges by their two ends: "from 4 to 22 January 1995", "between Wednesday and Friday" of a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dutybook.extract.deadlines.expressions.masking import Expression
from dutybook.extract.deadlines.expressions.phrase import Phrase
from dutybook.extract.deadlines.expressions.stretches import (
    Stretch,
    day,
    months_on,
    moved,
    of_value,
    unit_of,
    weekday_in,
)

_End = Expression | int | None


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a range; ``value`` is its last day as deadlines state it, yearly where no year is known."""

    first: Stretch | None
    last: Stretch | None
    yearly: str | None = None

    @property
    def value(self) -> str:
        return self.yearly or (self.last.last.isoformat() if self.last else "")

    @property
    def stretch(self) -> Stretch | None:
        return Stretch(self.first.first, self.last.last) if self.first and self.last else None

    @property
    def ends(self) -> tuple[Stretch, Stretch] | None:
        return (self.first, self.last) if self.first and self.last else None


def between(phrase: Phrase) -> Ends | None:
    """The range from ``{a}`` to ``{b}``: what one end leaves open (month, year) is as at the other, or in ``{span}``."""
    a, b = phrase.end("a"), phrase.end("b")
    inside = _container(phrase, a, b)
    if a is None or b is None:
        return None
    yearly = _yearly(a, b)
    if yearly:
        return yearly
    last = _last(b, a, inside)
    first = _first(a, last, inside) if last else None
    if first is None or last is None or first.first > last.last:
        return None
    return Ends(first, last)


def _container(phrase: Phrase, a: _End, b: _End) -> Stretch | None:
    rest = [e for e in phrase.dated if e is not a and e is not b]
    if rest:
        return rest[-1].stretch
    if phrase.reading.unit and phrase.reading.shift is not None:
        unit = phrase.this(phrase.reading.unit)
        return moved(unit, phrase.reading.shift) if unit else None
    return None


def _yearly(a: _End, b: _End) -> Ends | None:
    """Days without a year, where no day of writing says which: "between 1 June and 15 July"."""
    if isinstance(b, Expression) and b.slot == "day":
        a_known = (isinstance(a, Expression) and a.slot == "day") or isinstance(a, int)
        return Ends(None, None, b.value) if a_known else None
    if isinstance(a, Expression) and a.slot == "day" and isinstance(b, int) and 1 <= b <= 31:
        return Ends(None, None, f"{a.value[:5]}-{b:02}") if _same_month(a, b) else None
    return None


def _same_month(a: Expression, number: int) -> bool:
    return int(a.value[-2:]) < number


def _last(b: _End, a: _End, inside: Stretch | None) -> Stretch | None:
    if isinstance(b, int):
        month = inside or (a.stretch if isinstance(a, Expression) else None)
        return _day(month, b)
    if b is None:
        return None
    if b.slot == "weekday":
        return _weekday(inside, a, int(b.value[-1]))
    if b.stretch and b.stretch.kind == "D" and inside and inside.kind == "Y" and b.open_year:
        return day(b.stretch.first.replace(year=inside.first.year))
    start = a.stretch if isinstance(a, Expression) else None
    if b.stretch and b.open_year and start and not (isinstance(a, Expression) and a.open_year):
        return _year_after(b.stretch, start)
    return b.stretch


def _year_after(end: Stretch, start: Stretch) -> Stretch | None:
    """The end without its year, in the year of the start or the next."""
    if end.kind not in ("D", "M"):
        return end
    for year in (start.first.year, start.first.year + 1):
        there = of_value(f"{year:04}{end.value[4:]}")
        if there and there.last >= start.first:
            return there
    return None


def _first(a: _End, last: Stretch, inside: Stretch | None) -> Stretch | None:
    if isinstance(a, int):
        found = _day(inside or unit_of(last.first, "M"), a)
        if found and found.first > last.last and inside is None:
            found = _day(unit_of(months_on(last.first.replace(day=1), -1), "M"), a)
        return found
    if a is None:
        return None
    if a.slot == "weekday":
        there = weekday_in(inside, int(a.value[-1])) if inside else None
        return day(there) if there else None
    if a.open_year and (a.stretch is None or a.stretch.kind in ("D", "M")):
        written = a.stretch.value[4:] if a.stretch else a.value[1:]
        for year in (last.first.year, last.first.year - 1):
            start = of_value(f"{year:04}{written}")
            if start and start.first <= last.last:
                return start
        return None
    return a.stretch


def _day(month: Stretch | None, number: int) -> Stretch | None:
    if month is None or month.kind not in ("D", "M"):
        return None
    month = unit_of(month.first, "M")
    return day(month.first.replace(day=number)) if 1 <= number <= month.last.day else None


def _weekday(inside: Stretch | None, a: _End, number: int) -> Stretch | None:
    if inside is not None and inside.kind == "W":
        there = weekday_in(inside, number)
        return day(there) if there else None
    if isinstance(a, Expression) and a.stretch:
        start = a.stretch.first
        return day(start + timedelta(days=(number - start.isoweekday()) % 7))
    return None
