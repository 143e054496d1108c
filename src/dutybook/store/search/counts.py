"""How many norms pass filters: exact, over narrow rows, and where nothing but versions is asked for from the documents alone."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date

from dutybook.store.judgements.record_rows import JUDGED_SQL, REJECTED_SQL
from dutybook.store.reader import conditions_of
from dutybook.store.search.candidates import led
from dutybook.store.search.conditions import NARROW, Condition, together
from dutybook.store.search.filters import Filters
from dutybook.store.sql import Sql, compose, identity_of, same_as
from dutybook.store.versions import in_force

#: Norms of which so many were judged are counted one by one.
_MANY = 20_000


_LEFT = compose("(SELECT value FROM json_each(:left))")
_TEXTS = compose(
    "SELECT coalesce(sum(last - first + 1), 0) FROM document_rows WHERE document NOT IN {left}", left=_LEFT
)
# Texts that are their norm's first one, and norms whose first text is not among those that are asked for while another one is.
_NORMS = compose(
    """SELECT ({texts}) - (SELECT count(*) FROM norm_ties WHERE document NOT IN {left})
    + (SELECT count(*) FROM norms n WHERE n.document IN {left}
        AND EXISTS (SELECT 1 FROM norm_ties t WHERE t.identity = n.id AND t.document NOT IN {left}))""",
    texts=_TEXTS,
    left=_LEFT,
)


def _number_hidden(norms: Sql) -> Sql:
    """Counts the norms all of whose texts are among some (SQL for their ids)."""
    return compose(
        """WITH hidden AS (SELECT DISTINCT norm FROM ({norms})), touched AS (SELECT DISTINCT {identity} AS identity
        FROM hidden h CROSS JOIN norms n ON n.id = h.norm WHERE n.document NOT IN {left})
    SELECT count(*) FROM touched w WHERE NOT EXISTS (SELECT 1 FROM norms n WHERE n.id IN ({same})
        AND n.document NOT IN {left} AND n.id NOT IN (SELECT norm FROM hidden))""",
        norms=norms,
        identity=identity_of(compose("h.norm")),
        same=same_as(compose("w.identity")),
        left=_LEFT,
    )


def count(connection: sqlite3.Connection, filters: Filters) -> int:
    """How many texts of norms pass: each version and language counts."""
    hidden = _hidden(connection, filters)
    if not hidden:
        return _scanned(connection, filters)
    # What people said of norms changes all the time, and is said of few: the others are counted without looking at any.
    every = replace(filters, review_state="all")
    conditions = conditions_of(every, match=True)
    left = _left_out(connection, every)
    if left is not None:
        whole = int(connection.execute(_TEXTS, {"left": left}).fetchone()[0])
    else:
        whole = _scanned(connection, every)
    return whole - _among(connection, hidden, conditions)


def number(connection: sqlite3.Connection, filters: Filters) -> int:
    """How many norms pass, one over versions and languages."""
    if filters.all_versions:
        return count(connection, filters)
    hidden, left = _hidden(connection, filters), _left_out(connection, replace(filters, review_state="all"))
    if hidden and left is not None:
        whole, gone = (
            int(connection.execute(sql, {"left": left}).fetchone()[0]) for sql in (_NORMS, _number_hidden(hidden))
        )
        return whole - gone
    return _scanned(connection, filters, grouped=True)


def _left_out(connection: sqlite3.Connection, filters: Filters) -> str | None:
    """Documents (JSON) whose version is not asked for; None where something else than versions is asked for."""
    if filters.as_of is not None or conditions_of(filters, match=True) != filters.versions():
        return None
    left = in_force.left_out(connection, None, filters.today or date.today()) if filters.versions() else ()
    return json.dumps(sorted(left))


def _scanned(connection: sqlite3.Connection, filters: Filters, *, grouped: bool = False) -> int:
    """How many texts pass, or ``grouped`` how many norms, by going through them."""
    tables, passing, values = led(filters, conditions_of(filters, match=True))
    sql = compose("SELECT count(*) FROM {tables} WHERE {passing}", tables=tables, passing=passing)
    if grouped:
        # Grouped, since SQLite counts what is distinct three times as slowly.
        sql = compose(
            "SELECT count(*) FROM (SELECT 1 FROM {tables} WHERE {passing} GROUP BY f.identity)",
            tables=tables,
            passing=passing,
        )
    return int(connection.execute(sql, values).fetchone()[0])


def _hidden(connection: sqlite3.Connection, filters: Filters) -> Sql | None:
    """SQL for the norms that the filters leave out for what people said of them; None where they ask for something that was said."""
    if filters.status or filters.owner or filters.review_state not in (None, "unreviewed"):
        return None
    if filters.review_state is None:
        return REJECTED_SQL
    judged = connection.execute("SELECT count(*) FROM (SELECT 1 FROM review_norms LIMIT ?)", (_MANY,)).fetchone()[0]
    if judged >= _MANY:
        return None
    return compose("{rejected} UNION {judged}", rejected=REJECTED_SQL, judged=JUDGED_SQL)


def _among(connection: sqlite3.Connection, norms: Sql, conditions: list[Condition]) -> int:
    """How many of some norms (SQL for their ids) meet conditions."""
    passing, values = together(conditions, NARROW)
    sql = compose(
        """WITH hidden AS (SELECT DISTINCT norm FROM ({norms})) SELECT count(*) FROM hidden
        CROSS JOIN norms n ON n.id = hidden.norm CROSS JOIN norm_facets f ON f.row = n.row WHERE {passing}""",
        norms=norms,
        passing=passing,
    )
    return int(connection.execute(sql, values).fetchone()[0])
