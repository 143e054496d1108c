"""Determines whose law a text is, by signs that only texts of one state have: its gazette, its parliament. One file
per state in ``states/``.

The language is not sufficient: statutes in German are German, Austrian and Swiss.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import Field, ValidationError

from dutybook.errors import Defect
from dutybook.languages.sections.base import Section

_LONGEST = 400_000
# A text may cite the law of a neighbour; its own state's signs are many times as frequent.
_TIMES = 4
_LEAST = 2


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
    folder = resources.files("dutybook.languages") / "states"
    found = []
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        try:
            state = State.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
            for pattern in (p for patterns in state.signs.values() for p in patterns):
                re.compile(pattern)
        except (tomllib.TOMLDecodeError, ValidationError, re.error) as error:
            raise Defect(f"the signs of a state in {file.name!r} are not valid: {error}") from error
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
        found = len(pattern.findall(text, 0, _LONGEST)) if pattern else 0
        if found:
            counts[state.code] = found
    if not counts or max(counts.values()) < _LEAST:
        return None
    best = max(counts, key=lambda code: counts[code])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] >= _TIMES * others else None


@cache
def _signs(code: str, language: str) -> re.Pattern[str] | None:
    signs = next(state.signs.get(language, ()) for state in states() if state.code == code)
    return re.compile("|".join(f"(?:{sign})" for sign in signs)) if signs else None
