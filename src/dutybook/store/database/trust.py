"""A register file may come from anybody: nothing that is written in its schema runs on opening, reading or writing it.

What SQLite advises for files from outside (https://www.sqlite.org/security.html): views, triggers, checks and indexes may call
only harmless functions, pages are checked as they are read, and the search index's tables cannot be written past it.
"""

from __future__ import annotations

import sqlite3
import sys

from dutybook.errors import NotARegister
from dutybook.store import schema


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
