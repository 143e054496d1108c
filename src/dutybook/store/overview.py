"""What the overview displays: dates of norms that somebody took on, documents and changes since a moment, and coming dates of acts.

Each question begins with the few rows that it is about (records, documents that came, facts), so that its cost does not grow with the register.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dutybook.store.database.connection import translated
from dutybook.store.judgements.record_rows import ITSELF, moment
from dutybook.store.search.terms import fold
from dutybook.store.sql import NOTHING, compose

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class DueRow:
    """A day (ISO 8601) of a norm that somebody took on. ``own``: it is a day that people set; ``quote``: the words of the norm, ``title``: the document's."""

    day: str
    own: bool
    norm: str
    document: str
    work: str
    place: str
    language: str
    modality: str
    bearer: str
    quote: str
    owner: str
    status: str
    title: str


@dataclass(frozen=True, slots=True)
class ArrivedRow:
    """A document that was added ``at`` a moment (ISO 8601, UTC), how many norms it has, and how many changes of each kind it brought."""

    document: str
    title: str
    work: str
    language: str
    at: str
    norms: int
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A change that a person made to the record of a norm; ``action`` and ``field`` as in the history."""

    at: str
    by: str
    norm: str
    place: str
    action: str
    field: str
    new: str


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A coming date of an act (ISO 8601), its ``type`` (that of a fact), and the document that states it."""

    day: str
    type: str
    work: str
    document: str
    title: str
    language: str


# An open record that somebody took on: it is neither done nor declared not to concern us, and somebody entered something in it.
_OURS = """r.status NOT IN ('not applicable', 'compliant') AND r.applicability <> 'no' AND r.finding <> 'rejected'
    AND (r.owner <> '' OR r.status <> 'unassessed' OR r.applicability IN ('yes', 'partly') OR r.due <> ''
    OR EXISTS (SELECT 1 FROM events e WHERE e.norm = r.norm))"""
_DUE = """SELECT day, own, norm, document, work, place, language, modality, bearer, quote, owner, status, title FROM (
    SELECT y.due AS day, 0 AS own, b.norm, b.document, b.work, b.place, b.language, b.modality, b.bearer, b.quote, r.owner, r.status, b.title
        FROM reviews r CROSS JOIN review_norms b ON b.review = r.id AND b.norm = r.norm AND NOT b.missing
        CROSS JOIN due_dates y ON y.norm = b.norm WHERE {ours} {mine}
    UNION ALL SELECT r.due, 1, CASE WHEN b.missing THEN '' ELSE b.norm END, b.document, b.work, b.place, b.language, b.modality, b.bearer,
        b.quote, r.owner, r.status, b.title FROM reviews r CROSS JOIN review_norms b ON b.review = r.id AND b.norm = r.norm
        WHERE r.due <> '' AND {ours} {mine})
    WHERE day >= ?2 ORDER BY day, work, place, norm LIMIT ?3"""
_MINE = compose("AND instr(fold(r.owner), ?1)")


def due_next(register: Register, since: date, limit: int, owner: str = "") -> list[DueRow]:
    """The next days of norms that somebody took on, from ``since`` on; those of an ``owner`` alone where one is given (part of a name)."""
    sql = compose(_DUE, ours=compose(_OURS), mine=_MINE if owner else NOTHING)
    found = register._select(sql, fold(owner), since.isoformat(), limit)
    return [DueRow(row[0], bool(row[1]), *row[2:]) for row in found]


def count_open(register: Register, owner: str = "") -> Counter[str]:
    """How many records that somebody took on are open, by status; of an ``owner`` alone where one is given (part of a name)."""
    sql = compose(
        "SELECT r.status, count(*) FROM reviews r WHERE {ours} {mine} GROUP BY r.status",
        ours=compose(_OURS),
        mine=_MINE if owner else NOTHING,
    )
    return Counter(dict(register._select(sql, *([fold(owner)] if owner else []))))


_ARRIVED = """SELECT d.id, d.title, coalesce(d.work, ''), d.language, a.at, d.norms FROM arrivals a
    JOIN documents d ON d.id = a.document WHERE a.at > ? AND d.status <> 'unreadable' ORDER BY a.at DESC, d.title, d.id LIMIT ?"""
_NUMBER = """SELECT count(*) FROM arrivals a JOIN documents d ON d.id = a.document WHERE a.at > ? AND d.status <> 'unreadable'"""
_CHANGES = """SELECT new_document, kind, count(*) FROM changes WHERE new_document IN (SELECT value FROM json_each(?))
    GROUP BY new_document, kind"""


def arrived_since(register: Register, since: datetime, limit: int) -> tuple[list[ArrivedRow], int]:
    """The documents that were added after a moment, the last one first, and how many there are."""
    at = moment(since)
    with translated(register.path):
        rows = register._select(_ARRIVED, at, limit)
        changes: dict[str, dict[str, int]] = defaultdict(dict)
        for document, kind, number in register._select(_CHANGES, json.dumps([row[0] for row in rows])):
            changes[document][kind] = number
        found = [
            ArrivedRow(document, title, work, language, arrived, norms, changes[document])
            for document, title, work, language, arrived, norms in rows
        ]
        return found, int(register._select_value(_NUMBER, at))


_JUDGED = """SELECT h.at, h.by, h.norm, coalesce((SELECT n.place FROM norms n WHERE n.id = h.norm), ''), h.action, h.field,
    coalesce(h.new, '') FROM history h WHERE h.at > ?1 AND h.by NOT IN (?2, ?3) AND h.review <> ''
    AND h.action IN ('set', 'corrected', 'noted') ORDER BY h.seq DESC LIMIT ?4"""


def judged_since(register: Register, since: datetime, by: str, limit: int) -> list[JudgedRow]:
    """The changes of records after a moment by others than ``by``, the last first."""
    return [JudgedRow(*row) for row in register._select(_JUDGED, moment(since), by, ITSELF, limit)]


_COMING = """SELECT day, type, work, document, title, language FROM (
    SELECT CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END AS day, f.type, coalesce(d.work, '') AS work, d.id AS document, d.title,
        d.language, row_number() OVER (PARTITION BY coalesce(d.work, d.id), f.type, CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END
        ORDER BY d.language <> ?1, d.language <> 'en', d.language, f.position) AS nth
    FROM facts f LEFT JOIN moved_facts m ON m.fact = f.id JOIN documents d ON d.id = f.document LEFT JOIN versions v ON v.document = d.id
    WHERE f.type IN ('entry_into_force', 'application', 'transposition', 'expiry') AND f.reach = 'whole'
    AND CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END >= ?2 AND coalesce(v.preferred AND v.current, d.family <> 'news'))
    WHERE nth = 1 ORDER BY day, work, type LIMIT ?3"""


def coming_law(register: Register, today: date, reader: str, limit: int) -> list[ComingRow]:
    """The dates from ``today`` on when acts as a whole enter into force, apply, must be transposed or expire; the next first."""
    return [ComingRow(*row) for row in register._select(_COMING, reader, today.isoformat(), limit)]
