"""Words by which a norm is a duty to notify somebody of an incident, and what starts its periods; data in ``incidents.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from dutybook.errors import Defect
from dutybook.languages.data import Section, load_data

_Words = Annotated[str, Field(min_length=3, max_length=80)]
_ByLanguage = dict[str, tuple[_Words, ...]]


class IncidentKind(Section):
    """A kind of incidents: the words for it, and words of the titles of acts whose plain incidents are of it, by language."""

    name: str = Field(pattern=r"^[a-z]+(?:-[a-z]+)*$")
    words: _ByLanguage
    titles: _ByLanguage


class _File(Section):
    kinds: tuple[IncidentKind, ...]
    incident: _ByLanguage
    notifying: _ByLanguage
    recipients: dict[str, _ByLanguage]
    stages: dict[str, _ByLanguage]
    moments: dict[str, _ByLanguage]
    ensuring: _ByLanguage


#: What is searched for: kinds of incidents by their words or by words of an act's title, incidents of whatever kind, words for
#: notifying, recipients, stages of a report, moments that start a period, words by which a state makes others do something.
Subject = Literal["kinds", "titles", "incident", "notifying", "recipients", "stages", "moments", "ensuring"]
#: Moments of an incident that people say; the time of a submission belongs to a duty.
MOMENTS = ("aware", "occurred", "classified", "measure", "handled")
#: A period that the submission of an earlier report starts.
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """Words found in a text, at half-open character offsets, and the ``name`` of the list that they stand in."""

    start: int
    end: int
    name: str


@cache
def _data() -> _File:
    made = load_data("incidents.toml", _File)
    if set(made.moments) != {*MOMENTS, SUBMITTED}:
        raise Defect("the words for incidents name other moments than the program knows")
    return made


@cache
def incident_kinds() -> tuple[str, ...]:
    """The names of all kinds, in the order of the file."""
    return tuple(kind.name for kind in _data().kinds)


@cache
def incident_languages() -> frozenset[str]:
    """The languages that have words for incidents."""
    return frozenset(_data().incident)


def _lists(subject: Subject) -> dict[str, _ByLanguage]:
    data = _data()
    if subject == "kinds":
        return {kind.name: kind.words for kind in data.kinds}
    if subject == "titles":
        return {kind.name: kind.titles for kind in data.kinds}
    found = getattr(data, subject)
    return found if subject in ("recipients", "stages", "moments") else {subject: found}


@cache
def _patterns(subject: Subject, language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for name, by_language in _lists(subject).items():
        if words := by_language.get(language):
            made.append((name, re.compile("|".join(map(_expression, words)))))
    return tuple(made)


def _expression(words: str) -> str:
    made = re.escape(words.casefold()).replace(r"\~", r"\w*").replace(r"\ ", r"\s+")
    return rf"(?<!\w){made}(?!\w)"


def find_words(subject: Subject, language: str, text: str) -> tuple[Match, ...]:
    """All words of a subject in a text, in its order; none in a language that has no words.

    >>> [match.name for match in find_words("moments", "en", "after the submission of the initial notification")]
    ['submitted', 'submitted']
    """
    plain = _folded(text)
    return tuple(
        sorted(
            Match(match.start(), match.end(), name)
            for name, pattern in _patterns(subject, language)
            for match in pattern.finditer(plain)
        )
    )


def _folded(text: str) -> str:
    """The text in small letters, character for character, so that offsets stay."""
    return "".join(low if len(low := char.casefold()) == 1 else char for char in text.replace("\u2019", "'"))


def names_in(subject: Subject, language: str, text: str) -> frozenset[str]:
    """The lists of a subject of which words stand in a text.

    >>> sorted(names_in("kinds", "en", "The operator reports each major ICT-related incident."))
    ['cybersecurity', 'ict']
    """
    return frozenset(match.name for match in find_words(subject, language, text))


def first_in(subject: Subject, language: str, text: str) -> str:
    """The list whose words stand first in a text; empty where there are none.

    >>> first_in("moments", "en", "of becoming aware of the significant incident")
    'aware'
    """
    found = find_words(subject, language, text)
    return found[0].name if found else ""


@cache
def search_expression(kinds: frozenset[str]) -> str:
    """An expression of SQLite's full text search for words of these kinds (all if none are given) and for plain incidents."""
    data = _data()
    chosen = [kind for kind in data.kinds if not kinds or kind.name in kinds]
    lists = [*(words for kind in chosen for words in kind.words.values()), *data.incident.values()]
    return " OR ".join(sorted({_phrase(word) for words in lists for word in words}))


def _phrase(words: str) -> str:
    """Words up to the first open ending, since only the end of a phrase may be open in an expression."""
    before, mark, _ = words.partition("~")
    return f'"{before.strip()}"' + ("*" if mark else "")
