"""Items of watches and their files: what a source listed, what is to be fetched and read of it, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dutybook.ingest.sources.interface import Item
from dutybook.reasons import Reason, join_reasons
from dutybook.reasons import as_json as reasons_json
from dutybook.records.dates import utc_text
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import NOTHING, Sql, compose, settings
from dutybook.store.watches.watches import as_json, clean, write

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class WatchItem:
    """An item as it is known: what was listed, and what became of it."""

    listed: Item
    etag: str | None
    modified: str | None
    state: str
    tries: int
    next_try: str | None
    error: str
    first_seen: str
    last_seen: str
    gone: str | None


@dataclass(frozen=True, slots=True)
class News:
    """What a listing brought: how many items are new or changed, and how many have gone or come back."""

    new: int
    changed: int
    gone: int


_LISTED = ("url", "title", "published", "language", "extension", "path", "more")
_ITEMS = """SELECT key, url, title, published, language, stamp, extension, path, more, etag, modified, state, tries, next_try, error,
    first_seen, last_seen, gone FROM watch_items WHERE {chosen}"""
# What is listed again is kept as it is listed now; what is to be fetched again begins anew.
_AGAIN = "UPDATE watch_items SET {listed}, last_seen = ?, gone = NULL{anew} WHERE watch = ? AND key = ?"


def record(
    register: Register,
    watch: int,
    items: Sequence[Item],
    cursor: Mapping[str, Any],
    *,
    gone: Iterable[str],
    complete: bool,
    now: datetime,
) -> News:
    """Keep what a source listed, and how far it has come, in one transaction: from then on nothing of it can be lost.

    What it lists for the first time, what has another stamp, and what has none is to be fetched; what failed waits for its time.

    Args:
        register: the register, writable.
        watch: the number of the watch.
        items: what the source listed.
        cursor: how far the source has come, in words of its own that it is given again.
        gone: keys of items that the source says have gone.
        complete: whether it listed all that it has; then what is known and was not listed has gone, too.
        now: when it was listed.
    """
    at = utc_text(now)

    def doing(connection: Connection) -> News:
        known = {
            row[0]: row[1:]
            for row in connection.execute(
                "SELECT key, stamp, state, next_try, gone FROM watch_items WHERE watch = ?", (watch,)
            )
        }
        new = changed = 0
        for item in items:
            values = _values(item)
            before = known.get(item.key)
            if before is None:
                new += 1
                connection.execute(
                    "INSERT INTO watch_items (watch, key, url, title, published, language, extension, path, more, stamp, state,"
                    " first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
                    (watch, item.key, *values, item.stamp, at, at),
                )
                continue
            asked = _wanted(item, before, at)
            changed += asked and item.stamp is not None
            anew = NOTHING
            if asked:
                anew = compose(", stamp = ?, state = 'waiting', error = ''")
                if item.stamp is not None:
                    anew = compose("{anew}, tries = 0", anew=anew)
            connection.execute(
                compose(_AGAIN, listed=settings(_LISTED), anew=anew),
                (*values, at, *((item.stamp,) if asked else ()), watch, item.key),
            )
        left = set(gone)
        if complete:
            left |= known.keys() - {item.key for item in items}
        left = {key for key in left if key in known and known[key][3] is None}
        for key in sorted(left):
            connection.execute("UPDATE watch_items SET gone = ? WHERE watch = ? AND key = ?", (at, watch, key))
        connection.execute("UPDATE watches SET cursor = ? WHERE id = ?", (as_json(cursor), watch))
        return News(new, changed, len(left))

    return write(register, doing)


def _values(item: Item) -> tuple[Any, ...]:
    return (*(getattr(item, name) for name in _LISTED[:-1]), as_json(item.more))


def _wanted(item: Item, before: tuple[Any, ...], at: str) -> bool:
    """Whether an item that is known is to be fetched (again)."""
    stamp, state, next_try, gone = before
    if gone is not None and state == "failed":
        # It may have failed because it was just going.
        return True
    if item.stamp is not None:
        return bool(item.stamp != stamp)
    return bool(state == "kept" or (state == "failed" and (next_try is None or next_try <= at)))


def to_fetch(register: Register, watch: int, *, now: datetime) -> list[WatchItem]:
    """Items that are waiting, and those whose time has come to be tried again; the oldest first."""
    return list(
        _items(
            register,
            compose(
                """watch = ? AND gone IS NULL AND (state = 'waiting' OR (state = 'failed' AND next_try <= ?))
                ORDER BY published IS NULL, published, key"""
            ),
            (watch, utc_text(now)),
        )
    )


def items(register: Register, watch: int) -> list[WatchItem]:
    """All items of a watch, the newest first."""
    chosen = compose("watch = ? ORDER BY coalesce(published, first_seen) DESC, key")
    return list(_items(register, chosen, (watch,)))


def kept(register: Register, watch: int, key: str, *, etag: str | None, modified: str | None) -> None:
    """Note that nothing of an item is to be fetched now: it has not changed."""
    write(register, lambda connection: _kept(connection, watch, key, etag, modified))


def _kept(connection: Connection, watch: int, key: str, etag: str | None, modified: str | None) -> None:
    connection.execute(
        "UPDATE watch_items SET state = 'kept', tries = 0, next_try = NULL, error = '', etag = ?, modified = ?"
        " WHERE watch = ? AND key = ?",
        (etag, modified, watch, key),
    )


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was fetched (columns of ``watch_files``), with what its server marks the version by."""

    file: str
    url: str
    sha256: str
    fingerprint: str
    published: str | None
    etag: str | None = None
    modified: str | None = None


def fetched(register: Register, watch: int, key: str, new: NewFile, *, now: datetime) -> None:
    """Note a file that has been put in its place, to be read, and that its item is kept: in one transaction."""

    def doing(connection: Connection) -> None:
        connection.execute(
            "INSERT INTO watch_files (watch, key, file, url, sha256, fingerprint, published, fetched, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'fetched')",
            (watch, key, new.file, new.url, new.sha256, new.fingerprint, new.published, utc_text(now)),
        )
        _kept(connection, watch, key, new.etag, new.modified)

    write(register, doing)


def failed(register: Register, watch: int, key: str, *, error: str, next_try: datetime | None) -> None:
    """Note that an item could not be had, and when it is tried again; None: not before it changes."""
    sql = "UPDATE watch_items SET state = 'failed', tries = tries + 1, next_try = ?, error = ? WHERE watch = ? AND key = ?"
    values = (utc_text(next_try) if next_try else None, clean(error), watch, key)
    write(register, lambda connection: connection.execute(sql, values))


def try_again(register: Register, watch: int) -> None:
    """Have everything that failed fetched again, and what was left unread read again, with the next run."""

    def doing(connection: Connection) -> None:
        connection.execute(
            "UPDATE watch_items SET state = 'waiting', tries = 0, next_try = NULL WHERE watch = ? AND state = 'failed'",
            (watch,),
        )
        connection.execute("UPDATE watch_files SET state = 'fetched' WHERE watch = ? AND state = 'unread'", (watch,))

    write(register, doing)


def _items(register: Register, chosen: Sql, values: tuple[Any, ...]) -> Iterator[WatchItem]:
    rows = register._select(compose(_ITEMS, chosen=chosen), *values)
    for row in rows:
        listed = [*row[:8], json.loads(row[8])]
        yield WatchItem(Item(*listed), *row[9:])


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
    values = [(state, join_reasons(reasons), reasons_json(reasons), number) for number, state, reasons in results]
    write(
        register,
        lambda connection: connection.executemany(
            "UPDATE watch_files SET state = ?, error = ?, reasons = ? WHERE id = ?", values
        ),
    )


def dates(register: Register) -> dict[str, str]:
    """Publication dates (ISO 8601, days) that sources gave, by the SHA-256 of the file; the earliest counts."""
    rows = register._select(
        "SELECT sha256, min(substr(published, 1, 10)) FROM watch_files WHERE published IS NOT NULL AND sha256 <> ''"
        " GROUP BY sha256"
    )
    return dict(rows)


def addresses(register: Register) -> dict[str, str]:
    """Where documents (ids) came from, of those that a watch fetched: the newest address of each."""
    rows = register._select("SELECT document, url FROM watched_documents WHERE kind <> 'folder' ORDER BY fetched")
    return dict(rows)


def address(register: Register, document: str) -> str:
    """Where a document (id) came from, if a watch fetched it, else empty."""
    row = register._select_first(
        "SELECT url FROM watched_documents WHERE document = ? AND kind <> 'folder' ORDER BY fetched DESC LIMIT 1",
        document,
    )
    return str(row[0]) if row else ""


def _files(register: Register, chosen: Sql, values: tuple[object, ...]) -> list[WatchFile]:
    return register._select_as(WatchFile, compose(_FILES, chosen=chosen), *values)
