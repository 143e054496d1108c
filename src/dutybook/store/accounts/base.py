"""What keeps accounts: their tables, the secrets that only digests are kept of, and the log of what was done to them.

Of a register in a file they are in another file next to it (``file.py``), of one on a server in its database (``server.py``).
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dutybook.records.dates import utc_text
from dutybook.store.database.protocols import Connection

#: The statements that make the tables of accounts.
STATEMENTS = (
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
        hash TEXT,
        created TEXT NOT NULL,
        disabled TEXT,
        last_signed_in TEXT
    )""",
    # Names of people who were removed: they stand in the register's history, so nobody else gets them.
    "CREATE TABLE former_names (folded TEXT PRIMARY KEY, name TEXT NOT NULL, removed TEXT NOT NULL)",
    """CREATE TABLE links (
        person INTEGER PRIMARY KEY REFERENCES people(id) ON DELETE CASCADE,
        digest TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        expires TEXT NOT NULL
    )""",
    """CREATE TABLE sessions (
        digest TEXT PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        expires TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL
    )""",
    "CREATE INDEX sessions_of_person ON sessions (person)",
    # A token of no person is for whoever runs the application for himself alone.
    """CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL UNIQUE,
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'feed')),
        created TEXT NOT NULL,
        last_used TEXT,
        expires TEXT
    )""",
    "CREATE INDEX tokens_of_person ON tokens (person)",
    """CREATE TABLE attempts (
        digest TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        last REAL NOT NULL,
        blocked_until REAL NOT NULL
    )""",
    """CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        event TEXT NOT NULL,
        person TEXT NOT NULL,
        detail TEXT NOT NULL,
        address TEXT NOT NULL
    )""",
    # Who signs in elsewhere: ``issuer`` says where (an OpenID provider's address, or PROXY), ``subject`` who that is there.
    """CREATE TABLE IF NOT EXISTS identities (
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        PRIMARY KEY (issuer, subject)
    )""",
    "CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END",
    "CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END",
)


class Accounts(Protocol):
    """The accounts of a register, for the threads of a process.

    Raises (all methods):
        NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable: as their names say.
    """

    def exists(self) -> bool:
        """Whether accounts were ever made."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to read with; the tables are made where needed."""

    def changing(self) -> AbstractContextManager[Connection]:
        """A transaction; all of it is kept, or nothing."""

    def check(self) -> None:
        """Look whether they can be read.

        Raises:
            NotARegister: they are damaged.
        """

    def close(self) -> None:
        """Close what this thread has open."""


#: What every token begins with: scanners for secrets that were published by mistake know it by that.
TOKEN = "dutybook_"  # noqa: S105 - a prefix
_BYTES = 32
_LONGEST = 200


def made(prefix: str = "") -> str:
    """A new secret of 256 bits."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret[:_LONGEST].encode("utf-8", "replace")).hexdigest()


#: Who did what somebody did at the machine itself.
TERMINAL = "(terminal)"


@dataclass(frozen=True, slots=True)
class Entry:
    """``by`` did ``event`` to the account of ``person``; ``address`` is the client's, empty at the machine itself."""

    at: str
    by: str
    event: str
    person: str
    detail: str
    address: str


def note(
    connection: Connection,
    event: str,
    now: datetime,
    *,
    by: str = "",
    person: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """Add an entry within a transaction. Line breaks and the like become blanks: an entry is one line wherever it is printed."""
    values = (utc_text(now), by, event, person, detail, address)
    connection.execute(
        "INSERT INTO log (at, by, event, person, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
        [one_line(value) for value in values],
    )


def one_line(text: str, longest: int = 200) -> str:
    """``text`` without what a terminal or a file of lines would obey."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text[: longest * 2])
    return " ".join(clean.encode("utf-8", "replace").decode().split())[:longest]


def log_entries(accounts: Accounts, limit: int = 100, before: int | None = None) -> list[tuple[int, Entry]]:
    """Entries with their numbers, newest first; ``before``: those with lower numbers."""
    sql = "SELECT id, at, by, event, person, detail, address FROM log WHERE id < ? ORDER BY id DESC LIMIT ?"
    with accounts.reading() as connection:
        found = connection.execute(sql, (before if before is not None else 2**62, limit)).fetchall()
    return [(row[0], Entry(*row[1:])) for row in found]
