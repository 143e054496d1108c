"""Finds whose law a text is, the official numbers of acts of states, and the number that a text gives for itself.

The patterns of numbers are in ``official_numbers.toml``, the signs of each state (its gazette, its parliament) in
``states/``. The language is not sufficient: statutes in German are German, Austrian and Swiss.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from dutybook.errors import Defect
from dutybook.languages.data import Section, load_data, load_folder

Where = Literal["title", "line", "head", "header", "eli", "file"]
_LONGEST = 2_000
_LONGEST_TEXT = 400_000
# A text may cite the law of a neighbour; its own state's signs are many times as frequent.
_TIMES = 4
_LEAST = 2
_PLACES: tuple[tuple[Where, ...], ...] = (("eli", "file", "title"), ("line", "head", "header"))
_ROMAN = {"1": "I", "2": "II", "3": "III"}


class OfficialNumber(Section):
    """A system of numbers; the top of the data file describes its fields. ``line``: where a head is searched, a whole
    line must match.
    """

    state: str = Field(pattern=r"^[A-Z]{2}$")
    language: str = ""
    where: tuple[Where, ...]
    pattern: str
    number: str
    kinds: dict[str, str] = Field(default_factory=dict)
    line: bool = False
    rank: Literal["first", "second", "never"] = "first"
    examples: dict[str, str]


class _File(Section):
    generic: tuple[str, ...]
    numbers: tuple[OfficialNumber, ...]


@dataclass(frozen=True, slots=True)
class StateNumber:
    """A number of an act in its stored form, and its state. ``rank``: whether it identifies the work."""

    state: str
    number: str
    rank: str


def official_numbers() -> tuple[OfficialNumber, ...]:
    """All known systems, in the order of preference for identifying a work."""
    return _file().numbers


def is_generic(title: str) -> bool:
    """Whether many documents have this title: the name of a gazette or portal, or only a word or a number."""
    plain = _folded(title)
    words = re.findall(r"[^\W\d_]{3,}", plain)
    return len(words) < 2 or plain.startswith(tuple(_folded(name) for name in _file().generic))


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("∆", "δ")


@cache
def _file() -> _File:
    return load_data("official_numbers.toml", _File)


def state_numbers(texts: Mapping[Where, Sequence[str]], state: str, language: str = "") -> tuple[StateNumber, ...]:
    """The numbers that a text gives for its own act; ``state`` is empty if it is not known whose law it is.

    An address reveals the state, and so does the form of a number in some languages. Lines of the text count only if
    neither address, data nor title has a number that identifies the work.

    >>> state_numbers({"eli": ["http://www.legislation.gov.uk/ukpga/2031/77"]}, "")
    (StateNumber(state='GB', number='ukpga/2031/77', rank='first'),)
    """
    found = list(dict.fromkeys(number for _, number in sorted(_each(texts, state, language), key=lambda each: each[0])))
    states = {number.state for number in found}
    return tuple(found) if len(states) == 1 else ()


def number_of(text: str) -> str:
    """The stored form of a number that somebody typed; other text is returned as it is.

    >>> number_of("Bundesgesetzblatt Jahrgang 2031 Teil I Nr. 17"), number_of("https://wetten.overheid.nl/BWBR0077777/")
    ('BGBl. 2031 I Nr. 17', 'BWBR0077777')
    """
    plain = " ".join(text.split())
    for entry in official_numbers():
        found = _pattern(entry.pattern).fullmatch(plain)
        if found is None and "eli" in entry.where and "/" in plain:
            found = _pattern(entry.pattern).search(plain)
        if found:
            return _written(entry, found)
    return plain


def _each(texts: Mapping[Where, Sequence[str]], state: str, language: str) -> Iterator[tuple[int, StateNumber]]:
    named = False
    for places in _PLACES:
        certain = places[0] == "eli"
        for position, entry in enumerate(official_numbers()):
            known = entry.state == state or (not state and entry.language == language and language != "")
            if (state and not known) or (not certain and named and entry.rank == "first"):
                continue
            found = next(
                _in_places(entry, [p for p in places if p in entry.where and (known or p == "eli")], texts), None
            )
            if found:
                named = named or (certain and entry.rank == "first")
                yield position, StateNumber(entry.state, _written(entry, found), entry.rank)


def _in_places(
    entry: OfficialNumber, places: Sequence[Where], texts: Mapping[Where, Sequence[str]]
) -> Iterator[re.Match[str]]:
    for place in places:
        for text in texts.get(place, ()):
            if found := _found(entry, place, text[:_LONGEST]):
                yield found


def _found(entry: OfficialNumber, place: Where, text: str) -> re.Match[str] | None:
    pattern = _pattern(entry.pattern)
    if entry.line and place == "head":
        return next((m for line in text.split("\n") if (m := pattern.fullmatch(line.strip()))), None)
    return pattern.search(text) if place in ("head", "eli") else pattern.match(text.strip())


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _written(entry: OfficialNumber, found: re.Match[str]) -> str:
    groups = {name: " ".join((value or "").split()) for name, value in found.groupdict().items()}
    if "kind" in groups:
        kind = groups["kind"].casefold()
        groups["kind"] = entry.kinds.get(kind, kind)

    def put(match: re.Match[str]) -> str:
        name, _, form = match[1].partition(":")
        value = groups[name]
        return {"roman": _ROMAN.get(value, value), "colon": value.replace("/", ":")}.get(form, value)

    return " ".join(re.sub(r"\{([a-z:]+)\}", put, entry.number).split())


class State(Section):
    """Signs by language: regular expressions that match texts of this state and of no other."""

    code: str = Field(pattern=r"^[A-Z]{2}$")
    signs: dict[str, tuple[str, ...]]


@cache
def states() -> tuple[State, ...]:
    """All states that have signs, sorted by code.

    Raises:
        Defect: a file does not fit the schema.
    """
    found = []
    for name, state in load_folder("states", State):
        try:
            for pattern in (p for patterns in state.signs.values() for p in patterns):
                re.compile(pattern)
        except re.error as error:
            raise Defect(f"states/{name} is not valid: {error}") from error
        found.append(state)
    return tuple(found)


def state_of(text: str, language: str) -> str | None:
    """The state whose law or circular ``text`` is; None if signs are too few, or of several states.

    >>> state_of("Der Nationalrat hat beschlossen: Das Hafengesetz, BGBl. I Nr. 12/2031, wird geändert.", "de")
    'AT'
    """
    counts = {}
    for state in states():
        pattern = _signs(state.code, language)
        found = len(pattern.findall(text, 0, _LONGEST_TEXT)) if pattern else 0
        if found:
            counts[state.code] = found
    if not counts or max(counts.values()) < _LEAST:
        return None
    best = max(counts, key=lambda code: counts[code])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] >= _TIMES * others else None


@cache
def speaks(state: str, language: str) -> bool:
    """Whether there are texts of a state in a language."""
    return any(known.code == state and language in known.signs for known in states())


@cache
def _signs(code: str, language: str) -> re.Pattern[str] | None:
    signs = next(state.signs.get(language, ()) for state in states() if state.code == code)
    return re.compile("|".join(f"(?:{sign})" for sign in signs)) if signs else None
