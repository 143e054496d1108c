"""Files that watches brought: which are still to be read, what became of them, and where documents came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dutybook.reasons import Reason, as_json, join_reasons
from dutybook.store.database.connection import translated
from dutybook.store.register import Register
from dutybook.store.rows import rows
from dutybook.store.sql import Sql, compose
from dutybook.store.watches.watches import write


@dataclass(frozen=True, slots=True)
class WatchFile:
    """A version of an item. ``file`` is relative to the database's folder, or absolute where it was not fetched."""

    id: int
    key: str
    file: str
    url: str
    sha256: str
    fingerprint: str
    published: str | None
    fetched: str
    state: str
    error: str
    reasons: tuple[Reason, ...]


_FILES = """SELECT id, key, file, url, sha256, fingerprint, published, fetched, state, error, reasons FROM watch_files
    WHERE {chosen}"""


def to_read(register: Register, watch: int) -> list[WatchFile]:
    """Files that were fetched and not read yet, in this run or in one that was cut off."""
    return _files(register, compose("watch = ? AND state = 'fetched' ORDER BY id"), (watch,))


def newest(register: Register, watch: int, key: str) -> WatchFile | None:
    """The last file of an item."""
    found = _files(register, compose("watch = ? AND key = ? ORDER BY id DESC LIMIT 1"), (watch, key))
    return found[0] if found else None


def files(register: Register, watch: int) -> list[WatchFile]:
    """All files of a watch, the newest first."""
    return _files(register, compose("watch = ? ORDER BY id DESC"), (watch,))


def done(register: Register, results: Iterable[tuple[int, str, tuple[Reason, ...]]]) -> None:
    """Note what became of files: id, state, and why where it was not read."""
    values = [(state, join_reasons(reasons), as_json(reasons), number) for number, state, reasons in results]
    write(
        register,
        lambda connection: connection.executemany(
            "UPDATE watch_files SET state = ?, error = ?, reasons = ? WHERE id = ?", values
        ),
    )


def dates(register: Register) -> dict[str, str]:
    """Publication dates (ISO 8601, days) that sources gave, by the SHA-256 of the file; the earliest counts."""
    with translated(register.path):
        rows = register._connection.execute(
            "SELECT sha256, min(substr(published, 1, 10)) FROM watch_files WHERE published IS NOT NULL AND sha256 <> ''"
            " GROUP BY sha256"
        ).fetchall()
    return dict(rows)


def addresses(register: Register) -> dict[str, str]:
    """Where documents (ids) came from, of those that a watch fetched: the newest address of each."""
    with translated(register.path):
        rows = register._connection.execute(
            "SELECT document, url FROM watched_documents WHERE kind <> 'folder' ORDER BY fetched"
        ).fetchall()
    return dict(rows)


def address(register: Register, document: str) -> str:
    """Where a document (id) came from, if a watch fetched it, else empty."""
    with translated(register.path):
        row = register._connection.execute(
            "SELECT url FROM watched_documents WHERE document = ? AND kind <> 'folder' ORDER BY fetched DESC LIMIT 1",
            (document,),
        ).fetchone()
    return str(row[0]) if row else ""


def _files(register: Register, chosen: Sql, values: tuple[object, ...]) -> list[WatchFile]:
    with translated(register.path):
        return list(rows(WatchFile, register._connection.execute(compose(_FILES, chosen=chosen), values)))
