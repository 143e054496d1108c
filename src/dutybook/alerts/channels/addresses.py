"""Resolves host names for sending, and refuses private addresses unless the user allows them."""

from __future__ import annotations

import socket

from dutybook.errors import DeliveryError
from dutybook.ingest.fetching.addresses import find_objection


def resolve_host(host: str, port: int, *, private: bool) -> str:
    """The first network address of a host. The caller connects to this address, since the name could resolve
    differently next time.

    Raises:
        DeliveryError: the name is not known, or one of its addresses is private and private ones are not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(f"the name {host} is not known") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses:
        raise DeliveryError(f"the name {host} has no address")
    if not private and any(find_objection(address, allow_private=False) for address in addresses):
        raise DeliveryError(
            f"{host} is an address of this machine or a private network: add #private=yes to the target if that is meant",
            lasting=True,
        )
    return addresses[0]
