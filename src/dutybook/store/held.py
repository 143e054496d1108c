"""A connection that knows its file, so that nothing is written into one that is not there any more."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from dutybook.errors import RegisterUnwritable


class Held(sqlite3.Connection):
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


def check_in_place(connection: sqlite3.Connection) -> None:
    """The same for any connection; those in memory are always in place."""
    if isinstance(connection, Held):
        connection.check_in_place()
