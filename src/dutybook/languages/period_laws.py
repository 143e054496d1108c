"""Laws on how periods are counted, as data: one file for each law in ``calendars/``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from dutybook.errors import Defect, NotFound
from dutybook.languages.sections.base import Section

DayOff = Literal["saturdays", "sundays", "holidays"]
OwnDay = Annotated[str, Field(pattern=r"^(?:easter[+-]\d{1,2}|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$")]


class Kind(Section):
    """A kind of days that periods are counted in: which days are left out, and the words that ask for it.

    ``words`` are regular expressions, found in the deadline's own words ("10 jours ouvrés").
    """

    name: str
    leaves_out: tuple[DayOff, ...] = ()
    source: str
    note: str = Field(default="", description="what else the reader must know of it")
    words: tuple[str, ...] = ()


class Units(Section):
    """The provisions on the end of periods of days, weeks, months or years, and of those whose last month lacks the
    day.
    """

    days: str
    weeks: str
    months: str
    missing: str


class Longest(Section):
    """The longest periods to which a rule applies, in each unit."""

    days: int
    weeks: int
    months: int
    years: int


class End(Section):
    """What happens if the end is a day off. ``moves`` names what is extended: periods, or also fixed dates."""

    off: tuple[DayOff, ...] = ()
    moves: tuple[Literal["periods", "dates"], ...] = ()
    source: str
    up_to: Longest | None = Field(default=None, description="longer periods do not move")
    also_off: tuple[OwnDay, ...] = Field(
        default=(), description="days that the law itself makes days off: 12-24, easter-2"
    )


class Back(Section):
    """Periods that are counted back from an event.

    ``last``: the act may still be done on the last day counted (``act``), or the period must be complete when that
    day begins (``full``). ``earlier``: an end on a day off moves to the preceding working day.
    """

    last: Literal["act", "full"]
    earlier: bool = False
    source: str
    stays: str = Field(default="", description="the provision by which an end on a day off stays")


class Clear(Section):
    """Periods of clear days (*francs*, *liberi*): neither the first nor the last day counts."""

    name: str
    source: str
    note: str = Field(default="", description="what else the reader must know of an end after an event")
    words: tuple[str, ...] = ()


class Hours(Section):
    """Periods in hours: ``start`` with the next full hour or with the event's minute; ``days`` on which they run.

    ``most``: longer ones must be written in days. ``moves``: an end on a day off moves to the same time of the next
    working day.
    """

    start: Literal["next-hour", "minute"]
    source: str
    days: str = "calendar"
    most: int | None = None
    moves: bool = False


class Rule(Section):
    """A rule of the law, with its provision."""

    source: str


class Least(Section):
    """Periods of ``of_days`` or more include at least ``working_days`` working days."""

    of_days: int
    working_days: int
    source: str


class Short(Section):
    """Periods of at most ``up_to`` days are counted in another kind of days."""

    up_to: int
    kind: str
    source: str


class PeriodLaw(Section):
    """How one law counts periods. By default the statutes of its ``jurisdictions`` (codes of states) follow it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    jurisdictions: tuple[str, ...] = ()
    event: str = Field(description="the provision by which the event's day is not counted")
    units: Units
    days: str = Field(default="calendar", description="the kind that a number of days means without more")
    working_days: str = Field(default="working", description="the kind that working days mean without more")
    kinds: dict[str, Kind]
    end: End
    back: Back
    hours: Hours
    clear: Clear | None = None
    begins: Rule | None = Field(default=None, description="periods that begin with the start of a day count that day")
    dates: Rule | None = Field(default=None, description="why a fixed date stays on its day")
    listed: Rule | None = Field(default=None, description="only holidays count that the state has listed beforehand")
    least: Least | None = None
    short: Short | None = None

    @model_validator(mode="after")
    def _kinds_exist(self) -> Self:
        named = {self.days, self.working_days, self.hours.days} | ({self.short.kind} if self.short else set())
        if missing := sorted(named - self.kinds.keys()):
            raise ValueError(f"no such kinds of days: {', '.join(missing)}")
        return self

    def words(self) -> tuple[str, ...]:
        """Every pattern that asks for a kind of days, or for clear days."""
        return (*(w for kind in self.kinds.values() for w in kind.words), *(self.clear.words if self.clear else ()))

    def __hash__(self) -> int:
        # Laws are made once per id, and serve as keys of caches.
        return hash(self.id)


@cache
def period_laws() -> dict[str, PeriodLaw]:
    """All laws by id, sorted.

    Raises:
        Defect: a file does not fit the schema, its name is not its law's id, or two laws claim one jurisdiction.
    """
    folder = resources.files("dutybook.languages") / "calendars"
    laws: dict[str, PeriodLaw] = {}
    claimed: dict[str, str] = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        try:
            law = PeriodLaw.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
            for pattern in law.words():
                re.compile(pattern)
        except (tomllib.TOMLDecodeError, ValidationError, re.error) as error:
            raise Defect(f"the law on periods {file.name!r} is not valid: {error}") from error
        if file.name != f"{law.id}.toml":
            raise Defect(f"the law {law.id!r} stands in {file.name!r}: name the file after it")
        for state in law.jurisdictions:
            if (other := claimed.setdefault(state, law.id)) != law.id:
                raise Defect(f"both {other} and {law.id} claim the statutes of {state}")
        laws[law.id] = law
    return laws


def period_law(law: str) -> PeriodLaw:
    """The law of an id.

    Raises:
        NotFound: there is none.
    """
    laws = period_laws()
    if law not in laws:
        raise NotFound(f"no law on periods is called {law!r}; there are: {', '.join(laws)}")
    return laws[law]
