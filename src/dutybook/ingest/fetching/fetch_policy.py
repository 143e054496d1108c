"""The settings of the fetcher (pauses, retries, limits), and the rules of a site's robots.txt (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dutybook.ingest.files import MAX_BYTES


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The settings of the fetcher. All times are in seconds.

    Attributes:
        pause: between two requests to one host. The delay that its robots.txt asks for is added, up to thirty seconds.
        tries: requests of one address before it is given up for this run.
        back_off: before the second try, three times as long before the third, and so on; or what the host asks for.
        max_wait: the longest wait that a host may ask for within a run.
        connect: for opening a connection.
        read: for one step of a request.
        whole: for one request from beginning to end.
        max_bytes: of a decompressed body.
        redirects: the most redirects to follow.
        contact: a mail address, which is sent to sites as part of the user agent.
        allow_private: whether machines of the local network may be requested.
        allow_downgrade: whether a redirect may lead from https to http.
        proxies: whether the proxies of the environment are used.
    """

    pause: float = 1.0
    tries: int = 3
    back_off: float = 2.0
    max_wait: float = 30.0
    connect: float = 15.0
    read: float = 30.0
    whole: float = 300.0
    max_bytes: int = MAX_BYTES
    redirects: int = 10
    contact: str = ""
    allow_private: bool = False
    allow_downgrade: bool = False
    proxies: bool = False


def user_agent(contact: str = "") -> str:
    """The user agent that this program sends."""
    from importlib import metadata

    try:
        version = metadata.version("dutybook")
    except metadata.PackageNotFoundError:
        version = "unknown"
    return f"Dutybook/{version} (reads published law and news{'; ' + contact if contact else ''})"


#: Who we are, for the rules.
AGENT = "dutybook"
MAX_ROBOTS_BYTES = 500 * 1024
#: A longer pause between two requests than this is not kept: a run would never end.
MAX_DELAY = 30.0


class Rules:
    """The rules of one site's robots.txt."""

    def __init__(self, parsed: Any) -> None:
        self._parsed = parsed

    def allows(self, url: str) -> bool:
        """Whether this program may request an address."""
        return self._parsed is None or bool(self._parsed.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for, up to the limit that this program respects."""
        asked = self._parsed.crawl_delay(AGENT) if self._parsed is not None else None
        return min(max(float(asked), 0.0), MAX_DELAY) if asked else 0.0


#: A site without rules.
ANYTHING = Rules(None)


def read_robots(body: bytes) -> Rules:
    """The rules of a robots.txt. Lines that cannot be parsed are ignored."""
    from protego import Protego

    return Rules(Protego.parse(body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")))
