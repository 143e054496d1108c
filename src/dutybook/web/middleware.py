"""ASGI middleware: security headers, clients behind proxies, the path below which the site is, and errors of the API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dutybook.web.access import Address, parse_address
from dutybook.web.api.problems import MEDIA_TYPE, problem
from dutybook.web.error_responses import API, error_response

_HEADERS = {
    # No inline script or style, nothing from elsewhere, no frame around us.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # No other site gets a referrer. With "no-referrer", browsers would not send the origin of our own forms either.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_RAW_HEADERS = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _HEADERS.items()]


class SecurityHeadersMiddleware:
    """ASGI middleware around everything else, so that every answer has the headers."""

    def __init__(self, app: ASGIApp, root: str = "") -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        # Whatever is there as GET is there as HEAD, without its body.
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"
        started = False

        async def answered(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = message["headers"] = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                given.extend(header for header in _RAW_HEADERS if header[0] not in names)
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(scope, receive, answered)
        except ClientDisconnect:
            return
        except Exception:
            if not started:
                await error_response(scope, 500, "wrong", root=self.root)(scope, receive, answered)
            raise


_MOST_ADDRESSES = 20


class ProxyHeadersMiddleware:
    """ASGI middleware that accepts requests from the ``trusted`` networks only, and treats them as https."""

    def __init__(self, app: ASGIApp, trusted: Sequence[IPv4Network | IPv6Network], root: str = "") -> None:
        self.app = app
        self.root = root
        self.trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        peer = parse_address(scope["client"][0] if scope.get("client") else "")
        headers = Headers(scope=scope)
        problem = ""
        if peer is None or not self._trusts(peer):
            problem = "proxy"
        # The last value is from the hop next to us.
        elif headers.get("x-forwarded-proto", "https").rpartition(",")[2].strip().lower() != "https":
            problem = "clear"
        if problem or peer is None:
            await error_response(scope, 403, problem, root=self.root)(scope, receive, send)
            return
        scope["scheme"] = "https"
        scope["client"] = (str(self._client(peer, headers.getlist("x-forwarded-for"))), 0)
        await self.app(scope, receive, send)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)

    def _client(self, peer: Address, forwarded: list[str]) -> Address:
        """The nearest address that is no trusted proxy. Anybody may have written those before it."""
        found = peer
        for value in ",".join(forwarded).split(",")[::-1][:_MOST_ADDRESSES]:
            if not self._trusts(found):
                break
            before = parse_address(value.strip())
            if before is None:
                break
            found = before
        return found


_LEADS = rb"href|src|action|formaction|poster|xlink:href|hx-(?:get|post|put|patch|delete|push-url|replace-url)|data-(?:url|address|src|href)"
_ATTRIBUTE = re.compile(rb"(\s(?:" + _LEADS + rb")=[\"']|\scontent=[\"']\d+;\s?url=)/(?!/)")
_PAGES = ("text/html", "image/svg+xml")
_ADDRESS_HEADERS = ("location", "content-location", "hx-location", "hx-redirect", "hx-push-url", "hx-replace-url")


class RootPathMiddleware:
    """ASGI middleware for an application at ``root`` ("/dutybook"), whether or not the proxy removes this path."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        inside = {**scope, "app_root_path": self.root, "root_path": ""}
        path: str = scope["path"]
        if path == self.root or path.startswith(self.root + "/"):
            inside["path"] = path[len(self.root) :] or "/"
            raw: bytes = scope.get("raw_path") or b""
            inside["raw_path"] = (raw[len(self.root) :] or b"/") if raw.startswith(self.root.encode()) else raw
        started: Message | None = None
        parts: list[bytes] = []

        async def answered(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in _ADDRESS_HEADERS:
                    if name in headers:
                        headers[name] = self._led(headers[name], host)
                if "link" in headers:
                    headers["link"] = re.sub(
                        rf"<(?=/(?!/|{re.escape(self.root[1:])}/))", f"<{self.root}", headers["link"]
                    )
                if headers.get("content-type", "").startswith(_PAGES) and "content-encoding" not in headers:
                    started = message
                    return
            elif started is not None and message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if message.get("more_body", False):
                    return
                page = self.rewritten(b"".join(parts))
                MutableHeaders(scope=started)["content-length"] = str(len(page))
                await send(started)
                await send({"type": "http.response.body", "body": page})
                return
            await send(message)

        await self.app(inside, receive, answered)

    def rewritten(self, page: bytes) -> bytes:
        """A page whose own addresses are below the root."""
        return _ATTRIBUTE.sub(rb"\g<1>" + self.root.encode() + b"/", page)

    def _led(self, address: str, host: str) -> str:
        if address.startswith("/") and not address.startswith("//"):
            return self.root + address
        parts = urlsplit(address)
        if parts.netloc == host and host and not (parts.path + "/").startswith(self.root + "/"):
            return urlunsplit(parts._replace(path=self.root + parts.path))
        return address


#: Characters of an error that are kept; a refusal of the layers around the API is a sentence.
_LONGEST = 2_000


class ProblemMiddleware:
    """ASGI middleware around all else: turns errors below ``/api/`` that are no problems into problems."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self.app(scope, receive, send)
            return
        begun: Message | None = None
        content = b""

        async def answered(message: Message) -> None:
            nonlocal begun, content
            if message["type"] == "http.response.start" and _is_no_problem(message):
                begun = message
                return
            if begun is None or message["type"] != "http.response.body":
                await send(message)
                return
            content += message.get("body", b"")[: _LONGEST - len(content)]
            if not message.get("more_body", False):
                await _as_problem(begun, content, scope, receive, send)

        await self.app(scope, receive, answered)


def _is_no_problem(start: Message) -> bool:
    headers = MutableHeaders(raw=list(start["headers"]))
    return start["status"] >= 400 and not headers.get("content-type", "").startswith(MEDIA_TYPE)


async def _as_problem(begun: Message, content: bytes, scope: Scope, receive: Receive, send: Send) -> None:
    headers = MutableHeaders(raw=list(begun["headers"]))
    status = begun["status"]
    plain = headers.get("content-type", "").startswith("text/plain")
    detail = content.decode("utf-8", "replace").strip() if plain else ""
    kept = {n: v for n, v in headers.items() if n not in ("content-type", "content-length")}
    if status == 401:
        kept.setdefault("www-authenticate", "Bearer")
        detail = detail or "sign in, or send a token: Authorization: Bearer TOKEN"
    await problem(status, detail or "the request was refused", headers=kept)(scope, receive, send)
