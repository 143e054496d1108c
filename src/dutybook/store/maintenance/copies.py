"""Copies of a register that is in use: whole, checked, and in place all at once or not at all."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dutybook.errors import BadRequest, RegisterError, RegisterUnwritable
from dutybook.store import schema
from dutybook.store.database import disks
from dutybook.store.sql import count_of, rows_of

#: A copy needs so much more than the pages of the register.
_MARGIN = 1.02
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made. ``rows``: of all tables; ``sha256``: of the file."""

    path: Path
    bytes: int
    rows: int
    format: int
    sha256: str


def copy(source: sqlite3.Connection, target: Path, *, replace: bool = False, thorough: bool = True) -> Copy:
    """Copy what ``source`` sees at this moment into the file ``target``; others may go on writing meanwhile.

    The copy has one file (no write-ahead log), which only its owner may read. Before it gets its name it is checked:
    pages and indexes (unless ``thorough`` is False: pages only), as many rows in each table as in the register, and the
    same rows of what people entered.

    Raises:
        BadRequest: there is such a file and it is not to be replaced.
        RegisterUnwritable: no space.
        RegisterError: the copy is not sound; it was removed.
        OSError, sqlite3.Error: as the disk says.
    """
    if target.is_dir():
        raise BadRequest(f"{target} is a folder: name a file in it")
    if os.path.lexists(target) and not replace:
        raise BadRequest(f"{target} is there already. Name another file, or replace it with --force.")
    _room_for(source, target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        kept = _fill(source, part, thorough=thorough)
        digest = _sync(part)
        _name(part, target, replace=replace)
    finally:
        part.unlink(missing_ok=True)
        for extra in ("-journal", "-wal", "-shm"):
            Path(name + extra).unlink(missing_ok=True)
    return Copy(target, target.stat().st_size, *kept, digest)


def size(connection: sqlite3.Connection) -> int:
    """Bytes of the register's pages."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])


def _room_for(source: sqlite3.Connection, target: Path) -> None:
    needed = int(size(source) * _MARGIN)
    free = disks.free(target.absolute().parent)
    if free < needed:
        raise RegisterUnwritable(
            f"a copy of the database needs {needed / 1e6:,.0f} MB in {target.absolute().parent}, where {free / 1e6:,.0f} MB "
            "are free. Free some space, or name a folder on another disk."
        )


def _fill(source: sqlite3.Connection, part: Path, *, thorough: bool) -> tuple[int, int]:
    """Copy into ``part`` and check it; returns the number of rows and the format."""
    into = sqlite3.connect(part, isolation_level=None)
    try:
        own = not source.in_transaction
        if own:
            # One moment for the pages and for what they are compared with.
            source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(into, pages=_AT_ONCE)
            want = _contents(source)
        finally:
            if own:
                source.execute("ROLLBACK")
        # The copy shall be one file, which a disk that cannot be written serves as well.
        into.execute("PRAGMA journal_mode = DELETE").fetchone()
        check = "PRAGMA integrity_check(5)" if thorough else "PRAGMA quick_check(5)"
        wrong = [str(row[0]) for row in into.execute(check) if row[0] != "ok"]
        if wrong or _contents(into) != want:
            reason = "; ".join(wrong) or "it has other rows"
            raise RegisterError(
                f"the copy is not sound ({reason}) and was removed. Check the database with: dutybook doctor"
            )
        return sum(count for count, _ in want.values()), int(into.execute("PRAGMA user_version").fetchone()[0])
    finally:
        into.close()


def _contents(connection: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """Rows of each table, with a digest of those that people made."""
    found: dict[str, tuple[int, str]] = {}
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall():
        count = int(connection.execute(count_of(table)).fetchone()[0])
        digest = rows_digest(connection, table) if table in schema.PEOPLE_TABLES else ""
        found[table] = (count, digest)
    return found


def rows_digest(connection: sqlite3.Connection, table: str) -> str:
    """SHA-256 of the rows of a table, in whatever order they lie."""
    rows = sorted(repr(row) for row in connection.execute(rows_of(table)))
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()


def _sync(path: Path) -> str:
    """Have the file on the disk itself; returns its SHA-256."""
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def _name(part: Path, target: Path, *, replace: bool) -> None:
    """Give the finished file its name in one step."""
    if replace:
        os.replace(part, target)
    else:
        try:
            # Unlike a rename, a link never replaces a file that somebody else has made meanwhile.
            os.link(part, target)
        except FileExistsError:
            raise BadRequest(f"{target} is there already. Name another file, or replace it with --force.") from None
        except OSError:
            # A file system without hard links.
            os.rename(part, target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        except OSError:
            pass
        finally:
            os.close(folder)
