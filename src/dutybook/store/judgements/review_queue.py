"""Norms that are left to be reviewed: the least sure finding first, then as they stand in the register."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.rows import NormRow
from dutybook.store.search.candidates import BY_DOCUMENTS, led
from dutybook.store.search.conditions import NARROW, Condition, together
from dutybook.store.search.filters import Filters, conditions_of, where
from dutybook.store.sql import NOTHING, compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

_MATCHING = """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE {passing} ORDER BY d.title, d.id, n.position"""
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
        ids = least_sure_ids(register._connection, left(filters), limit, offset, total)
    return register.norms_by_id(ids)


def matching(register: Register, filters: Filters) -> list[str]:
    """Ids of all norms that pass the filters, by document and position.

    Raises:
        BadFilter: the work or document filtered by is not there.
    """
    register.check_filters(filters)
    passing, values = where(filters)
    found = register._select(compose(_MATCHING, passing=passing), *values)
    return [str(row[0]) for row in found]


def judged(register: Register, since: str, by: str) -> int:
    """How many records ``by`` has judged since a moment (ISO 8601, UTC) and not taken back: confirmed, rejected or corrected."""
    return int(register._select_value(_JUDGED, since, by, since))


#: Where fewer pass, all of them are put in order; where more do, the first ones are soon found among the least sure.
_FEW = 2_000
#: … if they are so many times as many as are wanted.
_TIMES = 10

_SURE = compose("norms n INDEXED BY norms_confidence")
_IN_ORDER = """SELECT n.id FROM json_each(?) j CROSS JOIN norms n ON n.id = j.value JOIN document_rows r ON r.document = n.document
    ORDER BY n.confidence, r.title, r.document, n.position"""


def least_sure_ids(connection: Connection, filters: Filters, limit: int, offset: int, passing: int) -> list[str]:
    """Ids of norms that pass, from ``offset`` on; ``passing`` is how many there are in all."""
    wanted = min(offset + limit, passing)
    if offset >= wanted:
        return []
    conditions = conditions_of(filters, match=True)
    if passing <= max(_FEW, _TIMES * wanted):
        return _of_all(connection, filters, conditions, wanted)[offset:]
    return _from_the_least_sure(connection, conditions, wanted)[offset:]


def _of_all(connection: Connection, filters: Filters, conditions: list[Condition], wanted: int) -> list[str]:
    tables, passing, values = led(filters, conditions)
    # Without words the rows are gone through document by document, which have their titles.
    titles = compose("CROSS JOIN document_rows r ON r.document = f.document")
    sql = compose(
        """SELECT f.norm FROM {tables} CROSS JOIN norms n ON n.row = f.row {titles}
        WHERE {passing} ORDER BY n.confidence, r.title, r.document, n.position LIMIT ?""",
        tables=tables,
        titles=NOTHING if tables == BY_DOCUMENTS else titles,
        passing=passing,
    )
    found = connection.execute(sql, (*values, wanted))
    return [str(row[0]) for row in found]


def _from_the_least_sure(connection: Connection, conditions: list[Condition], wanted: int) -> list[str]:
    """In two steps, since the index has the order of confidence, but within it not that of titles: many findings are equally sure."""
    passing, values = together(conditions, NARROW)
    sql = compose(
        """SELECT n.confidence, f.norm FROM {norms} CROSS JOIN norm_facets f ON f.row = n.row
        WHERE {passing} ORDER BY n.confidence LIMIT ?""",
        norms=_SURE,
        passing=passing,
    )
    first = connection.execute(sql, (*values, wanted)).fetchall()
    if not first:
        return []
    last = first[-1][0]
    surely = [norm for confidence, norm in first if confidence < last]
    made = [str(row[0]) for row in connection.execute(_IN_ORDER, (json.dumps(surely),))]
    sql = compose(
        """SELECT f.norm FROM document_rows r CROSS JOIN {norms} ON n.confidence = ? AND n.document = r.document
        CROSS JOIN norm_facets f ON f.row = n.row WHERE {passing}
        ORDER BY r.title, r.document, r.first, r.last, n.position LIMIT ?""",
        norms=_SURE,
        passing=passing,
    )
    found = connection.execute(sql, (last, *values, wanted - len(made)))
    return [*made, *(str(row[0]) for row in found)]
