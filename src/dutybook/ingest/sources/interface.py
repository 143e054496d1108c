"""The interface of a source: it lists what there is, and fetches the bytes of one item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

#: What a user set for a watch: plain values by name, as JSON has them.
Options = Mapping[str, Any]
#: How far a source has come, for its own use next time: plain values by name, as JSON has them.
Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. ``url`` is where it came from in the end. ``body`` is empty where ``not_modified``. ``headers``: names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    not_modified: bool = False

    @property
    def media_type(self) -> str:
        """``application/pdf``, without parameters, in lower case; empty where it does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher(Protocol):
    """Gets addresses for a source: within limits of size and time, with robots, pauses and retries, never private addresses.

    Raises (all of them):
        SourceError: it cannot be had; says whether later may be better, and when.
    """

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        language: str | None = None,
        etag: str | None = None,
        modified: str | None = None,
        max_bytes: int | None = None,
        robots: bool = True,
    ) -> Response:
        """Get an address. ``etag`` and ``modified``: answer ``not_modified`` if it is still so. ``robots=False`` is for documented APIs."""

    def post(
        self, url: str, *, form: Mapping[str, str], accept: str | None = None, max_bytes: int | None = None
    ) -> Response:
        """Ask a documented API (SPARQL) by form; never repeated if it may have had an effect."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document that a source knows of.

    ``key`` names it for ever within its source. ``stamp`` changes when the document may have changed (an ETag, an ``updated`` of
    a feed, size and time of a file); None: nobody can tell without fetching. ``published`` is ISO 8601. ``extension`` (``.pdf``)
    is what its file is to be called, empty: by what is sent. ``path``: it is a file here already, and is read where it stands.
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
    """What a source has now. ``cursor`` is kept for next time once all items are; ``gone`` are keys that it has no more.
    ``complete``: the items are all that it has; keys known from before and not among them are gone too.

    ``problems`` are words for the user about what was skipped (an entry without an address, a broken feed that was read all the same).
    """

    items: tuple[Item, ...]
    cursor: Cursor = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the last fetch of an item answered, to ask whether it is still so."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document's bytes; ``data`` is None where it has not changed since ``Known``. ``extension`` with its dot."""

    data: bytes | None
    extension: str = ""
    url: str = ""
    etag: str | None = None
    modified: str | None = None


class Source(Protocol):
    """A kind of source; instances hold no state. ``kind`` is what users call it, ``help`` one line for them.

    A source may also have ``every``, the seconds between two looks if the user does not say (else it is some hours),
    ``options``, its options by name with words about each, and ``written``, words about how a target is written.
    """

    @property
    def kind(self) -> str: ...

    @property
    def help(self) -> str: ...

    def check(self, target: str, options: Options) -> Options:
        """What the user gave, completed and made canonical; ``target`` is the address, folder, number or query.

        Raises:
            BadRequest: it cannot be meant; the message says how it is written.
        """

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """What there is. ``cursor`` is empty the first time; ``now`` is UTC."""

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """The bytes of one item that has no ``path``."""
