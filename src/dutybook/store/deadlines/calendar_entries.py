"""What calendar files were given: so that an event keeps its identifier when its words change, and is taken back when it is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from dutybook.store.register import Register
from dutybook.store.rows import rows
from dutybook.store.sql import compose, marks, names


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


_COLUMNS = tuple(field.name for field in fields(CalendarRow))
_ENTRIES = compose("SELECT {columns} FROM calendar_entries ORDER BY feed, uid", columns=names(_COLUMNS))
_PUT = compose(
    "INSERT OR REPLACE INTO calendar_entries ({columns}) VALUES ({marks})",
    columns=names(_COLUMNS),
    marks=marks(len(_COLUMNS)),
)


def remembered(register: Register) -> list[CalendarRow]:
    """All that calendar files were given, in a fixed order. Use it within a transaction of :func:`save`."""
    return list(rows(CalendarRow, register._connection.execute(_ENTRIES)))


def save(register: Register, entries: Iterable[CalendarRow]) -> None:
    """Remember events as they are written now; the caller holds the transaction."""
    register._connection.executemany(_PUT, ([getattr(entry, column) for column in _COLUMNS] for entry in entries))
