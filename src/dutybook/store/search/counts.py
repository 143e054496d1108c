"""How many norms pass filters: exact, over narrow rows, and where nothing but versions is asked for from the documents alone."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date

from dutybook.store.judgements.record_rows import REJECTED_SQL, REVIEWED_SQL
from dutybook.store.reader import conditions_of, together
from dutybook.store.search.candidates import led, narrow
from dutybook.store.search.facets import Condition
from dutybook.store.search.filters import Filters
from dutybook.store.sql import identity_of, same_as
from dutybook.store.versions import in_force

#: Norms of which so many were judged are counted one by one.
_MANY = 20_000


_LEFT = "(SELECT value FROM json_each(:left))"
_TEXTS = f"SELECT coalesce(sum(last - first + 1), 0) FROM document_rows WHERE document NOT IN {_LEFT}"  # noqa: S608
# Texts that are their norm's first one, and norms whose first text is not among those that are asked for while another one is.
_NORMS = f"""SELECT ({_TEXTS}) - (SELECT count(*) FROM norm_ties WHERE document NOT IN {_LEFT})
    + (SELECT count(*) FROM norms n WHERE n.document IN {_LEFT}
        AND EXISTS (SELECT 1 FROM norm_ties t WHERE t.identity = n.id AND t.document NOT IN {_LEFT}))"""  # noqa: S608
# Norms all of whose texts are hidden.
_HIDDEN_NORMS = f"""WITH hidden AS (SELECT DISTINCT norm FROM ({{norms}})), touched AS (SELECT DISTINCT {identity_of("h.norm")} AS identity
        FROM hidden h CROSS JOIN norms n ON n.id = h.norm WHERE n.document NOT IN {_LEFT})
    SELECT count(*) FROM touched w WHERE NOT EXISTS (SELECT 1 FROM norms n WHERE n.id IN ({same_as("w.identity")})
        AND n.document NOT IN {_LEFT} AND n.id NOT IN (SELECT norm FROM hidden))"""  # noqa: S608 - constants only


def count(connection: sqlite3.Connection, filters: Filters) -> int:
    """How many texts of norms pass: each version and language counts."""
    hidden = _hidden(connection, filters)
    if not hidden:
        return _scanned(connection, filters, "count(*)")
    # What people said of norms changes all the time, and is said of few: the others are counted without looking at any.
    every = replace(filters, review_state="all")
    conditions = conditions_of(every, match=True)
    left = _left_out(connection, every)
    if left is not None:
        whole = int(connection.execute(_TEXTS, {"left": left}).fetchone()[0])
    else:
        whole = _scanned(connection, every, "count(*)")
    return whole - _among(connection, hidden, conditions)


def number(connection: sqlite3.Connection, filters: Filters) -> int:
    """How many norms pass, one over versions and languages."""
    if filters.all_versions:
        return count(connection, filters)
    hidden, left = _hidden(connection, filters), _left_out(connection, replace(filters, review_state="all"))
    if hidden and left is not None:
        whole, gone = (
            int(connection.execute(sql, {"left": left}).fetchone()[0])
            for sql in (_NORMS, _HIDDEN_NORMS.format(norms=hidden))
        )
        return whole - gone
    # Grouped, since SQLite counts what is distinct three times as slowly.
    return _scanned(connection, filters, "1", " GROUP BY f.identity")


def _left_out(connection: sqlite3.Connection, filters: Filters) -> str | None:
    """Documents (JSON) whose version is not asked for; None where something else than versions is asked for."""
    if filters.as_of is not None or conditions_of(filters, match=True) != filters.versions():
        return None
    left = in_force.left_out(connection, None, filters.today or date.today()) if filters.versions() else ()
    return json.dumps(sorted(left))


def _scanned(connection: sqlite3.Connection, filters: Filters, what: str, grouped: str = "") -> int:
    tables, condition, values = led(filters, conditions_of(filters, match=True))
    sql = f"SELECT {what} FROM {tables} WHERE {condition}{grouped}"  # noqa: S608 - constants only
    if grouped:
        sql = f"SELECT count(*) FROM ({sql})"  # noqa: S608 - constants only
    return int(connection.execute(sql, values).fetchone()[0])


def _hidden(connection: sqlite3.Connection, filters: Filters) -> str:
    """SQL for the norms that the filters leave out for what people said of them; empty where they ask for something that was said."""
    if filters.status or filters.owner or filters.review_state not in (None, "unreviewed"):
        return ""
    if filters.review_state is None:
        return REJECTED_SQL
    judged = connection.execute("SELECT count(*) FROM (SELECT 1 FROM review_norms LIMIT ?)", (_MANY,)).fetchone()[0]
    return f"{REJECTED_SQL} UNION {REVIEWED_SQL} r.finding <> ''" if judged < _MANY else ""


def _among(connection: sqlite3.Connection, norms: str, conditions: list[Condition]) -> int:
    """How many of some norms (SQL for their ids) meet conditions."""
    sql, values = together(conditions)
    sql = narrow(sql)
    documents = " CROSS JOIN documents d ON d.id = f.document" if "d." in sql else ""
    sql = (
        f"WITH hidden AS (SELECT DISTINCT norm FROM ({norms})) SELECT count(*) FROM hidden CROSS JOIN norms n ON n.id = hidden.norm"  # noqa: S608
        f" CROSS JOIN norm_facets f ON f.row = n.row{documents} WHERE {sql}"
    )
    return int(connection.execute(sql, values).fetchone()[0])
