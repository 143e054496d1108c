"""Dates, penalties and rejected candidates as lists that can be leafed through: a part of each, and how many there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from dutybook.store.database.connection import translated
from dutybook.store.reader import FACT, REJECTED, Reader, evidence_of
from dutybook.store.register import Register
from dutybook.store.rows import EvidenceRow, FactRow, PenaltyRow, RejectedRow, rows
from dutybook.store.search.filters import named_document
from dutybook.store.sql import compose, count_of

_Found = TypeVar("_Found", FactRow, RejectedRow)
_CHUNK = 400


def rejected(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[RejectedRow], int]:
    """Rejected candidates in document order; ``document`` as in ``Filters``."""
    chosen, values = named_document(document)
    sql = compose(
        "{rejected} WHERE {chosen} ORDER BY d.title, d.id, r.position LIMIT ? OFFSET ?",
        rejected=REJECTED,
        chosen=chosen,
    )
    with translated(register.path):
        found = list(rows(RejectedRow, register._connection.execute(sql, (*values, limit, offset))))
        return _with_evidence(register, "rejected", found), number(register, "rejected", document)


def facts(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[FactRow], int]:
    """Dates of acts in document order; ``document`` as in ``Filters``."""
    chosen, values = named_document(document)
    sql = compose(
        """{facts} JOIN documents d ON d.id = f.document WHERE {chosen}
        ORDER BY d.title, d.id, f.position LIMIT ? OFFSET ?""",
        facts=FACT,
        chosen=chosen,
    )
    with translated(register.path):
        found = list(rows(FactRow, register._connection.execute(sql, (*values, limit, offset))))
        return _with_evidence(register, "facts", found), number(register, "facts", document)


def penalties(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[PenaltyRow], int]:
    """Penalties in document order; ``document`` as in ``Filters``."""
    chosen, values = named_document(document)
    sql = compose(
        """SELECT p.id FROM penalties p JOIN documents d ON d.id = p.document WHERE {chosen}
        ORDER BY d.title, d.id, p.position LIMIT ? OFFSET ?""",
        chosen=chosen,
    )
    with translated(register.path):
        ids = [str(row[0]) for row in register._connection.execute(sql, (*values, limit, offset))]
        found = {p.id: p for p in Reader(register._connection).penalties_by_id(ids)}
        return [found[i] for i in ids], number(register, "penalties", document)


def number(register: Register, kind: str, document: str | None = None) -> int:
    """How many rows of a table of findings (facts, penalties, provisions, rejected) the documents have that are named."""
    chosen, values = named_document(document)
    sql = count_of(kind)
    if document is not None:
        sql = compose("{all} x JOIN documents d ON d.id = x.document WHERE {chosen}", all=sql, chosen=chosen)
    with translated(register.path):
        return int(register._connection.execute(sql, values).fetchone()[0])


def _with_evidence(register: Register, kind: str, found: list[_Found]) -> list[_Found]:
    spoke: dict[str, EvidenceRow] = {}
    ids = [row.id for row in found]
    for start in range(0, len(ids), _CHUNK):
        spoke |= evidence_of(register._connection, kind, ids[start : start + _CHUNK])
    return [replace(row, evidence=spoke.get(row.id)) for row in found]
