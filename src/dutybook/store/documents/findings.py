"""Dates, penalties and rejected candidates as lists that can be leafed through: a part of each, and how many there are."""

from __future__ import annotations

from dutybook.store.database.connection import translated
from dutybook.store.reader import FACT, Reader, with_evidence
from dutybook.store.register import Register
from dutybook.store.rows import FactRow, PenaltyRow, RejectedRow, rows
from dutybook.store.search.filters import named_document
from dutybook.store.sql import compose, count_of


def rejected(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[RejectedRow], int]:
    """Rejected candidates in document order; ``document`` as in ``Filters``."""
    with translated(register.path):
        found = Reader(register._connection).rejected(document, limit, offset)
        return found, number(register, "rejected", document)


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
        return with_evidence(register._connection, "facts", found), number(register, "facts", document)


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
