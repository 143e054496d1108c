"""The HTTP client for sources: it obeys robots.txt, pauses, retries, and checks every redirect."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from dutybook.errors import Refused, SourceError
from dutybook.ingest.addresses import Address, Resolver, authorization, parse, resolve, system_resolver
from dutybook.ingest.fetch_errors import (
    PASSING,
    NotTaken,
    error_for_status,
    retry_after,
    source_error_for,
    too_large,
)
from dutybook.ingest.files import MAX_BYTES
from dutybook.ingest.robots import MAX_ROBOTS_BYTES, Robots, Rules
from dutybook.ingest.sources.interface import Closeable, Known, Response

if TYPE_CHECKING:
    import ssl

    import httpcore

    from dutybook.ingest.network import Network, TlsStream


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The settings of the fetcher. All times are in seconds.

    Attributes:
        pause: between two requests to one host, or the delay that its robots.txt or a source asks for, if that is longer
            (robots.txt: up to thirty seconds).
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


_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class PendingRequest:
    """The state of a request while redirects are followed."""

    address: Address
    method: str
    headers: dict[str, str]
    body: bytes
    limit: int
    robots: bool
    first: Address
    pause: float = 0.0
    cookie: str = ""
    seen: set[str] = field(default_factory=set)


def is_unsendable(value: str) -> bool:
    """Whether a value is unfit for a header. Values from sites are checked before they are sent back."""
    return not value.isprintable() or any(ord(sign) > 255 for sign in value)


def _headers(accept: str | None, known: Known | None, language: str | None = None) -> dict[str, str]:
    """The headers of a GET request, without values that cannot be sent."""
    etag, modified = (known.etag, known.modified) if known else (None, None)
    asked = (("Accept-Language", language), ("If-None-Match", etag), ("If-Modified-Since", modified))
    return {"Accept": accept or "*/*"} | {name: text for name, text in asked if text and not is_unsendable(text)}


_COOKIE = re.compile(r"(?:^|,)\s*([^\s=;,]{1,100}=[^\s;,]{0,4000})")


def _cookie(header: str) -> str:
    """The names and values of ``Set-Cookie`` headers, as ``Cookie`` takes them; dates in them have commas of their own.

    >>> _cookie("id=a1; Expires=Thu, 01 Jan 2032 00:00:00 GMT; Path=/, way=b-2; Secure")
    'id=a1; way=b-2'
    """
    return "; ".join(_COOKIE.findall(header))


_FORM = "application/x-www-form-urlencoded"
_MOST_REDIRECTS_OF_RULES = 5


class PoliteFetcher:
    """A :class:`~dutybook.ingest.sources.interface.Fetcher` for one run: one request at a time, no cookies, no cache.

    Use it in a ``with`` block.

    Args:
        policy: pauses, retries and limits.
        sleep, monotonic, now: the clock.
        resolver: resolves host names.
        environment: contains credentials.
        tls: the trusted certificates.
    """

    def __init__(
        self,
        policy: FetchPolicy | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: Resolver = system_resolver,
        environment: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.policy = policy or FetchPolicy()
        self._resolver, self._tls = resolver, tls
        self._sleep, self._monotonic, self._now = sleep, monotonic, now
        self._environment = os.environ if environment is None else environment
        self._agent = user_agent(self.policy.contact)
        self._robots = Robots(self._rules_of, self.policy.tries)
        #: When each host was asked last; runs of several watches share it.
        self.visits: dict[str, float] = {}
        #: Sessions of services with another protocol than HTTP, by the source's name for each; closed with the fetcher.
        self.sessions: dict[str, Closeable] = {}

    def __enter__(self) -> PoliteFetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _network(self) -> Network:
        """The connections. What reads files of this machine needs none, and is spared the import."""
        from dutybook.ingest.network import Network

        policy = self.policy
        return Network(
            allow_private=policy.allow_private, resolver=self._resolver, proxies=policy.proxies, tls=self._tls
        )

    def close(self) -> None:
        """Close the connections."""
        for session in self.sessions.values():
            session.close()
        self.sessions.clear()
        if "_network" in self.__dict__:
            self._network.close()

    def get(
        self,
        url: str,
        *,
        accept: str | None = None,
        language: str | None = None,
        known: Known | None = None,
        max_bytes: int | None = None,
        robots: bool = True,
        pause: float = 0.0,
    ) -> Response:
        """As the interface says. Succeeds with a status of 200 to 299, or 300 where the client is to choose."""
        headers = _headers(accept, known, language)
        return self._persist(url, "GET", headers, b"", max_bytes, robots=robots, pause=pause)

    def follow(self, page: Response, url: str, *, accept: str | None = None, known: Known | None = None) -> Response:
        """As the interface says. No cookie goes to another site than the one that set it, and none is kept."""
        headers = _headers(accept, known)
        cookie = ""
        if parse(page.url).origin == parse(url).origin:
            headers["Referer"] = page.url
            cookie = _cookie(page.headers.get("set-cookie", ""))
        return self._persist(url, "GET", headers, b"", None, robots=True, pause=0.0, cookie=cookie)

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        accept: str | None = None,
        max_bytes: int | None = None,
        pause: float = 0.0,
    ) -> Response:
        """As the interface says. Repeated only if the first request was not processed."""
        body = urlencode(form or {}) if data is None else json.dumps(data)
        headers = {"Accept": accept or "*/*", "Content-Type": _FORM if data is None else "application/json"}
        return self._persist(url, "POST", headers, body.encode(), max_bytes, robots=False, pause=pause)

    # Trying

    def _persist(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        body: bytes,
        max_bytes: int | None,
        *,
        robots: bool,
        pause: float,
        cookie: str = "",
    ) -> Response:
        address = parse(url)
        limit = self.policy.max_bytes if max_bytes is None else min(max_bytes, self.policy.max_bytes)
        wait = self.policy.back_off
        for again in range(self.policy.tries - 1, -1, -1):
            asked = PendingRequest(address, method, dict(headers), body, limit, robots, address, pause, cookie)
            try:
                return self._follow(asked)
            except SourceError as error:
                delay = error.retry_after if error.retry_after is not None else wait * random.uniform(0.7, 1.3)  # noqa: S311
                once = method == "POST" and not isinstance(error, NotTaken)
                if error.lasting or not again or once or delay > self.policy.max_wait:
                    raise
                self._sleep(delay)
                wait *= 3
        raise AssertionError("unreachable")

    def _follow(self, asked: PendingRequest) -> Response:
        for _ in range(self.policy.redirects + 1):
            address = asked.address
            if address.url in asked.seen:
                raise SourceError(f"{asked.first.url} leads round in a circle (at {address.url})", lasting=True)
            asked.seen.add(address.url)
            if asked.robots:
                self._robots.heed(address)
            answer = self._ask(asked)
            if answer.status not in _REDIRECTS:
                return self._judged(answer, asked)
            self._turn(asked, answer)
        raise SourceError(
            f"{asked.first.url} leads on and on: more than {self.policy.redirects} redirects", lasting=True
        )

    def _turn(self, asked: PendingRequest, answer: Response) -> None:
        """Redirect a request. Every redirect is checked like the first address."""
        to = answer.headers.get("location", "")
        if not to:
            raise SourceError(f"{answer.url} leads elsewhere without saying where [{answer.status}]", lasting=True)
        try:
            address = parse(urljoin(asked.address.url, to))
        except (Refused, ValueError) as error:
            raise Refused(f"{asked.first.url} leads to where we do not go: {error}") from None
        if address.secret:
            raise Refused(f"{asked.first.url} leads to an address with credentials in it")
        downgrade = (asked.address.scheme, address.scheme) == ("https", "http")
        if downgrade and not self.policy.allow_downgrade and address.host == asked.address.host and address.port == 80:
            # Some sites speak https and write http into their redirects (Cellar does): we stay with https.
            stayed = parse(f"https://{address.host_in_url}{address.target}")
            if stayed.url not in asked.seen:
                address, downgrade = stayed, False
        if downgrade and not self.policy.allow_downgrade:
            raise Refused(
                f"{asked.first.url} leads from https to an address without encryption, {address.url}. If that is as it "
                "should be, add the watch with --option allow_downgrade=yes"
            )
        if asked.method == "POST":
            if answer.status != 303:
                raise SourceError(f"{asked.first.url} has moved to {address.url}: name that address", lasting=True)
            asked.method, asked.body = "GET", b""
            asked.headers.pop("Content-Type", None)
        asked.address = address

    def _judged(self, answer: Response, asked: PendingRequest) -> Response:
        conditional = {"If-None-Match", "If-Modified-Since"} & asked.headers.keys()
        if answer.status == 304 and conditional:
            return Response(answer.url, 304, answer.headers, b"", not_modified=True)
        if answer.status == 202 and not answer.body:
            raise SourceError(
                f"{answer.url} answers without a document: it wants to see a browser first [202]. Look whether the site "
                "has an open interface (dutybook watch kinds), or try later"
            )
        if 200 <= answer.status <= 300 and answer.status != 206:
            return answer
        raise error_for_status(answer.url, answer.status, answer.headers, self._now())

    # One request

    def _ask(self, asked: PendingRequest) -> Response:
        network = self._network
        import httpcore

        from dutybook.ingest.network import CODINGS

        address = asked.address
        self._pause(address, asked.pause)
        headers = {"Host": address.host_in_url, "User-Agent": self._agent, "Accept-Encoding": CODINGS, **asked.headers}
        if asked.body:
            headers["Content-Length"] = str(len(asked.body))
        if asked.first.secret and address.origin == asked.first.origin:
            headers["Authorization"] = self._secret(asked.first)
        if asked.cookie and not is_unsendable(asked.cookie) and address.origin == asked.first.origin:
            headers["Cookie"] = asked.cookie
        policy = self.policy
        timeout = {"connect": policy.connect, "read": policy.read, "write": policy.read, "pool": policy.connect}
        request = httpcore.Request(
            asked.method,
            httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            content=asked.body or None,
            extensions={"timeout": timeout},
        )
        network.until.end = time.monotonic() + policy.whole
        try:
            answer = network.send(request, address.scheme, address.host)
            try:
                return self._read(answer, asked)
            finally:
                answer.close()
        except Exception as error:
            source_error = source_error_for(error, address)
            if source_error is None:
                raise
            raise source_error from error
        finally:
            self.visits[address.host] = self._monotonic()

    def _read(self, answer: httpcore.Response, asked: PendingRequest) -> Response:
        from dutybook.ingest.network import decompress

        headers: dict[str, str] = {}
        for raw, value in answer.headers:
            name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers and name != "location" else text
        url, status = asked.address.url, answer.status
        if status in _REDIRECTS or status == 304 or status in PASSING or status >= 400:
            return Response(url, status, headers)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:18]) > asked.limit:
            raise too_large(url, asked.limit)
        body = decompress(answer.iter_stream(), headers.get("content-encoding", ""), asked.limit, url)
        return Response(url, status, headers, body)

    @property
    def max_bytes(self) -> int:
        """The largest document that is fetched, in bytes."""
        return self.policy.max_bytes

    def connect(self, host: str, port: int) -> TlsStream:
        """A TLS connection to a service with another protocol than HTTP, by the same rules on addresses and times.

        Raises:
            Refused: the host is not allowed.
            SourceError: it cannot be reached, or does not prove who it is.
        """
        import httpx

        from dutybook.ingest.network import open_tls

        policy = self.policy
        numbers = resolve(host, port, allow_private=policy.allow_private, resolver=self._resolver)
        tls = self._tls or httpx.create_ssl_context()
        return open_tls(host, port, numbers, tls, connect=policy.connect, read=policy.read, whole=policy.whole)

    def credentials(self, secret: str) -> tuple[str, str]:
        """The name and password in an environment variable.

        Raises:
            SourceError: there is no such variable, or it is not written ``name:password``.
        """
        name, separator, password = self._environment.get(secret, "").strip().partition(":")
        if not (name and separator and password):
            raise SourceError(
                f"the environment variable {secret}, which holds the credentials, is not set or not written name:password",
                lasting=True,
            )
        return name, password

    def _secret(self, address: Address) -> str:
        if address.scheme != "https" and not self.policy.allow_private:
            raise Refused(f"credentials are not sent without encryption: use https:// for {address.host_in_url}")
        return authorization(address.secret, self._environment)

    def _pause(self, address: Address, pause: float) -> None:
        last = self.visits.get(address.host)
        if last is not None:
            left = last + max(self.policy.pause, pause, self._robots.delay(address)) - self._monotonic()
            if left > 0:
                self._sleep(left)

    # robots.txt

    def _rules_of(self, address: Address) -> Rules:
        """The rules in force: without a robots.txt everything is allowed; while it cannot be read, nothing is."""
        target = parse(f"{address.scheme}://{address.host_in_url}/robots.txt")
        asked = PendingRequest(target, "GET", {"Accept": "text/plain, */*"}, b"", 4 * MAX_ROBOTS_BYTES, False, target)
        for _ in range(_MOST_REDIRECTS_OF_RULES + 1):
            answer = self._ask(asked)
            if answer.status in _REDIRECTS:
                try:
                    self._turn(asked, answer)
                except SourceError:
                    return Rules()
                continue
            if answer.status in PASSING or answer.status >= 500:
                wait = retry_after(answer.headers, self._now())
                raise SourceError(
                    f"{address.host_in_url} is not asked now: its robots.txt cannot be had [{answer.status}]",
                    retry_after=wait,
                )
            return Rules(answer.body if 200 <= answer.status < 300 else b"")
        return Rules()
