"""Words what goes wrong when something is fetched: the status of an answer, an error of the network, a body that is too large."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dutybook.errors import Refused, SourceError

if TYPE_CHECKING:
    import ssl

    from dutybook.ingest.addresses import Address

#: Statuses after which asking again may help.
PASSING = frozenset({408, 421, 423, 425, 429, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524})
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


def source_error_for(error: Exception, address: Address) -> SourceError | None:
    """The error for an error of the network, an exception of httpcore; None for any other."""
    import ssl

    import httpcore

    host, url = address.host_in_url, address.url
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return error_for_certificate(host, cause)
    if isinstance(error, (httpcore.ConnectTimeout, httpcore.ConnectError, httpcore.ProxyError)):
        return error_for_unreachable(host, error)
    if isinstance(error, httpcore.TimeoutException):
        return SourceError(f"{url} takes too long to answer: {describe_error(error)}")
    if isinstance(error, httpcore.NetworkError):
        return SourceError(f"{url} was cut off: {describe_error(error)}")
    if isinstance(error, httpcore.RemoteProtocolError):
        return SourceError(f"{url} did not come whole: {describe_error(error)}")
    if isinstance(error, (httpcore.ProtocolError, httpcore.UnsupportedProtocol)):
        return SourceError(f"{url} cannot be asked: {describe_error(error)}", lasting=True)
    return None


def error_for_certificate(host: str, error: ssl.SSLCertVerificationError) -> SourceError:
    """The error for a host whose certificate is not valid for it."""
    return SourceError(
        f"{host} does not prove who it is: {error.verify_message}. Check the address; a certificate of your own "
        "is named by SSL_CERT_FILE",
        lasting=True,
    )


def error_for_unreachable(host: str, error: Exception) -> NotTaken:
    """The error for a host to which no connection was made."""
    return NotTaken(
        f"{host} cannot be reached: {describe_error(error)}. Is this machine connected, and the address right?"
    )


def describe_error(error: Exception) -> str:
    """The message of an error on one line of at most 200 characters; the name of its class where it has none."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def too_large(url: str, limit: int) -> Refused:
    """The error for a body over the limit."""
    return Refused(
        f"{url} has more than {limit / 1e6:,.3g} MB, which is the limit. If it should be had, raise it: "
        "dutybook watch add … --option max_mb=…"
    )
