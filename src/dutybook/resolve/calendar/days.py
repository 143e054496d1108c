"""Days off, and steps over them: what all kinds of counting share."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dutybook.languages.period_laws import DayOff

ONE = timedelta(days=1)
_NAMES: dict[DayOff, str] = {"saturdays": "Saturdays", "sundays": "Sundays", "holidays": "public holidays"}
# No state has a fortnight of holidays on end; whoever passes one such set has made a mistake.
_LONGEST_BREAK = 370


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days that do not count: weekend days and public holidays by ``which``, and days that the law itself names.

    ``own`` are days of the year (``12-24``) or days from Easter Sunday (``easter-2`` is Good Friday).
    """

    which: tuple[DayOff, ...]
    holidays: Container[date] = frozenset()
    own: tuple[str, ...] = ()

    def __contains__(self, day: date) -> bool:
        weekday = day.weekday()
        if (weekday == 5 and "saturdays" in self.which) or (weekday == 6 and "sundays" in self.which):
            return True
        return "holidays" in self.which and (day in self.holidays or self._own(day))

    def why(self, day: date) -> str:
        """What makes ``day`` a day off: "a Saturday", "a public holiday (Easter Monday)"."""
        if day.weekday() >= 5 and _weekend(day) in self.which:
            return f"a {day:%A}"
        if day in self.holidays:
            name = self.holidays.get(day) if isinstance(self.holidays, Mapping) else None
            return f"a public holiday ({name})" if name else "a public holiday"
        return "a day that the law treats as a public holiday"

    def left_out(self) -> str:
        """The days off in words, saying where holidays are not known: "Saturdays and Sundays"."""
        known = [_NAMES[w] for w in self.which if w != "holidays" or self.holidays]
        words = " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
        unknown = "holidays" in self.which and not self.holidays
        return f"{words} left out{' (public holidays are not known here)' if unknown else ''}"

    def next_working(self, day: date) -> date:
        """``day``, or the first day after it that is none of these."""
        return self._away(day, ONE)

    def last_working(self, day: date) -> date:
        """``day``, or the last day before it that is none of these."""
        return self._away(day, -ONE)

    def count(self, day: date, number: int) -> date:
        """The ``number``-th day after ``day`` that counts (before it where ``number`` is negative)."""
        step = ONE if number > 0 else -ONE
        for _ in range(abs(number)):
            day = self._away(day + step, step)
        return day

    def _away(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_BREAK):
            if day not in self:
                return day
            day += step
        raise ValueError(f"every day for a year up to {day} is a day off: check the holidays")

    def _own(self, day: date) -> bool:
        if not self.own:
            return False
        from_easter = (day - easter(day.year)).days
        return f"{day:%m-%d}" in self.own or f"easter{from_easter:+d}" in self.own


def _weekend(day: date) -> DayOff:
    return "saturdays" if day.weekday() == 5 else "sundays"


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the "anonymous" rule, *Nature*, 20 April 1876).

    >>> str(easter(2026))
    '2026-04-05'
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the rule's own letters
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def months_on(day: date, months: int) -> tuple[date, bool]:
    """The day of the same number ``months`` on; where the month lacks it, its last day and True.

    Raises:
        OverflowError: it lies outside the years 1 to 9999.

    >>> months_on(date(2026, 1, 31), 1)
    (datetime.date(2026, 2, 28), True)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day > last
