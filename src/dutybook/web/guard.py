"""The outermost layer: whom a request is for, whether it may come in, and headers that every answer has."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.web.access import COOKIE, Access, Person, Role

#: A form of ours is small; what is larger is refused before it is read.
MAX_BODY = 200_000
_OPEN = ("/static/",)
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
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, access: Access, hosts: Iterable[str], user: str, max_upload: int = MAX_BODY
    ) -> None:
        self.app = app
        self.access = access
        self.person = Person(user, Role.ADMIN)
        self.max_upload = max_upload
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, answered)
            return
        await self.app(scope, receive, answered)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name.lower() not in self.hosts:
            return PlainTextResponse("This address is not served here.", 421)
        path: str = scope["path"]
        if path == "/enter":
            return self._enter(scope)
        session = session_of(headers)
        if not self.access.knows(session) and not path.startswith(_OPEN):
            return PlainTextResponse(_ENTER, 401)
        if scope["method"] not in ("GET", "HEAD"):
            origin = headers.get("origin")
            if origin and origin.partition("://")[2] != host:
                return PlainTextResponse("A form of another site cannot change anything here.", 403)
            length = headers.get("content-length", "")
            # Files come to one address alone, which looks at its token before it takes them.
            most = self.max_upload if path == "/upload" else MAX_BODY
            if not length.isdigit() or int(length) > most:
                return PlainTextResponse("That is too much at once.", 413)
        state = scope.setdefault("state", {})
        state["session"] = session
        state["person"] = self.person
        return None

    def _enter(self, scope: Scope) -> Response:
        from urllib.parse import parse_qs

        key = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("key", [""])[0]
        session = self.access.enter(key)
        if session is None:
            return PlainTextResponse(f"This link was used already, or is not from here. {_ENTER}", 401)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE, session, httponly=True, samesite="strict", path="/", secure=scope["scheme"] == "https"
        )
        return answer


def session_of(headers: Headers) -> str | None:
    """The session that a request brings along."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None
