"""Values of deadlines taken apart: ``PT72H``, ``P5BD``, ``P1Y6M``, ``2027-12-31``, ``2027-09``, ``R/P1Y``, ``--03-31``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)(B?)D)?(?:T(\d+)H)?")
MOST = 5000
"""No period of an act is longer than this many of its units; larger numbers are misread."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period by units as written; ``working`` says that its days are working days."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    working: bool = False

    @classmethod
    def parse(cls, value: str) -> Period | None:
        """The period of an ISO 8601 value (with ``BD`` for working days); None where it is none.

        >>> Period.parse("P5BD")
        Period(years=0, months=0, weeks=0, days=5, hours=0, working=True)
        """
        match = _PERIOD.fullmatch(value)
        if match is None or value in ("P", "PT") or value.endswith("T"):
            return None
        years, months, weeks, days, _, hours = (int(g) if g and g.isdigit() else 0 for g in match.groups())
        if max(years, months, weeks, days, hours) > MOST:
            return None
        return cls(years, months, weeks, days, hours, bool(match[5]))
