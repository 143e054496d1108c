"""Records of judgements in their tables: read, written with their history, used as filters, and checked against it."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import groupby, islice
from typing import Any

from dutybook.errors import Defect
from dutybook.store.judgements import history
from dutybook.store.judgements.history import COLUMNS, Entry, HistoryRow
from dutybook.store.judgements.record import Correction, Link, Note, Record, Tie, apply_row
from dutybook.store.search.terms import fold
from dutybook.store.sql import kin_of

_PARTS: tuple[tuple[str, str, type, str], ...] = (
    ("ties", "review_norms", Tie, "norm"),
    ("notes", "review_notes", Note, "position"),
    ("links", "review_links", Link, "position"),
    ("corrections", "review_corrections", Correction, "norm, field"),
)
_OWN = tuple(f.name for f in fields(Record) if f.name not in {name for name, *_ in _PARTS})
_MANY = 400

# The record of a norm: its own, else one of the same norm in another version, copy or language.
_OF_NORM = f"""SELECT review FROM review_norms WHERE norm = ?1 UNION ALL
    SELECT review FROM (SELECT review FROM review_norms WHERE norm IN ({kin_of("?1")}) ORDER BY review) LIMIT 1"""  # noqa: S608

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


def review_of(connection: sqlite3.Connection, norm: str) -> str | None:
    """The id of the record that speaks of a norm (full id), also through its other versions, copies and languages."""
    found = connection.execute(_OF_NORM, (norm,)).fetchone()
    return str(found[0]) if found else None


def anything(connection: sqlite3.Connection) -> bool:
    """Whether anybody said anything of any norm."""
    return connection.execute("SELECT 1 FROM reviews LIMIT 1").fetchone() is not None


def load(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Record]:
    """Records by their ids."""
    found: dict[str, Record] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _MANY):
        chunk = json.dumps(wanted[start : start + _MANY])
        sql = f"SELECT {', '.join(_OWN)} FROM reviews WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        for row in connection.execute(sql, (chunk,)):
            values: dict[str, Any] = dict(zip(_OWN, row, strict=True))
            found[row[0]] = Record(**values | {"seen": tuple(json.loads(values["seen"]))})
        for name, table, make, order in _PARTS:
            columns = ", ".join(f.name for f in fields(make))
            parts: dict[str, list[Any]] = defaultdict(list)
            sql = (
                f"SELECT review, {columns} FROM {table} WHERE review IN (SELECT value FROM json_each(?))"  # noqa: S608
                f" ORDER BY review, {order}"
            )
            for review, *part in connection.execute(sql, (chunk,)):
                parts[review].append(make(*part))
            for review, made in parts.items():
                values = {name: tuple(made)}
                found[review] = replace(found[review], **values)
    return {i: found[i] for i in wanted if i in found}


def records_of(connection: sqlite3.Connection, norms: Sequence[str]) -> dict[str, Record]:
    """Records by the norms (full ids) that they speak of."""
    wanted = json.dumps(list(norms))
    pairs = dict(connection.execute(_OF_NORMS, (wanted,)).fetchall())
    pairs = dict(connection.execute(_BY_IDENTITY, (wanted,)).fetchall()) | pairs
    records = load(connection, pairs.values())
    return {norm: records[review] for norm, review in pairs.items()}


def identities(connection: sqlite3.Connection, norms: Iterable[str]) -> dict[str, str]:
    """What each norm is through versions and languages: its identity, or itself."""
    wanted = list(norms)
    sql = "SELECT norm, identity FROM norm_ties WHERE norm IN (SELECT value FROM json_each(?))"
    found = connection.execute(sql, (json.dumps(wanted),)).fetchall()
    return {norm: norm for norm in wanted} | {str(norm): str(identity) for norm, identity in found}


def write(
    connection: sqlite3.Connection,
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


def _store(connection: sqlite3.Connection, before: Record, record: Record) -> None:
    values = [json.dumps(v) if isinstance(v := getattr(record, name), tuple) else v for name in _OWN]
    settings = ", ".join(f"{name} = excluded.{name}" for name in _OWN[1:])
    connection.execute(
        f"INSERT INTO reviews ({', '.join(_OWN)}) VALUES ({', '.join('?' * len(_OWN))})"  # noqa: S608 - constants only
        f" ON CONFLICT (id) DO UPDATE SET {settings}",
        values,
    )
    for name, table, make, order in _PARTS:
        parts = getattr(record, name)
        if parts == getattr(before, name):
            continue
        connection.execute(f"DELETE FROM {table} WHERE review = ?", (record.id,))  # noqa: S608 - constants only
        columns = [f.name for f in fields(make)]
        rows = [(record.id, *(getattr(part, name) for name in columns)) for part in parts]
        if order == "position":
            columns.append(order)
            rows = [(*row, number) for number, row in enumerate(rows)]
        marks = ", ".join("?" * (len(columns) + 1))
        connection.executemany(f"INSERT INTO {table} (review, {', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
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
    WHERE deadline = '' AND field IN ('modality', 'strength', 'bearer') AND norm IN (SELECT value FROM json_each(?))"""


def snapshots(connection: sqlite3.Connection, norms: Iterable[str]) -> dict[str, Tie]:
    """What a record keeps of norms (full ids), with the extractor's own values."""
    wanted = json.dumps(list(norms))
    ties = {row[0]: Tie(*row) for row in connection.execute(_SNAPSHOT, (wanted,))}
    for norm, field, extracted in connection.execute(_EXTRACTED, (wanted,)):
        ties[norm] = replace(ties[norm], **{field: extracted})
    return ties


#: What ``review_state`` may be: what was said of the finding. Without it all but the rejected ones are meant.
STATES = ("unreviewed", "confirmed", "corrected", "rejected", "all")

#: Norms that somebody said are none. It is said of words, so it hides these words, and no other language's.
REJECTED_SQL = "SELECT c.norm FROM corrected c WHERE c.field = 'finding'"
#: Norms whose record meets a condition on ``r`` (reviews), which follows.
REVIEWED_SQL = "SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review WHERE"


def conditions(status: str | None, owner: str | None, state: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """SQL conditions on ``n`` (norms), each with its parameters. ``owner`` is part of a name, whatever case and accents."""
    if state == "rejected":
        yield f"n.id IN ({REJECTED_SQL})", ()
    elif state != "all":
        yield f"n.id NOT IN ({REJECTED_SQL})", ()
    if state == "unreviewed":
        yield f"n.id NOT IN ({REVIEWED_SQL} r.finding <> '')", ()
    elif state in ("confirmed", "corrected"):
        yield f"n.id IN ({REVIEWED_SQL} r.finding = ?)", (state,)
    if status == "unassessed":
        yield f"n.id NOT IN ({REVIEWED_SQL} r.status <> 'unassessed')", ()
    elif status is not None:
        yield f"n.id IN ({REVIEWED_SQL} r.status = ?)", (status,)
    if owner:
        yield f"n.id IN ({REVIEWED_SQL} instr(fold(r.owner), ?))", (fold(owner),)


_BATCH = 500


def problems(connection: sqlite3.Connection) -> Iterator[str]:
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


def _unequal(connection: sqlite3.Connection) -> Iterator[str]:
    sql = f"SELECT {', '.join(COLUMNS)} FROM history ORDER BY review, seq"  # noqa: S608 - constants only
    rows = (HistoryRow(*row) for row in connection.execute(sql))
    groups = groupby(rows, key=lambda row: row.review)
    known = 0
    while chunk := [(review, list(said)) for review, said in islice(groups, _BATCH)]:
        stored = load(connection, [review for review, _ in chunk])
        known += len(stored)
        for review, said in chunk:
            try:
                replayed = _replayed(review, said)
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
