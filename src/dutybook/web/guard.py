"""Decides for each request whose it is and whether it is let in, and limits the size and duration of its body."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.errors import DutybookError
from dutybook.web.access import Door, Person
from dutybook.web.account_access import Rates, address_network
from dutybook.web.error_responses import API, Denied, error_response
from dutybook.web.settings import Settings

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
        """The next message.

        Raises:
            HTTPException: 413 if there are too many bytes, 408 if it takes too long.
        """
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
            # With accounts a session is looked up in their file.
            inside = self.door.inside
            person = await run_in_threadpool(inside, session) if self.door.several else inside(session)
        if person is not None:
            scope["state"].update(session=session, person=person)
        elif not any(path.startswith(o) if o.endswith("/") else path == o for o in self.door.open):
            programs = path.startswith((API, _FEEDS))
            return _nobody(scope, "token") if programs else self.door.deny_access(scope)
        return None

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
