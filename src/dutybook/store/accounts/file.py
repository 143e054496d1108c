"""The accounts of a register in a file: how their own file is opened, and SQLite's errors in words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import local

from dutybook.database_address import DatabaseName
from dutybook.errors import DutybookError, NotARegister, NotFound, RegisterBusy, RegisterUnwritable, SchemaMismatch
from dutybook.store.accounts.base import STATEMENTS
from dutybook.store.database.connection import BUSY_SECONDS, immediate, open_file
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose
from dutybook.store.threads import OwnedByThread

#: "DBac": tells the file from a register and from databases of other programs.
APPLICATION_ID = 0x44426163

#: Version of this schema, kept in ``PRAGMA user_version``.
FORMAT = 2
#: The statements of a table that files of format 1 lack.
_ADDED = tuple(statement for statement in STATEMENTS if "IF NOT EXISTS" in statement)


def accounts_path(database: DatabaseName) -> Path:
    """Where the accounts of a register's readers are: beside it, so that the register itself can be given away."""
    return database.with_name(f"{database.name}.accounts")


class AccountsFile:
    """An accounts file for the threads of a process; each has a connection of its own.

    Raises (all methods):
        NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable: as their names say, of the accounts file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = local()

    def exists(self) -> bool:
        return self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._translated():
            yield self._connection()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction; all of it is kept, or nothing."""
        with self._translated():
            connection = self._connection()
            with immediate(connection):
                yield connection

    def check(self) -> None:
        """Look through the whole file once.

        Raises:
            NotARegister: it is damaged.
        """
        with self.reading() as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise self._damaged(str(found))

    def close(self) -> None:
        """Close the connection of this thread."""
        kept: OwnedByThread[sqlite3.Connection] | None = getattr(self._own, "kept", None)
        self._own.kept = None
        if kept is not None:
            kept.opened.close()

    def _connection(self) -> sqlite3.Connection:
        known = _file(self.path)
        kept: OwnedByThread[sqlite3.Connection] | None = getattr(self._own, "kept", None)
        if kept is not None and kept.file == known and known is not None:
            return kept.opened
        self.close()
        connection = self._opened()
        self._own.kept = OwnedByThread(_file(self.path), connection)
        return connection

    def _opened(self) -> sqlite3.Connection:
        if not self.path.absolute().parent.is_dir():
            raise NotFound(f"there is no folder {self.path.absolute().parent} to put the accounts in. Make it first.")
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = open_file(str(self.path), read_only=False)
        try:
            self._create_tables(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            # A sign-out or a lower role must outlast a power cut.
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _create_tables(self, connection: sqlite3.Connection) -> None:
        version = self._version(connection)
        if version == FORMAT:
            return
        connection.execute(compose("PRAGMA busy_timeout = {milliseconds}", milliseconds=int(BUSY_SECONDS * 1000)))
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        with immediate(connection):
            # Again under the lock: two processes may open a new file at the same time.
            for statement in _ADDED if self._version(connection) else STATEMENTS:
                connection.execute(statement)
            connection.execute(compose("PRAGMA application_id = {number}", number=APPLICATION_ID))
            connection.execute(compose("PRAGMA user_version = {number}", number=FORMAT))

    def _version(self, connection: sqlite3.Connection) -> int:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        # Last: who makes the file meanwhile says all three at once, and what has tables is then known for ours.
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        if application != APPLICATION_ID and (application or version or tables):
            raise NotARegister(
                f"{self.path} is no accounts file of Dutybook, so nothing was changed in it. Move it elsewhere."
            )
        if version > FORMAT:
            raise SchemaMismatch(
                f"the accounts file {self.path} was made by a newer Dutybook (format {version}, this one knows up to "
                f"{FORMAT}). Update Dutybook: pip install --upgrade dutybook"
            )
        return version

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self.close()
            raise self._error_for(error) from error
        except OSError as error:
            raise RegisterUnwritable(
                f"the accounts file {self.path} cannot be used: {error.strerror or error}. "
                "Check the folder and its permissions."
            ) from error

    def _error_for(self, error: sqlite3.Error) -> DutybookError:
        match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return RegisterBusy(f"the accounts file {self.path} is being written. Try again in a moment.")
            case (
                sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR
            ) | sqlite3.SQLITE_FULL:
                return RegisterUnwritable(
                    f"the accounts file {self.path} cannot be written ({error}). Check its permissions and the disk's space."
                )
        return self._damaged(str(error))

    def _damaged(self, how: str) -> NotARegister:
        return NotARegister(
            f"the accounts file {self.path} is damaged ({how}), so nobody is let in. Put a copy of it back, or move it "
            "away and make the accounts again: dutybook accounts add NAME --role admin. The register is not concerned."
        )


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
