"""Sessions of people who signed in, the delays after failed attempts, and the tokens that programs sign in with.

An attempt counts before its password is looked at, so that many at once are no way round the delay.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutybook.errors import RegisterBusy
from dutybook.records.dates import utc_text
from dutybook.store.accounts import base
from dutybook.store.accounts.base import TERMINAL, Accounts, note, one_line
from dutybook.store.accounts.people import Account, Unacceptable, _invited, folded, named
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose, upsert_into


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """So many attempts are free; then the wait doubles from one second to ``longest``. Forgotten after ``forgotten`` seconds of rest."""

    kind: str
    free: int
    longest: float
    forgotten: float = 3600.0

    def wait(self, failures: int) -> float:
        """Seconds after so many failures."""
        return 0.0 if failures < self.free else min(self.longest, 2.0 ** min(failures - self.free, 30))


#: Of one name from one address. A name alone has no limit: with one, a stranger who goes on guessing elsewhere would keep out
#: whoever has it. What is guessed from many addresses is left to the strength of passwords.
NAME = AttemptLimit("name", free=5, longest=300.0)
#: An address may be an office with many people.
ADDRESS = AttemptLimit("address", free=20, longest=900.0)


def attempt(accounts: Accounts, name: str, address: str, now: datetime) -> float:
    """Count an attempt: 0 if the password may be looked at, else seconds to wait, and the attempt does not count."""
    at = now.timestamp()
    keys = [(limit, _digest(limit, what)) for limit, what in ((NAME, _pair(name, address)), (ADDRESS, address))]
    with accounts.changing() as connection:
        connection.execute("DELETE FROM attempts WHERE last < ?", (at - max(NAME.forgotten, ADDRESS.forgotten),))
        found = {}
        for _, key in keys:
            row = connection.execute("SELECT failures, blocked_until FROM attempts WHERE digest = ?", (key,)).fetchone()
            found[key] = row or (0, 0.0)
        wait = max(until - at for _, until in found.values())
        if wait > 0:
            return float(wait)
        for limit, key in keys:
            failures = found[key][0] + 1
            connection.execute(
                upsert_into("attempts", ("digest", "failures", "last", "blocked_until"), ("digest",)),
                (key, failures, at, at + limit.wait(failures)),
            )
    return 0.0


def succeeded(accounts: Accounts, name: str, address: str) -> None:
    """The attempt was none: the name starts anew at this address, which has one failure less (who has an account is not free to try others)."""
    with accounts.changing() as connection:
        connection.execute("DELETE FROM attempts WHERE digest = ?", (_digest(NAME, _pair(name, address)),))
        connection.execute(
            "UPDATE attempts SET failures = max(failures - 1, 0), blocked_until = 0 WHERE digest = ?",
            (_digest(ADDRESS, address),),
        )


def _pair(name: str, address: str) -> str:
    return f"{folded(name)}\n{address}"


def _digest(limit: AttemptLimit, what: str) -> str:
    # A name that nobody has may be a password in the wrong place: it is not kept either.
    return hashlib.sha256(f"{limit.kind}:{what}".encode("utf-8", "replace")).hexdigest()


#: A session ends when nothing was asked for so long, and after so long in any case.
IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)
#: The most sessions of one person; the one that asked least lately ends for a new one.
MOST_SESSIONS = 20
#: That somebody is still there is noted once in so much time.
NOTED_EACH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Inside:
    """Whose a session is. ``stale``: it is time to note that it was used."""

    person: str
    role: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it; ``number`` names it, and opens nothing."""

    number: str
    created: str
    last_seen: str
    address: str
    agent: str
    own: bool


def hash_of(accounts: Accounts, name: str) -> tuple[Account, str] | None:
    """The person of a name and the hash of the password; None for nobody, who is disabled, or who has not set one."""
    sql = "SELECT id, name, role, created, disabled, last_signed_in, hash FROM people WHERE folded = ? AND disabled IS NULL AND hash IS NOT NULL"
    with accounts.reading() as connection:
        row = connection.execute(sql, (folded(name),)).fetchone()
    return (Account(row[0], row[1], row[2], True, *row[3:6]), str(row[6])) if row else None


def rehash(accounts: Accounts, person: Account, before: str, after: str) -> bool:
    """Put a hash with newer parameters of the same password in place of ``before``; False if that has changed meanwhile."""
    with accounts.changing() as connection:
        sql = "UPDATE people SET hash = ? WHERE id = ? AND hash = ?"
        return connection.execute(sql, (after, person.id, before)).rowcount == 1


def begin(
    accounts: Accounts,
    person: Account,
    hashed: str | None,
    now: datetime,
    *,
    address: str,
    agent: str,
    left: str | None,
) -> str | None:
    """A new session, in place of ``left``, the browser's last one; None if the password was changed or the person disabled meanwhile.

    ``hashed`` is the hash of the password that was right; None for somebody whom another place has signed in.
    """
    given = base.made()
    with accounts.changing() as connection:
        if left:
            connection.execute("DELETE FROM sessions WHERE digest = ?", (base.digest(left),))
        updated = connection.execute(
            "UPDATE people SET last_signed_in = ?1 WHERE id = ?2 AND (?3 IS NULL OR hash = ?3) AND disabled IS NULL",
            (utc_text(now), person.id, hashed),
        )
        if updated.rowcount == 0:
            return None
        connection.execute(
            "DELETE FROM sessions WHERE expires <= ? OR last_seen <= ?", (utc_text(now), utc_text(now - IDLE))
        )
        values = (base.digest(given), person.id, utc_text(now), utc_text(now), utc_text(now + ABSOLUTE))
        connection.execute(
            "INSERT INTO sessions (digest, person, created, last_seen, expires, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, one_line(address, 60), one_line(agent)),
        )
        connection.execute(
            "DELETE FROM sessions WHERE person = ?1 AND digest NOT IN"
            " (SELECT digest FROM sessions WHERE person = ?1 ORDER BY last_seen DESC, rowid DESC LIMIT ?2)",
            (person.id, MOST_SESSIONS),
        )
        note(connection, "signed in", now, by=person.name, person=person.name, address=address)
    return given


def inside(accounts: Accounts, session: str, now: datetime) -> Inside | None:
    """Whose session this is now; None for nobody's, or one that has ended."""
    sql = (
        "SELECT p.name, p.role, s.last_seen FROM sessions s JOIN people p ON p.id = s.person"
        " WHERE s.digest = ? AND s.expires > ? AND s.last_seen > ? AND p.disabled IS NULL"
    )
    with accounts.reading() as connection:
        row = connection.execute(sql, (base.digest(session), utc_text(now), utc_text(now - IDLE))).fetchone()
    return Inside(row[0], row[1], row[2] <= utc_text(now - NOTED_EACH)) if row else None


def seen(accounts: Accounts, session: str, now: datetime) -> None:
    """Note that a session was used."""
    with accounts.changing() as connection:
        connection.execute("UPDATE sessions SET last_seen = ? WHERE digest = ?", (utc_text(now), base.digest(session)))


def sessions(accounts: Accounts, person: str, now: datetime, own: str | None = None) -> list[Session]:
    """The sessions of a person, the one used last first; ``own`` is the one that asks."""
    sql = (
        "SELECT s.digest, s.created, s.last_seen, s.address, s.agent FROM sessions s JOIN people p ON p.id = s.person"
        " WHERE p.folded = ? AND s.expires > ? AND s.last_seen > ? ORDER BY s.last_seen DESC, s.rowid DESC"
    )
    with accounts.reading() as connection:
        rows = connection.execute(sql, (folded(person), utc_text(now), utc_text(now - IDLE))).fetchall()
    mine = base.digest(own) if own else ""
    return [Session(row[0][:16], row[1], row[2], row[3], row[4], row[0] == mine) for row in rows]


def end(
    accounts: Accounts, person: str, now: datetime, *, session: str | None = None, number: str = "", kept: str = ""
) -> None:
    """Sign a person out: of one ``session``, of the one with a ``number``, or of all but the one ``kept``."""
    with accounts.changing() as connection:
        owner = connection.execute("SELECT id FROM people WHERE folded = ?", (folded(person),)).fetchone()
        if owner is None:
            return
        if session:
            which, value = compose("digest = ?"), base.digest(session)
        elif number:
            which, value = compose("substr(digest, 1, 16) = ?"), number
        else:
            which, value = compose("digest <> ?"), base.digest(kept)
        sql = compose("DELETE FROM sessions WHERE person = ? AND {which}", which=which)
        ended = connection.execute(sql, (owner[0], value)).rowcount
        if ended:
            note(connection, "signed out", now, by=person, person=person, detail=str(ended))


def set_password(accounts: Accounts, person: str, hashed: str, now: datetime, *, address: str) -> None:
    """Another password of a person's own; every session ends, the one that asks too."""
    with accounts.changing() as connection:
        connection.execute("UPDATE people SET hash = ? WHERE folded = ?", (hashed, folded(person)))
        _all_end(connection, person, now, address)


def set_first_password(accounts: Accounts, key: str, hashed: str, now: datetime, *, address: str) -> Account | None:
    """The password that somebody sets by a link, which is used up; None if it is no link that works."""
    with accounts.changing() as connection:
        person = _invited(connection, key, now)
        if person is None:
            return None
        connection.execute("UPDATE people SET hash = ? WHERE id = ?", (hashed, person.id))
        connection.execute("DELETE FROM links WHERE person = ?", (person.id,))
        _all_end(connection, person.name, now, address)
        return person


def refused(accounts: Accounts, name: str, now: datetime, *, address: str) -> None:
    """Note that somebody was not let in. What is nobody's name is not kept: it may be a password that was typed in the wrong place."""
    with accounts.changing() as connection:
        known = connection.execute("SELECT name FROM people WHERE folded = ?", (folded(name),)).fetchone()
        note(connection, "refused", now, person=known[0] if known else "", address=address)


def _all_end(connection: Connection, person: str, now: datetime, address: str) -> None:
    connection.execute(
        "DELETE FROM sessions WHERE person = (SELECT id FROM people WHERE folded = ?)", (folded(person),)
    )
    note(connection, "password", now, by=person, person=person, address=address)


#: ``read`` and ``write`` are for the API, ``feed`` for calendars and feeds, whose addresses programs keep.
SCOPES = ("read", "write", "feed")
#: The most tokens of one person.
MOST_TOKENS = 50
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


def new_token(
    accounts: Accounts,
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
    given = base.made(base.TOKEN)
    expires = utc_text(now + timedelta(days=days)) if days else None
    with accounts.changing() as connection:
        sql = "SELECT count(*) FROM tokens WHERE person IS ?"
        if connection.execute(sql, (owner.id if owner else None,)).fetchone()[0] >= MOST_TOKENS:
            raise Unacceptable("tokens", most=MOST_TOKENS)
        row = connection.execute(
            "INSERT INTO tokens (digest, person, name, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (base.digest(given), owner.id if owner else None, name, scope, utc_text(now), expires),
        )
        ((number,),) = row.fetchall()
        who = owner.name if owner else ""
        note(connection, "token made", now, by=by, person=who, detail=f"{name} ({scope})")
        return Token(int(number), who, name, scope, utc_text(now), None, expires), given


def tokens(accounts: Accounts, person: str | None = None) -> list[Token]:
    """All tokens, or those of one person (empty: of the one who runs the application alone), newest first."""
    sql = (
        "SELECT t.id, coalesce(p.name, ''), t.name, t.scope, t.created, t.last_used, t.expires FROM tokens t"
        " LEFT JOIN people p ON p.id = t.person WHERE ?1 IS NULL OR coalesce(p.name, '') = ?1 ORDER BY t.id DESC"
    )
    with accounts.reading() as connection:
        return [Token(*row) for row in connection.execute(sql, (person,))]


def revoke_token(accounts: Accounts, token: int, now: datetime, *, of: str | None = None, by: str = TERMINAL) -> Token:
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


def token_bearer(accounts: Accounts, given: str, now: datetime) -> Bearer | None:
    """Whom a token speaks for now; None if it is not from here, expired, or of somebody who is disabled."""
    if not given.startswith(base.TOKEN) or not accounts.exists():
        return None
    sql = (
        "SELECT t.id, coalesce(p.name, ''), coalesce(p.role, ''), t.scope, t.last_used FROM tokens t"
        " LEFT JOIN people p ON p.id = t.person"
        " WHERE t.digest = ? AND (t.expires IS NULL OR t.expires > ?) AND p.disabled IS NULL"
    )
    with accounts.reading() as connection:
        row = connection.execute(sql, (base.digest(given), utc_text(now))).fetchone()
    if row is None:
        return None
    *found, used = row
    if used is None or used < utc_text(now - _NOTED_EACH):
        # Somebody else writes just now; the next request notes it.
        with suppress(RegisterBusy), accounts.changing() as connection:
            connection.execute("UPDATE tokens SET last_used = ? WHERE id = ?", (utc_text(now), found[0]))
    return Bearer(*found)
