"""Turns network errors into errors whose messages say what to do."""

from __future__ import annotations

import ssl

import httpcore

from dutybook.errors import SourceError
from dutybook.ingest.fetching.addresses import Address
from dutybook.ingest.fetching.http_errors import NotTaken


def source_error_for(error: Exception, address: Address) -> SourceError | None:
    """The error for a network error; None for any other."""
    host, url = address.host_in_url, address.url
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return SourceError(
            f"{host} does not prove who it is: {cause.verify_message}. Check the address; a certificate of your own "
            "is named by SSL_CERT_FILE",
            lasting=True,
        )
    if isinstance(error, (httpcore.ConnectTimeout, httpcore.ConnectError, httpcore.ProxyError)):
        return NotTaken(
            f"{host} cannot be reached: {_error_text(error)}. Is this machine connected, and the address right?"
        )
    if isinstance(error, httpcore.TimeoutException):
        return SourceError(f"{url} takes too long to answer: {_error_text(error)}")
    if isinstance(error, httpcore.NetworkError):
        return SourceError(f"{url} was cut off: {_error_text(error)}")
    if isinstance(error, httpcore.RemoteProtocolError):
        return SourceError(f"{url} did not come whole: {_error_text(error)}")
    if isinstance(error, (httpcore.ProtocolError, httpcore.UnsupportedProtocol)):
        return SourceError(f"{url} cannot be asked: {_error_text(error)}", lasting=True)
    return None


def _error_text(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
