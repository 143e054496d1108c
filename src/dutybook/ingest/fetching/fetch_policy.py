"""The settings of the fetcher (pauses, retries, limits), and the rules of a site's robots.txt (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dutybook.ingest.files import MAX_BYTES


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """All times in seconds.

    ``pause``: between two requests to one host; what its robots.txt asks for comes on top, up to thirty. ``tries`` of one address
    before it is given up for this run, the next after ``back_off``, three times that, …, or when the host says, if that is within
    ``patience``. ``connect``, ``read``: one step of a request; ``whole``: one request from beginning to end. ``max_bytes``: of a body,
    unpacked. ``contact``: a mail address for those who are asked, as part of what we call ourselves. ``allow_private``: machines of
    the local network may be asked. ``allow_downgrade``: a redirect may lead from https to http. ``proxies``: those of the
    environment are used.
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
    """What we call ourselves."""
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
    """The rules of one site."""

    def __init__(self, parsed: Any) -> None:
        self._parsed = parsed

    def allows(self, url: str) -> bool:
        """Whether we may ask for an address."""
        return self._parsed is None or bool(self._parsed.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds that it wants between two requests, as far as they are kept."""
        asked = self._parsed.crawl_delay(AGENT) if self._parsed is not None else None
        return min(max(float(asked), 0.0), MAX_DELAY) if asked else 0.0


#: A site without rules.
ANYTHING = Rules(None)


def read_robots(body: bytes) -> Rules:
    """Rules from the bytes of a robots.txt; of what cannot be read nothing is a rule."""
    from protego import Protego

    return Rules(Protego.parse(body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")))
