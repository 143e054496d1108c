"""What an import compares with: what norms and their records say now, and what they said when a workbook was written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dutybook.records.norm_fields import CORRECTABLE
from dutybook.store.database.connection import translates_errors
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history
from dutybook.store.judgements.history import HistoryRow
from dutybook.store.judgements.record import DEADLINE, Record, replay
from dutybook.store.judgements.record_rows import name_controls, records_of
from dutybook.store.rows import rows
from dutybook.store.sql import compose, names

if TYPE_CHECKING:
    from dutybook.store.register import Register

_MANY = 400
_NORMS = compose(
    """SELECT n.id, coalesce(i.identity, n.id), n.place, coalesce(nullif(d.title, ''), d.source),
    {values} FROM norms n JOIN documents d ON d.id = n.document
    LEFT JOIN norm_ties i ON i.norm = n.id WHERE n.id IN (SELECT value FROM json_each(?))""",
    values=names(CORRECTABLE, of="n"),
)
# As a table of norms has them: the value, or else what kind of deadline it is.
_DEADLINES = """SELECT norm, quote, coalesce(nullif(value, ''), kind) FROM deadlines
    WHERE norm IN (SELECT value FROM json_each(?)) ORDER BY norm, position"""
_HISTORY = compose(
    "SELECT {columns} FROM history WHERE review IN (SELECT value FROM json_each(?)) ORDER BY review, seq",
    columns=names(history.COLUMNS),
)


#: Fields of a record that are made of others, which rows of the history name.
_PARTS = {"evidence": ("link",), "control": ("control", "control_words")}


@dataclass(frozen=True, slots=True)
class Subject:
    """A norm (full id), what is shown of it now, and its record (None: nothing was said) now and ``before``.

    ``later`` are the rows of the record's history since then, ``values`` what is shown in the columns that can be corrected,
    ``deadlines`` the words of each deadline and its value, in order.
    """

    norm: str
    identity: str
    place: str
    title: str
    values: Mapping[str, str]
    record: Record | None
    before: Record | None
    later: tuple[HistoryRow, ...]
    deadlines: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What norms have in common that have, or would have, one record."""
        return self.record.id if self.record else self.identity

    def value_before(self, column: str) -> str:
        """What was shown in a column that can be corrected; as far as the history knows: a new reading may have changed it too."""
        if column == DEADLINE:
            return "\n".join(self._before(f"{DEADLINE}:{quote}", value) for quote, value in self.deadlines)
        return self._before(column, self.values[column])

    def _before(self, field: str, now: str) -> str:
        for row in self.later:
            if (row.norm, row.field) == (self.norm, field) and row.action in ("corrected", "withdrawn"):
                return row.old or ""
        return now

    def last(self, fields: Sequence[str]) -> HistoryRow | None:
        """The last change of one of these fields since then."""
        named = {part for name in fields for part in _PARTS.get(name, (name,))}
        return next((row for row in reversed(self.later) if row.field in named), None)


@dataclass(frozen=True, slots=True)
class Lost:
    """A norm (full id) that the register has no more. ``successor``: the norm that took its place (full id), or empty.

    ``kept``: something was said of it, which waits for the norm to come back.
    """

    norm: str
    successor: str
    kept: bool


def length(register: Register) -> int:
    """How many rows the history has."""
    return int(register._select_value("SELECT rows FROM history_head"))


@translates_errors
def subjects(register: Register, norms: Iterable[str], since: int) -> dict[str, Subject]:
    """Norms (full ids) that are in the register, by id; ``since`` is the length of the history that they are compared with."""
    found: dict[str, Subject] = {}
    waiting = iter(norms)
    while chunk := list(islice(waiting, _MANY)):
        rows_ = register._connection.execute(_NORMS, (json.dumps(chunk),)).fetchall()
        records = records_of(register._connection, [row[0] for row in rows_])
        deadlines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for norm, quote, value in register._connection.execute(_DEADLINES, (json.dumps(chunk),)):
            deadlines[norm].append((quote, value))
        moved = [r.id for r in records.values() if r.revision > since]
        past = _past(register._connection, moved) if moved else {}
        earlier = {review: _replay_until(review, past[review], since) for review in past}
        named = name_controls(register._connection, {review: one for review, one in earlier.items() if one}, since)
        # A control that was renamed since is no change of the records: they are compared by the names of then.
        records = name_controls(register._connection, records, since)
        for norm, identity, place, title, *values in rows_:
            record = records.get(norm)
            before: Record | None = record
            later: tuple[HistoryRow, ...] = ()
            if record is not None and record.id in past:
                before = named.get(record.id)
                later = tuple(row for row in past[record.id] if row.seq > since)
            current = {name: value or "" for name, value in zip(CORRECTABLE, values, strict=True)}
            own = tuple(deadlines.get(norm, ()))
            current[DEADLINE] = "\n".join(value for _, value in own)
            found[norm] = Subject(norm, identity, place, title, current, record, before, later, own)
    return found


def _replay_until(review: str, rows_: Sequence[HistoryRow], since: int) -> Record | None:
    """A record as it was when the history was ``since`` rows long; None where it was not there yet."""
    earlier = [row for row in rows_ if row.seq <= since]
    return replay(review, earlier) if earlier else None


def _past(connection: Connection, reviews: Iterable[str]) -> dict[str, list[HistoryRow]]:
    found: dict[str, list[HistoryRow]] = defaultdict(list)
    for row in rows(HistoryRow, connection.execute(_HISTORY, (json.dumps(sorted(set(reviews))),))):
        found[row.review].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Text:
    """What tells norms from each other in a table; ``duty`` are the words before a list with those of the item."""

    quote: str
    duty: str
    place: str
    page: int | None


def texts(register: Register, norms: Sequence[str]) -> dict[str, Text]:
    """What tells norms (full ids) from each other."""
    sql = "SELECT id, quote, stem, place, page FROM norms WHERE id IN (SELECT value FROM json_each(?))"
    found: dict[str, Text] = {}
    for start in range(0, len(norms), 10 * _MANY):
        rows_ = register._select(sql, json.dumps(norms[start : start + 10 * _MANY]))
        for norm, quote, stem, place, page in rows_:
            found[norm] = Text(quote, f"{stem} {quote}" if stem else quote, place, page)
    return found


@translates_errors
def missing(register: Register, norms: Sequence[str]) -> list[str]:
    """Which of these norms (full ids) the register does not have."""
    there: set[str] = set()
    for start in range(0, len(norms), 10 * _MANY):
        there |= _there(register._connection, norms[start : start + 10 * _MANY])
    return [norm for norm in norms if norm not in there]


@translates_errors
def lost(register: Register, norms: Iterable[str]) -> dict[str, Lost]:
    """What became of norms (full ids) that the register has no more, as far as their records tell."""
    gone = list(dict.fromkeys(norms))
    if not gone:
        return {}
    tied = {
        str(old): str(json.loads(new)["norm"])
        for old, new in register._connection.execute("SELECT old, new FROM history WHERE action = 'tied' ORDER BY seq")
    }
    ends = {norm: _end(norm, tied) for norm in gone}
    sql = """SELECT b.norm, r.norm, EXISTS (SELECT 1 FROM norms n WHERE n.id = r.norm) FROM review_norms b
        JOIN reviews r ON r.id = b.review WHERE b.norm IN (SELECT value FROM json_each(?))"""
    stands: dict[str, str] = {}
    kept: set[str] = set()
    there = _there(register._connection, ends.values())
    for norm, now, exists in register._connection.execute(sql, (json.dumps(list(ends.values())),)):
        kept.add(norm)
        if norm in there or exists:
            stands[norm] = norm if norm in there else now
    return {norm: Lost(norm, stands.get(end, end if end in there else ""), end in kept) for norm, end in ends.items()}


def _end(norm: str, tied: Mapping[str, str]) -> str:
    seen = {norm}
    while (following := tied.get(norm)) is not None and following not in seen:
        norm = following
        seen.add(norm)
    return norm


def _there(connection: Connection, norms: Iterable[str]) -> set[str]:
    sql = "SELECT id FROM norms WHERE id IN (SELECT value FROM json_each(?))"
    return {str(row[0]) for row in connection.execute(sql, (json.dumps(list(norms)),))}
