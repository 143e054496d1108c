"""What happened, each thing stored once.

An event has keys, hashes of its content, of which one that is known makes it known: so it is found again in another copy, language
or reading. What was there before anybody asked is known by its keys alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dutybook.records.dates import utc_text
from dutybook.store.database.connection import translates_errors
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: Columns of ``h`` (alert_events), as :func:`make_event` takes them.
COLUMNS = compose("h.id, h.sort, h.kinds, h.work, h.day, h.noticed, h.data")
_GOING = """SELECT 1 FROM delivery_events x JOIN deliveries d ON d.id = x.delivery
    WHERE x.event = ? AND d.state <> 'sent' LIMIT 1"""
_KNOWN = "SELECT key, event FROM alert_event_keys WHERE key IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One thing that happened.

    ``sort`` is norm, document, date, deadline, news, claim or procedure; ``kinds`` what alerts may ask for. ``keys`` are hashes of its
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
class NoticedEvent:
    """An event as it was stored. ``noticed`` is UTC, ISO."""

    id: str
    sort: str
    kinds: frozenset[str]
    work: str | None
    day: str
    noticed: str
    data: dict[str, Any] = field(hash=False)


@translates_errors
def record_event(
    register: Register, event: AlertEvent, now: datetime, *, even_known: bool = False
) -> tuple[str, str] | None:
    """Store an event within the caller's transaction; returns its id and when it was first noticed.

    What another language or copy adds to a known one is added to it. None: it was known before anybody asked; ``even_known``
    makes an event of that all the same.
    """
    known = dict(register._connection.execute(_KNOWN, (json.dumps(event.keys),)).fetchall())
    found = sorted(identity for identity in known.values() if identity)
    if not found and (known or event.adds) and not even_known:
        mark_keys_known(register, event.keys)
        return None
    if found:
        identity, noticed = found[0], _grow(register._connection, found[0], event)
    else:
        identity, noticed = min(event.keys), utc_text(now)
        register._connection.execute(
            "INSERT OR IGNORE INTO alert_events (id, sort, kinds, work, day, noticed, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(identity, event.sort, " ".join(sorted(event.kinds)), event.work, event.day, noticed),
                _json(event.data),
            ),
        )
    register._connection.executemany(
        "INSERT INTO alert_event_keys (key, event) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET event = coalesce(alert_event_keys.event, excluded.event)",
        [(key, identity) for key in event.keys],
    )
    return identity, noticed


def _grow(connection: Connection, identity: str, event: AlertEvent) -> str:
    """Add what is new in further texts; returns when it was first noticed."""
    kinds, noticed, text = connection.execute(
        "SELECT kinds, noticed, data FROM alert_events WHERE id = ?", (identity,)
    ).fetchone()
    data = json.loads(text)
    texts = event.data.get("texts", {}) | data.get("texts", {})
    every = event.kinds | set(kinds.split())
    # A message that is on its way says the same each time it is tried.
    going = connection.execute(_GOING, (identity,)).fetchone()
    if not going and (texts != data.get("texts", {}) or every != set(kinds.split())):
        connection.execute(
            "UPDATE alert_events SET kinds = ?, data = ? WHERE id = ?",
            (" ".join(sorted(every)), _json(data | {"texts": texts}), identity),
        )
    return str(noticed)


def count_events(register: Register) -> int:
    """How many events are stored."""
    return int(register._select_value("SELECT count(*) FROM alert_events"))


@translates_errors
def mark_keys_known(register: Register, keys: Iterable[str]) -> None:
    """Have these keys known as old within the caller's transaction."""
    register._connection.executemany(
        "INSERT OR IGNORE INTO alert_event_keys (key) VALUES (?)", [(key,) for key in keys]
    )


def find_unknown_events(register: Register, events: Iterable[AlertEvent], *, whole: bool = True) -> list[AlertEvent]:
    """The events of which no key is known; without ``whole``, those too of which some key is not.

    It is a look before the transaction that decides.
    """
    found = []
    for event in events:
        known = register._select(_KNOWN, json.dumps(event.keys))
        if len(known) < (1 if whole else len(event.keys)):
            found.append(event)
    return found


def find_stored_ids(register: Register, events: Iterable[AlertEvent]) -> list[str | None]:
    """The id that each of these is stored under by any of its keys; None where it is not."""
    given = list(events)
    rows = register._select(
        "SELECT k.key, k.event FROM json_each(?) j JOIN alert_event_keys k ON k.key = j.value WHERE k.event IS NOT NULL",
        json.dumps([key for event in given for key in event.keys]),
    )
    found = dict(rows)
    return [min((found[key] for key in event.keys if key in found), default=None) for event in given]


def make_event(row: tuple[Any, ...]) -> NoticedEvent:
    """A stored event of a row with :data:`COLUMNS`."""
    identity, sort, kinds, work, day, at, data = row
    return NoticedEvent(identity, sort, frozenset(kinds.split()), work, day, at, json.loads(data))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
