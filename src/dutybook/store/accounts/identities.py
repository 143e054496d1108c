"""People whom somebody else signs in: an OpenID provider, or a reverse proxy that has its own sign-in.

They are recognised by ``issuer`` and ``subject``, never by a name: whoever has the name of an account elsewhere does not get that
account. The first sign-in makes an account; one that existed before is tied to a sign-in by :func:`link`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutybook.records.dates import utc_text
from dutybook.store.accounts.base import TERMINAL, Accounts, note, one_line
from dutybook.store.accounts.people import (
    LONGEST_NAME,
    ROLES,
    Account,
    Unacceptable,
    _checked,
    _find,
    _known_role,
    _named,
    folded,
)
from dutybook.store.database.protocols import Connection

#: The issuer of those whom a reverse proxy signs in.
PROXY = "proxy"
_KNOWN = """SELECT p.name FROM identities i JOIN people p ON p.id = i.person WHERE i.issuer = ? AND i.subject = ?"""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a provider or proxy knows them. ``names`` has the best name first."""

    issuer: str
    subject: str
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """Which role a group gives. Without ``roles``, groups do not count: people begin as ``otherwise`` and administrators change that.

    ``otherwise`` is the role of people who are in none of the groups; empty: they are not let in.
    """

    roles: Mapping[str, str]
    otherwise: str = "reader"

    def role_of(self, groups: Sequence[str]) -> str:
        """The highest role that these groups give; empty for none.

        >>> Membership({"legal": "editor", "it": "admin"}, "").role_of(["legal", "it"])
        'admin'
        """
        given = [self.roles[group] for group in groups if group in self.roles]
        return max(given, key=ROLES.index, default=self.otherwise)


def person_of(accounts: Accounts, issuer: str, subject: str) -> str:
    """The name of the account that is tied to this sign-in; empty if there is none."""
    with accounts.reading() as connection:
        row = connection.execute(_KNOWN, (issuer, subject)).fetchone()
    return str(row[0]) if row else ""


def signs_in_by(accounts: Accounts, name: str, issuer: str) -> bool:
    """Whether this issuer signs in the person of a name."""
    sql = "SELECT 1 FROM identities i JOIN people p ON p.id = i.person WHERE i.issuer = ? AND p.folded = ?"
    with accounts.reading() as connection:
        return connection.execute(sql, (issuer, folded(name))).fetchone() is not None


def admitted(accounts: Accounts, who: Identity, membership: Membership, now: datetime, *, address: str) -> Account:
    """The person who signs in, made at the first time, with the role that the groups give now.

    Raises:
        Unacceptable: the groups give no role, the person is disabled, or no name is one of nobody else's.
    """
    role = membership.role_of(who.groups)
    with accounts.changing() as connection:
        row = connection.execute(_KNOWN, (who.issuer, who.subject)).fetchone()
        if not role:
            if row:
                note(connection, "refused", now, person=row[0], detail="no group", address=address)
            raise Unacceptable("no_group")
        person = _named(connection, row[0]) if row else _made(connection, who, role, now, address)
        if person.disabled:
            raise Unacceptable("disabled", name=person.name)
        # Groups count even for the last administrator: others decide who belongs to them.
        if membership.roles and person.role != role:
            connection.execute("UPDATE people SET role = ? WHERE id = ?", (role, person.id))
            change = f"{person.role} → {role}"
            note(connection, "role", now, by=one_line(who.issuer), person=person.name, detail=change, address=address)
        return _named(connection, person.name)


def link(accounts: Accounts, name: str, issuer: str, subject: str, now: datetime, *, by: str = TERMINAL) -> Account:
    """Tie an account that is there to somebody elsewhere, who then signs in as that person.

    Raises:
        Unacceptable: there is no such person, or somebody else is tied to this already.
    """
    with accounts.changing() as connection:
        person = _named(connection, name)
        row = connection.execute(_KNOWN, (issuer, subject)).fetchone()
        if row and folded(row[0]) != folded(person.name):
            raise Unacceptable("linked", name=row[0])
        _tie(connection, person, issuer, subject, now)
        note(connection, "linked", now, by=by, person=person.name, detail=f"{issuer} {subject}")
        return person


def _made(connection: Connection, who: Identity, role: str, now: datetime, address: str) -> Account:
    """A new person, called by the first name that nobody has or had, or by the first two together."""
    _known_role(role)
    names = [" ".join(one_line(name, LONGEST_NAME).split()) for name in who.names]
    names = [name for name in dict.fromkeys(names) if name and not name.startswith("(")]
    both = [f"{names[0]} {other}" for other in names[1:] if len(names[0]) + len(other) < LONGEST_NAME]
    for name in (*names[:1], *both, *names[1:]):
        checked = _checked(name)
        former = connection.execute("SELECT 1 FROM former_names WHERE folded = ?", (folded(checked),)).fetchone()
        if _find(connection, checked) or former:
            continue
        connection.execute(
            "INSERT INTO people (name, folded, role, created) VALUES (?, ?, ?, ?)",
            (checked, folded(checked), role, utc_text(now)),
        )
        person = _named(connection, checked)
        _tie(connection, person, who.issuer, who.subject, now)
        note(
            connection,
            "created",
            now,
            by=one_line(who.issuer),
            person=person.name,
            detail=f"{role} {who.subject}",
            address=address,
        )
        return person
    raise Unacceptable("no_name", names=", ".join(names) or "—")


def _tie(connection: Connection, person: Account, issuer: str, subject: str, now: datetime) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO identities (issuer, subject, person, created) VALUES (?, ?, ?, ?)",
        (issuer, subject, person.id, utc_text(now)),
    )
