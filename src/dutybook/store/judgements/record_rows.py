"""Records of judgements in their tables: read, changed together with their history, used as filters, and checked against it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any

from dutybook.errors import Defect
from dutybook.records.dates import utc_text
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history
from dutybook.store.judgements.history import COLUMNS, Entry, HistoryRow
from dutybook.store.judgements.record import (
    APPLICABILITIES,
    ControlLink,
    Correction,
    Link,
    Note,
    Proposal,
    Record,
    Tie,
    apply_row,
    tie_json,
)
from dutybook.store.search.conditions import Condition, condition
from dutybook.store.search.terms import fold
from dutybook.store.sql import Sql, any_of, compose, insert_into, join, kin_of, marks, name, names


@dataclass(frozen=True, slots=True)
class _Parts:
    """A field of a record that holds several things, each a row of a table of its own; ``order`` are the columns that sort them.

    Where that is ``position``, the table counts them.
    """

    field: str
    table: str
    make: type
    order: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The columns that a thing is made of; what it is called now stands elsewhere."""
        return [column.name for column in fields(self.make) if column.compare]

    @property
    def select(self) -> Sql:
        """Selects the parts of some records."""
        return compose(
            "SELECT review, {columns} FROM {table} WHERE review IN (SELECT value FROM json_each(?)) ORDER BY review, {order}",
            columns=names(self.columns),
            table=name(self.table),
            order=names(self.order),
        )

    def store(self, connection: Connection, record: Record) -> None:
        """Store the parts of a record in place of those that it had."""
        connection.execute(compose("DELETE FROM {table} WHERE review = ?", table=name(self.table)), (record.id,))
        columns, parts = ["review", *self.columns], getattr(record, self.field)
        rows = [(record.id, *(getattr(part, column) for column in self.columns)) for part in parts]
        if self.order == ("position",):
            columns.append("position")
            rows = [(*row, number) for number, row in enumerate(rows)]
        connection.executemany(insert_into(self.table, columns), rows)


_PARTS = (
    _Parts("ties", "review_norms", Tie, ("norm",)),
    _Parts("notes", "review_notes", Note, ("position",)),
    _Parts("links", "review_links", Link, ("position",)),
    _Parts("corrections", "review_corrections", Correction, ("norm", "field")),
    _Parts("controls", "review_controls", ControlLink, ("control",)),
    _Parts("declined", "review_declined_controls", ControlLink, ("control",)),
    _Parts("proposals", "review_proposals", Proposal, ("position",)),
)
_OWN = tuple(f.name for f in fields(Record) if f.name not in {parts.field for parts in _PARTS})
_MANY = 400

_RECORDS = compose("SELECT {columns} FROM reviews WHERE id IN (SELECT value FROM json_each(?))", columns=names(_OWN))
_PUT = compose(
    "{insert} ON CONFLICT (id) DO UPDATE SET {settings}",
    insert=insert_into("reviews", _OWN),
    settings=join(", ", (compose("{column} = excluded.{column}", column=name(column)) for column in _OWN[1:])),
)

# The record of a norm: its own, else one of the same norm in another version, copy or language.
_OF_NORM = compose(
    """SELECT review FROM review_norms WHERE norm = ?1 UNION ALL
    SELECT review FROM (SELECT review FROM review_norms WHERE norm IN ({kin}) ORDER BY review) LIMIT 1""",
    kin=kin_of(compose("?1")),
)

# The same of many at once: their own ones, and those by identity.
_OF_NORMS = "SELECT norm, review FROM review_norms WHERE norm IN (SELECT value FROM json_each(?))"
# From the norm to its identity to its others: over the view ``norm_identities`` SQLite would go through all records, norm by norm.
_BY_IDENTITY = """WITH wanted(norm, identity) AS MATERIALIZED (SELECT w.value, coalesce(t.identity, w.value)
        FROM json_each(?) w LEFT JOIN norm_ties t ON t.norm = w.value),
    found(norm, review) AS (
        SELECT w.norm, b.review FROM wanted w CROSS JOIN norm_ties j ON j.identity = w.identity
            CROSS JOIN review_norms b ON b.norm = j.norm
        UNION ALL SELECT w.norm, b.review FROM wanted w CROSS JOIN review_norms b ON b.norm = w.identity
            WHERE EXISTS (SELECT 1 FROM norms n WHERE n.id = w.identity)
            AND NOT EXISTS (SELECT 1 FROM norm_ties x WHERE x.norm = w.identity AND x.identity <> w.identity))
    SELECT norm, min(review) FROM found GROUP BY norm"""


def review_of(connection: Connection, norm: str) -> str | None:
    """The id of the record that speaks of a norm (full id), also through its other versions, copies and languages."""
    found = connection.execute(_OF_NORM, (norm,)).fetchone()
    return str(found[0]) if found else None


def anything(connection: Connection) -> bool:
    """Whether anybody said anything of any norm."""
    return connection.execute("SELECT 1 FROM reviews LIMIT 1").fetchone() is not None


def load(connection: Connection, ids: Iterable[str]) -> dict[str, Record]:
    """Records by their ids."""
    found: dict[str, Record] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _MANY):
        chunk = json.dumps(wanted[start : start + _MANY])
        for row in connection.execute(_RECORDS, (chunk,)):
            values: dict[str, Any] = dict(zip(_OWN, row, strict=True))
            found[row[0]] = Record(**values | {"seen": tuple(json.loads(values["seen"]))})
        for kind in _PARTS:
            parts: dict[str, list[Any]] = defaultdict(list)
            for review, *part in connection.execute(kind.select, (chunk,)):
                parts[review].append(kind.make(*part))
            for review, made in parts.items():
                values = {kind.field: tuple(made)}
                found[review] = replace(found[review], **values)
    return name_controls(connection, {i: found[i] for i in wanted if i in found})


_NAMES = "SELECT id, reference, title FROM controls WHERE id IN (SELECT value FROM json_each(?))"
_RENAMED = """SELECT item, field, old FROM history WHERE item IN (SELECT value FROM json_each(?)) AND review = '' AND action = 'set'
    AND field IN ('reference', 'title') AND seq > ? ORDER BY seq DESC"""


def name_controls(
    connection: Connection, records: Mapping[str, Record], length: int | None = None
) -> dict[str, Record]:
    """Records by any key, with their controls called what they are called now, or were when the history had this ``length``."""
    linked = {link.control for record in records.values() for link in (*record.controls, *record.declined)}
    if not linked:
        return dict(records)
    wanted = json.dumps(sorted(linked))
    parts = {row[0]: {"reference": row[1], "title": row[2]} for row in connection.execute(_NAMES, (wanted,))}
    if length is not None:
        # The first change after that moment, which comes last, says what it was then.
        for control, field, old in connection.execute(_RENAMED, (wanted, length)):
            parts[control][field] = old
    labels = {control: f"{own['reference']} {own['title']}".strip() for control, own in parts.items()}

    def named(links: tuple[ControlLink, ...]) -> tuple[ControlLink, ...]:
        return tuple(replace(link, label=labels.get(link.control, link.label)) for link in links)

    return {
        key: replace(record, controls=named(record.controls), declined=named(record.declined))
        for key, record in records.items()
    }


def records_of(connection: Connection, norms: Sequence[str]) -> dict[str, Record]:
    """Records by the norms (full ids) that they speak of."""
    wanted = json.dumps(list(norms))
    pairs = dict(connection.execute(_OF_NORMS, (wanted,)).fetchall())
    pairs = dict(connection.execute(_BY_IDENTITY, (wanted,)).fetchall()) | pairs
    records = load(connection, pairs.values())
    return {norm: records[review] for norm, review in pairs.items()}


def identities(connection: Connection, norms: Iterable[str]) -> dict[str, str]:
    """What each norm is through versions and languages: its identity, or itself."""
    wanted = list(norms)
    sql = "SELECT norm, identity FROM norm_ties WHERE norm IN (SELECT value FROM json_each(?))"
    found = connection.execute(sql, (json.dumps(wanted),)).fetchall()
    return {norm: norm for norm in wanted} | {str(norm): str(identity) for norm, identity in found}


def write(
    connection: Connection,
    before: Mapping[str, Record],
    after: Mapping[str, Record],
    entries: Mapping[str, Sequence[Entry]],
) -> dict[str, Record]:
    """Add ``entries`` (by record) to the history and store what they make of the records; all in the caller's transaction.

    ``after`` is what folding the entries into ``before`` gives. The only function that changes a record.
    """
    made: dict[str, Record] = {}
    for review, rows in entries.items():
        last = history.append(connection, rows)[-1]
        made[review] = replace(after[review], revision=last.seq, changed=last.at, changed_by=last.by)
        _store(connection, before[review], made[review])
    return made


def _store(connection: Connection, before: Record, record: Record) -> None:
    values = [json.dumps(v) if isinstance(v := getattr(record, column), tuple) else v for column in _OWN]
    connection.execute(_PUT, values)
    for parts in _PARTS:
        if getattr(record, parts.field) != getattr(before, parts.field):
            parts.store(connection, record)
    if record.ties != before.ties:
        connection.execute(
            "UPDATE review_norms SET missing = 1 WHERE review = ?"
            " AND NOT EXISTS (SELECT 1 FROM norms n WHERE n.id = review_norms.norm)",
            (record.id,),
        )


_SNAPSHOT = """SELECT n.id, n.document, coalesce(d.work, ''), n.language, coalesce(v.valid_from, d.version_date, ''),
    coalesce(nullif(d.title, ''), d.source), n.place, n.span_start, n.span_end, n.quote, n.modality, n.strength,
    coalesce(n.bearer, '')
    FROM norms n JOIN documents d ON d.id = n.document LEFT JOIN versions v ON v.document = d.id
    WHERE n.id IN (SELECT value FROM json_each(?))"""
_EXTRACTED = """SELECT norm, field, coalesce(extracted, '') FROM corrected
    WHERE deadline = '' AND field IN ('modality', 'strength', 'bearer', 'quote')
    AND norm IN (SELECT value FROM json_each(?))"""


def snapshots(connection: Connection, norms: Iterable[str]) -> dict[str, Tie]:
    """What a record keeps of norms (full ids), with the extractor's own values."""
    wanted = json.dumps(list(norms))
    ties = {row[0]: Tie(*row) for row in connection.execute(_SNAPSHOT, (wanted,))}
    for norm, field, extracted in connection.execute(_EXTRACTED, (wanted,)):
        ties[norm] = replace(ties[norm], **{field: extracted})
    return ties


#: What ``review_state`` may be: what was said of the finding. Without it all but the rejected ones are meant.
STATES = ("unreviewed", "confirmed", "corrected", "rejected", "all")

#: Selects the norms that somebody said are none. It is said of words, so it hides these words, and no other language's.
REJECTED_SQL = compose("SELECT c.norm FROM corrected c WHERE c.field = 'finding'")


def reviewed(passing: Sql) -> Sql:
    """Selects the norms whose record meets a condition on ``r`` (reviews)."""
    return compose(
        "SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review WHERE {passing}", passing=passing
    )


#: Selects the norms of whose finding somebody said something, approved or not.
JUDGED_SQL = reviewed(
    compose(
        """(r.finding <> '' OR EXISTS (SELECT 1 FROM review_proposals p WHERE p.review = r.id
        AND (instr(p.change, '"finding":') OR instr(p.change, '"correct":'))))"""
    )
)
_ASSESSED_SQL = reviewed(compose("r.status <> 'unassessed'"))


_IS_DONE = compose("(r.status IN ('not applicable', 'compliant') OR r.applicability = 'no' OR r.finding = 'rejected')")
#: Selects the norms that somebody took on and is not done with: as :attr:`Record.is_taken_on` and :attr:`Record.is_done` say.
TAKEN_ON_SQL = reviewed(
    compose(
        """NOT {done} AND (r.owner <> '' OR r.due <> '' OR r.applicability IN ('yes', 'partly')
        OR r.status IN ('requires review', 'applicable', 'non-compliant'))""",
        done=_IS_DONE,
    )
)
#: Selects the norms that are ours to do, so that a day of theirs that has passed is overdue: also those of which somebody
#: entered the event that started a deadline.
OURS_SQL = compose(
    "{taken} UNION ALL SELECT e.norm FROM events e WHERE e.norm NOT IN ({done})",
    taken=TAKEN_ON_SQL,
    done=reviewed(_IS_DONE),
)


def owners(connection: Connection, limit: int = 100) -> list[str]:
    """Who looks after norms, by name."""
    sql = "SELECT owner FROM reviews WHERE owner <> '' GROUP BY owner ORDER BY fold(owner), owner LIMIT ?"
    return [str(row[0]) for row in connection.execute(sql, (limit,))]


def conditions(status: str | None, owner: str | None, state: str | None) -> Iterator[Condition]:
    """Conditions on norms. ``owner`` is part of a name, whatever case and accents."""
    if state == "rejected":
        yield condition("{norm} IN ({rejected})", rejected=REJECTED_SQL)
    elif state != "all":
        yield condition("{norm} NOT IN ({rejected})", rejected=REJECTED_SQL)
    if state == "unreviewed":
        yield condition("{norm} NOT IN ({judged})", judged=JUDGED_SQL)
    elif state in ("confirmed", "corrected"):
        yield condition("{norm} IN ({found})", state, found=reviewed(compose("r.finding = ?")))
    if status == "unassessed":
        yield condition("{norm} NOT IN ({assessed})", assessed=_ASSESSED_SQL)
    elif status is not None:
        yield condition("{norm} IN ({found})", status, found=reviewed(compose("r.status = ?")))
    if owner:
        yield condition("{norm} IN ({found})", fold(owner), found=reviewed(compose("instr(fold(r.owner), ?)")))


def conditions_of_several(applicabilities: Sequence[str], tags: Sequence[str]) -> Iterator[Condition]:
    """Conditions on norms: one of the values must be there, for each kind of value that is asked for."""
    if applicabilities:
        found = reviewed(compose("r.applicability IN ({marks})", marks=marks(len(applicabilities))))
        if APPLICABILITIES[0] in applicabilities:
            # Nobody said anything of most norms: they are unassessed without a record.
            assessed = reviewed(compose("r.applicability <> 'unassessed'"))
            yield condition(
                "({norm} IN ({found}) OR {norm} NOT IN ({assessed}))", *applicabilities, found=found, assessed=assessed
            )
        else:
            yield condition("{norm} IN ({found})", *applicabilities, found=found)
    if tags:
        tagged = any_of([compose("instr(', ' || r.tags || ', ', ?)")] * len(tags))
        yield condition("{norm} IN ({found})", *(f", {tag}, " for tag in tags), found=reviewed(tagged))


_BATCH = 500


def problems(connection: Connection) -> Iterator[str]:
    """What is wrong, a line each, twenty of a kind at most."""
    verdict = history.verify(connection)
    if verdict.broken is not None:
        yield f"history: {verdict.says}. `dutybook audit --verify` says more"
    yield from islice(_unequal(connection), 20)
    stray = connection.execute(
        "SELECT count(*) FROM corrected c JOIN norms n ON n.id = c.norm WHERE c.deadline = ''"
        " AND ((c.field = 'modality' AND n.modality IS NOT c.value) OR (c.field = 'bearer' AND n.bearer IS NOT c.value))"
    ).fetchone()[0]
    if stray:
        yield f"corrections: {stray} are not in the norms that they are of"


def _unequal(connection: Connection) -> Iterator[str]:
    sql = compose("SELECT {columns} FROM history WHERE review <> '' ORDER BY review, seq", columns=names(COLUMNS))
    rows = (HistoryRow(*row) for row in connection.execute(sql))
    groups = groupby(rows, key=lambda row: row.review)
    known = 0
    while chunk := [(review, list(entries)) for review, entries in islice(groups, _BATCH)]:
        stored = load(connection, [review for review, _ in chunk])
        known += len(stored)
        for review, entries in chunk:
            try:
                replayed = _replayed(review, entries)
            except (Defect, KeyError, ValueError, TypeError):
                yield f"history: the rows of record {review} cannot be replayed"
                continue
            if review not in stored:
                yield f"records: {review} is in the history and not among the records"
            elif stored[review] != replayed:
                yield f"records: {review} ({stored[review].norm[:12]}) is not what its history says"
    extra = connection.execute("SELECT count(*) FROM reviews").fetchone()[0] - known
    if extra > 0:
        yield f"records: {extra} have no history"


def _replayed(review: str, rows: list[HistoryRow]) -> Record:
    record = Record(review)
    for row in rows:
        record = replace(apply_row(record, row), revision=row.seq, changed=row.at, changed_by=row.by)
    return record


#: Who changes a record when nobody does: the register itself, because a document came or went.
ITSELF = "dutybook"


def moment(now: datetime | None = None) -> str:
    """A moment as the history writes it; now if none is given."""
    return utc_text(now or datetime.now(UTC))


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
    item: str = ""


class Book:
    """Gathers rows of the history for many records and writes them at once.

    ``why`` stands in rows that are given no reason of their own.
    """

    def __init__(self, connection: Connection, by: str = ITSELF, at: str | None = None, why: str = "") -> None:
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
        what = (row.action, row.field, row.old, row.new, row.why or self.why, row.undoes, row.item)
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
            review: [replace(entry, identity=known[entry.norm]) for entry in rows]
            for review, rows in self._entries.items()
        }
        made = write(self.connection, self._before, self._now, entries)
        self._entries.clear()
        self._before |= made
        self._now |= made
        return made
