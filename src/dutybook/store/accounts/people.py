"""People who may sign in: added, changed and removed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutybook.errors import BadRequest
from dutybook.records.dates import utc_text
from dutybook.store.accounts import base
from dutybook.store.accounts.base import TERMINAL, Accounts, note
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose, upsert_into

ROLES = ("reader", "editor", "admin")
LONGEST_NAME = 64
#: How long a link to set a password works.
LINK_FOR = timedelta(hours=72)
_PEOPLE = compose(
    "SELECT id, name, role, hash IS NOT NULL OR EXISTS (SELECT 1 FROM identities i WHERE i.person = people.id),"
    " created, disabled, last_signed_in FROM people"
)
_BY_NAME = compose("{people} ORDER BY folded", people=_PEOPLE)
_NAMED = compose("{people} WHERE folded = ?", people=_PEOPLE)
_INVITED = compose(
    "{people} WHERE disabled IS NULL AND id = (SELECT person FROM links WHERE digest = ? AND expires > ?)",
    people=_PEOPLE,
)


@dataclass(frozen=True, slots=True)
class Account:
    """A person; ``ready``: has set a password, or is signed in by another place. Times are ISO 8601, UTC, None for never."""

    id: int
    name: str
    role: str
    ready: bool
    created: str
    disabled: str | None
    last_signed_in: str | None


def folded(name: str) -> str:
    """What two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def people(accounts: Accounts) -> list[Account]:
    """All people by name."""
    with accounts.reading() as connection:
        rows = connection.execute(_BY_NAME).fetchall()
    return [_account(row) for row in rows]


def named(accounts: Accounts, name: str) -> Account:
    """The person of a name, however it is spelt.

    Raises:
        Unacceptable: there is none.
    """
    with accounts.reading() as connection:
        return _named(connection, name)


def add(
    accounts: Accounts, name: str, role: str, now: datetime, *, by: str = TERMINAL, again: bool = False
) -> tuple[Account, str]:
    """A new person, and the key of the link by which that person alone sets a password.

    Raises:
        Unacceptable: the name is taken, was somebody's who was removed (``again``: it is the same person), or is no name.
    """
    name = _checked(name)
    _known_role(role)
    with accounts.changing() as connection:
        if _find(connection, name):
            raise Unacceptable("taken", name=name)
        former = connection.execute("SELECT removed FROM former_names WHERE folded = ?", (folded(name),)).fetchone()
        if former and not again:
            raise Unacceptable("former", name=name, day=former[0][:10])
        connection.execute("DELETE FROM former_names WHERE folded = ?", (folded(name),))
        connection.execute(
            "INSERT INTO people (name, folded, role, created) VALUES (?, ?, ?, ?)",
            (name, folded(name), role, utc_text(now)),
        )
        made = _named(connection, name)
        note(connection, "created", now, by=by, person=name, detail=role)
        return made, _link(connection, made, now)


def reset(accounts: Accounts, name: str, now: datetime, *, by: str = TERMINAL) -> tuple[Account, str]:
    """The key of a new link to set a password. The old password ends, and so does every session.

    Raises:
        Unacceptable: there is no such person.
    """
    with accounts.changing() as connection:
        person = _named(connection, name)
        connection.execute("UPDATE people SET hash = NULL WHERE id = ?", (person.id,))
        connection.execute("DELETE FROM sessions WHERE person = ?", (person.id,))
        note(connection, "reset", now, by=by, person=person.name)
        return person, _link(connection, person, now)


def set_role(accounts: Accounts, name: str, role: str, now: datetime, *, by: str = TERMINAL) -> Account:
    """Give a person another role; it counts from the next request on.

    Raises:
        Unacceptable: there is no such person or role, or no administrator would be left.
    """
    _known_role(role)
    with accounts.changing() as connection:
        person = _named(connection, name)
        if role != "admin":
            _keep_an_admin(connection, person)
        connection.execute("UPDATE people SET role = ? WHERE id = ?", (role, person.id))
        note(connection, "role", now, by=by, person=person.name, detail=f"{person.role} → {role}")
        return _named(connection, name)


def disable(accounts: Accounts, name: str, now: datetime, *, by: str = TERMINAL) -> Account:
    """Let a person in no more; sessions end, tokens rest.

    Raises:
        Unacceptable: there is no such person, or no administrator would be left.
    """
    with accounts.changing() as connection:
        person = _named(connection, name)
        _keep_an_admin(connection, person)
        connection.execute(
            "UPDATE people SET disabled = coalesce(disabled, ?) WHERE id = ?", (utc_text(now), person.id)
        )
        connection.execute("DELETE FROM sessions WHERE person = ?", (person.id,))
        connection.execute("DELETE FROM links WHERE person = ?", (person.id,))
        note(connection, "disabled", now, by=by, person=person.name)
        return _named(connection, name)


def enable(accounts: Accounts, name: str, now: datetime, *, by: str = TERMINAL) -> Account:
    """Let a person in again.

    Raises:
        Unacceptable: there is no such person.
    """
    with accounts.changing() as connection:
        person = _named(connection, name)
        connection.execute("UPDATE people SET disabled = NULL WHERE id = ?", (person.id,))
        note(connection, "enabled", now, by=by, person=person.name)
        return _named(connection, name)


def remove(accounts: Accounts, name: str, now: datetime, *, by: str = TERMINAL) -> Account:
    """Forget a person with all sessions and tokens. The name stays where it signed something, and is nobody else's.

    Raises:
        Unacceptable: there is no such person, or no administrator would be left.
    """
    with accounts.changing() as connection:
        person = _named(connection, name)
        _keep_an_admin(connection, person)
        connection.execute("DELETE FROM people WHERE id = ?", (person.id,))
        connection.execute(
            upsert_into("former_names", ("folded", "name", "removed"), ("folded",)),
            (folded(person.name), person.name, utc_text(now)),
        )
        note(connection, "removed", now, by=by, person=person.name)
        return person


def invited(accounts: Accounts, key: str, now: datetime) -> Account | None:
    """Whom the key of a link is for; None if it is not from here, was used or is too old."""
    with accounts.reading() as connection:
        return _invited(connection, key, now)


def _invited(connection: Connection, key: str, now: datetime) -> Account | None:
    row = connection.execute(_INVITED, (base.digest(key), utc_text(now))).fetchone()
    return _account(row) if row else None


def _link(connection: Connection, person: Account, now: datetime) -> str:
    key = base.made()
    connection.execute(
        upsert_into("links", ("person", "digest", "created", "expires"), ("person",)),
        (person.id, base.digest(key), utc_text(now), utc_text(now + LINK_FOR)),
    )
    return key


def _checked(name: str) -> str:
    """A name as it is kept: one line of visible letters."""
    name = unicodedata.normalize("NFC", name)
    # Two names that look the same would be two people under one name in the history.
    if not name.strip() or name != " ".join(name.split(" ")).strip() or not name.isprintable() or "  " in name:
        raise Unacceptable("name")
    if len(name) > LONGEST_NAME or not folded(name):
        raise Unacceptable("name_long", most=LONGEST_NAME)
    if name.startswith("("):
        raise Unacceptable("name")
    return name


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise Unacceptable("role", role=role[:40], roles=", ".join(ROLES))


def _keep_an_admin(connection: Connection, person: Account) -> None:
    if person.role != "admin" or person.disabled:
        return
    sql = "SELECT count(*) FROM people WHERE role = 'admin' AND disabled IS NULL AND id <> ?"
    if not connection.execute(sql, (person.id,)).fetchone()[0]:
        raise Unacceptable("last_admin", name=person.name)


def _find(connection: Connection, name: str) -> Account | None:
    row = connection.execute(_NAMED, (folded(name),)).fetchone()
    return _account(row) if row else None


def _named(connection: Connection, name: str) -> Account:
    found = _find(connection, name)
    if found is None:
        raise Unacceptable("nobody", name=name[:LONGEST_NAME])
    return found


def _account(row: tuple[object, ...]) -> Account:
    return Account(row[0], row[1], row[2], bool(row[3]), *row[4:])  # type: ignore[arg-type]


class Unacceptable(BadRequest):
    """``code`` is a text of that section below ``problem``; the message is its English one."""

    def __init__(self, code: str, **values: object) -> None:
        from dutybook.languages.reader import FALLBACK, reader_words

        super().__init__(reader_words("accounts", FALLBACK)(f"problem.{code}", **values))
        self.code = code
        self.values = values
