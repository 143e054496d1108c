"""Connects to exactly the address that was checked, and reads from it within limits of time and size."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import httpcore

from dutybook.errors import SourceError
from dutybook.ingest.addresses import Resolver, is_number, resolve
from dutybook.ingest.fetch_errors import (
    describe_error,
    error_for_certificate,
    error_for_unreachable,
    too_large,
)


class Until:
    """The end of the time for the current request, on the monotonic clock."""

    def __init__(self) -> None:
        self.end = float("inf")

    def left(self, timeout: float | None) -> float:
        """The seconds that the next step may take.

        Raises:
            httpcore.ReadTimeout: there is no time left.
        """
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long in all")
        return left if timeout is None else min(timeout, left)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks all of its addresses, and connects to one of these without resolving the name again.

    TLS still requires a certificate for the host name, since that is what the layer above knows.
    """

    def __init__(self, until: Until, resolver: Resolver, *, allow_private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._until = until
        self._resolver = resolver
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        numbers = resolve(host, port, allow_private=self._allow_private, resolver=self._resolver)
        for number in numbers[:-1]:
            try:
                return self._connect(number, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(numbers[-1], port, timeout, local_address, socket_options)

    def _connect(
        self, number: str, port: int, timeout: float | None, local: str | None, options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(number, port, self._until.left(timeout), local, options)
        return _BoundStream(stream, self._until)


class _BoundStream(httpcore.NetworkStream):
    """A stream whose steps take no longer than the time left for the request."""

    def __init__(self, inner: httpcore.NetworkStream, until: Until) -> None:
        self._inner = inner
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._until.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._until.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundStream(self._inner.start_tls(ssl_context, server_hostname, self._until.left(timeout)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Network:
    """Connections to hosts, through the user's proxy if there is one, without cookies, redirects and retries."""

    def __init__(
        self, *, allow_private: bool, resolver: Resolver, proxies: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self.until = Until()
        self._resolver = resolver
        self._allow_private = allow_private
        self._proxies = proxies
        self._tls = tls
        self._pools: dict[str, httpcore.ConnectionPool] = {}

    def send(self, request: httpcore.Request, scheme: str, host: str) -> httpcore.Response:
        """Send a request. The caller reads the body of the response and closes it."""
        proxy = self._proxy(scheme, host)
        if proxy and is_number(host):
            # Names are for the proxy to look up; a number can be checked here.
            resolve(host, 0, allow_private=self._allow_private, resolver=lambda host, _: [host])
        return self._pool(proxy).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _proxy(self, scheme: str, host: str) -> str:
        if not self._proxies:
            return ""
        from urllib.request import getproxies, proxy_bypass

        found = getproxies()
        return "" if proxy_bypass(host) else found.get(scheme) or found.get("all") or ""

    def _pool(self, proxy: str) -> httpcore.ConnectionPool:
        if proxy not in self._pools:
            import httpx

            tls = self._tls or httpx.create_ssl_context()
            # A proxy is where the user says it is; what it connects to is for it to say.
            backend = CheckedBackend(self.until, self._resolver, allow_private=self._allow_private or bool(proxy))
            kept: dict[str, Any] = {
                "ssl_context": tls,
                "max_connections": 4,
                "max_keepalive_connections": 4,
                "keepalive_expiry": 15.0,
                "network_backend": backend,
            }
            if proxy:
                at = httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}")
                if at.url.scheme not in ("http", "https"):
                    raise SourceError(f"the proxy {at.url.host} is of a kind that is not used here: {at.url.scheme}")
                self._pools[proxy] = httpcore.HTTPProxy(
                    str(at.url), proxy_auth=at.raw_auth, proxy_headers=at.headers.raw, **kept
                )
            else:
                self._pools[proxy] = httpcore.ConnectionPool(**kept)
        return self._pools[proxy]


#: What we say we can unpack; others unpack without a bound.
CODINGS = "gzip, deflate"
_PIECE = 1 << 18


def decompress(pieces: Iterable[bytes], coding: str, limit: int, url: str) -> bytes:
    """The decompressed body.

    Raises:
        Refused: it has more than ``limit`` bytes.
        SourceError: it is damaged, or has an encoding that was not asked for.
    """
    for name in reversed([name.strip().lower() for name in coding.split(",") if name.strip()]):
        if name in ("gzip", "x-gzip", "deflate"):
            pieces = _unpacked(pieces, deflate=name == "deflate", url=url)
        elif name != "identity":
            raise SourceError(f"{url} is packed as {name[:40]!r}, which was not asked for", lasting=True)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise too_large(url, limit)
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], *, deflate: bool, url: str) -> Iterator[bytes]:
    unpacker = None
    started = ended = False
    for piece in pieces:
        data = piece
        while data:
            if unpacker is None:
                if ended and not data.strip(b"\0"):
                    break
                # What is called deflate comes with and without the frame of zlib.
                raw = deflate and data[0] & 0x0F != 8
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS if raw else 47)
                started, ended = True, False
            try:
                made = unpacker.decompress(data, _PIECE)
            except zlib.error as error:
                raise SourceError(f"{url} came damaged: {error}") from error
            if made:
                yield made
            data = unpacker.unconsumed_tail
            if unpacker.eof:
                data, unpacker, ended = unpacker.unused_data, None, True
    if started and not ended:
        raise SourceError(f"{url} came incomplete")


class TlsStream:
    """A TLS connection for another protocol than HTTP. ``socket`` carries it; every step of it has a time limit.

    Use :meth:`within` around each exchange: a service that sends a byte at a time is cut off then.
    """

    def __init__(self, connected: socket.socket, whole: float) -> None:
        self.socket = connected
        self.whole = whole
        self.timed_out = False
        # TLS takes the socket over: only a second handle can end it from another thread.
        self._twin = connected.dup()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Cut the connection off if the block takes longer than the whole of a request may."""
        timer = threading.Timer(self.whole, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()
        self._twin.close()

    def _cut_off(self) -> None:
        self.timed_out = True
        with suppress(OSError):
            self._twin.shutdown(socket.SHUT_RDWR)


def open_tls(
    host: str, port: int, numbers: Sequence[str], tls: ssl.SSLContext, *, connect: float, read: float, whole: float
) -> TlsStream:
    """Connect to one of the checked addresses of a host and begin TLS for its name. Times are in seconds.

    Raises:
        SourceError: it cannot be reached, or does not prove who it is.
    """
    plain: socket.socket | None = None
    failure: OSError | None = None
    for number in numbers:
        try:
            plain = socket.create_connection((number, port), connect)
            break
        except OSError as error:
            failure = error
    if plain is None:
        raise error_for_unreachable(host, failure or OSError()) from failure
    plain.settimeout(read)
    stream = TlsStream(plain, whole)
    try:
        with stream.within():
            stream.socket = tls.wrap_socket(plain, server_hostname=host)
    except (OSError, ValueError) as error:
        stream.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            raise error_for_certificate(host, error) from error
        late = stream.timed_out or isinstance(error, TimeoutError)
        raise SourceError(
            f"{host} takes too long to answer"
            if late
            else f"{host} speaks no TLS on port {port}: {describe_error(error)}"
        ) from error
    return stream
