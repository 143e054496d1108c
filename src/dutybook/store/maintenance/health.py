"""Everything about a register that can be wrong: looked at without changing it, and made anew where that can be done."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dutybook.database_address import Address, DatabaseName
from dutybook.errors import Defect, DutybookError, NotARegister, RegisterError, RegisterUnwritable
from dutybook.store import schema
from dutybook.store.controls.controls import CONTROLS
from dutybook.store.controls.evidence import EVIDENCE
from dutybook.store.database import disks
from dutybook.store.database.connection import (
    add_functions,
    check_identity,
    connect,
    connect_file,
    immediate,
    open_file,
    plain,
    strangers,
    tables,
    translated,
)
from dutybook.store.database.protocols import Connection
from dutybook.store.documents import checksums, writer
from dutybook.store.judgements import record_rows
from dutybook.store.maintenance import copies, rebuilding
from dutybook.store.news import derivation
from dutybook.store.profiles import profiles
from dutybook.store.sql import compose, count_of, join, name, rows_of

#: Seconds that a look at derived rows may hold the register, unless all of them are asked for.
_SECONDS = 2.0
_REPAIR = "dutybook doctor --repair makes it anew"
_AGAIN = ": ingest the documents again"
#: What to do about what :func:`dutybook.store.maintenance.health.problems` finds, by the first word of it.
_HINTS = {"search index": f": {_REPAIR}", "reference": _AGAIN, "evidence": _AGAIN, "documents": _AGAIN}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``state``: ok, note (works, but know it), bad (does not work)."""

    what: str
    state: str
    says: str


def examine(path: DatabaseName, *, deep: bool = False) -> Iterator[Finding]:
    """Look at the file, its disk and all that is in it; ``deep``: at all derived rows, however long it takes.

    Of a register on a server, what is in it.
    """
    if isinstance(path, Address):
        yield from _on_server(path, deep=deep)
        return
    yield from _place(path)
    name = str(path)
    try:
        with translated(name), closing(open_file(name, read_only=True)) as reading:
            version = check_identity(reading, name)
            yield Finding("database file", "ok", f"{copies.size(reading) / 1e6:,.1f} MB, schema {version}")
        try:
            connection = connect_file(path, create=False, read_only=False)
        except RegisterUnwritable as error:
            yield Finding("database", "note", str(error))
            connection = connect_file(path, create=False, read_only=True)
        with closing(connection), translated(name):
            yield from _content(connection, path, deep=deep)
    except DutybookError as error:
        yield Finding("database", "bad", str(error))


def _on_server(address: Address, *, deep: bool) -> Iterator[Finding]:
    name = str(address)
    try:
        with translated(name), closing(connect(name, create=False, read_only=False)) as connection:
            version = connection.execute("SELECT version FROM register_state").fetchone()[0]
            yield Finding("database server", "ok", f"{address} answers, schema {version}")
            for problem in problems(connection):
                yield Finding("database", "bad", problem)
            yield from _derived(connection, deep=deep)
            yield from _people(connection)
    except DutybookError as error:
        yield Finding("database", "bad", str(error))


def _place(path: Path) -> Iterator[Finding]:
    if network := disks.network_disk(path):
        yield Finding(
            "database disk",
            "note",
            f"it lies on a network disk ({network}): SQLite's write-ahead log is switched off there, so others wait while "
            "somebody writes, and whether several machines may use it at once depends on the disk's locks. Better move it "
            "to a disk of this machine; keep copies with: dutybook backup",
        )
    if os.name != "nt" and path.stat().st_mode & stat.S_IROTH:
        yield Finding(
            "database file", "note", f"everybody on this machine can read it; for its owner alone: chmod 600 {path}"
        )
    parts = list(path.absolute().parent.glob(f".{path.stem[:60]}*.part"))
    if parts:
        yield Finding(
            "copies", "note", f"unfinished ones that nobody needs: {', '.join(part.name for part in parts[:5])}"
        )


def _content(connection: sqlite3.Connection, path: Path, *, deep: bool) -> Iterator[Finding]:
    # The rest of the schema would only tell of the consequences.
    wrong = list(misfits(connection))
    found = problems(connection)
    damage = [problem for problem in found if problem.startswith("file:")]
    if damage:
        yield Finding("database", "bad", _damage(damage))
        return
    if wrong:
        yield Finding("schema", "bad", f"{'; '.join(wrong)}: {_REPAIR}")
    for trigger in strangers(connection, "trigger"):
        yield Finding("schema", "bad", f"a trigger {trigger!r} is not Dutybook's, so nothing can be written")
    for problem in found:
        yield Finding("database", "bad", problem + _HINTS.get(problem.partition(":")[0], ""))
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    yield Finding("journal", "ok", "write-ahead log" if mode == "wal" else f"{mode}, as on network and read-only disks")
    yield from _derived(connection, deep=deep)
    yield from _people(connection)
    needed = copies.size(connection)
    if disks.free(path.absolute().parent) < needed:
        yield Finding(
            "copies", "note", f"there is no room for one on this disk ({needed / 1e6:,.0f} MB): back up elsewhere"
        )
    last = connection.execute("SELECT started, finished FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    if last and last[1] is None:
        yield Finding(
            "ingest", "note", f"the one of {last[0]} did not finish: the same command goes on where it stopped"
        )


def misfits(connection: sqlite3.Connection) -> Iterator[str]:
    """Tables, indexes, views and triggers of ours that are not there, and views that are not as they should be."""
    have = {
        (kind, own): plain(sql or "")
        for kind, own, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
    }
    for kind, own, sql in expected():
        if (kind, own) not in have:
            yield f"the {kind} {own} is missing"
        elif kind == "view" and have[kind, own] != plain(sql):
            yield f"the view {own} is not Dutybook's"


def expected() -> list[tuple[str, str, str]]:
    """Type, name and SQL of all that the schema makes, in order."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.create(fresh)
        return list(
            fresh.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        )


def _derived(connection: Connection, *, deep: bool) -> Iterator[Finding]:
    file = isinstance(connection, sqlite3.Connection)
    if file and connection.execute("PRAGMA query_only").fetchone()[0]:
        return
    try:
        tables, seen, works = differing(connection, None if deep else _SECONDS)
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY):
            raise
        yield Finding("derived rows", "note", "not looked at: the database cannot be written now")
        return
    what = f"{seen:,} of {works:,} works looked at" + ("" if seen == works else " (all: --deep)")
    if tables:
        yield Finding("derived rows", "bad", f"{', '.join(tables)} do not follow from the content ({what}): {_REPAIR}")
    else:
        yield Finding("derived rows", "ok", what)


def differing(connection: Connection, seconds: float | None = None) -> tuple[list[str], int, int]:
    """Derived tables that change when they are made anew; how many works were looked at (within ``seconds``), and of how many.

    All is taken back afterwards.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        works = [str(row[0]) for row in connection.execute(rebuilding.WORKS, ("", -1))]
        before = {table: copies.rows_digest(connection, table) for table in schema.DERIVED_TABLES}
        end = None if seconds is None else time.monotonic() + seconds
        seen = 0
        for work in works:
            writer.derive(connection, (work,))
            seen += 1
            if end and time.monotonic() > end:
                break
        for (item,) in connection.execute(rebuilding.NEWS, ("", -1)).fetchall():
            if end and time.monotonic() > end:
                break
            derivation.remake(connection, (item,))
        after = {table: copies.rows_digest(connection, table) for table in schema.DERIVED_TABLES}
    finally:
        connection.execute("ROLLBACK")
    return [table for table in before if before[table] != after[table]], seen, len(works)


def _people(connection: Connection) -> Iterator[Finding]:
    orphans = connection.execute(
        "SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM deadlines x WHERE x.id = e.deadline)"
    ).fetchone()[0]
    if orphans:
        yield Finding(
            "events", "note", f"{orphans:,} belong to deadlines that are not there any more: dutybook due --list"
        )


def _damage(problems: list[str]) -> str:
    return (
        "; ".join(problems[:5])
        + ". Put a backup back (dutybook restore BACKUP), or keep a copy and ingest the documents into a new file."
    )


def problems(connection: Connection) -> list[str]:
    """Damage of the file, references that lead nowhere, an index that does not fit its text; empty if sound."""
    # Here, since this module is loaded with every register.
    from dutybook.store.assessments import ASSESSMENTS
    from dutybook.store.incidents.incidents import DUTIES, INCIDENTS

    found: list[str] = []
    try:
        if isinstance(connection, sqlite3.Connection):
            found += _file(connection)
        found += list(checksums.find_damaged(connection))
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
        for table in (CONTROLS, EVIDENCE, INCIDENTS, DUTIES, ASSESSMENTS):
            found += list(table.problems(connection))
        found += list(profiles.problems(connection))
    except (sqlite3.DatabaseError, UnicodeError) as error:
        found.append(f"file: {error}")
    return found


def _file(connection: sqlite3.Connection) -> Iterator[str]:
    """Damage of the file, and rows that point at missing ones: a server sees to both itself."""
    for row in connection.execute("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"file: {row[0]}"
    for row in connection.execute("PRAGMA foreign_key_check").fetchmany(20):
        yield f"reference: a row of {row[0]} points at a missing row of {row[2]}"


#: Errors that come of bytes that were changed as well as of mistakes in our own code.
_UNEXPECTED = (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError, OverflowError, Defect)


def explain_damage(path: str | DatabaseName, error: BaseException | None) -> RegisterError | None:
    """What to do about an unexpected error in the use of a register: an error that says so if its file is damaged, else None."""
    if not isinstance(error, _UNEXPECTED) or not Path(path).is_file():
        return None
    try:
        with closing(open_file(str(path), read_only=True)) as connection:
            add_functions(connection)
            damage = [problem for problem in problems(connection) if problem.startswith("file:")]
    except (sqlite3.Error, DutybookError, OSError, ValueError) as worse:
        damage = [f"file: {worse}"]
    return NotARegister(f"the database {path} is damaged: {_damage(damage)}") if damage else None


#: References within a document that no constraint keeps (see schema.sql): table, column, table, column.
WITHIN = (
    ("norms", "provision", "provisions"),
    ("rejected", "provision", "provisions"),
    ("provisions", "parent", "provisions"),
    ("norm_terms", "norm", "norms"),
    ("citations", "norm", "norms"),
)


def _places(connection: Connection) -> Iterator[str]:
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


def _index(connection: Connection) -> Iterator[str]:
    file = isinstance(connection, sqlite3.Connection)
    norms = connection.execute("SELECT count(*) FROM norms").fetchone()[0]
    # Of the index in a file the rows are counted without reading the norms.
    counted = "SELECT count(*) FROM norms_fts_docsize" if file else "SELECT count(*) FROM norms_fts"
    indexed = connection.execute(counted).fetchone()[0]
    if norms != indexed:
        yield f"search index: {indexed} entries for {norms} norms"
    if not file or connection.execute("PRAGMA query_only").fetchone()[0]:
        return
    try:
        # With rank 1 the index is compared with the text it was made from. It is written like an INSERT, so a
        # register that is open for reading only cannot run it.
        connection.execute("INSERT INTO norms_fts(norms_fts, rank) VALUES ('integrity-check', 1)")
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_READONLY:
            raise
    except sqlite3.DatabaseError:
        yield "search index: it does not fit the text of the norms"


def content(connection: Connection) -> Iterator[str]:
    """The content rows as JSON lines ``[table, {column: value, …}]``, tables and rows in a fixed order."""
    for table in (*schema.CONTENT_TABLES, *schema.DERIVED_TABLES):
        columns = [c for c in copies.columns_of(connection, table) if (table, c) not in schema.ARRIVAL_COLUMNS]
        sql = compose(
            "{rows} ORDER BY {order}",
            rows=rows_of(table, columns),
            order=join(", ", (compose("{number}", number=number) for number in range(1, len(columns) + 1))),
        )
        for row in connection.execute(sql):
            yield json.dumps([table, dict(zip(columns, row, strict=True))], ensure_ascii=False)


def repair(path: Path, now: datetime | None = None) -> Iterator[str]:
    """Repair a register and say what was done, a line each; a copy of it as it was is made first, beside it.

    Raises:
        RegisterError: the file itself is damaged, which only a backup mends, or no space for the copy.
    """
    with closing(connect_file(path, create=False, read_only=False)) as connection, translated(str(path)):
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
        people = _count_rows(connection)
        with immediate(connection):
            yield from _schema(connection)
            connection.execute("REINDEX")
            for index in ("norms_fts", "articles_fts"):
                tables(connection).table(index).rebuild_fts()
            rebuilding.forget(connection)
            _check(people, connection)
        rebuilding.rebuild(connection)
        _check(people, connection)
        yield "indexes, search index and derived rows are made anew"


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Views as they should be, and what is missing."""
    wrong = list(misfits(connection))
    if not wrong:
        return
    everything = expected()
    for kind, view, _ in everything:
        if kind == "view":
            connection.execute(compose("DROP VIEW IF EXISTS {view}", view=name(view)))
    have = set(connection.execute("SELECT type, name FROM sqlite_master").fetchall())
    for kind, own, statement in everything:
        if (kind, own) not in have and not statement.startswith(
            ("CREATE TABLE 'norms_fts", "CREATE TABLE 'articles_fts")
        ):
            connection.execute(statement)
    yield from (f"mended: {each}" for each in wrong)


def _count_rows(connection: Connection) -> dict[str, int]:
    return {table: int(connection.execute(count_of(table)).fetchone()[0]) for table in schema.PEOPLE_TABLES}


def _check(before: dict[str, int], connection: Connection) -> None:
    now = _count_rows(connection)
    lost = [table for table, count in before.items() if now[table] < count]
    if lost:
        raise RegisterError(
            f"the repair would have lost rows of {', '.join(lost)} and was taken back. Please report this."
        )
