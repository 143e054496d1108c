"""Fetches the items of one watch: lists the source, then downloads what is new or changed, and stores each item before the next."""

from __future__ import annotations

import hashlib
import os
import random
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dutybook.database_address import DatabaseName, database_named
from dutybook.errors import BadDocument, DutybookError, SourceError
from dutybook.ingest.files import digest
from dutybook.ingest.sources.interface import Fetcher, Item, Known, Listing, Source
from dutybook.pipeline.batch import IngestReport
from dutybook.store import Register
from dutybook.store.maintenance.copies import watched_path
from dutybook.store.watches import watch_items
from dutybook.store.watches.watch_items import NewFile, WatchItem
from dutybook.store.watches.watches import Watch, as_json, clean


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run: ``doing`` is listing, fetching, reading or alerting ``what``, ``done`` of ``total``."""

    doing: str
    watch: str
    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class WatchReport:
    """The report on one watch. ``error``: its source could not be read. ``problems`` are lines for people about
    single items.

    ``wanted`` are the items that a dry run would fetch. ``files`` is the number of fetched files, of which
    ``read`` and ``unread``.
    """

    name: str
    listed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    files: int = 0
    read: int = 0
    unread: int = 0
    error: str = ""
    busy: bool = False
    problems: list[str] = field(default_factory=list)
    wanted: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something was left undone."""
        return bool(self.error or self.problems)


@dataclass(slots=True)
class RunReport:
    """The report on a run. ``resting`` watches were not due; ``alerts`` says what was sent, ``problems`` what not."""

    watches: list[WatchReport] = field(default_factory=list)
    ingests: list[IngestReport] = field(default_factory=list)
    resting: int = 0
    alerts: str = ""
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 if all was done, else 2."""
        return 2 if self.problems or any(watch.failed for watch in self.watches) else 0


_HTML = frozenset({".html", ".htm", ".xhtml"})
# Where a page that is made anew with each visit differs from itself.
_UNSAID = ("script", "style", "noscript", "template", "svg", "iframe")
_LONGEST = 60
_EXTENSION = re.compile(r"(?:\.[a-z0-9]{1,8}){1,2}")


def folder_of(database: DatabaseName, watch: str) -> Path:
    """The folder for the files of a watch, next to the database."""
    return watched_path(database) / watch


def file_name_for(key: str, title: str, url: str, data: bytes, extension: str) -> str:
    """A readable file name: the same for the same item and bytes, and different for all others."""
    words = title or unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]) or urlsplit(url).hostname or key
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    if extension and plain.endswith(extension):
        plain = plain.removesuffix(extension)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "document"
    item = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    version = hashlib.sha256(data).hexdigest()[:10]
    return f"{slug}.{item}.{version}{extension if _EXTENSION.fullmatch(extension) else ''}"


def write_file(folder: Path, name: str, data: bytes) -> Path:
    """Write a file atomically: it gets its name when all of it is on the disk.

    Raises:
        SourceError: the disk is full, or the folder cannot be written.
    """
    target = folder / name
    part = ""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        part = ""
        if hasattr(os, "O_DIRECTORY"):
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
    except OSError as error:
        raise SourceError(
            f"{target} cannot be written: {error.strerror or error}. Free some space, or check the folder"
        ) from error
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
    return target


def remove_partial_files(folder: Path) -> None:
    """Remove the partial files of interrupted runs."""
    if folder.is_dir():
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)


def fingerprint(data: bytes, extension: str) -> str:
    """A digest that is the same for the same content: of the words of a web page, of every byte of other files."""
    if extension in _HTML:
        words = _words(data)
        if words:
            return "words " + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
    return "bytes " + hashlib.sha256(data).hexdigest()


def _words(data: bytes) -> str:
    from lxml import etree, html

    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(no_network=True, remove_comments=True))
        etree.strip_elements(root, *_UNSAID, with_tail=False)
        return " ".join(" ".join(root.itertext()).split())
    except (ValueError, etree.LxmlError, RecursionError):
        return ""


#: How long after a failure an item or a source is tried again, in seconds; four times that after the next one, up to a day.
FIRST_BACK_OFF = 300.0
LONGEST_BACK_OFF = 86_400.0
#: So often an item is tried until it changes.
MOST_TRIES = 8
#: So many items in a row that cannot be had now, and the rest is not asked for.
MAX_FAILURES = 3

Clock = Callable[[], datetime]


class ItemFetcher:
    """Lists and fetches the items of one watch that this process has claimed.

    ``hold`` is called between items and raises if the claim is lost. A source of another package may raise anything:
    that is a problem of this watch and of no other.
    """

    def __init__(
        self,
        register: Register,
        watch: Watch,
        source: Source,
        fetcher: Fetcher,
        report: WatchReport,
        *,
        clock: Clock,
        hold: Callable[[], None],
        progress: Callable[[Step], None],
    ) -> None:
        self.register, self.watch, self.source, self.fetcher = register, watch, source, fetcher
        self.report, self.clock, self.hold, self.progress = report, clock, hold, progress
        database = database_named(register.path).absolute()
        self.register_folder = database.parent
        self.folder = folder_of(database, watch.name)

    def list(self) -> Listing:
        """The items of the source.

        Raises:
            SourceError: it cannot be read.
        """
        self.progress(Step("listing", self.watch.name))
        try:
            listing = self.source.list(self.watch.options, self.watch.cursor, self.fetcher, self.clock())
        except DutybookError:
            raise
        except Exception as error:  # nothing that a site sends may end the run
            raise SourceError(_unexpected(f"the source {self.watch.kind}", error)) from error
        self.report.listed = len(listing.items)
        self.report.problems += listing.problems
        return listing

    def record(self, listing: Listing) -> None:
        """Store what was listed. From here on an interrupted run loses nothing."""
        try:
            made = [_clean(item) for item in listing.items]
            as_json([listing.cursor, *(item.more for item in made)])
        except (AttributeError, TypeError, ValueError) as error:
            raise SourceError(_unexpected(f"the source {self.watch.kind}", error)) from error
        items = {item.key: item for item in made}
        news = watch_items.record(
            self.register,
            self.watch.id,
            list(items.values()),
            listing.cursor,
            gone=listing.gone,
            complete=listing.complete,
            now=self.clock(),
        )
        self.report.new, self.report.changed, self.report.gone = news.new, news.changed, news.gone

    def fetch(self, max_failures: int = MAX_FAILURES) -> None:
        """Fetch the waiting items. After ``max_failures`` temporary failures in a row, the rest is left for the next run.

        Raises:
            SourceError: there were so many failures, or the other side asks to be left alone for a while.
        """
        remove_partial_files(self.folder)
        left = max_failures
        waiting = watch_items.to_fetch(self.register, self.watch.id, now=self.clock())
        for number, item in enumerate(waiting):
            self.progress(Step("fetching", self.watch.name, item.listed.title or item.listed.url, number, len(waiting)))
            self.hold()
            try:
                self._fetch(item)
                left = max_failures
            except BadDocument as error:
                self._failed(item, SourceError(str(error), lasting=True))
            except SourceError as error:
                self._failed(item, error)
                left = max_failures if error.lasting else left - 1
                rest = len(waiting) - number - 1
                if (not left or error.retry_after) and not error.lasting and rest:
                    raise SourceError(
                        f"{rest:,} more items are left for the next run: {error}", retry_after=error.retry_after
                    ) from error
            except DutybookError:
                raise
            except Exception as error:  # as above
                self._failed(item, SourceError(_unexpected(f"the source {self.watch.kind}", error), lasting=True))

    def _fetch(self, item: WatchItem) -> None:
        listed = item.listed
        newest = watch_items.newest(self.register, self.watch.id, listed.key)
        if listed.path is not None:
            self._take(item, Path(listed.path), "" if newest is None else newest.sha256)
            return
        known = Known(item.etag, item.modified) if newest is not None else Known()
        fetched = self.source.fetch(listed, self.watch.options, known, self.fetcher)
        if fetched.data is None:
            self._kept(listed.key, fetched.etag, fetched.modified)
            return
        extension = (fetched.extension or listed.extension).lower()
        mark = fingerprint(fetched.data, extension)
        if newest is not None and newest.fingerprint == mark:
            self._kept(listed.key, fetched.etag, fetched.modified)
            return
        name = file_name_for(listed.key, listed.title, listed.url, fetched.data, extension)
        path = write_file(self.folder, name, fetched.data)
        self._fetched(
            listed.key,
            NewFile(
                file=os.path.relpath(path, self.register_folder),
                url=fetched.url or listed.url,
                sha256=digest(path),
                fingerprint=mark,
                published=listed.published,
                etag=fetched.etag,
                modified=fetched.modified,
            ),
        )

    def _take(self, item: WatchItem, path: Path, before: str) -> None:
        """Take a file that is on this machine already. If it cannot be read, reading it will report that."""
        try:
            sha256 = digest(path)
        except BadDocument:
            if not path.exists():
                raise
            sha256 = ""
        if sha256 and sha256 == before:
            self._kept(item.listed.key, None, None)
            return
        listed = item.listed
        self._fetched(listed.key, NewFile(str(path), listed.url, sha256, sha256, listed.published))

    def _fetched(self, key: str, new: NewFile) -> None:
        watch_items.fetched(self.register, self.watch.id, key, new, now=self.clock())
        self.report.files += 1

    def _kept(self, key: str, etag: str | None, modified: str | None) -> None:
        watch_items.kept(self.register, self.watch.id, key, etag=etag, modified=modified)

    def _failed(self, item: WatchItem, error: SourceError) -> None:
        tries = item.tries + 1
        wait = back_off(tries, error.retry_after)
        again = None if error.lasting or tries >= MOST_TRIES else self.clock() + timedelta(seconds=wait)
        watch_items.failed(self.register, self.watch.id, item.listed.key, error=str(error), next_try=again)
        when = f"; tried again after {again:%Y-%m-%d %H:%M} UTC" if again else ""
        self.report.problems.append(f"{error}{when}")


def back_off(failures: int, retry_after: float | None) -> float:
    """Seconds until the next try after so many failures in a row, or what the other side asks for if that is longer."""
    wait = min(FIRST_BACK_OFF * 4.0 ** (failures - 1), LONGEST_BACK_OFF) * random.uniform(0.8, 1.2)  # noqa: S311
    return max(wait, retry_after or 0.0)


def _clean(item: Item) -> Item:
    """The item as it can be stored. A source of another package may return anything."""
    texts = {name: getattr(item, name) for name in ("published", "language", "stamp")}
    return Item(
        key=clean(item.key),
        url=clean(item.url),
        title=clean(item.title),
        **{name: None if value is None else clean(str(value)) for name, value in texts.items()},
        extension=clean(item.extension),
        path=item.path,
        more=dict(item.more),
    )


def _unexpected(what: str, error: Exception) -> str:
    message = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return f"{what} met something that it does not expect ({message}). Please report this"
