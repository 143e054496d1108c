"""Public holidays and the time zone of a place: states and regions from the ``holidays`` library, institutions by data.

A place is a state or a region of it by ISO 3166 (``DE``, ``DE-BY``, ``FR-57``, ``GB-SCT``, ``US``), or an institution of
the Union: ``EU-COM`` (Commission), ``EU-EP`` (Parliament).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dutybook.errors import NotFound
from dutybook.languages.period_laws import Institution, institutions, period_law, zones

_OTHER_NAMES = {"EL": "GR", "UK": "GB", "COM": "EU-COM", "EP": "EU-EP"}
"""What the Union calls Greece and the United Kingdom, and its institutions without it."""

_SEVERAL = {
    "EU": "the Union's institutions have holidays of their own",
    "EC": "EC is Ecuador by ISO 3166 (ECU) and the European Commission elsewhere",
}


def known_place(place: str) -> bool:
    """Whether holidays of ``place`` are known."""
    try:
        _code(place)
    except NotFound:
        return False
    return True


def zone_of(place: str) -> str | None:
    """The IANA time zone of ``place`` (``Europe/Berlin``); None where it has several, or is not known.

    Raises:
        NotFound: there is no such place.

    >>> zone_of("DE-BY"), zone_of("ES-CN"), zone_of("US")
    ('Europe/Berlin', 'Atlantic/Canary', None)
    """
    code = _code(place)
    known = zones()
    return known.get(code, known.get(code.partition("-")[0], "")) or None


def moment_at(clock: datetime, place: str) -> datetime:
    """The moment at which clocks at ``place`` show ``clock`` (without a time zone), in its time zone.

    An hour that comes twice, when summer time ends, is taken as the first one.

    Raises:
        ValueError: ``clock`` has a time zone, the place's zone is not known, or its clocks skip that time.
        NotFound: there is no such place.
    """
    if clock.tzinfo is not None:
        raise ValueError(f"{clock} already has a time zone")
    zone = zone_of(place)
    if zone is None:
        raise ValueError(f"the time zone of {place} is not one: name a region of it, or write the time with its offset")
    moment = clock.replace(tzinfo=ZoneInfo(zone))
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != clock:
        raise ValueError(f"clocks at {place} skip {clock:%Y-%m-%d %H:%M}: summer time begins")
    return moment


class HolidaysAt(Mapping[date, str]):
    """The holidays of a place with their names, looked up a year at a time; what was asked for and is not known is remembered.

    They fall on any day of the week. Holidays of some towns of a region only (Assumption Day in Bavaria) are not among
    them. ``statutory_only`` leaves out days that replace a holiday at a weekend, and days off that a decree gives for
    one year. It serves as ``holidays`` of :func:`dutybook.resolve.calendar.compute_due`.

    Raises:
        NotFound: there is no such place; the message names near ones.

    >>> HolidaysAt("DE-BY")[date(2026, 6, 4)]
    'Corpus Christi'
    """

    def __init__(self, place: str, *, statutory_only: bool = False) -> None:
        self.place = _code(place)
        self.statutory_only = statutory_only
        self._asked: set[int] = set()

    def __getitem__(self, day: date) -> str:
        self._asked.add(day.year)
        return _of_year(self.place, day.year, self.statutory_only)[day]

    def __iter__(self) -> Iterator[date]:
        return (day for year in sorted(self._asked) for day in _of_year(self.place, year, self.statutory_only))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def unknown(self) -> tuple[int, ...]:
        """The years that were looked up and are not known."""
        return tuple(year for year in sorted(self._asked) if not _is_known(self.place, year))


def holidays_for(law: str | None, place: str) -> HolidaysAt:
    """The holidays of a place as far as a law knows them.

    Union law asks for the lists that the states have transmitted (Art 2(1) Reg. 1182/71), which rarely hold days off that a
    decree gives for one year: counted, they would make a period end too late.

    Raises:
        NotFound: there is no such law or place.
    """
    return HolidaysAt(place, statutory_only=law is not None and period_law(law).listed is not None)


@dataclass(frozen=True, slots=True)
class _State:
    """A state or region in the library, with the years that it knows."""

    country: str
    region: str | None
    first: int
    last: int
    language: str | None


@cache
def _state(code: str) -> _State | None:
    """The state or region of a code; regions in any case, or by another name ("FR-Alsace" is FR-6AE)."""
    country, dash, asked = code.partition("-")
    try:
        made = _library(country, None)
    except NotImplementedError:
        return None
    region = _regions(made).get(asked.casefold())
    if dash and region is None:
        return None
    language = "en_US" if "en_US" in made.supported_languages else None
    return _State(made.country, region, made.start_year, made.end_year, language)


def _regions(made: Any) -> dict[str, str]:
    """Codes of a state's regions by their codes and names in lower case."""
    aliases: dict[str, str] = getattr(made, "subdivisions_aliases", {})
    return {name.casefold(): code for name, code in aliases.items()} | {
        code.casefold(): code for code in made.subdivisions
    }


def _library(country: str, region: str | None, **options: Any) -> Any:
    # The library takes a quarter of a second to load: only who computes with holidays waits for it.
    import holidays

    return holidays.country_holidays(country, subdiv=region, **options)


@cache
def _code(place: str) -> str:
    """The one code of a place."""
    asked = place.strip()
    country, dash, region = asked.partition("-")
    country = country.upper()
    code = _OTHER_NAMES.get(asked.upper(), f"{_OTHER_NAMES.get(country, country)}{dash}{region}")
    if code.upper() in institutions():
        return code.upper()
    state = None if code.upper() in _SEVERAL else _state(code)
    if state is not None:
        return f"{state.country}-{state.region}" if state.region else state.country
    raise NotFound(_no_place(asked, code))


def _no_place(asked: str, code: str) -> str:
    import holidays

    states = holidays.list_supported_countries(include_aliases=False)
    country = code.upper().partition("-")[0]
    why = _SEVERAL.get(country, "")
    if country == "EU" or why:
        near = sorted(institutions())
    elif country in states:
        regions = [f"{country}-{region}" for region in states[country]]
        near = [country, *(get_close_matches(code.upper(), regions, 5, 0.5) or regions[:5])]
    else:
        names = _names(tuple(states))
        near = [names[name] for name in get_close_matches(asked.casefold(), names, 3, 0.8)]
        near = near or get_close_matches(country, [*states, *_OTHER_NAMES], 5, 0.5)
    reason = f" ({why})" if why else ""
    hint = f"; near are: {', '.join(near)}" if near else ""
    return f"no place is known as {asked!r}{reason}{hint}. Write a state or region by ISO 3166, such as DE or DE-BY"


@cache
def _names(states: tuple[str, ...]) -> dict[str, str]:
    """Codes by the English names of states and the names of regions, in lower case."""
    from holidays.registry import COUNTRIES

    found: dict[str, str] = {}
    for state in states:
        found |= {name: f"{state}-{region}" for name, region in _regions(_library(state, None)).items()}
    return found | {module.replace("_", " "): codes[1] for module, codes in COUNTRIES.items()}


def _is_known(code: str, year: int) -> bool:
    institution = institutions().get(code)
    if institution is not None:
        return year in institution.years
    state = _state(code)
    return state is not None and state.first <= year <= state.last


@lru_cache(maxsize=4096)
def _of_year(code: str, year: int, statutory_only: bool) -> Mapping[date, str]:
    institution: Institution | None = institutions().get(code)
    if institution is not None:
        return MappingProxyType(institution.of_year(year))
    state = _state(code)
    if state is None or not _is_known(code, year):
        return MappingProxyType({})
    made = _library(state.country, state.region, language=state.language, observed=not statutory_only)
    if statutory_only:
        made.has_special_holidays = False
    # Asking for a day makes the library work out its year.
    made.get(date(year, 1, 1))
    # Where two fall on one day the library joins their names with "; ".
    return MappingProxyType({day: name for day, name in sorted(made.items()) if day.year == year})
