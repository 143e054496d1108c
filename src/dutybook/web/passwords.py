"""Passwords: Argon2id (RFC 9106), and as much work for a name that nobody has."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dutybook.store.accounts.people import Unacceptable, folded

SHORTEST, LONGEST = 12, 256
#: Each hash takes 64 MiB for a moment.
_AT_ONCE = 4


class Passwords:
    """Hashes and checks with parameters that are the library's recommendation of the day, unless given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = BoundedSemaphore(_AT_ONCE)
        #: Looked at in place of a hash that is not there.
        self._nobodys = self._hasher.hash("nobody's")

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(_same(password))

    def right(self, hashed: str | None, password: str) -> bool:
        """Whether the password is that of the hash; False, after the same work, where there is none."""
        with self._turn:
            try:
                self._hasher.verify(hashed or self._nobodys, _same(password))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def acceptable(password: str, again: str, name: str) -> None:
    """See that somebody may take a password: long, typed twice, and not the name. What it is made of is everybody's own business.

    Raises:
        Unacceptable: otherwise.
    """
    if password != again:
        raise Unacceptable("differ")
    if len(password) < SHORTEST or len(set(password)) < 4:
        raise Unacceptable("short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Unacceptable("long", most=LONGEST)
    if any(part in folded(password) for part in (folded(name), *folded(name).split()) if len(part) > 2):
        raise Unacceptable("own_name")


def _same(password: str) -> str:
    """One password, whichever way a keyboard writes its letters."""
    return unicodedata.normalize("NFKC", password)[: LONGEST * 4].encode("utf-8", "replace").decode()
