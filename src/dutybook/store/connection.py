"""Opening the database file safely, and SQLite's errors in words that say what to do."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from dutybook.errors import (
    Defect,
    DutybookError,
    NewerRegister,
    NotARegister,
    NotFound,
    RegisterBusy,
    RegisterUnwritable,
)
from dutybook.store import migrations, rebuilding, schema
from dutybook.store.text import fold

MEMORY = ":memory:"
BUSY_SECONDS = 5.0


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn what SQLite raises inside into errors of ours that name the database ``name``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, name) from error
    except OSError as error:
        raise RegisterUnwritable(
            f"the database {name} cannot be used: {error.strerror or error}. "
            "Check the folder and its permissions, or name another file with --database."
        ) from error


def _translate(error: sqlite3.Error, name: str) -> DutybookError:
    # A code's low byte is the primary result; the rest says more than we need.
    primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    match primary:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return RegisterBusy(
                f"the database {name} is being written by another process. Wait until it has finished and try again."
            )
        case sqlite3.SQLITE_FULL:
            return RegisterUnwritable(
                f"no space is left for the database {name}. What was stored before is safe: free some disk space "
                "(or move the database) and run the same command again; it goes on where it stopped."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return RegisterUnwritable(
                f"the database {name} cannot be written ({error}). Check the permissions of the file and its folder, "
                "or name another file with --database."
            )
        case sqlite3.SQLITE_IOERR:
            return RegisterUnwritable(
                f"the disk reported an error on the database {name} ({error}). Check the disk and its free space, "
                "then run the same command again."
            )
        case sqlite3.SQLITE_NOTADB:
            return NotARegister(f"{name} is not a Dutybook database. Name another file with --database.")
        case sqlite3.SQLITE_CORRUPT:
            return NotARegister(
                f"the database {name} is damaged ({error}). Restore a copy, or ingest the documents into a new file."
            )
    return Defect(f"the database {name} answered: {error}. Please report this.")


def connect(path: str | Path, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """A connection to a register of our version, made or migrated where needed.

    Raises:
        NotFound: no such file, and it was not to be created.
        NotARegister, NewerRegister, RegisterBusy, RegisterUnwritable: as their names say.
    """
    name = str(path)
    if name != MEMORY:
        _check_path(Path(path), create and not read_only)
    read_only = read_only and name != MEMORY
    with translated(name):
        connection = _open(name, read_only)
        try:
            version = _check_identity(connection, name)
            if read_only and (version < migrations.CURRENT or rebuilding.stale(connection)):
                # Reading changes no file of our version; an older one must be brought up to it first.
                connection.close()
                connect(path, create=False, read_only=False).close()
                connection = _open(name, read_only)
            _prepare(connection, name, read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _check_path(path: Path, create: bool) -> None:
    if path.is_dir():
        raise NotARegister(f"{path} is a folder, not a database. Name a file with --database.")
    if not path.exists():
        if not create:
            raise NotFound(
                f"there is no database {path}. Make one with: dutybook --database {path} ingest FOLDER "
                "(or name another file with --database)"
            )
        if not path.absolute().parent.is_dir():
            raise NotFound(f"there is no folder {path.absolute().parent} to put the database in. Make it first.")


def _open(name: str, read_only: bool) -> sqlite3.Connection:
    def at(target: str, uri: bool) -> sqlite3.Connection:
        # isolation_level=None: we alone begin and end transactions.
        return sqlite3.connect(target, uri=uri, timeout=BUSY_SECONDS, isolation_level=None)

    if name == MEMORY or not read_only:
        return at(name, False)
    base = f"file:{quote(str(Path(name).absolute()))}?mode=ro"
    connection = at(base, True)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        # In a folder that cannot be written, a WAL database opens only as immutable; that is
        # safe as long as nobody is in the middle of writing to it.
        if Path(name + "-wal").exists():
            raise
        return at(base + "&immutable=1", True)
    return connection


def _prepare(connection: sqlite3.Connection, name: str, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("fold", 1, lambda text: None if text is None else fold(str(text)), deterministic=True)
    if read_only:
        return
    if name != MEMORY:
        _use_wal(connection)
    # With WAL this never loses consistency; a power cut may lose the last documents, which the next run reads again.
    connection.execute("PRAGMA synchronous = NORMAL")
    migrations.migrate(connection)
    if rebuilding.stale(connection):
        rebuilding.rebuild(connection)


def _check_identity(connection: sqlite3.Connection, name: str) -> int:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != schema.APPLICATION_ID:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application or version or tables:
            raise NotARegister(
                f"{name} is a database of another program, so nothing was changed in it. "
                "Name another file with --database."
            )
    if version > migrations.CURRENT:
        raise NewerRegister(
            f"the database {name} was made by a newer Dutybook (format {version}, this one knows up to "
            f"{migrations.CURRENT}). Update Dutybook: pip install --upgrade dutybook"
        )
    return version


def _use_wal(connection: sqlite3.Connection) -> None:
    # The switch needs the file for itself and, unlike other statements, does not always wait for it.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
