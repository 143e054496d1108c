"""Opening the database file safely, writing to it in transactions, and SQLite's errors in words that say what to do."""

from __future__ import annotations

import importlib
import logging
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

from dutybook.database_address import Address, is_address
from dutybook.errors import (
    Defect,
    DutybookError,
    NotARegister,
    NotFound,
    RegisterBusy,
    RegisterUnwritable,
    SchemaMismatch,
)
from dutybook.store import schema
from dutybook.store.database import disks
from dutybook.store.database.engines import limit_cache, overwrite_freed
from dutybook.store.database.protocols import Connection
from dutybook.store.search.terms import fold
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from sqlite_utils import Database


class _WithPath(Protocol):
    path: str


_R = TypeVar("_R", bound=_WithPath)
_P = ParamSpec("_P")
_T = TypeVar("_T")
MEMORY = ":memory:"
BUSY_SECONDS = 5.0
#: Pages kept in memory: with SQLite's own 2 MiB every row of a large register would read its indexes from the file again.
CACHE_KIB = 131_072
#: Pages of the log that are carried over into the file at once. A document writes to places all over its indexes: carried over
#: more rarely, a page that several documents change is written once.
CHECKPOINT_PAGES = 16_000
_LOG = logging.getLogger(__name__)


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn what SQLite raises inside into errors of ours that name the database ``name``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, Address(name).without_password if is_address(name) else name) from error
    except OSError as error:
        raise RegisterUnwritable(
            f"the database {name} cannot be used: {error.strerror or error}. "
            "Check the folder and its permissions, or name another file with --database."
        ) from error


def translates_errors(
    function: Callable[Concatenate[_R, _P], _T],
) -> Callable[Concatenate[_R, _P], _T]:
    """Decorate a function that takes a register first, or a method of one: what SQLite raises says then what to do."""

    @wraps(function)
    def translating(register: _R, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with translated(register.path):
            return function(register, *args, **kwargs)

    return translating


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
    if "Could not decode" in str(error):
        # Of text whose bytes were changed; no code comes with it.
        return NotARegister(
            f"the database {name} is damaged (a text in it is none any more). Look at it with: dutybook doctor; then put a "
            "backup back (dutybook restore BACKUP), or ingest the documents into a new file."
        )
    return Defect(f"the database {name} answered: {error}. Please report this.")


def connect(path: str | Path, *, create: bool, read_only: bool) -> Connection:
    """A connection to a register of our schema, made where needed: a file, or a database in PostgreSQL by its address.

    Raises:
        NotFound: no such file, and it was not to be created.
        NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable: as their names say.
        MissingExtra: what speaks to PostgreSQL is not installed.
    """
    name = str(path)
    if is_address(name):
        # Here, so that nobody who has a file needs what speaks to a server.
        from dutybook.store.database.postgresql.opening import connect as connect_to_server

        return connect_to_server(name, create=create, read_only=read_only)
    return connect_file(path, create=create, read_only=read_only)


def connect_file(path: str | Path, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """A connection to a file, as :func:`connect` makes it."""
    name = str(path)
    read_only = read_only and name != MEMORY
    with translated(name):
        if name != MEMORY:
            _check_path(Path(path), create and not read_only)
        connection = open_file(name, read_only)
        try:
            version = check_identity(connection, name)
            if read_only and _needs_writing(connection, name, version):
                connection.close()
                _bring_up_to_date(path)
                connection = open_file(name, read_only)
            _prepare(connection, name, read_only)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def immediate(connection: Connection) -> Iterator[None]:
    """A write transaction that waits for its turn when it begins, not when it first writes.

    Raises:
        RegisterUnwritable: the file is not in its place any more.
    """
    check_in_place(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    check_in_place(connection)


def _check_path(path: Path, create: bool) -> None:
    if path.is_dir():
        raise NotARegister(f"{path} is a folder, not a database. Name a file with --database.")
    if path.exists():
        return
    if path.is_symlink():
        raise NotFound(
            f"the database {path} is a link to {os.readlink(path)}, which is not there. Is its disk connected?"
        )
    if not create:
        raise NotFound(
            f"there is no database {path}. Make one with: dutybook --database {path} ingest FOLDER "
            "(or name another file with --database)"
        )
    if not path.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {path.absolute().parent} to put the database in. Make it first.")
    # What a team says of its duties is confidential: a new file, and the journals beside it, are its owner's alone. What
    # permissions somebody gives it later stay.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _needs_writing(connection: sqlite3.Connection, name: str, version: int) -> bool:
    """Whether the file must be changed before it can be read: it is empty, lacks derived rows, or has the journal of a local disk."""
    if not version or _stale(connection, name):
        return True
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return bool(mode == "wal" and os.access(name, os.W_OK) and disks.network_disk(Path(name)))


def _bring_up_to_date(path: str | Path) -> None:
    try:
        connect_file(path, create=False, read_only=False).close()
    except RegisterUnwritable as error:
        raise RegisterUnwritable(
            f"rows of the database {path} have to be made anew once before it is read, but it cannot be written. Copy it to "
            f"where it can. ({error})"
        ) from error


def _stale(connection: sqlite3.Connection, name: str) -> bool:
    # Here, since what derives rows may itself need this module.
    from dutybook.store.maintenance import rebuilding

    try:
        return bool(rebuilding.stale(connection))
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise NotARegister(
            f"the database {name} lacks tables of its format. Restore a copy, or ingest the documents into a new file."
        ) from error


def open_file(name: str, read_only: bool) -> sqlite3.Connection:
    """A connection to whatever is in the file; not looked at. Nothing in its schema is trusted."""

    def at(target: str, uri: bool) -> WatchedConnection:
        # isolation_level=None: we alone begin and end transactions.
        connection = sqlite3.connect(
            target, uri=uri, timeout=BUSY_SECONDS, isolation_level=None, factory=WatchedConnection
        )
        distrust(connection)
        return connection

    if name == MEMORY:
        return at(name, False)
    if not read_only:
        connection = at(name, False)
        connection.watch(Path(name))
        return connection
    base = f"file:{quote(str(Path(name).absolute()))}?mode=ro"
    connection = at(base, True)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        # In a folder that cannot be written, a WAL database opens only as immutable; that is
        # safe as long as nobody is in the middle of writing to it. The log lies beside the file itself, not beside a link.
        if Path(os.path.realpath(name) + "-wal").exists():
            raise
        return at(base + "&immutable=1", True)
    return connection


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that statements of the register use."""
    connection.create_function("fold", 1, lambda text: None if text is None else fold(str(text)), deterministic=True)


def _prepare(connection: sqlite3.Connection, name: str, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    limit_cache(connection, CACHE_KIB)
    add_functions(connection)
    if read_only:
        return
    path = None if name == MEMORY else Path(name)
    refuse_triggers(connection, name)
    network = path and disks.network_disk(path)
    if network:
        _LOG.info(
            "%s lies on a network disk (%s): let one process use it at a time, and keep copies (dutybook backup). "
            "A disk of this machine is safer.",
            name,
            network,
        )
    if path:
        _use_journal(connection, "PRAGMA journal_mode = DELETE" if network else "PRAGMA journal_mode = WAL")
    # With WAL, NORMAL never loses consistency; a power cut may lose the last documents, which the next run reads again.
    connection.execute("PRAGMA synchronous = FULL" if network else "PRAGMA synchronous = NORMAL")
    connection.execute(compose("PRAGMA wal_autocheckpoint = {pages}", pages=CHECKPOINT_PAGES))
    overwrite_freed(connection, False)
    schema.create(connection)
    if _stale(connection, name):
        from dutybook.store.maintenance import rebuilding

        rebuilding.rebuild(connection)


def check_identity(connection: sqlite3.Connection, name: str) -> int:
    """The version of a register's schema, 0 for an empty file.

    Raises:
        NotARegister, SchemaMismatch: it is none of ours, or has another schema than this Dutybook reads.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = schema.read_version(connection)
    if application != schema.APPLICATION_ID:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application or version or tables:
            raise NotARegister(
                f"{name} is a database of another program, so nothing was changed in it. "
                "Name another file with --database."
            )
    if version > schema.VERSION:
        raise SchemaMismatch(
            f"the database {name} was made by a newer Dutybook (schema {version}; this one reads schema {schema.VERSION}). "
            "Update Dutybook: pip install --upgrade dutybook"
        )
    if version not in (0, schema.VERSION):
        raise SchemaMismatch(
            f"the database {name} was made by a Dutybook that was never released (schema {version}; this one reads schema "
            f"{schema.VERSION}), so nothing was changed in it. Read the documents into a new file: dutybook --database NEW.db ingest FOLDER"
        )
    return version


def _use_journal(connection: sqlite3.Connection, switch: str) -> None:
    # The switch needs the file for itself and, unlike other statements, does not always wait for it.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(switch).fetchone()
            return
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class WatchedConnection(sqlite3.Connection):
    """A connection to a file of ours.

    SQLite goes on writing into a file that was deleted or replaced under it, and what it writes is lost with it.
    """

    _path: Path | None = None
    _file: tuple[int, int] | None = None

    def watch(self, path: Path) -> None:
        """Remember which file is open; call it when it has just been opened."""
        found = path.stat()
        self._path, self._file = path.absolute(), (found.st_dev, found.st_ino)

    def check_in_place(self) -> None:
        """Before and after writing: is the file still the one that was opened?

        Raises:
            RegisterUnwritable: it was deleted, moved or replaced.
        """
        if self._path is None:
            return
        try:
            found = os.stat(self._path)
        except OSError:
            happened = "was deleted or moved, or its disk is gone,"
        else:
            if (found.st_dev, found.st_ino) == self._file:
                return
            happened = "was replaced by another file"
        # What is in the log belongs to the old file, wherever that is now: left lying, it would be read as part of the new.
        with suppress(sqlite3.Error):
            self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raise RegisterUnwritable(
            f"the database {self._path} {happened} while it was in use, so nothing more is written into it. "
            "See that the right file is in its place, then run the same command again; it goes on where it stopped."
        )


def check_in_place(connection: Connection) -> None:
    """Raise RegisterUnwritable where the file of a connection was moved, deleted or replaced; one in memory never was."""
    if isinstance(connection, WatchedConnection):
        connection.check_in_place()


def distrust(connection: sqlite3.Connection) -> None:
    """Settings of a connection that must stand before anything is read from the file's tables."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def refuse_triggers(connection: sqlite3.Connection, name: str) -> None:
    """Triggers run unasked whenever something is written, so only our own may be there.

    Raises:
        NotARegister: the file ``name`` has another one.
    """
    for trigger in strangers(connection, "trigger"):
        raise NotARegister(
            f"the database {name} has a trigger {trigger!r} that is not Dutybook's and would change what is written, so "
            f'nothing is written into it. If you trust it, remove it with: DROP TRIGGER "{trigger}"; searching and '
            "exporting work as it is."
        )


def strangers(connection: sqlite3.Connection, kind: str) -> list[str]:
    """Names of triggers or views of the file that the schema does not have as they stand there."""
    ours = statements()
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ? ORDER BY name", (kind,))
    return [str(name) for name, sql in found if plain(sql or "") not in ours]


def statements() -> frozenset[str]:
    """All statements of the schema that make views and triggers, as they are compared."""
    making = (plain(statement) for statement in schema.statements())
    return frozenset(statement for statement in making if statement.startswith(("CREATE VIEW", "CREATE TRIGGER")))


def plain(sql: str) -> str:
    """SQL with single blanks and without IF NOT EXISTS, which SQLite leaves out of what it keeps."""
    return " ".join(sql.replace("IF NOT EXISTS ", "").split())


_NOT_NEEDED = frozenset({"pandas", "numpy"})
_LOADING = threading.Lock()


def tables(connection: sqlite3.Connection) -> Database:
    """The register behind a connection; whoever writes through it holds the transaction."""
    # Here, so that reading commands do not pay for the import.
    if "sqlite_utils.db" not in sys.modules:
        with _without(_NOT_NEEDED):
            importlib.import_module("sqlite_utils")
    from sqlite_utils import Database

    return Database(connection, recursive_triggers=False, execute_plugins=False)


@contextmanager
def _without(names: frozenset[str]) -> Iterator[None]:
    """This thread imports none of ``names`` by :func:`importlib.import_module`, unless they are there already.

    Where pandas is installed sqlite-utils loads it with numpy, for types that no register has: half a second and 80 MB at
    the start of each ingest.
    """
    with _LOADING:
        ours, load = threading.get_ident(), importlib.import_module

        def without(name: str, package: str | None = None) -> ModuleType:
            if name in names and name not in sys.modules and threading.get_ident() == ours:
                raise ImportError(f"{name} is not needed")
            return load(name, package)

        importlib.import_module = without
        try:
            yield
        finally:
            importlib.import_module = load
