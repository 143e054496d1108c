"""The interface of a source, which lists documents and fetches the bytes of one, and of the fetcher that sources use.

A listing that a service gives in pages is collected by :func:`collect`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from dutybook.errors import SourceError

if TYPE_CHECKING:
    from dutybook.ingest.network import TlsStream

#: What a user set for a watch: plain values by name, as JSON has them.
Options = Mapping[str, Any]
#: How far a source has come, for its own use next time: plain values by name, as JSON has them.
Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """A response. ``url`` is the final address, ``headers`` are in lower case; no ``body`` if ``not_modified``."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    not_modified: bool = False

    @property
    def media_type(self) -> str:
        """``application/pdf``, without parameters, in lower case; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Closeable(Protocol):
    """What is closed at the end of a run."""

    def close(self) -> None: ...


class Fetcher(Protocol):
    """Fetches addresses for a source: within limits of size and time, obeying robots.txt, with pauses and retries, no
    private addresses.

    Raises (all methods):
        SourceError: it cannot be fetched; it says whether and when to try again.
    """

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
        """Get an address.

        Args:
            known: validators of the last response; if that is still current, the response is ``not_modified``.
            robots: False only for documented APIs.
            pause: the least time between two requests to the host, in seconds, if its publisher asks for more than usual.
        """

    def follow(self, page: Response, url: str, *, accept: str | None = None, known: Known | None = None) -> Response:
        """Get an address that a page links to, with the cookies that this page has just set on its own site."""

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
        """Send a form, or an object as JSON, to a documented API. Never repeated if it may have had an effect."""

    @property
    def max_bytes(self) -> int:
        """The largest document that is fetched, in bytes."""

    @property
    def sessions(self) -> dict[str, Closeable]:
        """Sessions that a source keeps open until the end of the run, by a name of its own; they are closed then."""

    def connect(self, host: str, port: int) -> TlsStream:
        """A TLS connection for another protocol than HTTP (IMAP)."""

    def credentials(self, secret: str) -> tuple[str, str]:
        """The name and password that an environment variable holds as ``name:password``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document that a source lists.

    Attributes:
        key: its permanent name within its source.
        stamp: changes when the document may have changed (an ETag, ``updated`` of a feed, size and time of a
            file); None if only fetching can tell.
        published: ISO 8601.
        extension: that of its file, such as ``.pdf``; empty: by the response.
        path: a file on this machine, which is read where it is.
    """

    key: str
    url: str
    title: str = ""
    published: str | None = None
    language: str | None = None
    stamp: str | None = None
    extension: str = ""
    path: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source lists now.

    Attributes:
        cursor: stored for the next run once all items are.
        gone: keys that the source no longer has.
        complete: the items are all that it has, so known keys that are missing are gone, too.
        problems: texts for the user about what was skipped (an entry without an address, a broken feed that was
            read anyway).
    """

    items: tuple[Item, ...]
    cursor: Cursor = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing. ``cursor`` continues behind it (``where``, in words); the last one stands for all of it.

    ``full``: the listing ends here for this run, whatever the limit; ``more``: it may end here if the limit is reached.
    """

    items: Iterable[Item]
    cursor: Cursor
    where: str = "there"
    more: bool = False
    full: bool = False


def collect(pages: Iterable[Page], limit: int, what: str, problems: list[str]) -> Listing:
    """The listing of all pages up to the user's limit, each item once. What ``pages`` adds to ``problems`` is in it.

    Raises:
        SourceError: no page with an item could be read. Later pages are left for the next run.
    """
    items: dict[str, Item] = {}
    cursor: Cursor = {}
    where = "there"
    try:
        for page in pages:
            for item in page.items:
                items.setdefault(item.key, item)
            cursor, where = page.cursor, page.where
            if page.full or (page.more and len(items) >= limit):
                text = f"there is more than the {limit:,} {what} that a run lists (limit=)"
                problems.append(f"{text}; the list goes on from {where} next time")
                break
    except SourceError as error:
        if not items:
            raise
        problems.append(f"the list broke off and goes on from {where} next time: {error}")
    return Listing(tuple(items.values()), cursor, problems=tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class Known:
    """The validators of the last response for an item, to ask whether it is still current."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a document, None if it has not changed since ``Known``. ``extension`` includes its dot."""

    data: bytes | None
    extension: str = ""
    url: str = ""
    etag: str | None = None
    modified: str | None = None


class Source(Protocol):
    """A kind of source; instances have no state. ``kind`` is its name for users, ``help`` one line about it.

    A source may also have ``every``, the default seconds between two runs (else some hours), ``options``, its options
    by name with a description of each, ``written``, a description of its targets, and ``numbered``, true if its targets
    with digits and dots (``235.1``) are numbers of acts and never the address of a machine.
    """

    @property
    def kind(self) -> str: ...

    @property
    def help(self) -> str: ...

    def check(self, target: str, options: Options) -> Options:
        """Complete and normalise what the user wrote; ``target`` is an address, folder, number or query.

        Raises:
            BadRequest: it is malformed; the message says how it is written.
        """

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """List the documents. ``cursor`` is empty the first time; ``now`` is UTC."""

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """The bytes of one item that has no ``path``."""
