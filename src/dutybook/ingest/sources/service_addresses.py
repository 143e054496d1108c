"""Addresses in answers: followed only if they stay with the service that gave them."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit, urlunsplit

_LONGEST = 2_000


def own(address: str, hosts: Collection[str], base: str = "") -> str | None:
    """An address as HTTPS if it leads to one of ``hosts``, else None. ``base`` completes those that are not whole.

    Services still write their addresses with ``http://``; all of ours answer to HTTPS as well.

    >>> own("http://www.legislation.gov.uk/uksi/2026/1", {"www.legislation.gov.uk"})
    'https://www.legislation.gov.uk/uksi/2026/1'
    >>> own("https://www.legislation.gov.uk@evil.example/x", {"www.legislation.gov.uk"}) is None
    True
    """
    written = address.strip()
    if not written or len(written) > _LONGEST or any(c <= " " or c in '<>"\\^`{|}' or c == "\x7f" for c in written):
        return None
    try:
        whole = urljoin(base, written) if base else written
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower().rstrip(".")
    standard = port is None or (parts.scheme, port) in (("https", 443), ("http", 80))
    if parts.scheme not in ("http", "https") or host not in hosts or parts.username is not None or not standard:
        return None
    return urlunsplit(("https", host, parts.path or "/", parts.query, ""))


def is_of(address: str, *hosts: str) -> bool:
    """Whether what a user wrote is an address of one of these hosts; ``www.x.example/y`` without a scheme is one."""
    written = address.strip()
    if "://" not in written:
        written = "https://" + written
    try:
        return (urlsplit(written).hostname or "").lower() in hosts
    except ValueError:
        return False
