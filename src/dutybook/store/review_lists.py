"""Which norms are left to be looked at, and which ones a change of many would touch."""

from __future__ import annotations

from dataclasses import replace

from dutybook.store import review_queue
from dutybook.store.connection import translated
from dutybook.store.filters import Filters
from dutybook.store.reader import where
from dutybook.store.register import Register
from dutybook.store.rows import NormRow

_FROM = "FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document"

_JUDGED = """SELECT count(DISTINCT review) FROM history WHERE at >= ? AND by = ? AND undoes IS NULL AND field = 'finding' AND new <> ''
    AND change NOT IN (SELECT undoes FROM history WHERE undoes IS NOT NULL AND at >= ?)"""


def left(filters: Filters) -> Filters:
    """Without status, owner or review state in the filters: those norms of which nobody said whether the finding is right."""
    if filters.status or filters.owner or filters.review_state:
        return filters
    return replace(filters, review_state="unreviewed")


def queue(register: Register, filters: Filters, *, limit: int, offset: int = 0) -> tuple[list[NormRow], int]:
    """Norms that pass the filters (as :func:`left` has them), the least sure finding first, and how many there are in all.

    Raises:
        BadFilter: the work or document filtered by is not there.
    """
    total = number(register, filters)
    return least_sure(register, filters, limit=limit, offset=offset, total=total), total


def number(register: Register, filters: Filters) -> int:
    """How many norms :func:`queue` has in all.

    Raises:
        BadFilter: as there.
    """
    register.check_filters(filters)
    return register.count(left(filters))


def least_sure(register: Register, filters: Filters, *, limit: int, offset: int, total: int) -> list[NormRow]:
    """A part of :func:`queue`, for who knows its :func:`number` already."""
    with translated(register.path):
        ids = review_queue.least_sure(register.connection, left(filters), limit, offset, total)
    return register.norms_by_id(ids)


def matching(register: Register, filters: Filters) -> list[str]:
    """Ids of all norms that pass the filters, by document and position.

    Raises:
        BadFilter: the work or document filtered by is not there.
    """
    register.check_filters(filters)
    conditions, values = where(filters)
    sql = f"SELECT n.id {_FROM} WHERE {conditions} ORDER BY d.title, d.id, n.position"
    with translated(register.path):
        return [str(row[0]) for row in register.connection.execute(sql, values)]


def judged(register: Register, since: str, by: str) -> int:
    """How many records ``by`` has judged since a moment (ISO 8601, UTC) and not taken back: confirmed, rejected or corrected."""
    with translated(register.path):
        return int(register.connection.execute(_JUDGED, (since, by, since)).fetchone()[0])
