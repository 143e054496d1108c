"""Removes the endings that a pack knows from words, so that forms of one noun or term become equal."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dutybook.languages.pack import LanguagePack
from dutybook.records import BearerClass

_WORD = re.compile(r"\w[\w-]*")
#: Letters that stay of a word when its ending is taken off.
_LEAST = 3
#: Words whose stems are remembered: a process reads thousands of documents.
_REMEMBERED = 50_000


@cache
def _endings(pack: LanguagePack) -> tuple[str, ...]:
    actors = pack.actors
    made = {*actors.inflections, *actors.adjective_endings, *pack.definitions.endings} - {""}
    return tuple(sorted((e.casefold() for e in made), key=lambda e: (-len(e), e)))


@lru_cache(_REMEMBERED)
def _stem(word: str, pack: LanguagePack) -> str:
    """The word without its endings, one after the other: "Verarbeiters" and "Verarbeiter" become equal only at the
    second.
    """
    for ending in _endings(pack):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return _stem(word[: -len(ending)], pack)
    return word


def stems(words: str, pack: LanguagePack) -> tuple[str, ...]:
    """The words of a phrase in small letters without the endings that the pack knows, so that forms of one term are
    equal.
    """
    return tuple(_stem(m.group().casefold(), pack) for m in _WORD.finditer(words))


@cache
def actor_stems(pack: LanguagePack) -> dict[tuple[str, ...], BearerClass]:
    """The pack's nouns for actors, as stems."""
    made: dict[tuple[str, ...], BearerClass] = {}
    for kind in (BearerClass.AUTHORITY, BearerClass.BUSINESS, BearerClass.PERSON, BearerClass.ANY):
        for noun in getattr(pack.actors, kind.value):
            made.setdefault(stems(noun, pack), kind)
    return made


def names_actor(words: str, pack: LanguagePack) -> bool:
    """Whether words are one of the pack's nouns for actors, preceded by adjectives at most."""
    rest = words.split()
    while rest:
        if stems(" ".join(rest), pack) in actor_stems(pack):
            return True
        if not rest.pop(0).casefold().endswith(pack.actors.adjective_endings):
            return False
    return False
