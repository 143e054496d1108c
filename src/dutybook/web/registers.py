"""Opens the register for requests, caches answers to expensive questions until somebody writes to it, and runs searches.

Each thread keeps one read-only connection; a writing one is open only during a change. Threads of one process share one interpreter
lock, so ten searches at once would slow each other and every other request down: under load, a pool of processes searches.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, Thread, local
from typing import Any, TypeVar, cast

from dutybook.database_address import Address, DatabaseName, database_named
from dutybook.errors import DutybookError, NotFound, RegisterError
from dutybook.searching import Filters, Page, page
from dutybook.searching.ranking import AUTO
from dutybook.store import Register, open_register
from dutybook.store.maintenance import health
from dutybook.store.threads import OwnedByThread

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

#: So many answers are kept, those that were asked for last.
MOST = 256


class AnswerCache:
    """Answers by question. Nobody may change an answer. Whoever asks while it is being computed waits for it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``key``, computed if it is not cached. An error of ``make`` reaches all who wait."""
        with self._lock:
            known = self._known.get(key)
            made: Future[Any] = known or Future()
            self._known[key] = made
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        if known is not None:
            return cast("T", known.result())
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                if self._known.get(key) is made:
                    del self._known[key]
            made.set_exception(error)
            raise
        made.set_result(value)
        return value

    def forget(self) -> None:
        """Drop all answers after somebody wrote, including those being computed now."""
        with self._lock:
            self._known.clear()


#: KiB of the file that each thread keeps in memory. There may be forty of them.
CACHE_KIB = 16_384


class Registers:
    """The register of an application, for its worker threads, each of which keeps ``cache`` KiB of the file.

    Without ``folders`` nobody who reads sees in which folders of this machine documents are.
    """

    def __init__(self, database: DatabaseName, cache: int | None = CACHE_KIB, *, folders: bool = True) -> None:
        self.database = database
        self.folders = folders
        self._cache = cache
        self._own = local()
        self._remembered = AnswerCache()

    @contextmanager
    def reading(self) -> Iterator[Register]:
        """The register as it is now. A file that was replaced, for example by a backup, is opened anew."""
        known = self._file()
        kept: OwnedByThread[Register] | None = getattr(self._own, "kept", None)
        if kept is not None and kept.file != known:
            kept.opened.close()
            kept = self._own.kept = None
        if kept is None:
            with self._without_folder():
                register = open_register(self.database, read_only=True, create=False, folders=self.folders)
            if self._cache is not None:
                register.limit_cache(self._cache)
            kept = self._own.kept = OwnedByThread(known, register)
            self._own.version = None
        # Each connection counts what others write for itself: a new one cannot know what was written before.
        with self._without_folder():
            version = kept.opened.data_version()
        if version != self._own.version:
            self._remembered.forget()
            self._own.version = version
        with self._without_folder():
            try:
                yield kept.opened
            except Exception as error:
                if damage := health.explain_damage(self.database, error):
                    raise damage from error
                raise

    def _file(self) -> tuple[int, int] | None:
        """Which file it is; None where there is none, or a server has the register."""
        if isinstance(self.database, Address) or not self.database.exists():
            return None
        status = self.database.stat()
        return status.st_dev, status.st_ino

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` reads from a register, cached under ``key`` until somebody writes."""
        return self._remembered.once(key, make)

    @contextmanager
    def writing(self) -> Iterator[Register]:
        with self._without_folder(), open_register(self.database, create=False) as register:
            yield register

    @contextmanager
    def _without_folder(self) -> Iterator[None]:
        """Have errors name the file of the register alone where folders are hidden."""
        try:
            yield
        except DutybookError as error:
            message = hide_database(str(error), self.database)
            if self.folders or message == str(error):
                raise
            _LOG.error("%s", error)
            kind = type(error) if isinstance(error, (RegisterError, NotFound)) else RegisterError
            raise kind(message) from error


def hide_database(text: str, database: DatabaseName) -> str:
    """A message without the folder or the address of the database."""
    if isinstance(database, Address):
        return text.replace(database.without_password, database.name)
    for folder in {str(database.parent), str(database.absolute().parent)}:
        text = text.replace(f"{folder}/", "").replace(folder, ".") if len(folder) > 1 else text
    return text


_OWN: dict[str, Registers] = {}
#: Results of a page that is remembered.
_KEPT = 50


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for a search, with the arguments of :func:`dutybook.searching.page`."""

    filters: Filters
    limit: int
    offset: int
    reader: str | None
    facets: tuple[str, ...]
    semantic: str
    order: str

    def of(self, register: Register) -> Page:
        return page(
            register,
            self.filters,
            limit=self.limit,
            offset=self.offset,
            reader=self.reader,
            facets=self.facets,
            semantic=self.semantic,
            order=self.order,
        )


class SearchPool:
    """Searches the register of ``registers`` in this many ``processes``; with 0, in the thread of the caller."""

    def __init__(self, registers: Registers, processes: int = 0) -> None:
        self._registers = registers
        self._processes = processes
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start the processes before the first search waits for them."""
        for _ in range(self._processes):
            self._opened().submit(_ready, str(self._registers.database), self._registers.folders)

    def page(
        self,
        register: Register,
        filters: Filters,
        *,
        limit: int,
        offset: int = 0,
        reader: str | None = None,
        facets: tuple[str, ...] = (),
        semantic: str = AUTO,
        order: str = "",
    ) -> Page:
        """As :func:`dutybook.searching.page`, with its errors. A search is not repeated while its answer is right."""
        asked = _Asked(filters, limit, offset, reader, facets, semantic, order)

        def make() -> Page:
            if self._processes:
                try:
                    registers = self._registers
                    return self._opened().submit(_find, str(registers.database), registers.folders, asked).result()
                except BrokenProcessPool:
                    self._drop()
            return asked.of(register)

        # Long pages are asked for by programs that read the whole list, and none of them twice.
        return self._registers.once(asked, make) if limit <= _KEPT else make()

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        pool = self._drop()
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.kill()
            # What the processes share is given back only when all have ended.
            pool.shutdown()

    def _opened(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._processes, context, initializer=_begin)
            return self._pool

    def _drop(self) -> ProcessPoolExecutor | None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        return pool


def _begin() -> None:
    """In the child: ignore Ctrl+C, which is for the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end() -> None:
        if parent is not None:
            parent.join()
            os._exit(0)

    Thread(target=end, daemon=True).start()


def _ready(database: str, folders: bool) -> None:
    """Load what every search needs."""
    with suppress(DutybookError):
        _find(database, folders, _Asked(Filters(words="ready"), 1, 0, None, (), AUTO, ""))


def _find(database: str, folders: bool, asked: _Asked) -> Page:
    registers = _OWN.setdefault(database, Registers(database_named(database), cache=None, folders=folders))
    with registers.reading() as register:
        return asked.of(register)
