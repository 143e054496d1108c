"""Turns HTTP statuses other than success into errors whose messages say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dutybook.errors import SourceError

#: Asking again may help.
PASSING = frozenset({408, 421, 423, 425, 429, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# No longer pause than this is believed.
_LONGEST = 30 * 86400.0

_EXPLANATIONS = {
    401: "asks for a name and password: put them into an environment variable and its name into the address, "
    "https://env:VARIABLE@host/",
    403: "does not let us in. Look at the address in a browser: it may want a login, or no programs",
    404: "is not there (any more). Check the address",
    406: "is not there in a form or language that was asked for",
    407: "is behind a proxy that asks for a name and password",
    410: "was removed by its site",
    416: "answers for a part of it only",
    429: "asks us to come less often",
    451: "is withheld for legal reasons",
    501: "does not answer such questions",
}


class NotTaken(SourceError):
    """The request was not processed: it was rejected, or did not arrive. It may be repeated."""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a host asks clients to wait, as a number or until a date; None without a meaningful value."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST)


def error_for_status(url: str, status: int, headers: Mapping[str, str], now: datetime) -> SourceError:
    """The error for a status that is neither a success nor a redirect."""
    words = _EXPLANATIONS.get(status)
    if words is None:
        words = "does not answer now" if status >= 500 else "does not answer as asked"
    wait = retry_after(headers, now)
    when = f" (in {wait:,.0f} s, it says)" if wait and status in PASSING else ""
    kind = NotTaken if status in (429, 503) else SourceError
    return kind(f"{url} {words}{when} [{status}]", lasting=status not in PASSING, retry_after=wait)


def error_for_browser_check(url: str) -> SourceError:
    """The error for a page that makes a browser compute something first."""
    return SourceError(
        f"{url} answers without a document: it wants to see a browser first [202]. Look whether the site has an open "
        "interface (dutybook watch kinds), or try later"
    )
