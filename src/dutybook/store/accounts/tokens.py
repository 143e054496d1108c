"""Tokens: what programs sign in with."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutybook.errors import RegisterBusy
from dutybook.store.accounts import secret
from dutybook.store.accounts.file import AccountsFile
from dutybook.store.accounts.log import TERMINAL, note, one_line
from dutybook.store.accounts.people import Unacceptable, named
from dutybook.store.accounts.secret import stamp

#: ``read`` and ``write`` are for the API, ``feed`` for calendars and feeds, whose addresses programs keep.
SCOPES = ("read", "write", "feed")
#: The most tokens of one person.
MOST = 50
#: A use is noted once in so many seconds.
_NOTED_EACH = timedelta(minutes=1)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Token:
    """A token; ``person`` is empty for the one who runs the application alone. Times are ISO 8601, UTC."""

    id: int
    person: str
    name: str
    scope: str
    created: str
    last_used: str | None
    expires: str | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token speaks for: ``person`` and ``role`` are empty for the one who runs the application alone."""

    token: int
    person: str
    role: str
    scope: str


def new(
    accounts: AccountsFile,
    name: str,
    scope: str,
    now: datetime,
    *,
    person: str | None = None,
    days: int | None = None,
    by: str = TERMINAL,
) -> tuple[Token, str]:
    """A new token and its secret, which is never shown again; ``days``: how long it works.

    Raises:
        Unacceptable: there is no such person or scope, it has no name, or there are too many.
    """
    name = one_line(name, _LONGEST_NAME)
    if not name:
        raise Unacceptable("token_name")
    if scope not in SCOPES:
        raise Unacceptable("scope", scope=scope[:40], scopes=", ".join(SCOPES))
    owner = named(accounts, person) if person else None
    given = secret.made(secret.TOKEN)
    expires = stamp(now + timedelta(days=days)) if days else None
    with accounts.changing() as connection:
        held = "SELECT count(*) FROM tokens WHERE person IS ?"
        if connection.execute(held, (owner.id if owner else None,)).fetchone()[0] >= MOST:
            raise Unacceptable("tokens", most=MOST)
        row = connection.execute(
            "INSERT INTO tokens (digest, person, name, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
            (secret.digest(given), owner.id if owner else None, name, scope, stamp(now), expires),
        )
        who = owner.name if owner else ""
        note(connection, "token made", now, by=by, person=who, detail=f"{name} ({scope})")
        return Token(int(row.lastrowid or 0), who, name, scope, stamp(now), None, expires), given


def tokens(accounts: AccountsFile, person: str | None = None) -> list[Token]:
    """All tokens, or those of one person (empty: of the one who runs the application alone), newest first."""
    sql = (
        "SELECT t.id, coalesce(p.name, ''), t.name, t.scope, t.created, t.last_used, t.expires FROM tokens t"
        " LEFT JOIN people p ON p.id = t.person WHERE ?1 IS NULL OR coalesce(p.name, '') = ?1 ORDER BY t.id DESC"
    )
    with accounts.reading() as connection:
        return [Token(*row) for row in connection.execute(sql, (person,))]


def revoke(accounts: AccountsFile, token: int, now: datetime, *, of: str | None = None, by: str = TERMINAL) -> Token:
    """End a token at once; ``of``: only if it is that person's.

    Raises:
        Unacceptable: there is no such token.
    """
    found = next((t for t in tokens(accounts, of) if t.id == token), None)
    if found is None:
        raise Unacceptable("no_token", token=token)
    with accounts.changing() as connection:
        connection.execute("DELETE FROM tokens WHERE id = ?", (token,))
        note(connection, "token revoked", now, by=by, person=found.person, detail=f"{found.name} ({found.scope})")
    return found


def bearer(accounts: AccountsFile, given: str, now: datetime) -> Bearer | None:
    """Whom a token speaks for now; None if it is not from here, expired, or of somebody who is disabled."""
    if not given.startswith(secret.TOKEN) or not accounts.exists():
        return None
    sql = (
        "SELECT t.id, coalesce(p.name, ''), coalesce(p.role, ''), t.scope, t.last_used FROM tokens t"
        " LEFT JOIN people p ON p.id = t.person"
        " WHERE t.digest = ? AND (t.expires IS NULL OR t.expires > ?) AND p.disabled IS NULL"
    )
    with accounts.reading() as connection:
        row = connection.execute(sql, (secret.digest(given), stamp(now))).fetchone()
    if row is None:
        return None
    *found, used = row
    if used is None or used < stamp(now - _NOTED_EACH):
        # Somebody else writes just now; the next request notes it.
        with suppress(RegisterBusy), accounts.changing() as connection:
            connection.execute("UPDATE tokens SET last_used = ? WHERE id = ?", (stamp(now), found[0]))
    return Bearer(*found)
