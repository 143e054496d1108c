"""Events that people enter: they are stored, listed and forgotten here, and no re-reading of a document touches them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dutybook.errors import NotFound
from dutybook.records import content_id
from dutybook.store.database.connection import immediate, translated
from dutybook.store.deadlines.event_rows import COLUMNS, SELECT_EVENTS
from dutybook.store.register import Register
from dutybook.store.rows import DeadlineRow, EventRow, NormRow, rows
from dutybook.store.search import search_rows
from dutybook.store.sql import compose, insert_into

_MIN_ID = 4
_EVENTS = compose("{events} ORDER BY e.due, e.happened, e.id", events=SELECT_EVENTS)
_PUT = insert_into("events", COLUMNS)


@dataclass(frozen=True, slots=True)
class Counted:
    """When an event happened, and the days that follow from it, counted in ``steps`` by the days off of a ``place`` and a ``law``.

    ``happened`` and ``dates`` are ISO 8601, ``dates`` not empty and in order.
    """

    happened: str
    dates: Sequence[str]
    steps: Sequence[str]
    place: str | None = None
    law: str | None = None
    note: str = ""


def event_of(norm: NormRow, deadline: DeadlineRow, counted: Counted, *, now: datetime | None = None) -> EventRow:
    """What :func:`store` stores; the same event of the same deadline always has the same id."""
    return EventRow(
        id=content_id("event", deadline.id, counted.happened),
        deadline=deadline.id,
        norm=norm.id,
        document=norm.document,
        happened=counted.happened,
        place=counted.place,
        law=counted.law,
        due=datetime.fromisoformat(counted.dates[0]).date(),
        dates=tuple(counted.dates),
        steps=tuple(counted.steps),
        note=_storable(counted.note),
        created=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
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
            search_rows.date(register._connection, (event.norm,))


def stored(register: Register) -> list[EventRow]:
    """All events, the one that is due first in front, those too whose deadline is gone."""
    with translated(register.path):
        return list(rows(EventRow, register._connection.execute(_EVENTS)))


def deadlines_named(register: Register, identity: str) -> tuple[NormRow, tuple[DeadlineRow, ...]]:
    """A norm and its deadlines by the norm's id, or the norm and one deadline by that one's; beginnings will do.

    Deadlines come with their evidence.

    Raises:
        NotFound: there is none, or several begin so (the message lists them).
    """
    found = _ids_named(register, identity)
    if len(found) > 1:
        names = [f"deadline {deadline}" if deadline else f"norm {norm}" for norm, deadline in found]
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        raise NotFound(f"{len(names)} ids begin with {identity!r}: {', '.join(names[:10])}{more}. Give more of it.")
    if not found:
        raise NotFound(f"there is no norm or deadline {identity!r}. `dutybook search` shows the ids of norms.")
    ((norm, deadline),) = found
    row = register.norm(norm).norm
    return row, tuple(d for d in row.deadlines if deadline in (None, d.id))


def _ids_named(register: Register, identity: str) -> list[tuple[str, str | None]]:
    """Norms whose id is or begins so, and deadlines with their norms; those alone whose id it is, if there are any."""
    text = identity.strip().lower()
    if len(text) < _MIN_ID or not text.isalnum():
        hint = (
            f"give at least {_MIN_ID} characters of it" if text.isalnum() or not text else "an id is letters and digits"
        )
        raise NotFound(f"there is no norm or deadline {identity!r} ({hint}). `dutybook search` shows the ids of norms.")
    with translated(register.path):
        found = [
            (str(norm), str(deadline) if deadline else None)
            for norm, deadline in register._connection.execute(
                "SELECT id, NULL FROM norms WHERE id GLOB ?1 UNION ALL SELECT norm, id FROM deadlines WHERE id GLOB ?1"
                " ORDER BY 1, 2",
                (text + "*",),
            )
        ]
    return [(norm, deadline) for norm, deadline in found if (deadline or norm) == text] or found


def kind_of_act(register: Register, document: str) -> tuple[str, str]:
    """Genre and jurisdiction ("EU", "DE", …; empty where not known) of a document, by its full id."""
    sql = """SELECT d.genre, coalesce(w.jurisdiction, '') FROM documents d LEFT JOIN work_names w ON w.document = d.id
        WHERE d.id = ?"""
    with translated(register.path):
        row = register._connection.execute(sql, (document,)).fetchone()
    return (str(row[0]), str(row[1])) if row else ("", "")


def forget(register: Register, identity: str) -> bool:
    """Remove an event by its full id; False if there is none."""
    with translated(register.path), immediate(register._connection):
        norms = register._connection.execute("DELETE FROM events WHERE id = ? RETURNING norm", (identity,)).fetchall()
        search_rows.date(register._connection, (row[0] for row in norms))
        return bool(norms)


def named(register: Register, identity: str) -> list[EventRow]:
    """Stored events by the id, or its beginning, of an event, of its deadline or of its norm.

    Raises:
        NotFound: fewer than four characters, or nothing that begins so.
    """
    text = identity.strip().lower()
    found = [e for e in stored(register) if any(i.startswith(text) for i in (e.id, e.deadline, e.norm))]
    if len(text) < _MIN_ID or not found:
        hint = f" (give at least {_MIN_ID} characters of it)" if len(text) < _MIN_ID else ""
        raise NotFound(f"no stored event belongs to {identity!r}{hint}. `dutybook due --list` shows them all.")
    exact = [e for e in found if e.id == text]
    return exact or found


def _storable(text: str) -> str:
    """Text that SQLite can hold, whatever a terminal passed on."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value
