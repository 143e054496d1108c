"""What phrases amount to, one function for each of the pack's ways to read (``languages/sections/temporal``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dutybook.extract.deadlines.expressions.masking import Expression
from dutybook.extract.deadlines.expressions.phrase import Phrase
from dutybook.extract.deadlines.expressions.ranges import Ends, between
from dutybook.extract.deadlines.expressions.stretches import (
    Stretch,
    day,
    months_on,
    moved,
    nth_unit,
    nth_weekday,
    part_of,
    period_on,
    unit_of,
    weekday_in,
)
from dutybook.extract.deadlines.values import iso_date, iso_period, nearest_year

VOID = "void"
Amount = Stretch | Ends | str | None
"""Days, a range by its ends, or the value of what returns; None where the phrase is none, VOID where there is no such day."""


def read(phrase: Phrase, start: int, end: int) -> Expression | None:
    """The expression from ``start`` to ``end`` that ``phrase`` is; None where it is none."""
    try:
        amount = _READERS[phrase.reading.reads](phrase)
    except (OverflowError, ValueError):  # beyond the calendar
        return None
    if amount is None:
        return None
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
        there = period_on(base.first, phrase.quantity, sign)
        return day(there) if there else None
    if phrase.weekday and phrase.number:
        return day(_coming_weekday(base.first + timedelta(days=sign), phrase.weekday, sign, phrase.number))
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
    there = weekday_in(span, number)
    return day(there) if there else None


def _weekday_of_month(phrase: Phrase, weekday: int, number: int) -> Amount:
    """ "Thursday the 21st": the nearest month in which that day is a Thursday."""
    if phrase.today is None:
        return None
    start = phrase.today.replace(day=1)
    for by in (0, 1, -1, 2, -2):
        there = _day_in(unit_of(months_on(start, by), "M"), number)
        if there and there.isoweekday() == weekday:
            return day(there)
    return None


def _coming(phrase: Phrase) -> Amount:
    today, by = phrase.today, phrase.shift or 0
    if today is None:
        return None
    if phrase.weekday:
        start = today + timedelta(days=(by > 0) - (by < 0))
        return day(_coming_weekday(start, phrase.weekday, 1 if by >= 0 else -1, 1))
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
        there = _day_in(span, number)
        return day(there) if there else VOID
    found = _next_day(phrase.today, number) if phrase.today else None
    return day(found) if found else None


def _next_day(today: date, number: int) -> date | None:
    """The next day of a month with this number, today included."""
    for by in (0, 1, 2):
        there = _day_in(unit_of(months_on(today.replace(day=1), by), "M"), number)
        if there and there >= today:
            return there
    return None


def _yearly(today: date | None, month: int, number: int) -> Amount:
    if not iso_date(2024, month, number):
        return VOID
    if today is None:
        return f"--{month:02}-{number:02}"
    return day(date(nearest_year(today, month, number), month, number))


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
        there = nth_weekday(span, phrase.weekday, nth)
        return day(there) if there else VOID
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
    "between": between,
    "within": _within,
    "running": _running,
    "length": _length,
    "every": _every,
}
