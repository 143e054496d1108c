"""What an organisation says of itself, and what is proposed from it: which norms apply, which do not, and which have to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """What is proposed of a norm or an act for a profile."""

    APPLIES = "applies"
    NO = "no"
    ASK = "ask"


class Size(IntEnum):
    """Classes of size of Commission Recommendation 2003/361/EC."""

    MICRO = 0
    SMALL = 1
    MEDIUM = 2
    LARGE = 3


#: For each class but the largest: persons employed (fewer than), turnover and balance sheet total in million euro (at most; one of them).
CEILINGS: dict[Size, tuple[int, float, float]] = {
    Size.MICRO: (10, 2, 2),
    Size.SMALL: (50, 10, 10),
    Size.MEDIUM: (250, 50, 43),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a profile has a role, activity or sector. ``work`` is the act that it is said for; empty for all acts."""

    term: str
    yes: bool
    work: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation: who may be bound by norms.

    ``countries`` are ISO 3166 codes of where it is established, has sites or offers what it does; ``sites`` are its places in words.
    ``employees`` is a number of persons, ``turnover`` and ``balance`` are million euro a year; None where that is not known.
    ``complete``: it has no role, activity or sector that its answers do not name.
    ``revision`` and ``changed``, ``changed_by``: number, time (UTC) and author of the last change in the history.
    """

    id: str
    name: str
    countries: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    employees: int | None = None
    turnover: float | None = None
    balance: float | None = None
    complete: bool = False
    answers: tuple[Answer, ...] = field(default=())
    revision: int = 0
    changed: str = ""
    changed_by: str = ""

    def terms(self, work: str, *, yes: bool) -> frozenset[str]:
        """The terms that it says yes (or no) to, for an act."""
        return frozenset(answer.term for answer in self.answers if answer.yes is yes and answer.work in ("", work))

    @property
    def sizes(self) -> frozenset[Size]:
        """The classes of size that it may be of, by what is known of it.

        >>> sorted(size.name for size in Profile("1", "A", employees=60).sizes)
        ['LARGE', 'MEDIUM']
        """
        return frozenset(size for size in Size if self._may_be(size))

    def _may_be(self, size: Size) -> bool:
        below = Size(size - 1) if size else None
        return self._within(size) is not False and (below is None or self._within(below) is not True)

    def _within(self, size: Size) -> bool | None:
        """Whether it is under the ceilings of a class; None where that is not known."""
        if size is Size.LARGE:
            return True
        persons, turnover, balance = CEILINGS[size]
        few = None if self.employees is None else self.employees < persons
        if few is False:
            return False
        money = [
            value <= most for value, most in ((self.turnover, turnover), (self.balance, balance)) if value is not None
        ]
        little = True if any(money) else False if len(money) == 2 else None
        if little is False:
            return False
        return True if few and little else None


@dataclass(frozen=True, slots=True)
class Basis:
    """The words of an act that a proposal rests on: their place and their half-open range in the text of ``document``."""

    document: str
    place: str
    quote: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is proposed: a code with its values, which has a text in each language of readers, and the words behind it."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed of a norm (its id) or of an act (empty), and why."""

    norm: str
    verdict: Verdict
    reason: Ground


def merged(names: Iterable[str]) -> tuple[str, ...]:
    """Names without repetitions and blanks around them, in their order."""
    return tuple(dict.fromkeys(clean for name in names if (clean := " ".join(name.split()))))
