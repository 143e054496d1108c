"""Attempts to sign in that failed: after some, the next has to wait, longer each time. Kept over restarts.

An attempt counts before its password is looked at, so that many at once are no way round.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from dutybook.store.accounts.file import AccountsFile
from dutybook.store.accounts.people import folded


@dataclass(frozen=True, slots=True)
class Patience:
    """So many attempts are free; then the wait doubles from one second to ``longest``. Forgotten after ``forgotten`` seconds of rest."""

    kind: str
    free: int
    longest: float
    forgotten: float = 3600.0

    def wait(self, failures: int) -> float:
        """Seconds after so many failures."""
        return 0.0 if failures < self.free else min(self.longest, 2.0 ** min(failures - self.free, 30))


#: A name may be tried from many addresses; whoever has it must not be kept out for long by that.
NAME = Patience("name", free=5, longest=300.0)
#: An address may be an office with many people.
ADDRESS = Patience("address", free=20, longest=900.0)


def attempt(accounts: AccountsFile, name: str, address: str, now: datetime) -> float:
    """Count an attempt: 0 if the password may be looked at, else seconds to wait, and the attempt does not count."""
    at = now.timestamp()
    keys = [(patience, _digest(patience, what)) for patience, what in ((NAME, folded(name)), (ADDRESS, address))]
    with accounts.changing() as connection:
        connection.execute("DELETE FROM attempts WHERE last < ?", (at - max(NAME.forgotten, ADDRESS.forgotten),))
        found = {}
        for _, key in keys:
            row = connection.execute("SELECT failures, blocked_until FROM attempts WHERE digest = ?", (key,)).fetchone()
            found[key] = row or (0, 0.0)
        wait = max(until - at for _, until in found.values())
        if wait > 0:
            return float(wait)
        for patience, key in keys:
            failures = found[key][0] + 1
            connection.execute(
                "INSERT OR REPLACE INTO attempts (digest, failures, last, blocked_until) VALUES (?, ?, ?, ?)",
                (key, failures, at, at + patience.wait(failures)),
            )
    return 0.0


def succeeded(accounts: AccountsFile, name: str, address: str) -> None:
    """The attempt was none: the name starts anew, the address has one failure less (who has an account is not free to try others)."""
    with accounts.changing() as connection:
        connection.execute("DELETE FROM attempts WHERE digest = ?", (_digest(NAME, folded(name)),))
        connection.execute(
            "UPDATE attempts SET failures = max(failures - 1, 0), blocked_until = 0 WHERE digest = ?",
            (_digest(ADDRESS, address),),
        )


def _digest(patience: Patience, what: str) -> str:
    # A name that nobody has may be a password in the wrong place: it is not kept either.
    return hashlib.sha256(f"{patience.kind}:{what}".encode("utf-8", "replace")).hexdigest()
