"""The words under which norms are found: folded alike in the full-text index and in queries, and remade when the rules change."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

from dutybook.languages.letters import WRITTEN, fold, word_places
from dutybook.languages.wordforms import LANGUAGES, keys, parts
from dutybook.store.sql import Sql, compose, names

__all__ = ["APOSTROPHES", "fold", "forms_of", "tag_of", "terms_of", "word_places", "words_of"]

#: Apostrophes that part an elided word from the next one (``l'autorité``, ``dell’ente``).
APOSTROPHES = "'\u2019\u02bc\u2018"

_WORD = re.compile(r"§+|[^\W_]+")
_HYPHENS = "-\u2010\u2011"
_HYPHENED = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))


def words_of(text: str) -> list[str]:
    """The folded words of a text in order; a section sign is a word of its own.

    >>> words_of("§30 Abs. 2: l'autorité")
    ['§', '30', 'abs', '2', 'l', 'autorite']
    """
    return _WORD.findall(fold(text))


@cache
def tag_of(language: str) -> str:
    """The character before a key of this language, so that no other language's words meet it.

    It is of private use: the index takes it for a letter, and no word of a text has it.
    """
    return chr(0xE000 + LANGUAGES.index(language)) if language in LANGUAGES else ""


@lru_cache(maxsize=200_000)
def forms_of(word: str, language: str) -> tuple[str, ...]:
    """The tagged keys of a word as it is written, then those of the parts of a compound; empty for numbers and other languages."""
    tag = tag_of(language)
    if not tag or len(word) < 3:
        return ()
    lower = word.translate(_INVISIBLE).lower()
    return tuple(tag + key for part in (keys(lower, language), *parts(lower, language)) for key in part)


@lru_cache(maxsize=200_000)
def _forms(word: str, language: str) -> dict[str, None]:
    return dict.fromkeys(forms_of(word, language))


def terms_of(quote: str, stem: str | None, *others: str | None, language: str = "") -> str:
    """What the ``terms`` column holds: the folded words of quote and stem, then words of the other
    columns that folding changes (the index folds case and accents there itself, but not ``ß``), then each word of quote
    and stem once by the keys of its forms in ``language``.

    >>> terms_of("Die Maßnahme gilt.", None, "Großhändler")
    'die massnahme gilt grosshandler'
    """
    words = words_of(quote)
    if stem:
        words += words_of(stem)
    known = set(words)
    for other in others:
        if other and any(c in other for c in "ßẞ§"):
            words += [word for word in dict.fromkeys(words_of(other)) if word not in known]
    text = f"{quote} {stem}" if stem else quote
    joined: list[str] = []
    if any(hyphen in text for hyphen in _HYPHENS):
        joined = [re.sub(r"\W", "", written) for written in _HYPHENED.findall(text)]
        words += dict.fromkeys(fold(word) for word in joined)
    if tag_of(language):
        found: dict[str, None] = {}
        for word in dict.fromkeys((*WRITTEN.findall(text), *joined)):
            found |= _forms(word, language)
        words += found
    return " ".join(words)


_COLUMNS = names(("quote", "bearer", "action", "place", "document_title", "terms"))
_SOME = compose("FROM register WHERE id IN (SELECT value FROM json_each(?)) ORDER BY rowid")
_OF_DOCUMENT = compose("FROM register WHERE document = ?")


def _forget(chosen: Sql) -> Sql:
    return compose(
        "INSERT INTO norms_fts(norms_fts, rowid, {columns}) SELECT 'delete', rowid, {columns} {chosen}",
        columns=_COLUMNS,
        chosen=chosen,
    )


def _learn(chosen: Sql) -> Sql:
    return compose(
        "INSERT INTO norms_fts(rowid, {columns}) SELECT rowid, {columns} {chosen}", columns=_COLUMNS, chosen=chosen
    )


def index_document(connection: sqlite3.Connection, document: str) -> None:
    """Put the norms of a document that was stored just now into the full-text index."""
    connection.execute(_learn(compose("{chosen} ORDER BY rowid", chosen=_OF_DOCUMENT)), (document,))


def forget_document(connection: sqlite3.Connection, document: str) -> None:
    """Take the norms of a document out of the full-text index, which has to be told their words before the rows go."""
    connection.execute(_forget(_OF_DOCUMENT), (document,))


@contextmanager
def reindexed(connection: sqlite3.Connection, norms: Sequence[str]) -> Iterator[None]:
    """Inside, words of these norms (full ids) may be changed: the index forgets the old ones first and learns the new ones after."""
    if not norms:
        yield
        return
    given = (json.dumps(list(norms)),)
    connection.execute(_forget(_SOME), given)
    yield
    found = connection.execute(
        "SELECT n.quote, n.stem, n.bearer, n.action, n.place, d.title, n.language, n.id FROM norms n JOIN documents d ON d.id = n.document"
        " WHERE n.id IN (SELECT value FROM json_each(?))",
        given,
    ).fetchall()
    for quote, stem, bearer, action, place, title, language, norm in found:
        terms = terms_of(quote, stem, bearer, action, place, title, language=language)
        connection.execute("UPDATE norms SET terms = ? WHERE id = ?", (terms, norm))
    connection.execute(_learn(_SOME), given)


#: Counts up whenever :func:`dutybook.store.search.terms.terms_of`, or what it rests on (stems, learned endings, irregular forms), gives other
#: terms for the same text: registers made before then have theirs made anew.
TERMS_VERSION = 2


def make(connection: sqlite3.Connection, documents: Iterable[str]) -> None:
    """Make the terms of all norms of these documents, and their entries in the index, anew; the caller holds the transaction."""
    for document in documents:
        changed = [norm for norm, old, new in _terms(connection, document) if new != old]
        for start in range(0, len(changed), 400):
            with reindexed(connection, changed[start : start + 400]):
                pass


def stale(connection: sqlite3.Connection, document: str) -> int:
    """How many norms of a document have other terms than they would get now."""
    return sum(old != new for _, old, new in _terms(connection, document))


def _terms(connection: sqlite3.Connection, document: str) -> list[tuple[str, str, str]]:
    rows = connection.execute(
        "SELECT n.id, n.terms, n.quote, n.stem, n.bearer, n.action, n.place, d.title, n.language"
        " FROM norms n JOIN documents d ON d.id = n.document WHERE n.document = ?",
        (document,),
    )
    return [
        (norm, old, terms_of(quote, stem, *others, language=language))
        for norm, old, quote, stem, *others, language in rows
    ]
