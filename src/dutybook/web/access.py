"""Decides who may use the application, in which role, and which requests are let in.

Somebody who works alone enters through a link that works once (:class:`Access`). Where several people work, each of them
signs in with an account (``account_access.py``). The :class:`Guard` asks either for each request, and limits the size and duration of its body.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import re
import secrets
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from urllib.parse import parse_qs

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.errors import DutybookError
from dutybook.store.accounts import accounts_of
from dutybook.web.error_responses import API, Denied, error_response
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
    """What the guard asks: a session is a secret in a browser's cookie, a token is the secret of a program."""

    #: Whether there are accounts, with pages for them.
    several = False
    #: Addresses that need no session, besides what is static; with a slash at the end, all that begin so.
    open: tuple[str, ...] = ()
    cookie = COOKIE

    def serve(self, settings: Settings) -> None:
        """Take over the settings of the application; called once, before the first request."""
        self.settings = settings
        self.accounts = accounts_of(settings.database)
        below = settings.root_path.strip("/").replace("/", "-")
        # A browser takes a cookie with this prefix from nobody but this host itself, and over https alone.
        self.cookie = ("__Host-" if settings.secure else "") + "-".join(filter(None, (COOKIE, below)))

    @abstractmethod
    def inside(self, session: str | None) -> Person | None:
        """The person whose session this is; None if there is no such session."""

    @abstractmethod
    def token(self, session: str) -> str:
        """The token that every form of this session has to send back, so that no other site can send it."""

    def confirmed(self, person: Person, headers: Headers) -> Person | None:  # noqa: ARG002 - for doors that ask more
        """The person of a session, unless something else in the request says that it is somebody else."""
        return person

    @abstractmethod
    def deny_access(self, scope: Scope) -> Response:
        """The answer for somebody who has no session."""

    def may_change(self, session: str, token: str | None) -> bool:
        """Whether a form with this token belongs to this session."""
        return hmac.compare_digest(self.token(session).encode(), (token or "").encode("utf-8", "replace"))

    def bearing(self, token: str) -> tuple[Person, str] | None:
        """The person whose token it is, and its scope (read, write or feed); None for an unknown token."""
        from dutybook.store.accounts.sessions import token_bearer

        found = token_bearer(self.accounts, token, self.now())
        if found is None or (found.person == "" and self.several):
            return None
        role = Role[found.role.upper()] if found.person else Role.ADMIN
        return Person(found.person or self.settings.user, role, found.scope != "write"), found.scope

    def now(self) -> datetime:
        return datetime.now(UTC)


class Access(Door):
    """The sessions of this process, for one person. ``on_new_key`` gets each new key, to show at the terminal only."""

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


Address = IPv4Address | IPv6Address


def parse_address(text: str) -> Address | None:
    """An address as proxies write it, with or without port and brackets; None if it is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or found
    return found


def address_network(client: str) -> str:
    """The addresses that are counted as one: for IPv6, the network that a provider gives to one customer."""
    found = parse_address(client)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found) if found else client


_MOST_KNOWN = 20_000


class Rates:
    """Limits the requests of each name to ``rate`` a second and ``burst`` at once, in the memory of this process."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, float(burst), clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Count a request of ``name``. Returns 0 if it may be answered, else the seconds until one may."""
        now = self.clock()
        left, at = self._known.pop(name, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.rate)
        if left >= 1:
            left -= 1
            wait = 0.0
        else:
            wait = (1 - left) / self.rate
        self._known[name] = (left, now)
        # Who asked least lately has a full bucket, or asks too seldom to need one.
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return wait


#: Seconds until the next piece must be there, seconds that a small body may take, and bytes a second of a large one.
PIECE, ALL, SPEED = 30.0, 60.0, 50_000


class LimitedBody:
    """Receives the body for the application and counts its bytes, since not every request declares its length."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self._done = False
        self._until = time.monotonic() + ALL + most / SPEED

    async def __call__(self) -> Message:
        """The next message; HTTPException 413 for too many bytes, 408 if it takes too long."""
        if self._done:
            # What comes now is only whether somebody is still there.
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, min(PIECE, self._until - time.monotonic()))):
                message = await self._receive()
        except TimeoutError:
            self._done = True
            raise Denied(408, "slow") from None
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                self._done = True
                raise Denied(413, "much")
            self._done = not message.get("more_body", False)
        return message


#: A form of ours is small; what is larger is refused before it is read.
MAX_BODY = 200_000
#: A request by cookie that changes something through the API shows with this that no other site sent it.
TOKEN_HEADER = "x-dutybook-token"  # noqa: S105 - a name
_LOG = logging.getLogger(__name__)
_API = f"{API}v1/"
_FEEDS = "/feeds/"
_STATIC = "/static/"
_SAFE = ("GET", "HEAD", "OPTIONS")
#: A name and a port: what is written in other ways may be another place for who builds an address of it.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_METHODS = (*_SAFE, "POST", "PUT", "PATCH", "DELETE")
#: An address may be a whole office.
_PEOPLE_AN_ADDRESS = 10


class Guard:
    """ASGI middleware before the whole application.

    It puts into ``request.state`` whom a request is from: ``person`` (None only on public pages), ``session`` (None for a
    request by token) and ``scope`` (that of the token; None for a session). ``bodies`` are the most bytes of a
    body by path.
    """

    def __init__(self, app: ASGIApp, door: Door, settings: Settings, bodies: Mapping[str, int]) -> None:
        self.app = app
        self.door = door
        self.hosts = frozenset(host.lower() for host in settings.hosts)
        self.bodies = dict(bodies)
        self.people = Rates(settings.rate, settings.burst)
        self.addresses = Rates(settings.rate * _PEOPLE_AN_ADDRESS, settings.burst * _PEOPLE_AN_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        try:
            answer = await self._refused(scope)
        except DutybookError as error:
            _LOG.error("%s", error)
            answer = error_response(scope, 503, "unusable")
        if answer is not None:
            await answer(scope, receive, send)
            return
        await self.app(scope, LimitedBody(receive, self._most(path)), send)

    def _most(self, path: str) -> int:
        return self.bodies.get(path, MAX_BODY)

    async def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that is not let in; None if it is, and its state then says whose it is."""
        headers = Headers(scope=scope)
        path: str = scope["path"]
        host = headers.get("host", "")
        named = _HOST.fullmatch(host)
        if named is None or named[1].lower() not in self.hosts:
            return error_response(scope, 421, "host")
        if scope["method"] not in _METHODS:
            return error_response(scope, 405, "method", {"allow": ", ".join(_METHODS)})
        if self.door.several and (wait := self.addresses.wait(address_network(client_of(scope)))):
            return _too_often(scope, wait)
        state = scope.setdefault("state", {})
        state["person"] = state["session"] = state["scope"] = None
        if path.startswith(_STATIC):
            return None
        turned = await self._known(scope, headers, path)
        if turned is not None:
            return turned
        person: Person | None = state["person"]
        if self.door.several and person and (wait := self.people.wait(person.name)):
            return _too_often(scope, wait)
        return None if scope["method"] in _SAFE else self._unsafe(scope, headers, host, state["session"])

    async def _known(self, scope: Scope, headers: Headers, path: str) -> Response | None:
        given = headers.get("authorization")
        # Behind a proxy with a password of its own, browsers send that along with everything.
        if path.startswith(_API) and given is not None and given[:7].lower() == "bearer ":
            return await self._borne(scope, given[7:].strip(), ("read", "write"))
        if path.startswith(_FEEDS) and scope["method"] in ("GET", "HEAD"):
            token = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
            if token:
                return await self._borne(scope, token, ("feed",))
        session = session_of(headers, self.door.cookie)
        person: Person | None = None
        if session:
            # With accounts a session is looked up in their file, in one turn of a thread for all that is asked about it.
            known = self._person_of
            person = await run_in_threadpool(known, session, headers) if self.door.several else known(session, headers)
        if person is not None:
            scope["state"].update(session=session, person=person)
        elif not any(path.startswith(o) if o.endswith("/") else path == o for o in self.door.open):
            programs = path.startswith((API, _FEEDS))
            return _nobody(scope, "token") if programs else self.door.deny_access(scope)
        return None

    def _person_of(self, session: str, headers: Headers) -> Person | None:
        """The person whose session it is, unless the request says that it is somebody else."""
        person = self.door.inside(session)
        return self.door.confirmed(person, headers) if person is not None else None

    async def _borne(self, scope: Scope, token: str, scopes: tuple[str, ...]) -> Response | None:
        found = await run_in_threadpool(self.door.bearing, token)
        if found is None:
            return _nobody(scope, "token_unknown")
        if found[1] not in scopes:
            return error_response(scope, 403, "token_scope", values={"scopes": ", ".join(scopes)})
        scope["state"].update(person=found[0], scope=found[1])
        return None

    def _unsafe(self, scope: Scope, headers: Headers, host: str, session: str | None) -> Response | None:
        """Check what a request that may change something has to show in addition."""
        path: str = scope["path"]
        origin = headers.get("origin")
        foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if (origin and origin.partition("://")[2] != host) or foreign:
            return error_response(scope, 403, "foreign")
        if path.startswith(API) and session and not self.door.may_change(session, headers.get(TOKEN_HEADER)):
            return error_response(scope, 403, "header", values={"name": TOKEN_HEADER})
        length = headers.get("content-length")
        if length is not None and (not _number(length) or int(length) > self._most(path)):
            return error_response(scope, 413, "much")
        return None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def client_of(scope: Scope) -> str:
    """The network address of the client."""
    return str(scope["client"][0]) if scope.get("client") else ""


def session_of(headers: Headers, name: str) -> str | None:
    """The session that a request brings along in the cookie ``name``."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None


def _nobody(scope: Scope, code: str) -> Response:
    return error_response(scope, 401, code, {"www-authenticate": "Bearer"})


def _too_often(scope: Scope, wait: float) -> Response:
    return error_response(scope, 429, "often", {"retry-after": str(math.ceil(wait))})
