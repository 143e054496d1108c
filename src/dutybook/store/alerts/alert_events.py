"""Events that alerts report, each stored once: an event is identified by its content, not by the rows that it was found in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dutybook.store.alerts.outbox import stamp
from dutybook.store.database.connection import translated
from dutybook.store.register import Register, translates_errors
from dutybook.store.sql import compose


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    ``sort`` is norm, document, date, deadline, news or expectation; ``kinds`` what alerts may ask for. ``keys`` are hashes of its
    content, of which one that is known makes it known. ``data`` is all that a digest says of it, as JSON has it; its ``texts`` are by
    language. ``norms``, ``documents`` and ``works`` are the rows now that searches are matched with. ``day`` is ISO or empty.
    ``adds``: it has words to add to what is known, and is nothing by itself.
    """

    sort: str
    kinds: frozenset[str]
    work: str | None
    day: str
    keys: tuple[str, ...]
    data: dict[str, Any]
    norms: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    works: frozenset[str] = frozenset()
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Noticed:
    """A happening as it was stored. ``noticed`` is UTC, ISO."""

    id: str
    sort: str
    kinds: frozenset[str]
    work: str | None
    day: str
    noticed: str
    data: dict[str, Any] = field(hash=False)


_GOING = """SELECT 1 FROM delivery_happenings x JOIN deliveries d ON d.id = x.delivery
    WHERE x.happening = ? AND d.state <> 'sent' LIMIT 1"""
_COLUMNS = compose("h.id, h.sort, h.kinds, h.work, h.day, h.noticed, h.data")
_KNOWN = "SELECT key, happening FROM happening_keys WHERE key IN (SELECT value FROM json_each(?))"
_BY_ID = compose(
    "SELECT {columns} FROM json_each(?) j JOIN happenings h ON h.id = j.value ORDER BY h.seq", columns=_COLUMNS
)
_OF_DELIVERY = compose(
    """SELECT {columns} FROM delivery_happenings x JOIN happenings h ON h.id = x.happening
    WHERE x.delivery = ? ORDER BY h.seq""",
    columns=_COLUMNS,
)
_WAITING = compose(
    """SELECT {columns} FROM outbox o JOIN happenings h ON h.id = o.happening
    WHERE o.alert = ? AND o.state = 'waiting' ORDER BY h.seq""",
    columns=_COLUMNS,
)
# What alerts tell or have told.
_TOLD = compose("o.state IN ('waiting', 'gathered')")
_NOTICES = compose(
    """SELECT {columns}, json_group_array(DISTINCT a.name), max(o.noticed)
    FROM outbox o JOIN happenings h ON h.id = o.happening JOIN alerts a ON a.id = o.alert
    WHERE {told} AND (?1 IS NULL OR o.alert = ?1) GROUP BY h.id ORDER BY max(o.noticed) DESC, h.seq DESC LIMIT ?2 OFFSET ?3""",
    columns=_COLUMNS,
    told=_TOLD,
)
_NUMBER_SINCE = compose("SELECT count(DISTINCT o.happening) FROM outbox o WHERE {told} AND o.noticed > ?", told=_TOLD)


@translates_errors
def record(
    register: Register, happening: Happening, now: datetime, *, even_known: bool = False
) -> tuple[str, str] | None:
    """Store a happening within the caller's transaction; returns its id and when it was first noticed.

    What another language or copy adds to a known one is added to it. None: it was known before anybody asked; ``even_known``
    makes a happening of that all the same.
    """
    known = dict(register._connection.execute(_KNOWN, (json.dumps(happening.keys),)).fetchall())
    found = sorted(identity for identity in known.values() if identity)
    if not found and (known or happening.adds) and not even_known:
        mark(register, happening.keys)
        return None
    if found:
        identity, noticed = found[0], _grow(register._connection, found[0], happening)
    else:
        identity, noticed = _id(happening), now.isoformat(timespec="seconds")
        register._connection.execute(
            "INSERT OR IGNORE INTO happenings (id, sort, kinds, work, day, noticed, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(identity, happening.sort, " ".join(sorted(happening.kinds)), happening.work, happening.day, noticed),
                _json(happening.data),
            ),
        )
    register._connection.executemany(
        "INSERT INTO happening_keys (key, happening) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET happening = coalesce(happening, excluded.happening)",
        [(key, identity) for key in happening.keys],
    )
    return identity, noticed


def _id(happening: Happening) -> str:
    return min(happening.keys)


def _grow(connection: sqlite3.Connection, identity: str, happening: Happening) -> str:
    """Add what is new in further texts; returns when it was first noticed."""
    kinds, noticed, text = connection.execute(
        "SELECT kinds, noticed, data FROM happenings WHERE id = ?", (identity,)
    ).fetchone()
    data = json.loads(text)
    texts = happening.data.get("texts", {}) | data.get("texts", {})
    every = happening.kinds | set(kinds.split())
    # A message that is on its way says the same each time it is tried.
    going = connection.execute(_GOING, (identity,)).fetchone()
    if not going and (texts != data.get("texts", {}) or every != set(kinds.split())):
        connection.execute(
            "UPDATE happenings SET kinds = ?, data = ? WHERE id = ?",
            (" ".join(sorted(every)), _json(data | {"texts": texts}), identity),
        )
    return str(noticed)


@translates_errors
def number(register: Register) -> int:
    """How many happenings are stored."""
    return int(register._connection.execute("SELECT count(*) FROM happenings").fetchone()[0])


@translates_errors
def mark(register: Register, keys: Iterable[str]) -> None:
    """Have these keys known as old within the caller's transaction."""
    register._connection.executemany("INSERT OR IGNORE INTO happening_keys (key) VALUES (?)", [(key,) for key in keys])


@translates_errors
def unknown(register: Register, happenings: Iterable[Happening], *, whole: bool = True) -> list[Happening]:
    """Those of which no key is known, or without ``whole`` not all keys are; a look before the transaction that decides."""
    found = []
    for happening in happenings:
        known = register._connection.execute(_KNOWN, (json.dumps(happening.keys),)).fetchall()
        if len(known) < (1 if whole else len(happening.keys)):
            found.append(happening)
    return found


@translates_errors
def known_as(register: Register, happenings: Iterable[Happening]) -> list[str | None]:
    """The id that each of these is stored under by any of its keys; None where it is not."""
    given = list(happenings)
    rows = register._connection.execute(
        "SELECT k.key, k.happening FROM json_each(?) j JOIN happening_keys k ON k.key = j.value WHERE k.happening IS NOT NULL",
        (json.dumps([key for happening in given for key in happening.keys]),),
    )
    found = dict(rows.fetchall())
    return [min((found[key] for key in happening.keys if key in found), default=None) for happening in given]


@translates_errors
def noticed(register: Register, ids: Sequence[str]) -> list[Noticed]:
    """Stored happenings in the order in which they were noticed."""
    return [_noticed(row) for row in register._connection.execute(_BY_ID, (json.dumps(list(ids)),))]


@translates_errors
def of_delivery(register: Register, delivery: str) -> list[Noticed]:
    """What a delivery tells."""
    return [_noticed(row) for row in register._connection.execute(_OF_DELIVERY, (delivery,))]


@translates_errors
def waiting(register: Register, alert: str) -> list[Noticed]:
    """What an alert (full id) has not gathered into a delivery yet."""
    return [_noticed(row) for row in register._connection.execute(_WAITING, (alert,))]


@translates_errors
def since(register: Register, moment: str) -> list[str]:
    """Ids of what was noticed from a moment on (UTC, ISO)."""
    return [
        r[0]
        for r in register._connection.execute("SELECT id FROM happenings WHERE noticed >= ? ORDER BY seq", (moment,))
    ]


def _noticed(row: tuple[Any, ...]) -> Noticed:
    identity, sort, kinds, work, day, at, data = row
    return Noticed(identity, sort, frozenset(kinds.split()), work, day, at, json.loads(data))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Notice:
    """A happening that alerts tell; ``alerts`` are their names, ``put`` is when the last of them got it (UTC, ISO)."""

    happening: Noticed
    alerts: tuple[str, ...]
    put: str


def notices(register: Register, *, alert: str | None = None, limit: int = 50, offset: int = 0) -> list[Notice]:
    """What alerts (or one, by its full id) had to tell, the newest first."""
    with translated(register.path):
        rows = register._connection.execute(_NOTICES, (alert, limit, offset)).fetchall()
    made = []
    for identity, sort, kinds, work, day, at, data, by, put in rows:
        happening = Noticed(identity, sort, frozenset(kinds.split()), work, day, at, json.loads(data))
        made.append(Notice(happening, tuple(json.loads(by)), put))
    return made


def number_since(register: Register, moment: datetime) -> int:
    """How many happenings alerts got to tell after a moment."""
    with translated(register.path):
        return int(register._connection.execute(_NUMBER_SINCE, (stamp(moment),)).fetchone()[0])
