"""Lengths of time as deadlines state them: ``P14D``, ``P5BD``, ``P1Y6M``, ``PT72H`` (ISO 8601, working days as ``BD``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERIOD = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?"
    r"(?:(?P<days>\d{1,5})D|(?P<working_days>\d{1,4})BD)?(?:T(?P<hours>\d{1,5})H)?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Years, months, weeks and days, or working days, or hours; never hours together with anything else."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    working_days: int = 0
    hours: int = 0

    def ends(self) -> str:
        """The length with the verb that suits it: "1 month ends", "2 weeks end"."""
        one = self.years + self.months + self.weeks + self.days + self.working_days + self.hours == 1
        return f"{self} {'ends' if one else 'end'}"

    def __str__(self) -> str:
        named = (
            (self.years, "year"),
            (self.months, "month"),
            (self.weeks, "week"),
            (self.days, "day"),
            (self.working_days, "working day"),
            (self.hours, "hour"),
        )
        words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in named if count]
        return " and ".join(words) if words else "0 days"


def parse_period(value: str) -> Period:
    """The length that ``value`` states.

    Raises:
        ValueError: it is no period, mixes hours or working days with other units, or is absurdly long.

    >>> parse_period("P1Y6M")
    Period(years=1, months=6, weeks=0, days=0, working_days=0, hours=0)
    """
    match = _PERIOD.fullmatch(value)
    if match is None or value.endswith(("P", "T")):
        raise ValueError(f"{value!r} is no period such as P14D, P5BD, P1M or PT72H")
    parts = {name: int(number) for name, number in match.groupdict().items() if number is not None}
    if len(parts) > 1 and parts.keys() & {"hours", "working_days"}:
        raise ValueError(f"{value!r} mixes hours or working days with other units: no rule says how they add up")
    return Period(**parts)
