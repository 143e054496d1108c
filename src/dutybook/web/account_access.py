"""Signs people in: passwords hashed with Argon2id (RFC 9106), sessions that survive a restart, and limits on how often somebody may try."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Scope
from zxcvbn import zxcvbn

from dutybook.errors import RegisterBusy
from dutybook.store.accounts import identities, sessions
from dutybook.store.accounts.identities import PROXY, Identity, Membership
from dutybook.store.accounts.people import Account, Unacceptable, folded
from dutybook.web.access import Door, Person, Role, address_network
from dutybook.web.error_responses import error_response
from dutybook.web.oidc import OpenIdSignIn, Provider
from dutybook.web.settings import Settings

SHORTEST, LONGEST = 12, 256
#: The score that zxcvbn (0 to 4) has to give: safe even if somebody guesses from many addresses. Only so many letters are scored.
_STRONG, _LOOKED_AT = 3, 72
#: Each hash takes 64 MiB for a moment.
_AT_ONCE = 4


class Passwords:
    """Hashes and checks passwords, with the parameters that argon2-cffi recommends unless others are given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = BoundedSemaphore(_AT_ONCE)
        #: Looked at in place of a hash that is not there.
        self._nobodys = self._hasher.hash("nobody's")

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(_same(password))

    def right(self, hashed: str | None, password: str) -> bool:
        """Whether the password belongs to the hash. Without a hash the answer is False and takes just as long."""
        with self._turn:
            try:
                self._hasher.verify(hashed or self._nobodys, _same(password))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with parameters other than the present ones."""
        return self._hasher.check_needs_rehash(hashed)


def check_new_password(password: str, again: str, name: str) -> None:
    """Check a new password.

    Raises:
        Unacceptable: it is too short or too long, has the name in it, is easily guessed, or was repeated differently.
    """
    if password != again:
        raise Unacceptable("differ")
    if len(password) < SHORTEST or len(set(password)) < 4:
        raise Unacceptable("short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Unacceptable("long", most=LONGEST)
    if any(part in folded(password) for part in (folded(name), *folded(name).split()) if len(part) > 2):
        raise Unacceptable("own_name")
    if zxcvbn(password[:_LOOKED_AT], [*name.split(), "dutybook"])["score"] < _STRONG:
        raise Unacceptable("weak")


def _same(password: str) -> str:
    """The normal form of a password, so that it does not depend on how a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)[: LONGEST * 4].encode("utf-8", "replace").decode()


SIGN_IN, JOIN = "/sign-in", "/join"
#: Where the sign-in by an OpenID provider begins, and where it leads back to.
OPENID, OPENID_RETURN = "/sign-in/oidc", "/sign-in/oidc/return"


@dataclass(frozen=True, slots=True)
class TrustedHeader:
    """The headers in which a reverse proxy names the ``user`` whom it has signed in, and their ``groups``, with commas between them.

    Only requests from trusted networks get here (``Settings.proxies``). The proxy has to remove or overwrite these headers in what
    browsers send.
    """

    user: str
    groups: str = ""
    membership: Membership = field(default_factory=lambda: Membership({}))

    def identity(self, headers: Headers) -> Identity | None:
        """The person whom the proxy names; None where it names nobody, or several."""
        named = headers.getlist(self.user)
        # A second value may be the browser's own.
        if len(named) != 1 or not (name := _as_text(named[0])):
            return None
        groups = [_as_text(group) for given in headers.getlist(self.groups) for group in given.split(",")]
        return Identity(PROXY, folded(name), (name,), tuple(filter(None, groups)))


def _as_text(value: str) -> str:
    """A header's value: starlette reads it as Latin 1, most programs write UTF-8."""
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    return " ".join(value.split())


class AccountAccess(Door):
    """Access with the accounts in the file next to the register. ``clock`` returns the current time."""

    several = True
    open: tuple[str, ...] = (SIGN_IN, JOIN, "/language/")

    def __init__(
        self,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] | None = None,
        *,
        provider: Provider | None = None,
        header: TrustedHeader | None = None,
    ) -> None:
        self.passwords = passwords or Passwords()
        self._clock = clock or (lambda: datetime.now(UTC))
        self.provider = provider
        self.header = header
        self.openid: OpenIdSignIn | None = None
        if provider:
            self.open = (*AccountAccess.open, OPENID, OPENID_RETURN)

    def serve(self, settings: Settings) -> None:
        super().serve(settings)
        if self.provider:
            back = f"{settings.address.rstrip('/')}{OPENID_RETURN}"
            self.openid = OpenIdSignIn(self.provider, back, lambda: self.now().timestamp())

    def confirmed(self, person: Person, headers: Headers) -> Person | None:
        """The person, unless the proxy now names another one, or nobody where it has signed this one in."""
        if self.header is None:
            return person
        who = self.header.identity(headers)
        if who is None:
            return None if identities.signs_in_by(self.accounts, person.name, PROXY) else person
        named = identities.person_of(self.accounts, who.issuer, who.subject)
        return person if folded(named) == folded(person.name) else None

    def admit(self, who: Identity, membership: Membership, address: str, agent: str, left: str | None) -> str | None:
        """Begin a session for somebody whom a provider or proxy has signed in; the first one makes an account.

        Raises:
            Unacceptable: the person is not let in.
        """
        person = identities.admitted(self.accounts, who, membership, self.now(), address=address)
        return sessions.begin(self.accounts, person, None, self.now(), address=address, agent=agent, left=left)

    def has_password(self, name: str) -> bool:
        """Whether the person of a name has a password to change."""
        return sessions.hash_of(self.accounts, name) is not None

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

    def deny_access(self, scope: Scope) -> Response:
        """The sign-in page, which leads back to the page that was asked for."""
        if scope["method"] not in ("GET", "HEAD"):
            return error_response(scope, 401, "ended", way=SIGN_IN)
        if "hx-request" in Headers(scope=scope):
            return PlainTextResponse("", 401, {"hx-redirect": SIGN_IN})
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote(scope["path"]) + (f"?{query}" if query else "")
        target = SIGN_IN if wanted == "/" or len(wanted) > 1000 else f"{SIGN_IN}?next={quote(wanted, safe='')}"
        return RedirectResponse(target, 303)

    def attempt(self, name: str, password: str, address: str, agent: str, left: str | None) -> tuple[str | None, float]:
        """Try to sign somebody in.

        Returns:
            The session and 0 for the right password, None and 0 for a wrong one, None and the seconds to wait
            after too many attempts. The answer and the time that it takes are the same whether or not the account
            exists, so that nobody can guess names.
        """
        found, wait = self._checked(name, password, address)
        return self._begin(*found, address, agent, left) if found else None, wait

    def join(self, key: str, password: str, address: str, agent: str) -> str | None:
        """Set the password of the invited person and sign them in; None if the link does not work."""
        hashed = self.passwords.hash(password)
        person = sessions.set_first_password(self.accounts, key, hashed, self.now(), address=address)
        return self._begin(person, hashed, address, agent, None) if person else None

    def change_password(self, name: str, old: str, new: str, address: str, agent: str) -> tuple[str | None, float]:
        """Change a password and end all other sessions. Returns what :meth:`attempt` returns."""
        found, wait = self._checked(name, old, address)
        if found is None:
            return None, wait
        hashed = self.passwords.hash(new)
        sessions.set_password(self.accounts, name, hashed, self.now(), address=address)
        return self._begin(found[0], hashed, address, agent, None), 0.0

    def _checked(self, name: str, password: str, address: str) -> tuple[tuple[Account, str] | None, float]:
        """The person and the hash if the password is right, and the seconds to wait after too many attempts."""
        near = address_network(address)
        wait = sessions.attempt(self.accounts, name, near, self.now())
        if wait:
            return None, wait
        found = self._verified(name, password)
        if found is None:
            sessions.refused(self.accounts, name, self.now(), address=address)
        else:
            sessions.succeeded(self.accounts, name, near)
        return found, 0.0

    def _verified(self, name: str, password: str) -> tuple[Account, str] | None:
        """The person whose password this is, and the hash, which is renewed if it was made with older parameters."""
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
