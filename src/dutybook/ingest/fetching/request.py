"""A request on its way: where it has been led, and what may stand in its head."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.ingest.fetching.addresses import Address


@dataclass(slots=True)
class PendingRequest:
    """A request as it stands while redirects are followed."""

    address: Address
    method: str
    headers: dict[str, str]
    body: bytes
    limit: int
    robots: bool
    first: Address
    seen: set[str] = field(default_factory=set)


def unsendable(value: str) -> bool:
    """Whether a value cannot stand in a header: what a site once sent is sent back only if it can."""
    return not value.isprintable() or any(ord(sign) > 255 for sign in value)
