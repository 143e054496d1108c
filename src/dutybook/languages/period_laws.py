"""Laws on how periods are counted (``calendars/``, one file each), public holidays that institutions publish
(``holidays/``, one file each), and the time zones of places (``zones.toml``).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dutybook.errors import Defect, NotFound
from dutybook.languages.data import Section, Words, load_data, load_folder
from dutybook.suggestions import did_you_mean

DayOff = Literal["saturdays", "sundays", "holidays"]
OwnDay = Annotated[str, Field(pattern=r"^(?:easter[+-]\d{1,2}|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$")]


class Kind(Section):
    """A kind of days that periods are counted in: which days are left out, and the words that ask for it.

    ``words`` are regular expressions, found in the deadline's own words ("10 jours ouvrés").
    """

    name: str
    leaves_out: tuple[DayOff, ...] = ()
    source: str
    note: str = ""  # what else the reader must know of it
    words: Words = ()


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
    up_to: Longest | None = None  # longer periods do not move
    also_off: tuple[OwnDay, ...] = ()  # days that the law itself makes days off: 12-24, easter-2


class Back(Section):
    """Periods that are counted back from an event.

    ``last``: the act may still be done on the last day counted (``act``), or the period must be complete when that
    day begins (``full``). ``earlier``: an end on a day off moves to the preceding working day.
    """

    last: Literal["act", "full"]
    earlier: bool = False
    source: str
    stays: str = ""  # the provision by which an end on a day off stays


class Clear(Section):
    """Periods of clear days (*francs*, *liberi*): neither the first nor the last day counts."""

    name: str
    source: str
    note: str = ""  # what else the reader must know of an end after an event
    words: Words = ()


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
    jurisdictions: Words = ()
    event: str  # the provision by which the event's day is not counted
    units: Units
    days: str = "calendar"  # the kind that a number of days means without more
    working_days: str = "working"  # the kind that working days mean without more
    kinds: dict[str, Kind]
    end: End
    back: Back
    hours: Hours
    clear: Clear | None = None
    begins: Rule | None = None  # periods that begin with the start of a day count that day
    dates: Rule | None = None  # why a fixed date stays on its day
    listed: Rule | None = None  # only holidays count that the state has listed beforehand
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
    laws: dict[str, PeriodLaw] = {}
    claimed: dict[str, str] = {}
    for name, law in load_folder("calendars", PeriodLaw):
        try:
            for pattern in law.words():
                re.compile(pattern)
        except re.error as error:
            raise Defect(f"calendars/{name} is not valid: {error}") from error
        if name != f"{law.id}.toml":
            raise Defect(f"the law {law.id!r} stands in {name!r}: name the file after it")
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
        raise NotFound(f"no law on periods is called {law!r}; there are: {', '.join(laws)}.{did_you_mean(law, laws)}")
    return laws[law]


Code = Annotated[str, Field(pattern=r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$")]


class Institution(Section):
    """The holidays published by an institution: by year, then by month and day (``12-24``), with their names."""

    id: Code
    name: str
    source: str
    years: dict[int, dict[str, str]]

    def of_year(self, year: int) -> dict[date, str]:
        """The holidays of a year; empty where its list is not known."""
        return {date.fromisoformat(f"{year}-{day}"): name for day, name in self.years.get(year, {}).items()}


@cache
def institutions() -> dict[str, Institution]:
    """Institutions by their code.

    Raises:
        Defect: a file does not fit the schema, or a day in it is no day of its year.
    """
    found = {}
    for name, institution in load_folder("holidays", Institution):
        try:
            for year in institution.years:
                institution.of_year(year)
        except ValueError as error:
            raise Defect(f"holidays/{name} is not valid: {error}") from error
        found[institution.id] = institution
    return found


@cache
def zones() -> dict[str, str]:
    """The IANA time zones of places; an empty one means that the place has none, or several.

    Raises:
        Defect: the file does not fit the schema.
    """
    return load_data("zones.toml", dict[Code, str])
