"""Finds nouns for actors in a text with the lists of its language pack: a bank is a business, a ministry an
authority, a tenant a person.
"""

from __future__ import annotations

import re
from functools import cache

from dutybook.extract.norms.model.encoding import CLASSES
from dutybook.languages import LanguagePack

_WORD = re.compile(r"[^\W\d_]+")
#: Letters that case and number may change at a word's end, and that a stem has at least.
_ENDING, _SHORTEST = 2, 4


@cache
def _load_nouns(pack: LanguagePack) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The stems of nouns with their class, by the stem of their first word, longer ones first."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for kind in CLASSES:
        for noun in getattr(pack.actors, kind):
            stems = tuple(_cut(word) for word in _WORD.findall(noun.casefold()))
            if stems:
                found.setdefault(stems[0], {}).setdefault(stems, kind)
    return {first: tuple(sorted(nouns.items(), key=lambda n: -len(n[0]))) for first, nouns in found.items()}


def find_actors(text: str, pack: LanguagePack) -> list[str]:
    """The classes of the actors that a text names, in order."""
    nouns = _load_nouns(pack)
    words = [_cut(word) for word in _WORD.findall(text.casefold())]
    found: list[str] = []
    at = 0
    while at < len(words):
        options = nouns.get(words[at], ())
        match = next(((stems, kind) for stems, kind in options if tuple(words[at : at + len(stems)]) == stems), None)
        if match is None:
            at += 1
            continue
        found.append(match[1])
        at += len(match[0])
    return found


def _cut(word: str) -> str:
    """A word without the letters that case and number may change."""
    return word[: max(len(word) - _ENDING, _SHORTEST)]
