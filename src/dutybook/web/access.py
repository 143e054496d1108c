"""Who may ask: a link that works once gives a session; every change needs the session's own token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from threading import Lock

COOKIE = "dutybook"
_MOST_SESSIONS = 100


class Role(IntEnum):
    """What somebody may do, each including what stands before it."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a request is for: under ``name`` stands in the history what is changed."""

    name: str
    role: Role


class Access:
    """Sessions of this process. ``told`` hears of each new key, for the person at the terminal alone."""

    def __init__(self, told: Callable[[str], object] | None = None) -> None:
        self._secret = secrets.token_bytes(32)
        self._told = told
        self._lock = Lock()
        self._sessions: dict[str, None] = {}
        self._key = secrets.token_urlsafe(32)

    @property
    def key(self) -> str:
        """The key of the link that works next; once."""
        return self._key

    def enter(self, key: str) -> str | None:
        """A new session for the right key, which is then used up; None for any other."""
        with self._lock:
            if not hmac.compare_digest(key.encode("utf-8", "replace"), self._key.encode()):
                return None
            self._key = secrets.token_urlsafe(32)
            session = secrets.token_urlsafe(32)
            self._sessions[_digest(session)] = None
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
        if self._told:
            self._told(self._key)
        return session

    def knows(self, session: str | None) -> bool:
        return bool(session) and _digest(session or "") in self._sessions

    def token(self, session: str) -> str:
        """What a form of this session has to bring back."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def may_change(self, session: str, token: str | None) -> bool:
        return hmac.compare_digest(self.token(session), token or "")


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()
