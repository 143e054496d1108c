"""Serves the application below a path of another site ("/dutybook"): adds the path to every address in answers.

Templates and pages write addresses from the root, and this middleware changes them in the finished page. Text is
escaped, so nothing that a document says can look like an attribute with an address.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEADS = rb"href|src|action|formaction|poster|xlink:href|hx-(?:get|post|put|patch|delete|push-url|replace-url)|data-(?:url|address|src|href)"
_ATTRIBUTE = re.compile(rb"(\s(?:" + _LEADS + rb")=[\"']|\scontent=[\"']\d+;\s?url=)/(?!/)")
_PAGES = ("text/html", "image/svg+xml")
_HEADERS = ("location", "content-location", "hx-location", "hx-redirect", "hx-push-url", "hx-replace-url")


class RootPathMiddleware:
    """ASGI middleware for an application at ``root`` ("/dutybook"), whether or not the proxy removes this path from
    requests.
    """

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
                for name in _HEADERS:
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
