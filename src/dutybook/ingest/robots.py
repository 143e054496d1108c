"""Obeys robots.txt (RFC 9309): which addresses of a site may be requested, and how often."""

from __future__ import annotations

from collections.abc import Callable

from dutybook.errors import Refused, SourceError
from dutybook.ingest.addresses import Address

#: Who we are, for the rules.
AGENT = "dutybook"
MAX_ROBOTS_BYTES = 500 * 1024
#: A longer pause between two requests than this is not kept: a run would never end.
MAX_DELAY = 30.0


class Rules:
    """The rules of one site's robots.txt; without any, everything is allowed. Lines that mean nothing are ignored."""

    def __init__(self, body: bytes = b"") -> None:
        from protego import Protego

        self._parsed = Protego.parse(body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace"))

    def allows(self, url: str) -> bool:
        """Whether this program may request an address."""
        return bool(self._parsed.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for, up to the limit that this program respects."""
        return min(max(float(self._parsed.crawl_delay(AGENT) or 0.0), 0.0), MAX_DELAY)


class Robots:
    """The robots.txt of each site that is asked in a run: each is fetched once.

    Args:
        fetch: fetches the rules of an address's site; raises SourceError where they cannot be had now.
        tries: so many times a site's rules are fetched in vain; then no address of it is requested any more.
    """

    def __init__(self, fetch: Callable[[Address], Rules], tries: int) -> None:
        self._fetch = fetch
        self._tries = tries
        self._rules: dict[tuple[str, str, int], Rules] = {}
        self._failures: dict[tuple[str, str, int], list[SourceError]] = {}

    def heed(self, address: Address) -> None:
        """Obey the robots.txt of an address's site.

        Raises:
            Refused: it asks programs not to request this address.
            SourceError: it cannot be had now.
        """
        origin = address.origin
        failures = self._failures.setdefault(origin, [])
        if len(failures) >= self._tries:
            raise failures[-1]
        if origin not in self._rules:
            try:
                self._rules[origin] = self._fetch(address)
            except SourceError as error:
                failures.append(error)
                raise
        if not self._rules[origin].allows(address.url):
            raise Refused(
                f"{address.url} is not asked: robots.txt of {address.host_in_url} asks programs not to. See whether the site "
                "has a feed or an open interface instead"
            )

    def delay(self, address: Address) -> float:
        """Seconds between two requests that an address's site asks for; 0 while its rules are not known."""
        rules = self._rules.get(address.origin)
        return rules.delay if rules else 0.0
