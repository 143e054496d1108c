"""Articles as a whole, for search: the words of all their text, so that an article is found by words that no single norm of it has.

The words that somebody types for a duty stand in several paragraphs, in the points of a list, or in a sentence that is no norm: an
article that has them all answers better than a norm elsewhere that has some. A row stands for an article that has norms; ``row`` and
``last`` are the rows of its first and its last norm.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dutybook.languages.letters import WRITTEN, fold
from dutybook.languages.typed_citations import function_words
from dutybook.store.database.protocols import Connection
from dutybook.store.search.candidates import languages_of
from dutybook.store.search.conditions import NARROW
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, where
from dutybook.store.search.headings import Places
from dutybook.store.search.query import plain_words
from dutybook.store.search.terms import forms_of
from dutybook.store.sql import compose

#: To be counted up when the rows of the same content change.
VERSION = "1"
#: Words that more articles than this have are looked for in these only: so common a word counts little.
MOST_HITS = 4_000
#: From this letter on stand the tags before keys.
_TAGS = "\ue000"

_NORMS = "SELECT row, provision, coalesce(stem, '') || ' ' || quote FROM norms WHERE document = ? ORDER BY row"
_PROVISIONS = (
    "SELECT id, parent, kind, heading, span_start, span_end FROM provisions WHERE document = ? ORDER BY position"
)
_TEXT = "SELECT t.text, d.language FROM documents d LEFT JOIN texts t ON t.document = d.id WHERE d.id = ?"
_INSERT = "INSERT INTO articles (row, document, last, words) VALUES (?, ?, ?, ?)"
_HITS = compose("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT {most}", most=MOST_HITS)
#: Words that more articles than this have are taken for equally common.
_MOST_COUNTED = 1_000
_NUMBER = compose(
    "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT {most})", most=_MOST_COUNTED
)
_WORDS = "SELECT row, words FROM articles WHERE row IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
#: A longer article, in characters of its words, counts less.
_USUAL = 4_000
#: So many times more articles are looked at for their length than are taken.
_LOOKED_AT = 3
_SIZES = """SELECT row, min(1.0, CAST(? AS REAL) / (1 + length(words))) FROM articles
    WHERE row IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"""
# Norms outside articles are articles of their own here.
_ARTICLE = """coalesce((SELECT a.row FROM articles a WHERE a.row <= f.row AND a.last >= f.row AND a.document = f.document
    ORDER BY a.row DESC LIMIT 1), f.row)"""
_NORM_FACTS = compose(
    """SELECT f.norm, f.identity, {article}, f.leading, f.modality, f.role, n.headings
    FROM json_each(?) j CROSS JOIN norms n ON n.id = j.value CROSS JOIN norm_facets f ON f.row = n.row ORDER BY j.key""",
    article=compose(_ARTICLE),
)
_OF_ARTICLES = """SELECT f.norm, f.identity, a.row, f.leading, f.modality, f.role, n.headings, n.terms
    FROM json_each(?) j CROSS JOIN articles a ON a.row = CAST(j.value AS INTEGER)
    CROSS JOIN norm_facets f ON f.row BETWEEN a.row AND min(a.last, a.row + 25) AND f.document = a.document
    CROSS JOIN norms n ON n.row = f.row WHERE {passing} ORDER BY j.key, f.row"""
_LEARN = "INSERT INTO articles_fts(rowid, words) SELECT row, words FROM articles WHERE document = ? ORDER BY row"
_FORGET = """INSERT INTO articles_fts(articles_fts, rowid, words)
    SELECT 'delete', row, words FROM articles WHERE document = ?"""


def write(connection: Connection, document: str) -> None:
    """Make the rows of a document's articles anew."""
    forget(connection, document)
    connection.execute("DELETE FROM articles WHERE document = ?", (document,))
    provisions = connection.execute(_PROVISIONS, (document,)).fetchall()
    places = Places(row[:4] for row in provisions)
    spans = {row[0]: (row[4], row[5]) for row in provisions}
    rows: dict[str, list[int]] = {}
    quotes: dict[str, list[str]] = {}
    for row, provision, quote in connection.execute(_NORMS, (document,)):
        if article := places.article_of(provision):
            rows.setdefault(article, []).append(row)
            quotes.setdefault(article, []).append(quote)
    if not rows:
        return
    headings = {row[0]: row[3] for row in provisions}
    text, language = connection.execute(_TEXT, (document,)).fetchone()
    made = []
    for article, of_norms in rows.items():
        start, end = spans[article]
        whole = (text or "")[start:end] or " ".join((headings[article], *quotes[article]))
        made.append((of_norms[0], document, of_norms[-1], words_of_article(whole, language)))
    connection.executemany(_INSERT, made)
    index_document(connection, document)


def remake(connection: Connection, documents: Iterable[str]) -> None:
    """Make the rows of all articles of these documents anew."""
    for document in documents:
        write(connection, document)


def words_of_article(text: str, language: str) -> str:
    """Each word of a text once, by the keys of its forms, or as it is written where its language has none; without function words.

    >>> words_of_article("The list of the vessels.", "")
    'list vessels'
    """
    idle = function_words()
    found: dict[str, None] = {}
    for word in dict.fromkeys(WRITTEN.findall(text)):
        plain = fold(word)
        if plain not in idle:
            found |= dict.fromkeys(forms_of(word, language) or (plain,))
    return " ".join(found)


def index_document(connection: Connection, document: str) -> None:
    """Put the articles of a document into their index."""
    connection.execute(_LEARN, (document,))


def forget(connection: Connection, document: str) -> None:
    """Take the articles of a document out of their index, which needs their words before the rows go."""
    connection.execute(_FORGET, (document,))


def purge(connection: Connection) -> None:
    """Write the index of articles anew, without words that were taken out of it."""
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")


@dataclass(frozen=True, slots=True)
class NormFacts:
    """What ranks a norm in addition to its own words.

    ``article`` is the row of the first norm of its article, its own where it stands in none. ``share``: the share of the typed words
    that its article has, in which a rare word counts more than a common one; ``headed``: the share that the headings above it have;
    ``exact``: the part of the headings' words that were typed. ``leading``, ``binding``, ``defined``: it stands in the first paragraph
    of its article, is an obligation or a prohibition, has a bearer that the act defines.
    """

    norm: str
    identity: str
    article: int
    share: float
    headed: float
    exact: float
    leading: bool
    binding: bool
    defined: bool


class Articles:
    """Which articles of a register have which of some typed words."""

    def __init__(self, connection: Connection, filters: Filters) -> None:
        self._connection = connection
        self._filters = filters
        languages = tuple(language.lower() for language in values_of(filters.language)) or languages_of(connection)
        self._words = plain_words(filters.words, languages)
        #: How many articles have each word, once it is known.
        self._having: list[int] = []
        #: For articles that were read the share of the words that each has; rare words count more.
        self._had: dict[int, float] = {}

    @cached_property
    def _hits(self) -> list[frozenset[int]]:
        """The articles that have each word."""
        found = [frozenset(row[0] for row in self._connection.execute(_HITS, (word.match,))) for word in self._words]
        self._having = [min(len(hits), _MOST_COUNTED) for hits in found]
        return found

    @cached_property
    def _weights(self) -> list[float]:
        """What each word counts: a rare one more."""
        number = self._connection.execute("SELECT max(row) FROM articles").fetchone()[0] or 1
        if not self._having:
            self._having = [self._connection.execute(_NUMBER, (word.match,)).fetchone()[0] for word in self._words]
        # A word that no article has counts most: it may be of another language, and an article without it is no whole answer.
        return [math.log(1 + number / (articles + 0.5)) for articles in self._having]

    @cached_property
    def _every(self) -> float:
        """What all words count together."""
        return sum(self._weights) or 1.0

    def __bool__(self) -> bool:
        """Whether there are several words: of one, an article says no more than its norms."""
        return len(self._words) > 1

    def _read(self, articles: Iterable[int]) -> None:
        """See which of the words some articles (by their first norm's row) have."""
        unread = [article for article in dict.fromkeys(articles) if article not in self._had]
        for article, words in self._connection.execute(_WORDS, (json.dumps(unread),)):
            there = {*words.split()}
            self._had[article] = self._weigh([word.is_among(there) for word in self._words])

    def best(self, most: int, least: float) -> list[int]:
        """The articles that have the largest shares, at least ``least``, by the row of their first norm."""
        weights: dict[int, float] = {}
        for hits, weight in zip(self._hits, self._weights, strict=True):
            for article in hits:
                weights[article] = weights.get(article, 0.0) + weight
        bar = least * self._every - 1e-9
        found = sorted(((had, -article) for article, had in weights.items() if had >= bar), reverse=True)
        # Everything is said somewhere in a long annex.
        first = [-article for _, article in found[: _LOOKED_AT * most]]
        sizes = dict(self._connection.execute(_SIZES, (str(_USUAL), json.dumps(first))).fetchall())
        first.sort(key=lambda article: -weights[article] * sizes[article])
        return first[:most]

    def facts(self, norms: Sequence[str]) -> list[NormFacts]:
        """The facts of norms (full ids), in their order."""
        found = self._connection.execute(_NORM_FACTS, (json.dumps(list(norms)),)).fetchall()
        self._read(row[2] for row in found)
        return [self._facts(*row) for row in found]

    def norms_of(self, articles: Sequence[int]) -> list[NormFacts]:
        """Of each of these articles the norm that has most of the words among those that pass the filters, with its facts."""
        passing, values = where(self._filters, match=False, columns=NARROW)
        sql = compose(_OF_ARTICLES, passing=passing)
        best: dict[int, tuple[float, tuple[Any, ...]]] = {}
        for *row, terms in self._connection.execute(sql, (json.dumps(list(articles)), *values)):
            there = {*terms.split(), *row[-1].split()}
            own = self._weigh([word.is_among(there) for word in self._words])
            if row[2] not in best or own > best[row[2]][0]:
                best[row[2]] = (own, tuple(row))
        self._read(best)
        return [self._facts(*best[article][1]) for article in articles if article in best]

    def _facts(
        self, norm: str, identity: str, article: int, leading: int, modality: str, role: str | None, headings: str
    ) -> NormFacts:
        above = dict.fromkeys(headings.split())
        typed = [word.is_among(above.keys()) for word in self._words]
        headed, exact = self._weigh(typed), 0.0
        if headed:
            idle = function_words()
            plain = [word for word in above if word[0] < _TAGS and word not in idle]
            exact = min(1.0, sum(typed) / max(len(plain), 1))
        binding = modality in ("obligation", "prohibition")
        return NormFacts(
            norm,
            identity,
            article,
            self._had.get(article, 0.0),
            headed,
            exact,
            bool(leading),
            binding,
            role is not None,
        )

    def _weigh(self, had: Sequence[bool]) -> float:
        """The share of the words that those make that are had."""
        return sum(weight for has, weight in zip(had, self._weights, strict=True) if has) / self._every
