"""Why a file was not read, or not wholly, in the reader's language.

Whoever reads a file says so in English, and that is what the register keeps. Here a sentence is known again by its words, and what stands
in it (a number, a name) goes along. A sentence that is not known stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel.numbers import format_decimal

from dutybook.languages.reader import FALLBACK, reader_words

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
#: Longer reasons are not taken apart.
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a reason and the language that it is in."""

    text: str
    language: str


def said(reason: str, language: str) -> list[Said]:
    """The pieces of a reason (without its code), each in ``language`` where that has words for it, else as it is.

    >>> [piece.text for piece in said("it has more than 1,500 MB: split it", "de")]
    ['Sie hat mehr als 1.500 MB: Teilen Sie sie.']
    >>> said("the moon was in the way", "de")
    [Said(text='the moon was in the way', language='en')]
    """
    parts = reason[:_LONGEST].split("; ") if reason else []
    made: list[Said] = []
    at = 0
    while at < len(parts):
        # A sentence may have a semicolon of its own: the longest that is known.
        for end in range(min(len(parts), at + 3), at, -1):
            found = _known("; ".join(parts[at:end]), language)
            if found:
                made.append(Said(found, language))
                at = end
                break
        else:
            made.append(Said(parts[at], FALLBACK))
            at += 1
    return made


def _known(text: str, language: str) -> str:
    for pattern, key, cuts, open_end in _patterns():
        # What is put in at the end may have a semicolon, too; elsewhere it would swallow the reason before.
        fits = text.count("; ") == cuts or (open_end and text.count("; ") > cuts)
        found = pattern.fullmatch(text) if fits else None
        if found:
            words = reader_words("reasons", language)(key)
            return words.format(*(_value(value, language) for value in found.groups()))
    return ""


def _value(text: str, language: str) -> str:
    if _NUMBER.fullmatch(text):
        return str(format_decimal(float(text.replace(",", "")), locale=language))
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, int, bool], ...]:
    """What is said in English, the most particular first; with its semicolons, and whether anything may stand at its end."""
    sources = reader_words("reason_sources", FALLBACK)
    found = sorted(sources, key=lambda source: -len(source.replace("{}", "")))
    return tuple(
        (
            re.compile("(.+?)".join(map(re.escape, source.split("{}"))), re.DOTALL),
            sources(source),
            source.count("; "),
            source.endswith("{}"),
        )
        for source in found
    )
