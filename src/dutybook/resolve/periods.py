"""Lengths of time as deadlines state them: ``P14D``, ``P5BD``, ``P1Y6M``, ``PT72H``, ``PT30M``.

They are written as in ISO 8601, working days as ``BD``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERIOD = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D|(?P<working_days>\d{1,4})BD)?(?:T(?:(?P<hours>\d{1,5})H|(?P<minutes>\d{1,5})M))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Years, months, weeks and days, or working days, or hours, or minutes; the last three with nothing else."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    working_days: int = 0
    hours: int = 0
    minutes: int = 0

    def ends(self) -> str:
        """The length with the verb that suits it: "1 month ends", "2 weeks end"."""
        return f"{self} {'ends' if sum(number for number, _ in self._units()) == 1 else 'end'}"

    def __str__(self) -> str:
        words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in self._units() if count]
        return " and ".join(words) if words else "0 days"

    def _units(self) -> tuple[tuple[int, str], ...]:
        return (
            (self.years, "year"),
            (self.months, "month"),
            (self.weeks, "week"),
            (self.days, "day"),
            (self.working_days, "working day"),
            (self.hours, "hour"),
            (self.minutes, "minute"),
        )


def parse_period(value: str) -> Period:
    """The length that ``value`` states.

    Raises:
        ValueError: it is no period, mixes hours or working days with other units, or is absurdly long.

    >>> parse_period("P1Y6M")
    Period(years=1, months=6, weeks=0, days=0, working_days=0, hours=0, minutes=0)
    """
    match = _PERIOD.fullmatch(value)
    if match is None or value.endswith(("P", "T")):
        raise ValueError(f"{value!r} is no period such as P14D, P5BD, P1M, PT72H or PT30M")
    parts = {name: int(number) for name, number in match.groupdict().items() if number is not None}
    if len(parts) > 1 and parts.keys() & {"minutes", "hours", "working_days"}:
        raise ValueError(f"{value!r} mixes hours or working days with other units: no rule says how they add up")
    return Period(**parts)
