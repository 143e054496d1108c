"""Checks the addresses that may be fetched: http and https, without passwords, and not on the local network."""

from __future__ import annotations

import base64
import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from dutybook.errors import Refused, SourceError

#: Longest address that is asked for.
MAX_LENGTH = 8_000
_PORTS = {"http": 80, "https": 443}
# Networks whose last 32 bits are an address of version 4 that is reached through them.
_THROUGH = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))

Resolver = Callable[[str, int], list[str]]
"""The numeric addresses of a host.

Raises:
    OSError: there are none.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """An address to request. ``url`` has no credentials; ``secret`` names the environment variable with them."""

    url: str
    scheme: str
    host: str
    port: int
    target: str
    secret: str = field(default="", repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def host_in_url(self) -> str:
        """The host in the form of a ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Address:
    """Parse an address.

    ``https://env:NAME@host/…`` takes credentials from the environment variable NAME; other credentials are refused.

    Raises:
        Refused: it may not be requested.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise Refused(f"the address {text[:80]}… is longer than {MAX_LENGTH:,} characters")
    if any(ord(sign) <= 32 or ord(sign) == 127 or sign == "\\" for sign in text):
        raise Refused(f"{text[:200]!r} is no address: it has blanks or other signs that no address has")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise Refused(f"{text[:200]!r} is no address: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise Refused(f"{text[:200]!r} is not asked: an address begins with https:// or http://")
    if not host:
        raise Refused(f"{text[:200]!r} names no host. Write it whole: https://example.org/page")
    secret = ""
    if parts.username is not None or parts.password is not None:
        if parts.username != "env" or not (parts.password or "").isidentifier():
            raise Refused(
                "an address with a name or password in it is not kept. Put “name:password” (or a token) into an "
                "environment variable, and its name into the address: https://env:VARIABLE@host/"
            )
        secret = parts.password or ""
    port = port or _PORTS[scheme]
    path = _quoted(parts.path) or "/"
    target = path + (f"?{_quoted(parts.query)}" if parts.query else "")
    made = Address("", scheme, host, port, target)
    plain = urlunsplit((scheme, made.host_in_url, path, _quoted(parts.query), ""))
    return Address(plain, scheme, host, port, target, secret)


def _host(name: str) -> str:
    """A host in ASCII and lower case."""
    name = name.lower().rstrip(".")
    if name.isascii():
        return name
    return name.encode("idna").decode("ascii")


def _quoted(part: str) -> str:
    """Percent-encode letters outside ASCII; what is encoded already stays as it is."""
    from urllib.parse import quote

    return quote(part, safe="%/:=&?~#+!$,;'@()*[]|") if part else ""


def find_objection(address: str, *, allow_private: bool) -> str:
    """Why this program does not connect to a numeric address; empty if it may.

    >>> find_objection("10.1.2.3", allow_private=False)
    'it is an address of a private network'
    >>> find_objection("::ffff:127.0.0.1", allow_private=False)
    'it is an address of this machine'
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if any(found in net for net in _THROUGH):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif int(found) >> 32 == 0 and int(found) > 1:
            inner = ipaddress.IPv4Address(int(found))
        if inner:
            return find_objection(str(inner), allow_private=allow_private)
    if found.is_multicast:
        return "it is an address of many machines"
    if found.is_unspecified:
        return "it is the address of no machine"
    if found.is_loopback:
        reason = "it is an address of this machine"
    elif found.is_link_local:
        reason = "it is an address of the local network (link-local)"
    elif not found.is_global or getattr(found, "is_site_local", False):
        reason = "it is an address of a private network"
    elif found.is_reserved:
        return "it is a reserved address"
    else:
        return ""
    return "" if allow_private else reason


def resolve(host: str, port: int, *, allow_private: bool, resolver: Resolver) -> list[str]:
    """The numeric addresses of a host, all of them checked.

    Raises:
        Refused: one of them is not allowed.
        SourceError: the host is not known.
    """
    try:
        found = list(dict.fromkeys(resolver(host, port)))
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"the host {host} is not known ({words}). Check its name, and that this machine is connected"
        ) from error
    if not found:
        raise SourceError(f"the host {host} has no address. Check its name")
    for number in found:
        if reason := find_objection(number, allow_private=allow_private):
            raise Refused(
                f"{host} ({number}) is not asked: {reason}. If you trust it, add the watch with --allow-private"
            )
    return found


def is_number(host: str) -> bool:
    """Whether a host is a numeric address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a host from the operating system."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def authorization(secret: str, environment: Mapping[str, str]) -> str:
    """The header for credentials in an environment variable: Basic for ``name:password``, otherwise a bearer token.

    Raises:
        SourceError: there is no such variable.
    """
    value = environment.get(secret, "").strip()
    if not value:
        raise SourceError(f"the environment variable {secret}, which holds the credentials, is not set", lasting=True)
    if ":" in value:
        return "Basic " + base64.b64encode(value.encode()).decode()
    return f"Bearer {value}"
