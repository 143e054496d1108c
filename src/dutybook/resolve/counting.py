"""How the calendar is asked: by the name of a law, with the days off and the clocks of a place."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime

from dutybook.records import Direction
from dutybook.resolve import calendar


def compute_due(
    value: str,
    direction: Direction | None,
    event: date | datetime,
    *,
    law: str,
    holidays: Set[date] = frozenset(),
    moves: bool = True,
) -> tuple[date | datetime, tuple[str, ...]]:
    """See :func:`dutybook.resolve.calendar.compute_due`."""
    if law not in ("reg1182", "bgb"):
        raise ValueError(f"{law!r} is no law that is known here; there are: bgb, reg1182")
    return calendar.compute_due(
        value, direction, event, rule="bgb" if law == "bgb" else "reg1182", holidays=holidays, moves=moves
    )


def holidays_of(place: str, first_year: int, last_year: int) -> Mapping[date, str]:
    """Public holidays of a place."""
    raise ValueError(f"{place!r} is no place whose public holidays are known here")


def zone_of(place: str) -> str | None:
    """The time zone of a place."""
    raise ValueError(f"{place!r} is no place whose clocks are known here")


def law_for(genre: str, jurisdiction: str) -> str | None:
    """The law that counts periods in acts of a genre and a jurisdiction."""
    if genre == "eu_act":
        return "reg1182"
    return "bgb" if genre == "statute" and jurisdiction == "DE" else None
