"""How often somebody may ask: buckets that fill again as time goes by."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_network

from dutybook.web.proxy_headers import address_of

_MOST_KNOWN = 20_000


class Rates:
    """``rate`` requests a second for each name, ``burst`` at once. In the memory of this process."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, float(burst), clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take a request of ``name``: 0 if it may be answered, else the seconds until one may."""
        now = self.clock()
        left, at = self._known.pop(name, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.rate)
        if left >= 1:
            left -= 1
            wait = 0.0
        else:
            wait = (1 - left) / self.rate
        self._known[name] = (left, now)
        # Who asked least lately has a full bucket, or asks too seldom to need one.
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return wait


def neighbourhood(client: str) -> str:
    """What counts as one address: of IPv6 the network that one customer has."""
    found = address_of(client)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found) if found else client
