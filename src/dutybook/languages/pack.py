"""Loads a language pack, which is everything Dutybook knows about a language, from one validated TOML file; removes the
endings that it knows from words, so that forms of one noun or term become equal.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

from pydantic import Field, ValidationError

from dutybook.errors import Defect, NotFound
from dutybook.languages.data import Section
from dutybook.languages.sections import (
    Actors,
    Citations,
    Definitions,
    Facts,
    Norms,
    Penalties,
    Sentences,
    StructureWords,
)
from dutybook.languages.temporal import Temporal
from dutybook.records import BearerClass

# Before each table of a pack's file.
_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)


class LanguagePack(Section):
    """One language. ``code`` is ISO 639-1; ``spacy`` names the tokenizer of ``spacy.blank``."""

    code: str
    name: str
    spacy: str
    structure: StructureWords = Field(default_factory=StructureWords)
    sentences: Sentences = Field(default_factory=Sentences)
    norms: Norms = Field(default_factory=Norms)
    actors: Actors = Field(default_factory=Actors)
    temporal: Temporal = Field(default_factory=Temporal)
    facts: Facts = Field(default_factory=Facts)
    penalties: Penalties = Field(default_factory=Penalties)
    citations: Citations = Field(default_factory=Citations)
    definitions: Definitions = Field(default_factory=Definitions)

    @property
    def seeks_norms(self) -> bool:
        """Whether norms can be extracted. A pack may only describe the layout of acts in its language."""
        return bool(self.norms.cues.obligation)

    def __hash__(self) -> int:
        # Packs are made once per code, and serve as keys of caches.
        return hash(self.code)


@cache
def available() -> tuple[str, ...]:
    """The codes of the languages that have a pack, sorted."""
    folder = resources.files("dutybook.languages") / "packs"
    return tuple(sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml")))


@cache
def load(code: str) -> LanguagePack:
    """Load the pack of a language.

    Raises:
        NotFound: there is no pack for ``code``.
        Defect: the file does not fit the schema.
    """
    try:
        return LanguagePack.model_validate(tomllib.loads(_text(code)))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"the language pack {code!r} is not valid: {error}") from error


@cache
def temporal(code: str) -> Temporal:
    """A pack's words for days and periods, without the rest of it.

    Texts contain dates in other languages, and loading 24 whole packs takes half a second in each process.

    Raises:
        NotFound, Defect: as :func:`load`.
    """
    tables = _TABLE.split(_text(code))
    try:
        parsed = tomllib.loads(
            "".join(table for table in tables if table.startswith(("[temporal]", "[temporal.", "[[temporal.")))
        )
        return Temporal.model_validate(parsed.get("temporal", {}))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"the language pack {code!r} is not valid: {error}") from error


def _text(code: str) -> str:
    file = resources.files("dutybook.languages") / "packs" / f"{code}.toml"
    if not file.is_file():
        raise NotFound(f"no language pack for {code!r}; there are: {', '.join(available())}")
    return file.read_text(encoding="utf-8")


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
