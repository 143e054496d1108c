"""Changes of records while they are being made: what is to be written, and what it makes of each record so far."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dutybook.store.judgements.history import Entry
from dutybook.store.judgements.record import Record, Tie, apply_row, tie_json
from dutybook.store.judgements.record_rows import identities, load, write

#: Who changes a record when nobody does: the register itself, because a document came or went.
ITSELF = "dutybook"


def moment(now: datetime | None = None) -> str:
    """A moment as the history writes it: UTC, to the second."""
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is to be added to the history of a record: how one ``field`` changes. Without a ``norm`` it is about the record's own."""

    action: str
    field: str = ""
    old: str | None = None
    new: str | None = None
    why: str = ""
    norm: str | None = None
    undoes: int | None = None


class Book:
    """Gathers rows of the history for many records and writes them at once.

    ``why`` stands in rows that are given no reason of their own.
    """

    def __init__(self, connection: sqlite3.Connection, by: str = ITSELF, at: str | None = None, why: str = "") -> None:
        self.connection = connection
        self.by = by
        self.at = at or moment()
        self.why = why
        self._before: dict[str, Record] = {}
        self._now: dict[str, Record] = {}
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self._identities: dict[str, str] = {}

    def learn(self, records: Iterable[Record]) -> None:
        """Take records that were read already."""
        for record in records:
            self._before.setdefault(record.id, record)
            self._now.setdefault(record.id, record)

    def fetch(self, reviews: Iterable[str]) -> None:
        """Read records that will be asked for."""
        self.learn(load(self.connection, [r for r in reviews if r not in self._now]).values())

    def record(self, review: str) -> Record:
        """A record as it is with what was added so far."""
        if review not in self._now:
            self.fetch([review])
        return self._now[review]

    def add(self, review: str, row: Row) -> None:
        """Add a row."""
        record = self.record(review)
        subject = row.norm or record.norm
        what = (row.action, row.field, row.old, row.new, row.why or self.why, row.undoes)
        entry = Entry(self.at, self.by, review, subject, subject, *what)
        self._entries[review].append(entry)
        self._now[review] = apply_row(record, entry)

    def set(self, review: str, field: str, value: str, *, why: str = "", undoes: int | None = None) -> None:
        """Set a plain field; nothing happens where it has the value."""
        old = str(getattr(self.record(review), field))
        if old != value:
            self.add(review, Row("set", field, old, value, why=why, undoes=undoes))

    def open(self, review: str, tie: Tie, seen: Iterable[str] = ()) -> None:
        """Begin a record of a norm; ``seen`` are changes that are known already."""
        self.learn([Record(review)])
        self.add(review, Row("opened", "norm", None, tie_json(tie, tie.version, seen), norm=tie.norm))

    def needs_review(self, review: str, reason: str) -> None:
        """What the record rested on has changed: its status says so, unless nobody has said anything yet."""
        record = self.record(review)
        if record.status == "unassessed" and not record.finding and record.applicability == "unassessed":
            return
        reasons = record.why.split("; ") if record.why else []
        if record.status != "requires review":
            reasons = []
            self.set(review, "status", "requires review", why=reason)
        if reason not in reasons:
            self.set(review, "why", "; ".join([*reasons, reason]), why=reason)

    def write(self) -> dict[str, Record]:
        """Write all; returns the records that changed."""
        norms = {entry.norm for entries in self._entries.values() for entry in entries}
        known = identities(self.connection, norms)
        entries = {
            review: [_with_identity(entry, known[entry.norm]) for entry in rows]
            for review, rows in self._entries.items()
        }
        made = write(self.connection, self._before, self._now, entries)
        self._entries.clear()
        self._before |= made
        self._now |= made
        return made


def _with_identity(entry: Entry, identity: str) -> Entry:
    return replace(entry, identity=identity)
