"""Runs searches for pages and the API: in the thread of the request or, under load, in a pool of processes.

Threads of one process share one interpreter lock, so ten searches at once would slow each other and every other request down.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from dutybook.errors import DutybookError
from dutybook.searching import Filters, Page, page
from dutybook.searching.searching import AUTO
from dutybook.store import Register
from dutybook.web.registers import Registers

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

    def of(self, register: Register) -> Page:
        return page(
            register,
            self.filters,
            limit=self.limit,
            offset=self.offset,
            reader=self.reader,
            facets=self.facets,
            semantic=self.semantic,
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
            self._opened().submit(_ready, str(self._registers.database))

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
    ) -> Page:
        """As :func:`dutybook.searching.page`. A search that was made before is not repeated while its answer is still
        right.

        Raises:
            BadFilter, MissingExtra, NotFound: as there.
        """
        asked = _Asked(filters, limit, offset, reader, facets, semantic)

        def make() -> Page:
            if self._processes:
                try:
                    return self._opened().submit(_find, str(self._registers.database), asked).result()
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


def _ready(database: str) -> None:
    """Load what every search needs."""
    with suppress(DutybookError):
        _find(database, _Asked(Filters(words="ready"), 1, 0, None, (), AUTO))


def _find(database: str, asked: _Asked) -> Page:
    registers = _OWN.setdefault(database, Registers(Path(database), cache=None))
    with registers.reading() as register:
        return asked.of(register)
