"""The search set: norms of our own, what a person would type to find them, and what those words must not find.

A file a language in ``relevance/``, a ``[[duty]]`` an entry: a norm, ``queries`` that mean it in other forms of its words, and a
text with words that look alike and mean something else (``not``). The same ``concept`` is the same duty in every language.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "relevance"
#: The languages that the goals are set for; the others are reported apart.
MAIN = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")


@dataclass(frozen=True)
class SetNorm:
    """A norm of the set: ``de/refund`` or, made to be missed, ``de/refund/not``."""

    id: str
    language: str
    concept: str
    text: str


@dataclass(frozen=True)
class Pair:
    """A query with the ids of norms that it must find and must not find, all of its own language.

    ``half`` is ``tuning`` or ``report``, by a hash of language and concept: rules were only ever looked at on the first.
    """

    id: str
    language: str
    concept: str
    query: str
    relevant: tuple[str, ...]
    irrelevant: tuple[str, ...]

    @property
    def half(self) -> str:
        digest = hashlib.sha256(f"{self.language}/{self.concept}".encode()).digest()
        return "tuning" if digest[0] % 2 else "report"


@cache
def norms() -> tuple[SetNorm, ...]:
    """All norms of the set, by language."""
    made = []
    for language, duty in _duties():
        made.append(SetNorm(f"{language}/{duty['concept']}", language, duty["concept"], duty["text"]))
        made.append(SetNorm(f"{language}/{duty['concept']}/not", language, duty["concept"], duty["not"]))
    return tuple(made)


@cache
def pairs() -> tuple[Pair, ...]:
    """All queries of the set, by language."""
    made = []
    for language, duty in _duties():
        norm = f"{language}/{duty['concept']}"
        for number, query in enumerate(duty["queries"], 1):
            made.append(Pair(f"{norm}/{number}", language, duty["concept"], query, (norm,), (f"{norm}/not",)))
    return tuple(made)


def _duties() -> list[tuple[str, dict]]:
    files = sorted(FOLDER.glob("*.toml"))
    return [(file.stem, duty) for file in files for duty in tomllib.loads(file.read_text(encoding="utf-8"))["duty"]]
