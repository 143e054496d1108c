"""Watches: kept, listed, held by one process at a time, and what became of their runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from dutybook.errors import Conflict, NotFound
from dutybook.records.dates import utc_text
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.retries import retry_while_busy
from dutybook.store.sql import Sql, compose
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

T = TypeVar("T")

#: A watch that runs a little early is due all the same: who starts runs by the clock never hits it.
_EARLY = 60
_RUNS_KEPT = 500


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """What is watched, and how: ``options`` are those of the source, ``fetch_options`` those of the fetcher, ``reading`` the settings
    of the analysis; ``every`` is in seconds.
    """

    name: str
    kind: str
    target: str
    options: Mapping[str, Any]
    fetch_options: Mapping[str, Any]
    reading: Mapping[str, Any]
    every: int


@dataclass(frozen=True, slots=True)
class Watch(WatchSettings):
    """A watch as it is stored. Times are ISO 8601, UTC; counts are of its items and files."""

    id: int
    paused: bool = False
    created: str = ""
    created_by: str = ""
    cursor: Mapping[str, Any] = field(default_factory=dict)
    last_run: str | None = None
    last_ok: str | None = None
    error: str = ""
    failures: int = 0
    not_before: str | None = None
    holder: str | None = None
    claimed_until: str | None = None
    items: int = 0
    waiting: int = 0
    failed: int = 0
    gone: int = 0
    unread: int = 0

    def due(self, now: datetime) -> bool:
        """Whether it is to be looked at."""
        if self.paused or (self.not_before and self.not_before > utc_text(now)):
            return False
        if self.last_run is None:
            return True
        early = min(self.every * 0.05, _EARLY)
        return datetime.fromisoformat(self.last_run) + timedelta(seconds=self.every - early) <= now


@dataclass(frozen=True, slots=True)
class WatchRun:
    """A run of a watch; ``finished`` is None while it runs and where it was cut off."""

    started: str
    finished: str | None
    listed: int
    fetched: int
    read: int
    unread: int
    problems: tuple[str, ...]


_COUNTS = compose(
    """SELECT w.*,
    (SELECT count(*) FROM watch_items i WHERE i.watch = w.id) AS items,
    (SELECT count(*) FROM watch_items i WHERE i.watch = w.id AND i.state = 'waiting' AND i.gone IS NULL)
        + (SELECT count(*) FROM watch_files f WHERE f.watch = w.id AND f.state = 'fetched') AS waiting,
    (SELECT count(*) FROM watch_items i WHERE i.watch = w.id AND i.state = 'failed' AND i.gone IS NULL) AS failed,
    (SELECT count(*) FROM watch_items i WHERE i.watch = w.id AND i.gone IS NOT NULL) AS gone,
    (SELECT count(*) FROM watch_files f WHERE f.watch = w.id AND f.state = 'unread') AS unread FROM watches w"""
)
_BY_NAME = compose("{watches} ORDER BY w.name", watches=_COUNTS)
_NAMED = compose("{watches} WHERE w.name = ?", watches=_COUNTS)
_DELETE_OLD_RUNS = """DELETE FROM watch_runs WHERE watch = ?1
    AND id <= (SELECT id FROM watch_runs WHERE watch = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"""
_FAILED = """UPDATE watches SET last_run = r.started, error = ?2, failures = failures + 1, not_before = ?3
    FROM watch_runs r WHERE r.id = ?1 AND watches.id = r.watch"""
_SUCCEEDED = """UPDATE watches SET last_run = r.started, last_ok = r.started, error = '', failures = 0, not_before = NULL
    FROM watch_runs r WHERE r.id = ?1 AND watches.id = r.watch"""


def write(register: Register, doing: Callable[[Connection], T]) -> T:
    """Do something in one transaction, waiting for others that write, for a minute.

    Raises:
        RegisterBusy: another process went on writing.
        RegisterUnreachable: the server does not answer.
    """

    def do() -> T:
        with translated(register.path), immediate(register._connection):
            return doing(register._connection)

    return retry_while_busy(do, seconds=60.0, repeatable=False)


def add(register: Register, new: WatchSettings, *, by: str, now: datetime) -> Watch:
    """Store a new watch.

    Raises:
        Conflict: there is one of this name.
    """

    def doing(connection: Connection) -> None:
        if connection.execute("SELECT 1 FROM watches WHERE name = ?", (new.name,)).fetchone():
            raise Conflict(f"there is a watch {new.name!r} already. Give another name: --name NAME")
        settings = map(as_json, (new.options, new.fetch_options, new.reading))
        connection.execute(
            "INSERT INTO watches (name, kind, target, options, fetch_options, reading, every, created, created_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (new.name, new.kind, new.target, *settings, new.every, utc_text(now), by),
        )

    write(register, doing)
    return named(register, new.name)


def watches(register: Register) -> list[Watch]:
    """All watches by name."""
    return _read(register, _BY_NAME, ())


def named(register: Register, name: str) -> Watch:
    """The watch of a name.

    Raises:
        NotFound: there is none.
    """
    found = _read(register, _NAMED, (name,))
    if not found:
        known = [watch.name for watch in watches(register)]
        names = ", ".join(known) or "none yet: dutybook watch add"
        raise NotFound(f"there is no watch {name!r}. There are: {names}.{did_you_mean(name, known)}")
    return found[0]


def pause(register: Register, name: str, *, paused: bool) -> Watch:
    """Let a watch rest, or go on. Going on, it is due at once.

    Raises:
        NotFound: there is none.
    """
    watch = named(register, name)
    sql = "UPDATE watches SET paused = 1 WHERE id = ?"
    if not paused:
        sql = "UPDATE watches SET paused = 0, not_before = NULL WHERE id = ?"
    write(register, lambda connection: connection.execute(sql, (watch.id,)))
    return named(register, name)


def remove(register: Register, name: str) -> Watch:
    """Forget a watch and which items it had; documents and files stay.

    Raises:
        NotFound: there is none.
    """
    watch = named(register, name)
    write(register, lambda connection: connection.execute("DELETE FROM watches WHERE id = ?", (watch.id,)))
    return watch


def claim(
    register: Register, watch: int, holder: str, *, now: datetime, seconds: int, alive: Callable[[str], bool]
) -> bool:
    """Hold a watch for ``seconds``, unless another process holds it that is ``alive`` and whose time is not over."""

    def doing(connection: Connection) -> bool:
        row = connection.execute("SELECT holder, claimed_until FROM watches WHERE id = ?", (watch,)).fetchone()
        if row is None:
            return False
        claimed_by, until = row
        if claimed_by and claimed_by != holder and until and until > utc_text(now) and alive(claimed_by):
            return False
        until = utc_text(now + timedelta(seconds=seconds))
        connection.execute("UPDATE watches SET holder = ?, claimed_until = ? WHERE id = ?", (holder, until, watch))
        return True

    return write(register, doing)


def release(register: Register, watch: int, holder: str) -> None:
    """Let go of a watch, if it is still held by this process."""
    sql = "UPDATE watches SET holder = NULL, claimed_until = NULL WHERE id = ? AND holder = ?"
    write(register, lambda connection: connection.execute(sql, (watch, holder)))


def begin_run(register: Register, watch: int, *, now: datetime) -> int:
    """Note that a run begins; returns its id."""

    def doing(connection: Connection) -> int:
        connection.execute(_DELETE_OLD_RUNS, (watch, _RUNS_KEPT))
        made = connection.execute(
            "INSERT INTO watch_runs (watch, started) VALUES (?, ?) RETURNING id", (watch, utc_text(now))
        )
        return int(made.fetchall()[0][0])

    return write(register, doing)


def end_run(
    register: Register,
    run: int,
    *,
    counts: Mapping[str, int],
    problems: list[str],
    error: str,
    not_before: datetime | None,
    now: datetime,
) -> None:
    """Note how a run ended: ``counts`` of listed, fetched, read, unread; ``error`` says why its source could not be had."""

    def doing(connection: Connection) -> None:
        connection.execute(
            "UPDATE watch_runs SET finished = ?, listed = ?, fetched = ?, read = ?, unread = ?, problems = ? WHERE id = ?",
            (
                utc_text(now),
                *(counts[name] for name in ("listed", "fetched", "read", "unread")),
                as_json(problems),
                run,
            ),
        )
        if error:
            connection.execute(_FAILED, (run, clean(error), utc_text(not_before) if not_before else None))
        else:
            connection.execute(_SUCCEEDED, (run,))

    write(register, doing)


def runs(register: Register, watch: int, limit: int = 10) -> list[WatchRun]:
    """The last runs, newest first."""
    rows = register._select(
        "SELECT started, finished, listed, fetched, read, unread, problems FROM watch_runs WHERE watch = ?"
        " ORDER BY id DESC LIMIT ?",
        watch,
        limit,
    )
    made = ([*row[:-1], tuple(json.loads(row[-1]))] for row in rows)
    return [WatchRun(*row) for row in made]


def as_json(value: Any) -> str:
    """A value as the register keeps it."""
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def clean(text: str) -> str:
    """Text that can be stored: what others send may hold halves of characters."""
    return text.encode("utf-8", "replace").decode()


def _read(register: Register, sql: Sql, values: tuple[Any, ...]) -> list[Watch]:
    with translated(register.path):
        cursor = register._connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    found = []
    for row in rows:
        fields = dict(zip(names, row, strict=True))
        for name in ("options", "fetch_options", "reading", "cursor"):
            fields[name] = json.loads(fields[name])
        found.append(Watch(**fields | {"paused": bool(fields["paused"])}))
    return found
