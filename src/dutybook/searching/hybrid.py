"""Words and meaning in one ranked list.

``auto`` looks for words, and for the meaning of plain words beside them if the register has vectors and what made them is
installed. Words alone answer what is exact: "quotes", begin*, OR, -without, section signs, numbers. ``off`` looks for words
alone, ``only`` for meaning alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from dutybook.searching.semantic import Meant
    from dutybook.store import Filters, Register

AUTO, OFF, ONLY = "auto", "off", "only"
MODES = (AUTO, OFF, ONLY)
WORDS, MEANING = "words", "meaning"

#: So many texts are found by meaning at most: everything means something, and the hundredth is no answer any more.
MAX_MEANT = 50
#: Less near than this says nothing. Two typed words lie at 0.1 to 0.4 from what they mean in another language.
LEAST_SIMILAR = 0.1
# What is typed where exact words, a citation or a number is meant.
_EXACT = re.compile(r'["§*|&]|(?:^|\s)(?:OR|NOT|AND)(?:\s|$)|(?:^|\s)-\w|\d')


@dataclass(frozen=True, slots=True)
class Ranked:
    """A norm with its place in the list. ``rank`` is that of words; ``similarity`` a cosine where meaning found it."""

    norm: str
    rank: float
    found_by: tuple[str, ...]
    similarity: float | None


def ranked(register: Register, filters: Filters, limit: int, offset: int, semantic: str) -> list[Ranked]:
    """The norms from ``offset`` on, at most ``limit``.

    Raises:
        BadFilter: there is no such mode.
        MissingExtra, NotFound: as for :func:`dutybook.searching.find`.
    """
    from dutybook.searching.semantic.fusing import fuse

    alone = {meant.norm: meant.similarity for meant in by_meaning(register, filters, semantic)}
    if not alone:
        return [
            Ranked(norm, rank, (WORDS,) if filters.query.match else (), None)
            for norm, rank in ([] if semantic == ONLY else register.rank(filters, limit=limit, offset=offset))
        ]
    words = {} if semantic == ONLY else dict(register.rank(filters, limit=offset + limit, offset=0))
    order = fuse(list(words), list(alone))[offset : offset + limit]
    return [
        Ranked(norm, words.get(norm, 0.0), (WORDS,) if norm in words else (MEANING,), alone.get(norm)) for norm in order
    ]


def by_meaning(register: Register, filters: Filters, semantic: str) -> list[Meant]:
    """The norms that meaning adds to those that hold the words, the nearest first."""
    if semantic not in MODES:
        raise BadFilter(f"{semantic!r} is no way to search. There are: {', '.join(MODES)}.")
    if semantic == OFF or not filters.words.strip() or (semantic == AUTO and is_exact(filters.words)):
        return []
    from dutybook.searching import semantic as meaning

    if problem := meaning.why_not(register):
        if semantic == ONLY:
            raise problem
        return []
    near = meaning.nearest(register, filters, MAX_MEANT)
    if semantic == ONLY:
        return near
    holding = register.vectors.with_words([meant.norm for meant in near], filters)
    return [meant for meant in near if meant.norm not in holding and meant.similarity >= LEAST_SIMILAR]


def is_exact(words: str) -> bool:
    """Whether what is typed asks for exact words.

    >>> [is_exact(words) for words in ("notify a data breach", '"data breach"', "Art 33", "§ 30", "breach OR leak")]
    [False, True, True, True, True]
    """
    return bool(_EXACT.search(words))
