"""Events that people enter, and the calendar entries made from them: no re-reading of a document touches either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dutybook.records import content_id
from dutybook.records.dates import utc_text
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.ids import ids_named, is_named, none_named, only_id
from dutybook.store.rows import DeadlineRow, EventRow, NormRow, rows
from dutybook.store.search import terms
from dutybook.store.sql import compose, insert_into, names, upsert_into

if TYPE_CHECKING:
    from dutybook.store.register import Register

COLUMNS = tuple(field.name for field in fields(EventRow) if field.name not in {"orphan", "dates"})
#: Selects events ``e`` as rows of :class:`EventRow`.
SELECT_EVENTS = compose(
    """SELECT {columns},
    (SELECT json_group_array(due) FROM (SELECT due FROM event_dates t WHERE t.event = e.id ORDER BY position)) AS dates,
    NOT EXISTS (SELECT 1 FROM deadlines x WHERE x.id = e.deadline) AS orphan FROM events e""",
    columns=names(COLUMNS, of="e"),
)
_EVENTS = compose("{events} ORDER BY e.due, e.occurred_at, e.id", events=SELECT_EVENTS)
_PUT = insert_into("events", COLUMNS)


@dataclass(frozen=True, slots=True)
class Counted:
    """When an event happened, and the days that follow from it, counted in ``steps`` by the days off of a ``place`` and a ``law``.

    ``occurred_at`` and ``dates`` are ISO 8601, ``dates`` not empty and in order.
    """

    occurred_at: str
    dates: Sequence[str]
    steps: Sequence[str]
    place: str | None = None
    law: str | None = None
    note: str = ""


def event_of(norm: NormRow, deadline: DeadlineRow, counted: Counted, *, now: datetime | None = None) -> EventRow:
    """What :func:`store` stores; the same event of the same deadline always has the same id."""
    return EventRow(
        id=content_id("event", deadline.id, counted.occurred_at),
        deadline=deadline.id,
        norm=norm.id,
        document=norm.document,
        occurred_at=counted.occurred_at,
        place=counted.place,
        law=counted.law,
        due=datetime.fromisoformat(counted.dates[0]).date(),
        dates=tuple(counted.dates),
        steps=tuple(counted.steps),
        note=_storable(counted.note),
        created=utc_text(now or datetime.now(UTC)),
        quote=deadline.quote,
        kind=deadline.kind,
        value=deadline.value,
        anchor=deadline.anchor,
        norm_place=norm.place,
        title=norm.work_title or norm.document_title or norm.source,
        work=norm.work,
        language=norm.language,
    )


def store(register: Register, events: Iterable[EventRow]) -> None:
    """Keep events, each in place of an earlier one of the same id; all or none."""
    with translated(register.path), immediate(register._connection):
        run = register._connection.execute
        for event in events:
            run("DELETE FROM events WHERE id = ?", (event.id,))
            values = {name: _stored(getattr(event, name)) for name in COLUMNS} | {"due": event.dates[0]}
            run(_PUT, list(values.values()))
            for position, day in enumerate(event.dates):
                run("INSERT INTO event_dates (event, position, due) VALUES (?, ?, ?)", (event.id, position, day))
            terms.date(register._connection, (event.norm,))


def stored(register: Register) -> list[EventRow]:
    """All events, the one that is due first in front, those too whose deadline is gone."""
    return register._select_as(EventRow, _EVENTS)


def deadlines_named(register: Register, identity: str) -> tuple[NormRow, tuple[DeadlineRow, ...]]:
    """A norm and its deadlines by the norm's id, or the norm and one deadline by that one's; beginnings will do.

    Deadlines come with their evidence.

    Raises:
        NotFound: there is none, or several begin so (the message lists them).
    """
    with translated(register.path):
        norms, deadlines = (ids_named(register._connection, table, identity) for table in ("norms", "deadlines"))
    full = only_id([*norms, *deadlines], identity, "norm or deadline", "`dutybook search` shows the ids of norms.")
    if norms:
        row = register.norm(full).norm
        return row, row.deadlines
    row = register.norm(register._select_value("SELECT norm FROM deadlines WHERE id = ?", full)).norm
    return row, tuple(deadline for deadline in row.deadlines if deadline.id == full)


def kind_of_act(register: Register, document: str) -> tuple[str, str]:
    """Family and jurisdiction ("EU", "DE", …; empty where not known) of a document, by its full id."""
    sql = """SELECT d.family, coalesce(w.jurisdiction, '') FROM documents d LEFT JOIN work_names w ON w.document = d.id
        WHERE d.id = ?"""
    row = register._select_first(sql, document)
    return (str(row[0]), str(row[1])) if row else ("", "")


def forget(register: Register, identity: str) -> bool:
    """Remove an event by its full id; False if there is none."""
    with translated(register.path), immediate(register._connection):
        norms = register._connection.execute("DELETE FROM events WHERE id = ? RETURNING norm", (identity,)).fetchall()
        terms.date(register._connection, (row[0] for row in norms))
        return bool(norms)


def named(register: Register, identity: str) -> list[EventRow]:
    """Stored events by the id, or its beginning, of an event, of its deadline or of its norm.

    Raises:
        NotFound: fewer than four characters, or nothing that begins so.
    """
    found = [e for e in stored(register) if any(is_named(each, identity) for each in (e.id, e.deadline, e.norm))]
    if not found:
        raise none_named(identity, "stored event", "`dutybook due --list` shows them all.")
    exact = [e for e in found if e.id == identity.strip().lower()]
    return exact or found


def _storable(text: str) -> str:
    """Text that SQLite can hold, whatever a terminal passed on."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value


_ORPHANS = compose("SELECT * FROM ({events}) WHERE orphan ORDER BY id", events=SELECT_EVENTS)


def adopt(connection: Connection) -> int:
    """Tie events whose deadline is gone to the one that says the same in its place; returns how many.

    Reading a document again with a better analyser may give a deadline another id. Only where exactly one deadline of the
    same document, or of another copy of the same act in its language, has the same words, value, anchor and place, it is
    the same one; else the event stays as it is.
    """
    orphans = list(rows(EventRow, connection.execute(_ORPHANS)))
    tied = 0
    for event in orphans:
        found = connection.execute(
            "SELECT x.id, x.norm, x.document FROM deadlines x JOIN norms n ON n.id = x.norm"
            " JOIN documents d ON d.id = x.document WHERE (d.id = ? OR (d.work = ? AND n.language = ?))"
            " AND x.quote = ? AND x.kind = ? AND x.value IS ? AND x.anchor IS ? AND n.place = ?"
            " ORDER BY x.document <> ?, x.id",
            (
                *(event.document, event.work, event.language, event.quote, event.kind, event.value, event.anchor),
                *(event.norm_place, event.document),
            ),
        ).fetchall()
        same = [row for row in found if row[2] == event.document] or found
        if len(same) == 1:
            connection.execute(
                "UPDATE events SET deadline = ?, norm = ?, document = ? WHERE id = ?", (*same[0], event.id)
            )
            terms.date(connection, (same[0][1],))
            tied += 1
    return tied


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One event of one feed (``feed``: its filters as JSON) as it was last written.

    ``slot`` is the act, language, place and kind that it stands for, ``words`` a digest of the text it was made from,
    ``digest`` one of all that it says; ``sequence`` counts its changes (RFC 5545, 3.8.7.4). ``changed`` and ``start`` are
    ISO 8601, ``changed`` is empty where no clock was given.
    """

    feed: str
    uid: str
    slot: str
    words: str
    digest: str
    sequence: int
    cancelled: bool
    changed: str
    start: str
    summary: str


_ENTRY_COLUMNS = tuple(field.name for field in fields(CalendarRow))
_ENTRIES = compose("SELECT {columns} FROM calendar_entries ORDER BY feed, uid", columns=names(_ENTRY_COLUMNS))
_PUT_ENTRY = upsert_into("calendar_entries", _ENTRY_COLUMNS, ("feed", "uid"))


def remembered(register: Register) -> list[CalendarRow]:
    """All that calendar files were given, in a fixed order. Use it within a transaction of :func:`save`."""
    return list(rows(CalendarRow, register._connection.execute(_ENTRIES)))


def save(register: Register, entries: Iterable[CalendarRow]) -> None:
    """Remember events as they are written now; the caller holds the transaction."""
    register._connection.executemany(
        _PUT_ENTRY, ([getattr(entry, column) for column in _ENTRY_COLUMNS] for entry in entries)
    )
