"""The full-text index beside the norms: what it holds of a norm is changed with the norm."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dutybook.store.text import terms_of

COLUMNS = "quote, bearer, action, place, document_title, terms"


@contextmanager
def reindexed(connection: sqlite3.Connection, norms: Sequence[str]) -> Iterator[None]:
    """Inside, words of these norms (full ids) may be changed: the index forgets the old ones first and learns the new ones after."""
    if not norms:
        yield
        return
    given = (json.dumps(list(norms)),)
    chosen = "FROM register WHERE id IN (SELECT value FROM json_each(?)) ORDER BY rowid"
    connection.execute(
        f"INSERT INTO norms_fts(norms_fts, rowid, {COLUMNS}) SELECT 'delete', rowid, {COLUMNS} {chosen}",
        given,
    )
    yield
    found = connection.execute(
        "SELECT n.quote, n.stem, n.bearer, n.action, n.place, d.title, n.language, n.id FROM norms n JOIN documents d ON d.id = n.document"
        " WHERE n.id IN (SELECT value FROM json_each(?))",
        given,
    ).fetchall()
    for quote, stem, bearer, action, place, title, language, norm in found:
        terms = terms_of(quote, stem, bearer, action, place, title, language=language)
        connection.execute("UPDATE norms SET terms = ? WHERE id = ?", (terms, norm))
    connection.execute(f"INSERT INTO norms_fts(rowid, {COLUMNS}) SELECT rowid, {COLUMNS} {chosen}", given)
