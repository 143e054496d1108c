"""Computes the value of a phrase of time, with one function for each reading in the language packs
(``languages/temporal``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dutybook.extract.deadlines.expressions import Expression, Phrase
from dutybook.extract.deadlines.stretches import (
    Stretch,
    day,
    iso_period,
    moved,
    nearest_year,
    nth_unit,
    nth_weekday,
    of_value,
    part_of,
    period_on,
    unit_of,
    weekday_in,
)
from dutybook.records.dates import make_iso_date, months_on

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


def read_range(phrase: Phrase) -> Ends | None:
    """The range from ``{a}`` to ``{b}``. What one end leaves open (month, year) is taken from the other, or from
    ``{span}``.
    """
    a, b = phrase.end("a"), phrase.end("b")
    inside = _range_container(phrase, a, b)
    if a is None or b is None:
        return None
    yearly = _yearly_range(a, b)
    if yearly:
        return yearly
    last = _last_end(b, a, inside)
    first = _first_end(a, last, inside) if last else None
    if first is None or last is None or first.first > last.last:
        return None
    return Ends(first, last)


def _range_container(phrase: Phrase, a: _End, b: _End) -> Stretch | None:
    rest = [e for e in phrase.dated if e is not a and e is not b]
    if rest:
        return rest[-1].stretch
    if phrase.reading.unit and phrase.reading.shift is not None:
        unit = phrase.this(phrase.reading.unit)
        return moved(unit, phrase.reading.shift) if unit else None
    return None


def _yearly_range(a: _End, b: _End) -> Ends | None:
    """A range of days without a year, where there is no day of writing: "between 1 June and 15 July"."""
    if isinstance(b, Expression) and b.slot == "day":
        a_known = (isinstance(a, Expression) and a.slot == "day") or isinstance(a, int)
        return Ends(None, None, b.value) if a_known else None
    if isinstance(a, Expression) and a.slot == "day" and isinstance(b, int) and 1 <= b <= 31:
        return Ends(None, None, f"{a.value[:5]}-{b:02}") if int(a.value[-2:]) < b else None
    return None


def _last_end(b: _End, a: _End, inside: Stretch | None) -> Stretch | None:
    if isinstance(b, int):
        month = inside or (a.stretch if isinstance(a, Expression) else None)
        return _day_of_month(month, b)
    if b is None:
        return None
    if b.slot == "weekday":
        return _weekday_of_end(inside, a, int(b.value[-1]))
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


def _first_end(a: _End, last: Stretch, inside: Stretch | None) -> Stretch | None:
    if isinstance(a, int):
        found = _day_of_month(inside or unit_of(last.first, "M"), a)
        if found and found.first > last.last and inside is None:
            found = _day_of_month(unit_of(months_on(last.first.replace(day=1), -1), "M"), a)
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


def _day_of_month(month: Stretch | None, number: int) -> Stretch | None:
    if month is None or month.kind not in ("D", "M"):
        return None
    month = unit_of(month.first, "M")
    return day(month.first.replace(day=number)) if 1 <= number <= month.last.day else None


def _weekday_of_end(inside: Stretch | None, a: _End, number: int) -> Stretch | None:
    if inside is not None and inside.kind == "W":
        there = weekday_in(inside, number)
        return day(there) if there else None
    if isinstance(a, Expression) and a.stretch:
        start = a.stretch.first
        return day(start + timedelta(days=(number - start.isoweekday()) % 7))
    return None


VOID = "void"
Amount = Stretch | date | Ends | str | None
"""Days, one day, a range by its ends, or the value of what returns; None where the phrase is none, VOID where there is no such day."""


def read_phrase(phrase: Phrase, start: int, end: int) -> Expression | None:
    """The expression for the text from ``start`` to ``end`` that ``phrase`` matches; None if the phrase has no value."""
    try:
        amount = _READERS[phrase.reading.reads](phrase)
    except (OverflowError, ValueError):  # beyond the calendar
        return None
    if amount is None:
        return None
    if isinstance(amount, date):
        amount = day(amount)
    if amount == VOID:
        return Expression("void", start, end, "")
    if isinstance(amount, str) and phrase.reading.reads == "length":
        return Expression("quantity", start, end, amount)
    if isinstance(amount, str):
        slot = "day" if amount.startswith("--") and phrase.reading.reads != "every" else "recurring"
        return Expression(slot, start, end, amount)
    if isinstance(amount, Ends):
        return Expression("range", start, end, amount.value, amount.stretch, ends=amount.ends, period=phrase.quantity)
    open_year = bool(phrase.dated) and all(e.open_year for e in phrase.dated)
    slot = "date" if phrase.reading.use == "acts" and amount.kind == "D" else "relative"
    return Expression(slot, start, end, amount.value, amount, open_year, period=phrase.quantity)


def _unit(phrase: Phrase) -> Amount:
    kind, by = phrase.kind, phrase.shift
    if phrase.today is None or kind is None or by is None:
        return None
    return moved(unit_of(phrase.today, kind), by)


def _counted(phrase: Phrase) -> Amount:
    today, quantity, by = phrase.today, phrase.quantity, phrase.shift
    if today is None or quantity is None or not by:
        return None
    there = period_on(today, quantity, by)
    if there is None:
        return None
    one = timedelta(days=1)
    return Stretch(today + one, there) if by > 0 else Stretch(there, today - one)


def _offset(phrase: Phrase) -> Amount:
    base, sign = phrase.span or phrase.this("D"), phrase.shift or 1
    if base is None:
        return None
    if phrase.quantity:
        return period_on(base.first, phrase.quantity, sign)
    if phrase.weekday and phrase.number:
        return _coming_weekday(base.first + timedelta(days=sign), phrase.weekday, sign, phrase.number)
    return None


def _weekday(phrase: Phrase) -> Amount:
    number, span = phrase.weekday, phrase.span
    if number is None:
        return None
    if phrase.number:
        return _weekday_of_month(phrase, number, phrase.number)
    if span is None and phrase.shift is not None:
        week = phrase.this("W")
        span = moved(week, phrase.shift) if week else None
    if span is None or span.kind not in ("W", "E"):
        return None
    return weekday_in(span, number)


def _weekday_of_month(phrase: Phrase, weekday: int, number: int) -> Amount:
    """ "Thursday the 21st": the nearest month in which that day is a Thursday."""
    if phrase.today is None:
        return None
    start = phrase.today.replace(day=1)
    for by in (0, 1, -1, 2, -2):
        there = _day_in(unit_of(months_on(start, by), "M"), number)
        if there and there.isoweekday() == weekday:
            return there
    return None


def _coming(phrase: Phrase) -> Amount:
    today, by = phrase.today, phrase.shift or 0
    if today is None:
        return None
    if phrase.weekday:
        start = today + timedelta(days=(by > 0) - (by < 0))
        return _coming_weekday(start, phrase.weekday, 1 if by >= 0 else -1, 1)
    month = phrase.span
    if month is None or month.kind != "M":
        return None
    there = unit_of(date(today.year, month.first.month, 1), "M")
    if by > 0 and there.first <= today:
        return unit_of(months_on(there.first, 12), "M")
    if by < 0 and there.last >= today:
        return unit_of(months_on(there.first, -12), "M")
    return there


def _coming_weekday(start: date, weekday: int, sign: int, count: int) -> date:
    days = sign * (weekday - start.isoweekday()) % 7
    return start + timedelta(days=sign * (days + 7 * (count - 1)))


def _day_of(phrase: Phrase) -> Amount:
    number, span = phrase.number, phrase.span
    if number is None:
        return None
    if phrase.month:
        return _yearly(phrase.today, phrase.month, number)
    if span is not None:
        if span.kind != "M":
            return None
        return _day_in(span, number) or VOID
    return _next_day(phrase.today, number) if phrase.today else None


def _next_day(today: date, number: int) -> date | None:
    """The next day of a month with this number, today included."""
    for by in (0, 1, 2):
        there = _day_in(unit_of(months_on(today.replace(day=1), by), "M"), number)
        if there and there >= today:
            return there
    return None


def _yearly(today: date | None, month: int, number: int) -> Amount:
    if not make_iso_date(2024, month, number):
        return VOID
    if today is None:
        return f"--{month:02}-{number:02}"
    return date(nearest_year(today, month, number), month, number)


def _day_in(month: Stretch, number: int) -> date | None:
    return month.first.replace(day=number) if 1 <= number <= month.last.day else None


def _nth(phrase: Phrase) -> Amount:
    span, nth = phrase.span, phrase.number if "o" in phrase.groups else phrase.shift
    if phrase.month and span is None and not phrase.weekday:  # "the last day of February", in any year
        return f"--{phrase.month:02}-{unit_of(date(2025, phrase.month, 1), 'M').last.day:02}" if nth == -1 else None
    if span is None and phrase.reading.unit is not None:
        span = phrase.this(phrase.reading.unit)
    if span is None or not nth:
        return None
    if phrase.weekday:
        return nth_weekday(span, phrase.weekday, nth) or VOID
    kind = phrase.unit_kind
    return nth_unit(span, kind, nth) if kind else None


def _numbered(phrase: Phrase) -> Amount:
    number, kind, year = phrase.number, phrase.kind, phrase.span
    if number is None or kind is None:
        return None
    if year is None:
        if phrase.today is None:
            return None
        year = unit_of(phrase.today, "Y")
        found = nth_unit(year, kind, number)
        if found and kind != "W" and found.last.month:
            there = nearest_year(phrase.today, found.last.month, found.last.day)
            found = nth_unit(unit_of(date(there, 1, 1), "Y"), kind, number)
        return found
    return nth_unit(year, kind, number) if year.kind == "Y" else None


def _month(phrase: Phrase) -> Amount:
    months = [e for e in phrase.dated if e.slot == "month" and e.stretch]
    years = [e.stretch for e in phrase.dated if e.stretch and e.stretch.kind == "Y"]
    if len(months) != 1 or len(years) != 1 or months[0].stretch is None:
        return None
    return unit_of(date(years[0].first.year, months[0].stretch.first.month, 1), "M")


def _part(phrase: Phrase) -> Amount:
    span = phrase.span
    if span is None and phrase.kind:
        span = phrase.this(phrase.kind)
    if span is None or phrase.reading.part is None:
        return None
    found = part_of(span, phrase.reading.part, phrase.today)
    if found and phrase.reading.part == "rest":
        return Ends(day(found.first), day(found.last))
    return found


def _around(phrase: Phrase) -> Amount:
    span = phrase.span
    if span is None and phrase.number and phrase.today:
        found = _next_day(phrase.today, phrase.number)
        span = day(found) if found else None
    return unit_of(span.first, phrase.reading.unit) if span and phrase.reading.unit else None


def _within(phrase: Phrase) -> Amount:
    base = phrase.span or phrase.this("D")
    there = period_on(base.first, phrase.quantity, 1) if base and phrase.quantity else None
    return Ends(day(base.first), day(there)) if base and there else None


def _running(phrase: Phrase) -> Amount:
    base = phrase.span
    there = period_on(base.first, phrase.quantity, 1) if base and phrase.quantity else None
    return Stretch(base.first, there - timedelta(days=1)) if base and there and there > base.first else None


def _length(phrase: Phrase) -> Amount:
    unit = phrase.unit
    return phrase.reading.value or (iso_period(unit.times, unit.iso, working=unit.working) if unit else None)


def _every(phrase: Phrase) -> Amount:
    if phrase.reading.value:
        return phrase.reading.value
    if phrase.weekday:
        return f"-W-{phrase.weekday}"
    if phrase.quantity:
        return f"R/{phrase.quantity}"
    if phrase.dated:
        days = phrase.dated[-1]
        if days.slot == "day":
            return days.value
        return f"--{days.stretch.first:%m-%d}" if days.open_year and days.stretch and days.stretch.kind == "D" else None
    unit = phrase.unit
    period = iso_period(unit.times, unit.iso, working=unit.working) if unit else None
    return f"R/{period}" if period else None


_READERS: dict[str, Callable[[Phrase], Amount]] = {
    "unit": _unit,
    "counted": _counted,
    "offset": _offset,
    "weekday": _weekday,
    "coming": _coming,
    "day of": _day_of,
    "nth": _nth,
    "numbered": _numbered,
    "month": _month,
    "part": _part,
    "around": _around,
    "between": read_range,
    "within": _within,
    "running": _running,
    "length": _length,
    "every": _every,
}
