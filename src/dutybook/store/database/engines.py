"""What SQLite and PostgreSQL do each in its own way, as functions that take a connection to either.

What only one of them has to do, or does by itself, is nothing for the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose, insert_into

_IN_NORMS = "SELECT 1 FROM norms_fts WHERE norms_fts MATCH ? LIMIT 1"
#: Rows that are appended at once.
_AT_ONCE = 500


def overwrite_freed(connection: Connection, every: bool) -> None:
    """Have what is deleted overwritten in ``every`` page that it frees, or only in pages that are written anyway.

    SQLite is built now with the one, now with the other as its own choice. The search index frees as much as it writes whenever
    it is merged, all of it words of documents that are there.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("PRAGMA secure_delete = ON" if every else "PRAGMA secure_delete = FAST")


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """Inside, rows that are deleted are overwritten in the file: whoever removes a document wants it gone."""
    overwrite_freed(connection, True)
    try:
        yield
    finally:
        overwrite_freed(connection, False)


def limit_cache(connection: Connection, kib: int) -> None:
    """Limit how much of the file a connection keeps in memory, in KiB; where many are open at once each one keeps less."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(compose("PRAGMA cache_size = -{kib}", kib=kib))


def wait_for_server(connection: Connection, seconds: float) -> None:
    """Set for how many seconds the first statement waits for a server that stopped answering; a file has none."""
    if not isinstance(connection, sqlite3.Connection):
        cast("Any", connection).restart_seconds = seconds


@contextmanager
def smaller_cache(connection: Connection, kib: int) -> Iterator[None]:
    """Inside, a connection keeps at most ``kib`` of the file in memory."""
    if not isinstance(connection, sqlite3.Connection):
        yield
        return
    before = connection.execute("PRAGMA cache_size").fetchone()[0]
    limit_cache(connection, kib)
    try:
        yield
    finally:
        connection.execute(compose("PRAGMA cache_size = {before}", before=int(before)))


def empty_log(connection: Connection) -> None:
    """Move what stands in the write-ahead log of a file into the file, as far as nobody reads it, and overwrite the log."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def stream_rows(connection: Connection, statement: str) -> Iterator[Any]:
    """The rows of a statement without parameters, one after another, so that memory does not grow with them."""
    server_side = getattr(connection, "stream", None)
    yield from server_side(statement) if server_side else connection.execute(statement)


def append_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append many rows to a table by what the engine has for that; returns how many there were."""
    copy = getattr(connection, "copy_rows", None)
    if copy:
        return int(copy(table, columns, rows))
    statement, copied = insert_into(table, columns), 0
    rest = iter(rows)
    while batch := list(islice(rest, _AT_ONCE)):
        connection.executemany(statement, batch)
        copied += len(batch)
    return copied


def gather_statistics(connection: Connection) -> None:
    """After many rows came at once: have a server plan its searches by what is there now. A file needs none of it."""
    gather = getattr(connection, "gather_statistics", None)
    if gather:
        gather()


def continue_numbers(connection: Connection) -> None:
    """After rows came with numbers of their own: go on behind the highest. SQLite does so by itself."""
    go_on = getattr(connection, "continue_numbers", None)
    if go_on:
        go_on()


def is_in_norms(connection: Connection, expression: str) -> bool:
    """Whether any norm has what a full-text expression asks for; a server has counted most words, and need not look for them."""
    counts_any = getattr(connection, "counts_any", None)
    if counts_any and counts_any(expression):
        return True
    return connection.execute(_IN_NORMS, (expression,)).fetchone() is not None


def read_data_version(connection: Connection) -> int:
    """A number that is another one as soon as another connection, of whatever process, has written into the register."""
    file = isinstance(connection, sqlite3.Connection)
    asked = "PRAGMA data_version" if file else "SELECT writes FROM register_state"
    return int(connection.execute(asked).fetchone()[0])
