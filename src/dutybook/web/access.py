"""Decides who may use the application, and in which role.

Somebody who works alone enters through a link that works once (:class:`Access`). Where several people work, each of them
signs in with an account (``account_access.py``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from threading import Lock

from starlette.responses import Response
from starlette.types import Scope

from dutybook.store.accounts import AccountsFile, accounts_path
from dutybook.web.error_responses import error_response
from dutybook.web.settings import Settings

COOKIE = "dutybook"
_MOST_SESSIONS = 100


class Role(IntEnum):
    """What a person may do. Each role includes the ones before it."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Person:
    """The person who makes a request. The history records changes under ``name``."""

    name: str
    role: Role
    #: Comes with a token that changes nothing, whatever its person may.
    reads_only: bool = False

    @property
    def may_edit(self) -> bool:
        return self.role >= Role.EDITOR and not self.reads_only

    @property
    def may_administer(self) -> bool:
        return self.role >= Role.ADMIN and not self.reads_only


class Door(ABC):
    """What the guard asks of every request. A session is a secret in a browser's cookie, a token is the secret of a
    program.
    """

    #: Whether there are accounts, with pages for them.
    several = False
    #: Addresses that need no session, besides what is static; with a slash at the end, all that begin so.
    open: tuple[str, ...] = ()
    cookie = COOKIE

    def serve(self, settings: Settings) -> None:
        """Take over the settings of the application; called once, before the first request."""
        self.settings = settings
        self.accounts = AccountsFile(accounts_path(settings.database))
        below = settings.root_path.strip("/").replace("/", "-")
        # A browser takes a cookie with this prefix from nobody but this host itself, and over https alone.
        self.cookie = ("__Host-" if settings.secure else "") + "-".join(filter(None, (COOKIE, below)))

    @abstractmethod
    def inside(self, session: str | None) -> Person | None:
        """The person whose session this is; None if there is no such session."""

    @abstractmethod
    def token(self, session: str) -> str:
        """The token that every form of this session has to send back, so that no other site can send it."""

    @abstractmethod
    def deny_access(self, scope: Scope) -> Response:
        """The answer for somebody who has no session."""

    def may_change(self, session: str, token: str | None) -> bool:
        """Whether a form with this token belongs to this session."""
        return hmac.compare_digest(self.token(session).encode(), (token or "").encode("utf-8", "replace"))

    def bearing(self, token: str) -> tuple[Person, str] | None:
        """The person for whom a program acts and the scope of its token (read, write or feed); None for an unknown
        token.
        """
        from dutybook.store.accounts.tokens import bearer

        found = bearer(self.accounts, token, self.now())
        if found is None or (found.person == "" and self.several):
            return None
        role = Role[found.role.upper()] if found.person else Role.ADMIN
        return Person(found.person or self.settings.user, role, found.scope != "write"), found.scope

    def now(self) -> datetime:
        return datetime.now(UTC)


class Access(Door):
    """The sessions of this process, for one person.

    Args:
        on_new_key: is called with each new key. Only the person at the terminal may see it.
    """

    open = ("/enter",)

    def __init__(self, on_new_key: Callable[[str], object] | None = None) -> None:
        self._secret = secrets.token_bytes(32)
        self._on_new_key = on_new_key
        self._lock = Lock()
        self._sessions: dict[str, None] = {}
        self._key = secrets.token_urlsafe(32)

    @property
    def key(self) -> str:
        """The key of the next link. It works once."""
        return self._key

    def enter(self, key: str) -> str | None:
        """Start a session with the right key, which is used up by that; None for any other key."""
        with self._lock:
            if not hmac.compare_digest(key.encode("utf-8", "replace"), self._key.encode()):
                return None
            self._key = secrets.token_urlsafe(32)
            session = secrets.token_urlsafe(32)
            self._sessions[_digest(session)] = None
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
        if self._on_new_key:
            self._on_new_key(self._key)
        return session

    def knows(self, session: str | None) -> bool:
        return bool(session) and _digest(session or "") in self._sessions

    def inside(self, session: str | None) -> Person | None:
        return Person(self.settings.user, Role.ADMIN) if self.knows(session) else None

    def deny_access(self, scope: Scope) -> Response:
        return error_response(scope, 401, "enter")

    def token(self, session: str) -> str:
        return hmac.new(self._secret, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()
