"""Moving a register from one database to another, whatever engines they are of: copied in one transaction and checked row by row.

The search index is made anew in the target, the rest is the same, the register's own id included. Accounts and other files beside a
register are not moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from dutybook.database_address import Address, DatabaseName
from dutybook.errors import Conflict, RegisterError
from dutybook.store import schema
from dutybook.store.database.connection import connect, continue_numbers, immediate, stream, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.maintenance.copies import columns_of, rows_digest
from dutybook.store.search import terms
from dutybook.store.sql import compose, insert_into, name, rows_of

#: Rows that are sent at once.
_AT_ONCE = 500
#: Tables whose rows say something, so that a register with some of them is not empty.
_SAYING = ("documents", "history", "watches", "saved_searches", "runs")
_TABLE = re.compile(r"CREATE TABLE (\w+) ")
_OTHER = re.compile(r"REFERENCES (\w+)\b")
_HEAD = "UPDATE history_head SET rows = ?, hash = ?"


@dataclass(frozen=True, slots=True)
class Moved:
    """How many tables and rows were copied."""

    tables: int
    rows: int


@cache
def tables() -> tuple[str, ...]:
    """The tables of a register, each after those that it refers to."""
    needs = {
        found[1]: [other for other in _OTHER.findall(statement) if other != found[1]]
        for statement in schema.statements()
        if (found := _TABLE.match(statement))
    }
    return tuple(TopologicalSorter(needs).static_order())


def copy_register(
    source: DatabaseName, target: DatabaseName, progress: Callable[[str, int], object] | None = None
) -> Moved:
    """Copy a register into an empty or new database; ``progress`` is told each table and its number of rows.

    Raises:
        NotFound, NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable: as their names say, of either.
        Conflict: the target holds something already.
        RegisterError: the rows did not arrive as they were; the target is as empty as before.
    """
    with (
        translated(str(source)),
        closing(connect(source, create=False, read_only=True)) as reading,
        translated(str(target)),
        closing(connect(target, create=True, read_only=False)) as writing,
    ):
        reading.execute("BEGIN")
        with immediate(writing):
            for table in _SAYING:
                if writing.execute(compose("SELECT 1 FROM {table} LIMIT 1", table=name(table))).fetchone():
                    shown = target.shown if isinstance(target, Address) else target
                    raise Conflict(f"the database {shown} has a register already. Name an empty or a new one.")
            moved = _copy(reading, writing, progress)
        reading.execute("ROLLBACK")
    return moved


def _copy(reading: Connection, writing: Connection, progress: Callable[[str, int], object] | None) -> Moved:
    rows = 0
    for table in tables():
        if table == "history_head":
            # It follows the history.
            continue
        if table == "meta":
            # Every new register has rows of it.
            writing.execute("DELETE FROM meta")
        columns = columns_of(reading, table)
        found = stream(reading, _in_order(table, columns))
        copied = _copy_history(found, writing, columns) if table == "history" else _fill(found, writing, table, columns)
        rows += copied
        if progress:
            progress(table, copied)
    for (document,) in writing.execute("SELECT id FROM documents ORDER BY id").fetchall():
        terms.index_document(writing, document)
    continue_numbers(writing)
    wrong = [table for table in tables() if rows_digest(reading, table) != rows_digest(writing, table)]
    if wrong:
        raise RegisterError(
            f"rows of {', '.join(wrong)} did not arrive as they were, so nothing was copied. Look at the register with: dutybook doctor"
        )
    return Moved(len(tables()), rows)


def _fill(found: Iterator[Sequence[Any]], writing: Connection, table: str, columns: Sequence[str]) -> int:
    statement = insert_into(table, columns)
    copied = 0
    while batch := list(islice(found, _AT_ONCE)):
        writing.executemany(statement, batch)
        copied += len(batch)
    return copied


def _copy_history(found: Iterator[Sequence[Any]], writing: Connection, columns: Sequence[str]) -> int:
    """The history row by row: the register takes none that does not follow the one before it."""
    statement = insert_into("history", columns)
    number, digest = columns.index("seq"), columns.index("hash")
    copied = 0
    for row in found:
        writing.execute(statement, tuple(row))
        writing.execute(_HEAD, (row[number], row[digest]))
        copied += 1
    return copied


def _in_order(table: str, columns: Sequence[str]) -> str:
    order = "seq" if table == "history" else "rowid" if table in schema.ARRIVAL_TABLES else ""
    chosen = rows_of(table, columns)
    return compose("{chosen} ORDER BY {order}", chosen=chosen, order=name(order)) if order else chosen
