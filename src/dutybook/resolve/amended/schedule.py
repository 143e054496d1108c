"""From which day each instruction of an amending act applies, by the dates that the act states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dutybook.records import FactType
from dutybook.records.provisions import lies_in


@dataclass(frozen=True, slots=True)
class ActDay:
    """A date of an amending act: what it is, its day, and the places that it is about and those left out of it."""

    kind: str
    day: date | None
    scope: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    whole: bool = True


_APPLYING = (FactType.APPLICATION.value, FactType.ENTRY_INTO_FORCE.value)


def day_of(place: str, days: Sequence[ActDay]) -> date | None:
    """The day from which what stands at a place of an act applies; None where none is stated, or several are.

    A date for the place itself goes before one for what is around it, a day of application before that of entry into force.

    >>> day_of("Art 1(2)", [ActDay("entry_into_force", date(2031, 7, 1)), ActDay("application", date(2032, 1, 1), ("Art 1(2)",))])
    datetime.date(2032, 1, 1)
    """
    for kind in _APPLYING:
        named = [
            (max(len(scope) for scope in each.scope if is_inside(place, scope)), each)
            for each in days
            if each.kind == kind and any(is_inside(place, scope) for scope in each.scope)
        ]
        if named:
            nearest = max(depth for depth, _ in named)
            return _only({each.day for depth, each in named if depth == nearest})
        general = [
            each
            for each in days
            if each.kind == kind
            and not each.scope
            and each.whole
            and not any(is_inside(place, out) for out in each.outside)
        ]
        if general:
            return _only({each.day for each in general})
    return None


def _only(days: set[date | None]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None


def is_inside(place: str, outer: str) -> bool:
    """Whether a place is another one or lies in it, which may be a range as citations write it ("Art 102-109").

    >>> is_inside("Art 1(2)(a)", "Art 1(2)"), is_inside("Art 1(3)", "Art 1(2-4)")
    (True, True)
    """
    if lies_in(place, outer):
        return True
    ranged = re.search(r"(\d+)[-–](\d+)\)?$", outer)
    if not ranged:
        return False
    before = outer[: ranged.start()]
    number = re.match(r"\d+", place[len(before) :]) if place.startswith(before) else None
    return number is not None and int(ranged[1]) <= int(number[0]) <= int(ranged[2])
