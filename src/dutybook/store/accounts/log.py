"""What happened to accounts: added to, never changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from dutybook.store.accounts.file import AccountsFile
from dutybook.store.accounts.secret import stamp

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
    connection: sqlite3.Connection,
    event: str,
    now: datetime,
    *,
    by: str = "",
    person: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """Add an entry within a transaction. Line breaks and the like become blanks: an entry is one line wherever it is printed."""
    values = (stamp(now), by, event, person, detail, address)
    connection.execute(
        "INSERT INTO log (at, by, event, person, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
        [one_line(value) for value in values],
    )


def one_line(text: str, longest: int = 200) -> str:
    """``text`` without what a terminal or a file of lines would obey."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text[: longest * 2])
    return " ".join(clean.encode("utf-8", "replace").decode().split())[:longest]


def entries(accounts: AccountsFile, limit: int = 100, before: int | None = None) -> list[tuple[int, Entry]]:
    """Entries with their numbers, newest first; ``before``: those with lower numbers."""
    sql = "SELECT id, at, by, event, person, detail, address FROM log WHERE id < ? ORDER BY id DESC LIMIT ?"
    with accounts.reading() as connection:
        found = connection.execute(sql, (before if before is not None else 2**62, limit)).fetchall()
    return [(row[0], Entry(*row[1:])) for row in found]
