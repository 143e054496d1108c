"""What became of a date that news announced: the act says so, says otherwise, or does not say yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dutybook.records import FactType

#: What acts say of themselves with a date. ``expected`` announces anything: it can be confirmed, never contradicted.
DATED = frozenset(
    {
        *(FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.TRANSPOSITION, FactType.EXPIRY),
        FactType.EXPECTED,
    }
)


class Outcome(StrEnum):
    EXPECTED = "expected"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Announced:
    """A date in the news: its type, the day, month or year (ISO 8601), and the day of the item (None where it has none).

    ``near``: the words stand beside the name of the act, so that an announcement of anything may be one of the act.
    """

    type: str
    due: str
    day: str | None
    near: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in an act: its fact (empty for the day of publication), document, type, day, and whether it is about the whole act."""

    fact: str
    document: str
    type: str
    due: str
    whole: bool


def outcome(announced: Announced, said: Iterable[Dated]) -> tuple[Outcome, Dated | None]:
    """What the act's own dates (in the order in which they are preferred) make of an announced one.

    An act speaks of what was announced only with days that lie after the item: an older text of an act that is to be amended says
    nothing of the amendment. Where nobody knows the item's day, a day that agrees confirms and nothing contradicts.
    """
    dates = [d for d in said if announced.day is None or d.due > announced.day]
    if announced.type == FactType.EXPECTED:
        fitting = [d for d in dates if announced.near and fits(announced.due, d.due)]
        return (Outcome.CONFIRMED, fitting[0]) if fitting else (Outcome.EXPECTED, None)
    own = [d for d in dates if d.type == announced.type]
    for dated in own:
        if fits(announced.due, dated.due):
            return Outcome.CONFIRMED, dated
    whole = [d for d in own if d.whole]
    if whole and announced.day is not None:
        return Outcome.CONTRADICTED, whole[0]
    return Outcome.EXPECTED, None


def fits(announced: str, day: str) -> bool:
    """Whether a day lies in the announced day, month or year.

    >>> fits("2027-03", "2027-03-14"), fits("2027-03-15", "2027-03-14")
    (True, False)
    """
    return day == announced or day.startswith(f"{announced}-")
