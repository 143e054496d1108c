"""Fetches the items of one watch: lists the source, then downloads what is new or changed, and stores each item before the next."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dutybook.errors import BadDocument, DutybookError, SourceError
from dutybook.ingest.files import digest
from dutybook.ingest.sources.interface import Fetcher, Item, Known, Listing, Source
from dutybook.pipeline.watching import file_store
from dutybook.pipeline.watching.report import Step, WatchReport
from dutybook.store import Register
from dutybook.store.watches import watch_files, watch_items
from dutybook.store.watches.watch_items import Listed, NewFile, WatchItem
from dutybook.store.watches.watches import Watch, as_json, clean

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
        database = Path(register.path).absolute()
        self.register_folder = database.parent
        self.folder = file_store.folder_of(database, watch.name)

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
            made = [_listed(item) for item in listing.items]
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
        file_store.remove_partial_files(self.folder)
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
        newest = watch_files.newest(self.register, self.watch.id, listed.key)
        if listed.path is not None:
            self._take(item, Path(listed.path), "" if newest is None else newest.sha256)
            return
        known = Known(item.etag, item.modified) if newest is not None else Known()
        fetched = self.source.fetch(_item(listed), self.watch.options, known, self.fetcher)
        if fetched.data is None:
            self._kept(listed.key, fetched.etag, fetched.modified)
            return
        extension = (fetched.extension or listed.extension).lower()
        mark = file_store.fingerprint(fetched.data, extension)
        if newest is not None and newest.fingerprint == mark:
            self._kept(listed.key, fetched.etag, fetched.modified)
            return
        name = file_store.file_name_for(listed.key, listed.title, listed.url, fetched.data, extension)
        path = file_store.write_file(self.folder, name, fetched.data)
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


def _listed(item: Item) -> Listed:
    """The item as it can be stored. A source of another package may return anything."""

    def text(value: str | None) -> str | None:
        return None if value is None else clean(str(value))

    return Listed(
        key=clean(item.key),
        url=clean(item.url),
        title=clean(item.title),
        published=text(item.published),
        language=text(item.language),
        stamp=text(item.stamp),
        extension=clean(item.extension),
        path=item.path,
        more=dict(item.more),
    )


def _item(listed: Listed) -> Item:
    return Item(
        key=listed.key,
        url=listed.url,
        title=listed.title,
        published=listed.published,
        language=listed.language,
        stamp=listed.stamp,
        extension=listed.extension,
        path=listed.path,
        more=listed.more,
    )


def _unexpected(what: str, error: Exception) -> str:
    message = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return f"{what} met something that it does not expect ({message}). Please report this"
