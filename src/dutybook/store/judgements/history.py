"""The history of what people said of norms: only ever added to, each row chained to the one before it.

What a chain can tell: a row that was changed, taken out or put in, and (by ``history_head``) rows missing at the end. What no
chain inside a file can tell: that somebody with the file wrote the whole chain anew, head and all. Against that, keep the
head that ``dutybook audit --verify`` prints somewhere else, and give it again later (:func:`verify`, ``expected``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from dutybook.store.database.protocols import Connection
from dutybook.store.rows import rows
from dutybook.store.sql import all_of, compose, insert_into, names

#: The hash before the first row.
START = "0" * 64


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one field. ``at`` is UTC, ISO 8601; ``old`` and ``new`` are what it was and is, None for nothing.

    ``review``, ``norm`` and ``identity`` are empty where it is about a control alone (``item``), ``item`` where it is about a norm alone.
    """

    seq: int
    at: str
    by: str
    review: str
    norm: str
    identity: str
    item: str
    action: str
    field: str
    old: str | None
    new: str | None
    why: str
    change: int
    undoes: int | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be: what is known before it has its place in the chain."""

    at: str
    by: str
    review: str
    norm: str
    identity: str
    action: str
    field: str = ""
    old: str | None = None
    new: str | None = None
    why: str = ""
    undoes: int | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the history is whole: ``rows`` and ``hash`` are its head, ``broken`` the first row that does not fit (None: all do)."""

    rows: int
    hash: str
    broken: int | None = None
    says: str = ""

    @property
    def head(self) -> str:
        """The number and the hash of the last row (``rows:hash``): kept elsewhere, it shows later whether rows before it were changed."""
        return f"{self.rows}:{self.hash}"


COLUMNS = tuple(field.name for field in fields(HistoryRow))
_INSERT = insert_into("history", COLUMNS)
_ROWS = compose("SELECT {columns} FROM history", columns=names(COLUMNS))
_IN_ORDER = compose("{rows} ORDER BY seq", rows=_ROWS)


def chained(row: tuple[object, ...]) -> str:
    """SHA-256 over the canonical JSON of a row without its own hash; ``previous`` is part of it.

    Canonical: an array of the columns in the order of the table, no white space, everything beyond ASCII escaped.
    """
    return hashlib.sha256(json.dumps(row[: len(COLUMNS) - 1], separators=(",", ":")).encode("ascii")).hexdigest()


def append(connection: Connection, entries: Iterable[Entry]) -> list[HistoryRow]:
    """Add rows that belong together (one ``change`` a record or control), inside the caller's transaction."""
    length, last = connection.execute("SELECT rows, hash FROM history_head").fetchone()
    made: list[HistoryRow] = []
    changes: dict[str, int] = {}
    for entry in entries:
        seq = length + 1 + len(made)
        change = changes.setdefault(entry.review or entry.item, seq)
        plain = (
            *(seq, entry.at, entry.by, entry.review, entry.norm, entry.identity, entry.item),
            *(entry.action, entry.field, entry.old, entry.new, entry.why, change, entry.undoes, last),
        )
        last = chained((*plain, ""))
        made.append(HistoryRow(*plain, last))
        connection.execute(_INSERT, (*plain, last))
        connection.execute("UPDATE history_head SET rows = ?, hash = ? WHERE id = 1", (seq, last))
    return made


def read(
    connection: Connection,
    *,
    review: str | None = None,
    item: str | None = None,
    since: str | None = None,
    by: str | None = None,
    limit: int | None = None,
) -> Iterator[HistoryRow]:
    """Rows in order; ``since`` is a day or moment (ISO 8601, UTC), the day included; ``limit``: the last so many."""
    asked = [
        (compose("review = ?"), review),
        (compose("item = ?"), item),
        (compose("at >= ?"), since),
        (compose("by = ? COLLATE NOCASE"), by),
    ]
    chosen = all_of(condition for condition, value in asked if value is not None)
    sql = compose("{rows} WHERE {chosen}", rows=_ROWS, chosen=chosen)
    if limit is not None:
        sql = compose("SELECT * FROM ({rows} ORDER BY seq DESC LIMIT {limit})", rows=sql, limit=limit)
    values = [value for _, value in asked if value is not None]
    return rows(HistoryRow, connection.execute(compose("{rows} ORDER BY seq", rows=sql), values))


def verify(connection: Connection, expected: str | None = None) -> Verdict:
    """Walk the chain and compare it with the head, and with an ``expected`` head (``rows:hash``) kept from earlier."""
    head = connection.execute("SELECT rows, hash FROM history_head").fetchone()
    if head is None:
        return Verdict(0, START, 1, "the head of the history is gone")
    length, last = int(head[0]), str(head[1])
    wanted = _expected(expected)
    before, number = START, 0
    for row in connection.execute(_IN_ORDER):
        number += 1
        if row[0] != number:
            return Verdict(length, last, number, f"row {number} is missing: the next one is row {row[0]}")
        if row[-2] != before:
            return Verdict(length, last, number, f"row {number} does not follow on the row before it")
        before = chained(row)
        if row[-1] != before:
            return Verdict(length, last, number, f"row {number} was changed after it was written ({row[1]}, {row[2]})")
        if wanted and number == wanted[0] and before != wanted[1]:
            says = f"row {number} is not the one whose hash was kept: the history was written anew up to there"
            return Verdict(length, last, number, says)
    if number != length or before != last:
        return Verdict(length, last, number + 1, f"the history ends at row {number}, and its head says {length}")
    if wanted and number < wanted[0]:
        says = f"the history ends at row {number}, and had {wanted[0]} rows when its head was kept"
        return Verdict(length, last, number + 1, says)
    return Verdict(length, last)


def _expected(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    number, _, digest = head.partition(":")
    return int(number), digest
