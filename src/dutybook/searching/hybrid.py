"""Words and meaning in one ranked list.

``auto`` looks for words, and for the meaning of plain words beside them if the register has vectors and what made them is
installed. Words alone answer what is exact: "quotes", begin*, OR, -without, section signs, numbers. ``off`` looks for words
alone, ``only`` for meaning alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from dutybook.searching.semantic import Meant
    from dutybook.store import Filters, Register
    from dutybook.store.search.results import Counts

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
    identity: str
    rank: float
    found_by: tuple[str, ...]
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the list; how many norms are in all of it, or more where ``more`` is set; counts of facets."""

    norms: list[Ranked]
    total: int
    more: bool
    facets: dict[str, Counts]


def ranked(
    register: Register, filters: Filters, limit: int, offset: int, facets: Sequence[str], semantic: str
) -> Found:
    """The norms from ``offset`` on, at most ``limit``, one over its versions and languages.

    Raises:
        BadFilter: there is no such mode.
        MissingExtra, NotFound: as for :func:`dutybook.searching.search`.
    """
    from dutybook.searching.semantic.fusing import fuse

    alone = by_meaning(register, filters, semantic)
    if semantic == ONLY:
        counts = register.counts_of([meant.norm for meant in alone], filters, facets)
        return Found([_by_meaning(meant) for meant in alone[offset : offset + limit]], len(alone), False, counts)
    start = 0 if alone else offset
    found = register.results(filters, offset + limit - start, start, facets, [meant.norm for meant in alone])
    by = (WORDS,) if filters.words.strip() else ()
    words = {identity: Ranked(norm, identity, rank, by) for norm, rank, identity in found.ids}
    if not alone:
        return Found(list(words.values()), found.total, found.more, found.facets)
    every = {meant.identity: _by_meaning(meant) for meant in alone} | words
    order = fuse(list(words), [meant.identity for meant in alone])[offset : offset + limit]
    return Found([every[one] for one in order], found.total + len(alone), found.more, found.facets)


def by_meaning(register: Register, filters: Filters, semantic: str) -> list[Meant]:
    """The norms that meaning adds to those that hold the words in one of their texts, the nearest first."""
    if semantic not in MODES:
        raise BadFilter(f"{semantic!r} is no way to search. There are: {', '.join(MODES)}.")
    exact = semantic == AUTO and (filters.query.cited is not None or is_exact(filters.words))
    if semantic == OFF or not filters.words.strip() or exact:
        return []
    from dutybook.searching import semantic as meaning

    if problem := meaning.why_not(register):
        if semantic == ONLY:
            raise problem
        return []
    # The nearest of a norm's texts stands for it.
    near: dict[str, Meant] = {}
    for meant in meaning.nearest(register, filters, MAX_MEANT):
        # Where every version is a row of its own, a norm stands for itself.
        own = replace(meant, identity=meant.norm) if filters.all_versions else meant
        near.setdefault(own.identity, own)
    if semantic == ONLY:
        return list(near.values())
    holding = register.vectors.with_words(list(near), filters)
    return [meant for key, meant in near.items() if key not in holding and meant.similarity >= LEAST_SIMILAR]


def _by_meaning(meant: Meant) -> Ranked:
    return Ranked(meant.norm, meant.identity, 0.0, (MEANING,), meant.similarity)


def is_exact(words: str) -> bool:
    """Whether what is typed asks for exact words.

    >>> [is_exact(words) for words in ("notify a data breach", '"data breach"', "Art 33", "§ 30", "breach OR leak")]
    [False, True, True, True, True]
    """
    return bool(_EXACT.search(words))
