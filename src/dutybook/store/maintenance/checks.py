"""Is the register sound, and are two registers the same?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from dutybook.store import schema
from dutybook.store.database.tables import tables
from dutybook.store.judgements import record_rows
from dutybook.store.sql import compose, join, name, names


def problems(connection: sqlite3.Connection) -> list[str]:
    """Damage of the file, references that lead nowhere, an index that does not fit its text; empty if sound."""
    found: list[str] = []
    try:
        found += [f"file: {row[0]}" for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        found += [
            f"reference: a row of {row[0]} points at a missing row of {row[2]}"
            for row in connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        ]
        found += list(_places(connection))
        found += list(_index(connection))
        lost = connection.execute(
            "SELECT count(*) FROM norms n LEFT JOIN evidence e ON e.document = n.document AND e.kind = 'norms'"
            " AND e.finding = n.id"
            " WHERE e.finding IS NULL"
        ).fetchone()[0]
        if lost:
            found.append(f"evidence: {lost} norms have none")
        wrong = connection.execute(
            "SELECT count(*) FROM documents d WHERE d.norms <> (SELECT count(*) FROM norms n WHERE n.document = d.id)"
        ).fetchone()[0]
        if wrong:
            found.append(f"documents: {wrong} do not have the number of norms that they say")
        found += list(record_rows.problems(connection))
    except sqlite3.DatabaseError as error:
        found.append(f"file: {error}")
    return found


#: References within a document that no constraint keeps (see schema.sql): table, column, table, column.
WITHIN = (
    ("norms", "provision", "provisions"),
    ("rejected", "provision", "provisions"),
    ("provisions", "parent", "provisions"),
    ("norm_terms", "norm", "norms"),
    ("citations", "norm", "norms"),
)


def _places(connection: sqlite3.Connection) -> Iterator[str]:
    for table, column, other in WITHIN:
        sql = compose(
            """SELECT 1 FROM {table} x WHERE x.{column} IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM {other} y WHERE y.id = x.{column} AND y.document = x.document) LIMIT 1""",
            table=name(table),
            column=name(column),
            other=name(other),
        )
        if connection.execute(sql).fetchone():
            yield f"reference: a row of {table} points at a missing row of {other}"


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    norms = connection.execute("SELECT count(*) FROM norms").fetchone()[0]
    indexed = connection.execute("SELECT count(*) FROM norms_fts_docsize").fetchone()[0]
    if norms != indexed:
        yield f"search index: {indexed} entries for {norms} norms"
    if connection.execute("PRAGMA query_only").fetchone()[0]:
        return
    try:
        # With rank 1 the index is compared with the text it was made from. It is written like an INSERT, so a
        # register that is open for reading only cannot run it.
        connection.execute("INSERT INTO norms_fts(norms_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_READONLY:
            raise
    except sqlite3.DatabaseError:
        yield "search index: it does not fit the text of the norms"


def content(connection: sqlite3.Connection) -> Iterator[str]:
    """The content rows as JSON lines ``[table, {column: value, …}]``, tables and rows in a fixed order."""
    register = tables(connection)
    for table in (*schema.CONTENT_TABLES, *schema.DERIVED_TABLES):
        columns = [c.name for c in register[table].columns if (table, c.name) not in schema.ARRIVAL_COLUMNS]
        sql = compose(
            "SELECT {columns} FROM {table} ORDER BY {order}",
            columns=names(columns),
            table=name(table),
            order=join(", ", (compose("{number}", number=number) for number in range(1, len(columns) + 1))),
        )
        for row in connection.execute(sql):
            yield json.dumps([table, dict(zip(columns, row, strict=True))], ensure_ascii=False)
