"""The ``terms`` of stored norms, made anew when the rules that make them have changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from dutybook.store.text import terms_of

#: Counts up whenever :func:`dutybook.store.text.terms_of`, or what it rests on (stems, learned endings, irregular forms), gives other
#: terms for the same text: registers made before then have theirs made anew.
TERMS_VERSION = 2

_COLUMNS = "quote, bearer, action, place, document_title, terms"


def make(connection: sqlite3.Connection, documents: Iterable[str]) -> None:
    """Make the terms of all norms of these documents, and their entries in the index, anew; the caller holds the transaction."""
    for document in documents:
        changed = [(new, row) for row, old, new in _terms(connection, document) if new != old]
        for start in range(0, len(changed), 400):
            _replace(connection, changed[start : start + 400])


def stale(connection: sqlite3.Connection, document: str) -> int:
    """How many norms of a document have other terms than they would get now."""
    return sum(old != new for _, old, new in _terms(connection, document))


def _terms(connection: sqlite3.Connection, document: str) -> list[tuple[int, str, str]]:
    rows = connection.execute(
        "SELECT n.row, n.terms, n.quote, n.stem, n.bearer, n.action, n.place, d.title, n.language"
        " FROM norms n JOIN documents d ON d.id = n.document WHERE n.document = ?",
        (document,),
    )
    return [
        (row, old, terms_of(quote, stem, *others, language=language))
        for row, old, quote, stem, *others, language in rows
    ]


def _replace(connection: sqlite3.Connection, changed: Sequence[tuple[str, int]]) -> None:
    rows = [row for _, row in changed]
    marks = ",".join("?" * len(rows))
    # The index has to be told the old words before they go.
    connection.execute(
        f"INSERT INTO norms_fts(norms_fts, rowid, {_COLUMNS})"  # noqa: S608 - constants only
        f" SELECT 'delete', rowid, {_COLUMNS} FROM register WHERE rowid IN ({marks})",
        rows,
    )
    connection.executemany("UPDATE norms SET terms = ? WHERE row = ?", changed)
    connection.execute(
        f"INSERT INTO norms_fts(rowid, {_COLUMNS})"  # noqa: S608 - constants only
        f" SELECT rowid, {_COLUMNS} FROM register WHERE rowid IN ({marks})",
        rows,
    )
