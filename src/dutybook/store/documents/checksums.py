"""Checksums of what was read of each document, so that bytes that a disk or a program changed do not pass as the law's words.

SQLite checks that its pages fit together, not what stands in them. A checksum is made when a document is stored, over the
bytes of all its rows but for columns that are made anew in place. What people corrected counts as it was extracted.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from dutybook.store.database.protocols import Connection
from dutybook.store.documents.columns import COLUMNS, REMADE, rows_of
from dutybook.store.sql import compose, name, names

#: Topics are content, but checksums of this schema are made without them.
_LEFT_OUT = frozenset(("norms", column) for column in (*REMADE, "topics"))
#: Rows of works are shared by their documents, whose own words about them are in ``work_names``.
_SHARED = frozenset({"works"})
_CORRECTED = """SELECT iif(deadline = '', 'norms', 'deadlines'), iif(deadline = '', norm, deadline), field, value, extracted
    FROM corrected WHERE norm IN (SELECT id FROM norms WHERE document = ?)"""


def store_checksum(connection: Connection, document: str) -> None:
    """Store the checksum of a document whose rows were just inserted."""
    connection.execute(
        "INSERT INTO checksums (document, checksum) VALUES (?, ?)", (document, _of(connection, document))
    )


def find_damaged(connection: Connection) -> Iterator[str]:
    """The documents whose rows are not those that were stored, a line each.

    A file without documents, such as that of the accounts, has none.
    """
    file = isinstance(connection, sqlite3.Connection)
    if file and connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'documents'").fetchone() is None:
        return
    with _as_bytes(connection):
        kept = connection.execute(
            "SELECT d.id, c.checksum, d.source FROM documents d LEFT JOIN checksums c ON c.document = d.id ORDER BY d.id"
        ).fetchall()
    for identity, checksum, source in kept:
        document = identity.decode("utf-8", "replace")
        if checksum is None or _of(connection, document) != checksum.decode("utf-8", "replace"):
            named = source.decode("utf-8", "replace")
            yield f"file: what is stored of {named} ({document[:8]}) is not what was read of it"


def _of(connection: Connection, document: str) -> str:
    """The checksum of a document's rows, whatever their order; text is taken as its bytes, which may be no text any more."""
    total = 0
    with _as_bytes(connection):
        # A shown value is replaced by the extracted one only if it is what the correction says, so damage to either is seen.
        corrections = {tuple(key): extracted for *key, extracted in connection.execute(_CORRECTED, (document,))}
        for table, columns in COLUMNS.items():
            if table in _SHARED:
                continue
            kept = [column for column in columns if (table, column) not in _LEFT_OUT]
            sql = compose(
                "SELECT {columns} FROM {table} WHERE {whose}",
                columns=names(kept),
                table=name(table),
                whose=rows_of(table),
            )
            for row in connection.execute(sql, (document,)):
                if corrections:
                    keys = (
                        (table.encode(), row[0], column.encode(), value)
                        for column, value in zip(kept, row, strict=True)
                    )
                    row = tuple(corrections.get(key, key[-1]) for key in keys)
                digest = hashlib.blake2b(repr((table, row)).encode(), digest_size=16).digest()
                total = (total + int.from_bytes(digest)) % (1 << 128)
    return f"{total:032x}"


@contextmanager
def _as_bytes(connection: Connection) -> Iterator[None]:
    before = connection.text_factory
    connection.text_factory = bytes
    try:
        yield
    finally:
        connection.text_factory = before
