"""What an export reads beyond :class:`Register`'s own methods: evidence and headings in bulk, one state of the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from dutybook.store import standing
from dutybook.store.connection import translated
from dutybook.store.facets import values_of
from dutybook.store.filters import Filters, as_date, named_work
from dutybook.store.reader import EVIDENCE
from dutybook.store.register import Register
from dutybook.store.review_rows import anything, records_of
from dutybook.store.review_state import Record
from dutybook.store.rows import DocumentRow, EvidenceRow, NormRow, RejectedRow, rows

_CHUNK = 400

# The nearest heading above a norm, its own provision's first. The depth guards against a parent that is its own.
_HEADINGS = """WITH RECURSIVE up(norm, document, parent, heading, depth) AS (
        SELECT n.id, n.document, p.parent, p.heading, 0 FROM norms n
        JOIN provisions p ON p.document = n.document AND p.id = n.provision WHERE n.id IN ({marks})
        UNION ALL SELECT up.norm, up.document, p.parent, p.heading, up.depth + 1 FROM up
        JOIN provisions p ON p.document = up.document AND p.id = up.parent
        WHERE up.heading = '' AND up.depth < 32)
    SELECT norm, heading FROM up WHERE heading <> ''"""
_REJECTED = """SELECT r.id, r.document, d.title AS document_title, d.source, r.place, r.quote, r.reason, r.page, r.boxes
    FROM rejected r JOIN documents d ON d.id = r.document WHERE r.document = ? ORDER BY r.position"""


@dataclass(frozen=True, slots=True)
class Supplement:
    """What belongs to a norm and is stored elsewhere: the nearest heading above it, who found it, what people said of it."""

    heading: str
    evidence: EvidenceRow | None
    review: Record | None = None


@contextmanager
def snapshot(register: Register) -> Iterator[None]:
    """One state of the register for everything read inside, whatever another process writes meanwhile."""
    connection = register.connection
    if connection.in_transaction:
        yield
        return
    with translated(register.path):
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def supplemented(register: Register, filters: Filters) -> Iterator[tuple[NormRow, Supplement]]:
    """The norms of :meth:`Register.norms`, in its order, each with its supplement; memory does not grow with them."""
    norms = register.norms(filters)
    while chunk := list(islice(norms, _CHUNK)):
        ids = [norm.id for norm in chunk]
        with translated(register.path):
            marked = _HEADINGS.format(marks=_marks(ids))
            headings = dict(register.connection.execute(marked, ids).fetchall())
            evidence = _evidence(register.connection, "norms", ids)
            said = records_of(register.connection, ids) if anything(register.connection) else {}
        for norm in chunk:
            yield norm, Supplement(headings.get(norm.id, ""), evidence.get(norm.id), said.get(norm.id))


def rejected(register: Register, document: str) -> Iterator[RejectedRow]:
    """The rejected candidates of one document (full id) in its order."""
    with translated(register.path):
        found = rows(RejectedRow, register.connection.execute(_REJECTED, (document,)))
        while chunk := list(islice(found, _CHUNK)):
            evidence = _evidence(register.connection, "rejected", [row.id for row in chunk])
            for row in chunk:
                yield replace(row, evidence=evidence.get(row.id))


def documents(register: Register, filters: Filters) -> list[DocumentRow]:
    """Documents that pass what ``filters`` say of documents: work, document, language, and which versions count."""
    found = register.documents(filters.document)
    if filters.language:
        languages = {language.lower() for language in values_of(filters.language)}
        found = [row for row in found if row.language in languages]
    if filters.work:
        with translated(register.path):
            works = {
                row[0] for work in values_of(filters.work) for row in register.connection.execute(*named_work(work))
            }
        found = [row for row in found if row.work in works]
    if filters.as_of or not (filters.all_versions or filters.document):
        with translated(register.path):
            left = standing.left_out(
                register.connection, as_date(filters.as_of, "as_of"), filters.today or date.today()
            )
        found = [row for row in found if row.id not in left]
    return found


def work_numbers(register: Register) -> dict[str, str]:
    """Official numbers by work id, for works that have one."""
    with translated(register.path):
        return dict(register.connection.execute("SELECT id, number FROM works WHERE number IS NOT NULL").fetchall())


def _evidence(connection: sqlite3.Connection, kind: str, findings: Sequence[str]) -> dict[str, EvidenceRow]:
    def spoken(finding: str, **evidence: Any) -> tuple[str, EvidenceRow]:
        return finding, EvidenceRow(**evidence)

    return dict(rows(spoken, connection.execute(EVIDENCE.format(kind=kind, marks=_marks(findings)), findings)))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
