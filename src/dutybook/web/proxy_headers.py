"""Finds the client's address behind reverse proxies, from headers that only trusted proxies can have set."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dutybook.web.error_responses import error_response

Address = IPv4Address | IPv6Address
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
        peer = address_of(scope["client"][0] if scope.get("client") else "")
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
            before = address_of(value.strip())
            if before is None:
                break
            found = before
        return found


def address_of(text: str) -> Address | None:
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
