"""The outermost layer: whom a request is for, whether it may come in, and headers that every answer has."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.errors import DutybookError
from dutybook.web.access import Door, Person
from dutybook.web.bodies import Body
from dutybook.web.refusals import API, refused
from dutybook.web.settings import Settings

#: A form of ours is small; what is larger is refused before it is read.
MAX_BODY = 200_000
#: A request by cookie that changes something through the API shows with this that no other site sent it.
TOKEN_HEADER = "x-dutybook-token"  # noqa: S105 - a name
_FEEDS = "/feeds/"
_STATIC = "/static/"
_SAFE = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_SAFE, "POST", "PUT", "PATCH", "DELETE")
_HEADERS = {
    # No inline script or style, nothing from elsewhere, no frame around us.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Nothing is told to others; with "no-referrer" browsers would not say of our own forms that they are ours.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_ENTER = (
    "This is Dutybook. To come in, open the link that `dutybook serve` printed in its terminal; each link works once,"
    " and the next one is printed as soon as it has been used."
)


class Guard:
    """ASGI middleware around the whole application.

    It says in ``request.state`` whom a request is for: ``person`` (None only on pages that are open), ``session`` (None for a
    request by token) and ``scope`` (of the token; None for a session). ``bodies``: the most bytes by the beginning of a path.
    """

    def __init__(self, app: ASGIApp, door: Door, settings: Settings, bodies: Mapping[str, int]) -> None:
        self.app = app
        self.door = door
        self.hosts = frozenset(host.lower() for host in settings.hosts)
        self.bodies = dict(bodies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        # Whatever is there as GET is there as HEAD, without its body.
        head = scope["method"] == "HEAD"
        started = False

        async def answered(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        path: str = scope["path"]
        try:
            answer = await self._refused(scope)
        except DutybookError as error:
            answer = refused(path, 503, str(error))
        if answer is not None:
            await answer(scope, receive, answered)
            return
        if head:
            scope["method"] = "GET"
        try:
            await self.app(scope, Body(receive, self._most(path)), answered)
        except ClientDisconnect:
            return
        except Exception:
            if not started:
                await refused(path, 500, "Something went wrong here; the log of the program says what.")(
                    scope, receive, answered
                )
            raise

    def _most(self, path: str) -> int:
        found = [most for start, most in self.bodies.items() if path == start or path.startswith(start + "/")]
        return max(found, default=MAX_BODY)

    async def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that may not come in; else the request knows whom it is for."""
        headers = Headers(scope=scope)
        path: str = scope["path"]
        method: str = scope["method"]
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name.lower() not in self.hosts:
            return refused(path, 421, "This address is not served here.")
        if method not in _METHODS:
            return refused(path, 405, "There is no such method here.", {"allow": ", ".join(_METHODS)})
        state = scope.setdefault("state", {})
        state["person"] = state["session"] = state["scope"] = None
        if not path.startswith(_STATIC):
            turned = await self._known(scope, headers, path)
            if turned is not None:
                return turned
        if method not in _SAFE:
            return self._unsafe(headers, host, path, state)
        return None

    async def _known(self, scope: Scope, headers: Headers, path: str) -> Response | None:
        state = scope["state"]
        given = headers.get("authorization")
        if given is not None:
            kind, _, token = given.partition(" ")
            if not path.startswith(f"{API}v1/"):
                return refused(path, 401, f"Tokens are for {API}v1/ alone.")
            if kind.lower() != "bearer":
                return self._nobody(path, "Say it as: Authorization: Bearer TOKEN")
            return self._borne(path, state, await self._bearer(token.strip()), ("read", "write"))
        if path.startswith(_FEEDS) and scope["method"] in ("GET", "HEAD"):
            token = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
            if token:
                return self._borne(path, state, await self._bearer(token), ("feed",))
        session = session_of(headers, self.door.cookie)
        person: Person | None = None
        if session:
            # With accounts a session is looked up in their file.
            inside = self.door.inside
            person = await run_in_threadpool(inside, session) if self.door.several else inside(session)
        if person is not None:
            state["session"], state["person"] = session, person
        elif path not in self.door.open:
            return self._nobody(path, _ENTER)
        return None

    async def _bearer(self, token: str) -> tuple[Person, str] | None:
        return await run_in_threadpool(self.door.bearing, token)

    def _borne(
        self, path: str, state: dict[str, object], found: tuple[Person, str] | None, scopes: tuple[str, ...]
    ) -> Response | None:
        if found is None:
            return self._nobody(path, "This token is not from here, has ended, or was revoked.")
        if found[1] not in scopes:
            return refused(path, 403, f"This token is for something else; here it takes one for: {', '.join(scopes)}.")
        state["person"], state["scope"] = found
        return None

    def _nobody(self, path: str, message: str) -> Response:
        return refused(path, 401, message, {"www-authenticate": "Bearer"} if path.startswith(API) else None)

    def _unsafe(self, headers: Headers, host: str, path: str, state: dict[str, object]) -> Response | None:
        """What a request that may change something must show besides."""
        origin = headers.get("origin")
        foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if (origin and origin.partition("://")[2] != host) or foreign:
            return refused(path, 403, "A form of another site cannot change anything here.")
        session = state["session"]
        if (
            path.startswith(API)
            and isinstance(session, str)
            and not self.door.may_change(session, headers.get(TOKEN_HEADER))
        ):
            return refused(path, 403, f"A request by cookie needs the header {TOKEN_HEADER}; by token it does not.")
        length = headers.get("content-length")
        if length is not None and (not length.isdigit() or int(length) > self._most(path)):
            return refused(path, 413, "That is too much at once.")
        return None


def session_of(headers: Headers, name: str) -> str | None:
    """The session that a request brings along in the cookie ``name``."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None
