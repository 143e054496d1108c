"""What a site asks of programs in its robots.txt (RFC 9309)."""

from __future__ import annotations

from typing import Any

#: Who we are, for the rules.
AGENT = "dutybook"
MAX_BYTES = 500 * 1024
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


def read(body: bytes) -> Rules:
    """Rules from the bytes of a robots.txt; of what cannot be read nothing is a rule."""
    from protego import Protego

    return Rules(Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "replace")))
