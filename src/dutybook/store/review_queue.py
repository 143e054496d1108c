"""Norms in the order in which they are looked at: the least sure finding first, then as they stand in the register."""

from __future__ import annotations

import json
import sqlite3

from dutybook.store.candidates import led, narrow
from dutybook.store.facets import Condition
from dutybook.store.filters import Filters
from dutybook.store.reader import conditions_of, together

#: Where fewer pass, all of them are put in order; where more do, the first ones are soon found among the least sure.
_FEW = 2_000
#: … if they are so many times as many as are wanted.
_TIMES = 10

_SURE = "norms n INDEXED BY norms_confidence"
_IN_ORDER = """SELECT n.id FROM json_each(?) j CROSS JOIN norms n ON n.id = j.value JOIN document_rows r ON r.document = n.document
    ORDER BY n.confidence, r.title, r.document, n.position"""


def least_sure(connection: sqlite3.Connection, filters: Filters, limit: int, offset: int, passing: int) -> list[str]:
    """Ids of norms that pass, from ``offset`` on; ``passing`` is how many there are in all."""
    wanted = min(offset + limit, passing)
    if offset >= wanted:
        return []
    conditions = conditions_of(filters, match=True)
    if passing <= max(_FEW, _TIMES * wanted):
        return _of_all(connection, filters, conditions, wanted)[offset:]
    return _from_the_least_sure(connection, conditions, wanted)[offset:]


def _of_all(connection: sqlite3.Connection, filters: Filters, conditions: list[Condition], wanted: int) -> list[str]:
    tables, sql, values = led(filters, conditions)
    beside = "" if " norms n " in tables else " CROSS JOIN norms n ON n.row = f.row"
    titles = "" if " r " in tables else " CROSS JOIN document_rows r ON r.document = f.document"
    found = connection.execute(
        f"SELECT f.norm FROM {tables}{beside}{titles} WHERE {sql} ORDER BY n.confidence, r.title, r.document, n.position LIMIT ?",  # noqa: S608
        (*values, wanted),
    )
    return [str(row[0]) for row in found]


def _from_the_least_sure(connection: sqlite3.Connection, conditions: list[Condition], wanted: int) -> list[str]:
    """In two steps, since the index has the order of confidence, but within it not that of titles: many findings are equally sure."""
    sql, values = together(conditions)
    sql = narrow(sql)
    documents = " CROSS JOIN documents d ON d.id = f.document" if "d." in sql else ""
    passing = f"CROSS JOIN norm_facets f ON f.row = n.row{documents} WHERE {sql}"
    first = connection.execute(
        f"SELECT n.confidence, f.norm FROM {_SURE} {passing} ORDER BY n.confidence LIMIT ?",  # noqa: S608 - constants only
        (*values, wanted),
    ).fetchall()
    if not first:
        return []
    last = first[-1][0]
    surely = [norm for confidence, norm in first if confidence < last]
    made = [str(row[0]) for row in connection.execute(_IN_ORDER, (json.dumps(surely),))]
    found = connection.execute(
        f"SELECT f.norm FROM document_rows r CROSS JOIN {_SURE} ON n.confidence = ? AND n.document = r.document {passing}"  # noqa: S608
        " ORDER BY r.title, r.document, r.first, r.last, n.position LIMIT ?",
        (last, *values, wanted - len(made)),
    )
    return [*made, *(str(row[0]) for row in found)]
