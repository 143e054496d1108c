"""How stored events are read, and how they keep to their deadlines when documents are read again."""

from __future__ import annotations

import sqlite3
from dataclasses import fields

from dutybook.store.rows import EventRow, rows
from dutybook.store.search import search_rows
from dutybook.store.sql import compose, names

COLUMNS = tuple(field.name for field in fields(EventRow) if field.name not in {"orphan", "dates"})
#: Selects events ``e`` as rows of :class:`EventRow`.
SELECT_EVENTS = compose(
    """SELECT {columns},
    (SELECT json_group_array(due) FROM (SELECT due FROM event_dates t WHERE t.event = e.id ORDER BY position)) AS dates,
    NOT EXISTS (SELECT 1 FROM deadlines x WHERE x.id = e.deadline) AS orphan FROM events e""",
    columns=names(COLUMNS, of="e"),
)
_ORPHANS = compose("{events} WHERE orphan ORDER BY e.id", events=SELECT_EVENTS)


def adopt(connection: sqlite3.Connection) -> int:
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
            search_rows.date(connection, (same[0][1],))
            tied += 1
    return tied
