"""Which norms a search gives, and in which order: those that hold the words, those that mean the same, those of the best articles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter, MissingExtra
from dutybook.languages.typed_citations import function_words
from dutybook.searching.reranking import (
    LEAST_SHARE,
    MOST,
    MOST_ARTICLES,
    Candidate,
    rerank,
    weights,
)
from dutybook.store import Filters, Register
from dutybook.store.search.results import Counts, Look
from dutybook.store.search.terms import words_of
from dutybook.suggestions import check_one_of

if TYPE_CHECKING:
    from dutybook.searching.meaning import Meant
    from dutybook.store.search.articles import NormFacts

AUTO, OFF, ONLY = "auto", "off", "only"
MODES = (AUTO, OFF, ONLY)
#: So many texts are found by meaning at most: everything means something, and the hundredth is no answer any more.
MAX_MEANT = 50
#: Why a register cannot be searched by meaning, and what to do about it.
WITHOUT_MEANING = {
    "not_indexed": "searched by words alone: norms that say the same in other words or languages are found once the register is "
    "indexed. Index it: dutybook index",
    "not_installed": "searched by words alone: the register is indexed by meaning, but the encoder is not installed here. "
    "See: dutybook index --status",
    "outdated": "searched by words alone: another version of the encoder made the index. Make it anew: dutybook index",
}
#: Of more words than this, norms must hold all.
_MOST_LOOSENED = 8
_PAIR = 2
#: Where so many norms or fewer have all words, articles that have most of them are looked at, too.
ENOUGH = 10
#: What a norm with all words but one is worth, as a share of one with all of them.
_LOOSENED = 0.5
# Signs of the query language, of which all but one cannot be asked for.
_SIGNS = re.compile(r"[()*|&+:]")
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
    """A part of the list; how many norms are in all of it, or more where ``more`` is set; counts of facets.

    ``word_matches`` norms match the words; ``without_meaning`` and ``loosened`` as in :class:`dutybook.searching.Page`.
    """

    norms: list[Ranked]
    total: int
    more: bool
    facets: dict[str, Counts]
    word_matches: int
    without_meaning: str = ""
    loosened: bool = False


def rank_norms(register: Register, filters: Filters, limit: int, offset: int, semantic: str, looks: Looks) -> Found:
    """The norms from ``offset`` on, at most ``limit``, one over its versions and languages.

    Raises:
        BadFilter: there is no such mode.
        MissingExtra, NotFound: as for :func:`dutybook.searching.search`.
    """
    wanted, holding = _wanted(register, filters, semantic, looks)
    alone, without_meaning = _find_by_meaning(register, filters, semantic, wanted, holding)
    if semantic == ONLY:
        counts = register.counts_of([meant.norm for meant in alone], filters, looks.facets)
        page = [_by_meaning(meant) for meant in alone[offset : offset + limit]]
        return Found(page, len(alone), False, counts, len(alone))
    loosened = wanted is not filters
    pool = _Pool(register, filters, loosened, holding, alone) if not looks.order and is_plain(filters) else None
    added = pool.added if pool else []
    # What is put in one order is always looked at whole, so that pages fit together.
    start = 0 if pool else offset
    most = max(offset + limit, MOST) if pool and limit else offset + limit
    found = register.page_of(looks.at(wanted), most - start, start, [one.norm for one in added])
    by = ("words",) if filters.words.strip() else ()
    words = [Ranked(norm, identity, rank, by) for norm, rank, identity in found.ids]
    word_matches = 0 if loosened else found.total
    page = pool.order(words)[offset : offset + limit] if pool and limit else words
    return Found(
        page,
        found.total + len(added),
        found.more,
        found.facets,
        word_matches,
        without_meaning,
        loosened and found.total > 0,
    )


def count_norms(register: Register, filters: Filters, semantic: str) -> int:
    """How many norms :func:`rank_norms` would give without a limit: exact, however long it takes.

    Raises:
        BadFilter, MissingExtra, NotFound: as for :func:`dutybook.searching.search`.
    """
    wanted, holding = _wanted(register, filters, semantic, Looks(register))
    meant, _ = _find_by_meaning(register, filters, semantic, wanted, holding)
    if semantic == ONLY:
        return len(meant)
    added = _Pool(register, filters, wanted is not filters, holding, meant).added if is_plain(filters) else []
    return register.number(wanted) + len(added)


class Looks:
    """What was looked for on the way to a page of results, so that nothing is looked for twice; without ``facets`` (None) there is no page."""

    def __init__(self, register: Register, facets: Sequence[str] | None = None, order: str = "") -> None:
        self._register = register
        self.facets = facets or ()
        self.order = order
        self._paged = facets is not None
        self._last: Look | None = None
        self._missing: frozenset[str] | None = None

    def at(self, filters: Filters) -> Look:
        """What passes the filters."""
        if self._last is None or self._last.filters is not filters:
            self._last = self._register.look(filters, self.facets, self.order)
        return self._last

    def find_identities(self, filters: Filters, most: int) -> list[str]:
        """Identities of at most so many norms that pass the filters."""
        if not self._paged or filters.all_versions:
            # Nobody asks for the rows, or they are norms of their own.
            return self._register.find_identities(filters, most)
        return self.at(filters).identities(most)

    def missing_words(self, words: str) -> frozenset[str]:
        """Those of some words that no norm of the register has in any form."""
        if self._missing is None:
            self._missing = self._register.missing_words(words)
        return self._missing


class _Pool:
    """The norms that may come first: the best by words, the best of the best articles, and the nearest in meaning.

    ``added`` are those of them that do not have the words; ``holding`` as :func:`_wanted` returns it.
    """

    def __init__(
        self, register: Register, filters: Filters, loosened: bool, holding: list[str], meant: Sequence[Meant]
    ) -> None:
        self._register = register
        self._filters = filters
        self._loosened = loosened
        self._meaning = bool(meant)
        self._articles = articles = register.articles(filters)
        of_articles: dict[str, NormFacts] = {}
        if articles and len(holding) <= ENOUGH:
            known = {*holding, *(one.identity for one in meant)}
            # Where norms have all the words, an article that lacks one is no answer.
            least = 1.0 if holding and not loosened else LEAST_SHARE
            best = articles.norms_of(articles.best(MOST_ARTICLES, least))
            if filters.all_versions:
                best = [replace(facts, identity=facts.norm) for facts in best]
            for facts in best:
                # An article in two languages or versions has the same norms.
                if facts.identity not in known:
                    of_articles.setdefault(facts.identity, facts)
        self.added = [*(_by_meaning(one) for one in meant), *map(_by_article, of_articles.values())]

    def __bool__(self) -> bool:
        return self._meaning or bool(self._articles)

    def order(self, words: list[Ranked]) -> list[Ranked]:
        """All that was found: those that hold ``words``, the best first, and what is added, each norm once."""
        best = words[0].rank if words else 0.0
        pool = {one.identity: one for one in (*words[:MOST], *self.added)}
        by_norm = {one.norm: one for one in pool.values()}
        near = self._similarities(by_norm.values())
        candidates = [
            Candidate(fact, self._strength(by_norm[fact.norm], best), near.get(fact.norm, 0.0))
            for fact in self._articles.facts([*by_norm])
        ]
        ordered = rerank(candidates, weights()["meaning" if self._meaning else "words"])
        return [*(by_norm[one.facts.norm] for one in ordered), *words[MOST:]]

    def _strength(self, one: Ranked, best: float) -> float:
        if not one.rank or not best:
            return 0.0
        return one.rank / best * (_LOOSENED if self._loosened else 1.0)

    def _similarities(self, pool: Iterable[Ranked]) -> dict[str, float]:
        if not self._meaning:
            return {}
        from dutybook.searching import meaning

        near = {one.norm: one.similarity for one in pool if one.similarity is not None}
        others = [one.norm for one in pool if one.similarity is None]
        return near | meaning.similarities(self._register, self._filters.words, others)


def _wanted(register: Register, filters: Filters, semantic: str, looks: Looks) -> tuple[Filters, list[str]]:
    """Filters that ask for all words but one where no norm has all of them, else the filters as they are; and the identities of
    norms that pass them: all, or where there are more than :data:`ENOUGH`, one more than that.
    """
    if semantic == ONLY or not is_plain(filters):
        return filters, []
    holding = looks.find_identities(filters, ENOUGH + 1)
    if holding:
        return filters, holding
    # A word that no norm has makes each query that asks for it an idle one, which costs as much as another.
    words = all_but_one(filters.words, looks.missing_words(filters.words))
    if not words:
        return filters, []
    loosened = replace(filters, words=words)
    # Of two words the one that is left says little where no norm has the other one.
    each = words.split(" OR ")
    if len(each) == _PAIR and not all(register.find_identities(replace(filters, words=one), 1) for one in each):
        return filters, []
    return loosened, looks.find_identities(loosened, ENOUGH + 1)


def all_but_one(words: str, missing: Collection[str] = ()) -> str:
    """A query for what holds all of some words but one, where no norm has those that are ``missing``; empty where signs or fewer than two
    words are typed, where nothing can hold that, and where it would be one word whose only companion is missing.

    >>> all_but_one("notify a data breach")
    '(data breach) OR (notify breach) OR (notify data)'
    >>> all_but_one("notify a data braech", {"braech"})
    '(notify data)'
    """
    if is_exact(words) or _SIGNS.search(words):
        return ""
    every = [word for word in dict.fromkeys(words.split()) if not set(words_of(word)) <= function_words()]
    if not _PAIR <= len(every) <= _MOST_LOOSENED or (len(every) == _PAIR and missing):
        return ""
    left = [every[:at] + every[at + 1 :] for at in range(len(every))]
    return " OR ".join(f"({' '.join(each)})" for each in left if not set(each) & set(missing))


def _find_by_meaning(
    register: Register, filters: Filters, semantic: str, wanted: Filters, holding: Sequence[str]
) -> tuple[list[Meant], str]:
    """The norms that meaning adds to those that hold the words that are ``wanted`` (``holding``: some of these), the nearest first; and
    why it was not searched although it was meant to be, a key of :data:`WITHOUT_MEANING`, else empty.
    """
    check_one_of("way to search", semantic, MODES, BadFilter)
    exact = semantic == AUTO and not is_plain(filters)
    if semantic == OFF or not filters.words.strip() or exact:
        return [], ""
    if semantic == AUTO and register.vectors.model() is None:
        return [], "not_indexed"
    from dutybook.searching import meaning

    if problem := meaning.why_not(register):
        if semantic == ONLY:
            raise problem
        return [], "not_installed" if isinstance(problem, MissingExtra) else "outdated"
    # The nearest of a norm's texts stands for it.
    near: dict[str, Meant] = {}
    # Where norms hold words, the page is not empty anyway, and meaning puts it in order.
    for meant in meaning.nearest(register, filters, MAX_MEANT, related=not holding):
        # Where every version is a row of its own, a norm stands for itself.
        own = replace(meant, identity=meant.norm) if filters.all_versions else meant
        near.setdefault(own.identity, own)
    if semantic == ONLY:
        return list(near.values()), ""
    known = register.vectors.with_words(list(near), wanted)
    return [meant for key, meant in near.items() if key not in known], ""


def _by_meaning(meant: Meant) -> Ranked:
    return Ranked(meant.norm, meant.identity, 0.0, ("meaning",), meant.similarity)


def _by_article(facts: NormFacts) -> Ranked:
    return Ranked(facts.norm, facts.identity, 0.0, ("article",))


def is_plain(filters: Filters) -> bool:
    """Whether plain words are looked for, so that other norms than those that hold them may be meant."""
    return bool(filters.words.strip()) and filters.query.cited is None and not is_exact(filters.words)


def is_exact(words: str) -> bool:
    """Whether what is typed asks for exact words.

    >>> [is_exact(words) for words in ("notify a data breach", '"data breach"', "Art 33", "§ 30", "breach OR leak")]
    [False, True, True, True, True]
    """
    return bool(_EXACT.search(words))
