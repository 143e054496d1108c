"""Records in their tables: read by id or by norm, written with their history in one go."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from dutybook.store import history
from dutybook.store.history import Entry
from dutybook.store.review_state import Correction, Link, Note, Record, Tie
from dutybook.store.ties import kin_of

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
    pairs = {norm: review for norm in norms if (review := review_of(connection, norm))}
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
