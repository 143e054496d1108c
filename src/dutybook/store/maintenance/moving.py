"""Moving a register from one database to another, whatever engines they are of: copied in one transaction and checked row by row.

The search index is made anew in the target, the rest is the same, the register's own id included. Accounts go with it: people, their
roles and tokens, and the log. Sessions do not, so that people sign in again, nor do files beside a register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from dutybook.database_address import DatabaseName
from dutybook.errors import Conflict, RegisterError
from dutybook.store import schema
from dutybook.store.accounts import accounts_of
from dutybook.store.database.connection import connect, immediate, translated
from dutybook.store.database.engines import append_rows, continue_numbers, gather_statistics, stream_rows
from dutybook.store.database.protocols import Connection
from dutybook.store.maintenance.copies import columns_of, rows_digest
from dutybook.store.search import articles, terms
from dutybook.store.sql import compose, insert_into, name, rows_of

#: Tables of accounts, each after those that it refers to, without who is signed in and who failed to.
ACCOUNT_TABLES = ("people", "former_names", "links", "tokens", "identities", "log")
#: Tables whose rows say something, so that a register with some of them is not empty.
_SAYING = ("documents", "history", "watches", "saved_searches", "runs")
_TABLE = re.compile(r"CREATE TABLE (\w+) ")
_OTHER = re.compile(r"REFERENCES (\w+)\b")
_HEAD = "UPDATE history_head SET rows = ?, hash = ?"


@dataclass(frozen=True, slots=True)
class Moved:
    """How many tables and rows of the register were copied, and how many people with accounts."""

    tables: int
    rows: int
    people: int = 0


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
        # The accounts end before the register: a copy that is cut off between the two finds its accounts there, and is made again.
        # What fails within is not taken for a fault of the accounts.
        with immediate(writing), _accounts_copied(source, target) as people, translated(str(target)):
            for table in _SAYING:
                if writing.execute(compose("SELECT 1 FROM {table} LIMIT 1", table=name(table))).fetchone():
                    raise Conflict(f"the database {target} has a register already. Name an empty or a new one.")
            moved = replace(_copy(reading, writing, progress), people=people)
        # All is there by now, whatever becomes of the connections.
        with suppress(RegisterError), translated(str(target)):
            gather_statistics(writing)
    return moved


@contextmanager
def _accounts_copied(source: DatabaseName, target: DatabaseName) -> Iterator[int]:
    """Accounts with all that belongs to them, in a transaction that ends with the context; how many people they are.

    Those that an earlier copy has left are taken for this one's.
    """
    ours, theirs = accounts_of(source), accounts_of(target)
    if not ours.exists():
        yield 0
        return
    try:
        with ours.reading() as reading, theirs.changing() as writing:
            reading.execute("BEGIN")
            there = writing.execute("SELECT 1 FROM people LIMIT 1").fetchone() is not None
            try:
                if there and _differing(reading, writing, ACCOUNT_TABLES):
                    raise Conflict(f"the database {target} has accounts already. Name one without any.")
                for table in () if there else ACCOUNT_TABLES:
                    columns = columns_of(reading, table)
                    append_rows(writing, table, columns, reading.execute(rows_of(table, columns)))
                continue_numbers(writing)
                _compare(reading, writing, ACCOUNT_TABLES)
                people = int(reading.execute("SELECT count(*) FROM people").fetchone()[0])
            finally:
                reading.execute("ROLLBACK")
            yield people
    finally:
        ours.close()
        theirs.close()


def _compare(reading: Connection, writing: Connection, compared: Iterable[str]) -> None:
    """Compare all rows of tables.

    Raises:
        RegisterError: some are not the same.
    """
    if wrong := _differing(reading, writing, compared):
        raise RegisterError(
            f"rows of {', '.join(wrong)} did not arrive as they were, so nothing was copied. Look at the register with: dutybook doctor"
        )


def _differing(reading: Connection, writing: Connection, compared: Iterable[str]) -> list[str]:
    return [table for table in compared if rows_digest(reading, table) != rows_digest(writing, table)]


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
        found = stream_rows(reading, _in_order(table, columns))
        copied = (
            _copy_history(found, writing, columns)
            if table == "history"
            else append_rows(writing, table, columns, found)
        )
        rows += copied
        if progress:
            progress(table, copied)
    for (document,) in writing.execute("SELECT id FROM documents ORDER BY id").fetchall():
        terms.index_document(writing, document)
        articles.index_document(writing, document)
    continue_numbers(writing)
    _compare(reading, writing, tables())
    return Moved(len(tables()), rows)


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
