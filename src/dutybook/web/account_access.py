"""Access of several people: names and passwords, sessions that outlast the program, waits for who tries too often."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Scope

from dutybook.errors import RegisterBusy
from dutybook.store.accounts import sessions
from dutybook.store.accounts.people import Account
from dutybook.web.access import Door, Person, Role
from dutybook.web.error_responses import error_response
from dutybook.web.passwords import Passwords
from dutybook.web.rate_limits import neighbourhood

SIGN_IN, JOIN = "/sign-in", "/join"


class AccountAccess(Door):
    """Accounts of the file beside the register. ``clock`` is what time it is."""

    several = True
    open = (SIGN_IN, JOIN, "/language/")

    def __init__(self, passwords: Passwords | None = None, clock: Callable[[], datetime] | None = None) -> None:
        self.passwords = passwords or Passwords()
        self._clock = clock or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self._clock()

    def inside(self, session: str | None) -> Person | None:
        found = sessions.inside(self.accounts, session, self.now()) if session else None
        if found is None or session is None:
            return None
        if found.stale:
            # Somebody else writes just now; the next request notes it.
            with suppress(RegisterBusy):
                sessions.seen(self.accounts, session, self.now())
        return Person(found.person, Role[found.role.upper()])

    def token(self, session: str) -> str:
        # Of the session alone, so that a page which was open while the program was started anew still works.
        return hmac.new(session.encode("utf-8", "replace"), b"dutybook form", hashlib.sha256).hexdigest()

    def turned_away(self, scope: Scope) -> Response:
        """The page to sign in on, which leads back to where somebody wanted to go."""
        if scope["method"] not in ("GET", "HEAD"):
            return error_response(scope, 401, "ended", way=SIGN_IN)
        if "hx-request" in Headers(scope=scope):
            return PlainTextResponse("", 401, {"hx-redirect": SIGN_IN})
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote(scope["path"]) + (f"?{query}" if query else "")
        target = SIGN_IN if wanted == "/" or len(wanted) > 1000 else f"{SIGN_IN}?next={quote(wanted, safe='')}"
        return RedirectResponse(target, 303)

    def attempt(self, name: str, password: str, address: str, agent: str, left: str | None) -> tuple[str | None, float]:
        """A session for the right password, or seconds to wait; (None, 0) for a wrong one.

        What is told, and the work that it takes, is the same whether or not anybody has that name.
        """
        near = neighbourhood(address)
        wait = sessions.attempt(self.accounts, name, near, self.now())
        if wait:
            return None, wait
        found = self._verified(name, password)
        if found is None:
            sessions.refused(self.accounts, name, self.now(), address=address)
            return None, 0.0
        sessions.succeeded(self.accounts, name, near)
        return self._begin(*found, address, agent, left), 0.0

    def join(self, key: str, password: str, address: str, agent: str) -> str | None:
        """Set the password that a link lets somebody set, and sign in; None if the link does not work."""
        hashed = self.passwords.hash(password)
        person = sessions.set_first_password(self.accounts, key, hashed, self.now(), address=address)
        return self._begin(person, hashed, address, agent, None) if person else None

    def change_password(self, name: str, old: str, new: str, address: str, agent: str) -> tuple[str | None, float]:
        """A new session under the new password, every other ends; else as :meth:`attempt`."""
        near = neighbourhood(address)
        wait = sessions.attempt(self.accounts, name, near, self.now())
        if wait:
            return None, wait
        found = self._verified(name, old)
        if found is None:
            sessions.refused(self.accounts, name, self.now(), address=address)
            return None, 0.0
        sessions.succeeded(self.accounts, name, near)
        hashed = self.passwords.hash(new)
        sessions.set_password(self.accounts, name, hashed, self.now(), address=address)
        return self._begin(found[0], hashed, address, agent, None), 0.0

    def _verified(self, name: str, password: str) -> tuple[Account, str] | None:
        """The person whose password this is, and its hash, made anew where it was made with yesterday's parameters."""
        found = sessions.hash_of(self.accounts, name)
        if not self.passwords.right(found[1] if found else None, password) or found is None:
            return None
        person, hashed = found
        if self.passwords.outdated(hashed):
            newer = self.passwords.hash(password)
            if not sessions.rehash(self.accounts, person, hashed, newer):
                # Somebody was quicker: another sign-in with the same password, or a change of it.
                return self._verified(name, password)
            hashed = newer
        return person, hashed

    def _begin(self, person: Account, hashed: str, address: str, agent: str, left: str | None) -> str | None:
        return sessions.begin(self.accounts, person, hashed, self.now(), address=address, agent=agent, left=left)
