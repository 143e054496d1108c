"""Making anew what can be made anew: views, indexes, the search index, derived rows. What people entered is never touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from dutybook.errors import RegisterError
from dutybook.store import schema
from dutybook.store.database.connection import connect, immediate, translated
from dutybook.store.database.tables import tables
from dutybook.store.maintenance import copies, health, rebuilding
from dutybook.store.sql import compose, count_of, name


def repair(path: Path, now: datetime | None = None) -> Iterator[str]:
    """Repair a register and say what was done, a line each; a copy of it as it was is made first, beside it.

    Raises:
        RegisterError: the file itself is damaged, which only a backup mends, or no space for the copy.
    """
    with closing(connect(path, create=False, read_only=False)) as connection, translated(str(path)):
        stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
        kept = path.with_name(f"{path.stem}.before-repair.{stamp}{path.suffix}")
        try:
            copies.copy(connection, kept, thorough=False)
        except (sqlite3.DatabaseError, RegisterError) as error:
            raise RegisterError(
                f"the database {path} is not repaired: {error}. If the file itself is damaged, put a backup back: "
                "dutybook restore BACKUP"
            ) from error
        yield f"as it was, the database is kept in {kept}"
        people = _people(connection)
        with immediate(connection):
            yield from _schema(connection)
            connection.execute("REINDEX")
            tables(connection).table("norms_fts").rebuild_fts()
            rebuilding.forget(connection)
            _check(people, connection)
        rebuilding.rebuild(connection)
        _check(people, connection)
        yield "indexes, search index and derived rows are made anew"


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Views as they should be, and what is missing."""
    wrong = list(health.misfits(connection))
    if not wrong:
        return
    everything = health.expected()
    for kind, view, _ in everything:
        if kind == "view":
            connection.execute(compose("DROP VIEW IF EXISTS {view}", view=name(view)))
    have = set(connection.execute("SELECT type, name FROM sqlite_master").fetchall())
    for kind, own, statement in everything:
        if (kind, own) not in have and not statement.startswith("CREATE TABLE 'norms_fts"):
            connection.execute(statement)
    yield from (f"mended: {each}" for each in wrong)


def _people(connection: sqlite3.Connection) -> dict[str, int]:
    return {table: int(connection.execute(count_of(table)).fetchone()[0]) for table in schema.PEOPLE_TABLES}


def _check(before: dict[str, int], connection: sqlite3.Connection) -> None:
    now = _people(connection)
    lost = [table for table, count in before.items() if now[table] < count]
    if lost:
        raise RegisterError(
            f"the repair would have lost rows of {', '.join(lost)} and was taken back. Please report this."
        )
