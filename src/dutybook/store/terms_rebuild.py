"""The ``terms`` of stored norms, made anew when the rules that make them have changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from dutybook.store.norm_index import reindexed
from dutybook.store.text import terms_of

#: Counts up whenever :func:`dutybook.store.text.terms_of`, or what it rests on (stems, learned endings, irregular forms), gives other
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
