"""Opens the register for requests, and caches answers to expensive questions until somebody writes to it.

Each thread keeps one read-only connection; a writing one is open only during a change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, local
from typing import Any, TypeVar, cast

from dutybook.store import Register, open_register

T = TypeVar("T")

#: So many answers are kept, those that were asked for last.
MOST = 256


class AnswerCache:
    """Answers by question. Nobody may change an answer. Whoever asks while it is being computed waits for it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``key``, computed if it is not cached. If ``make`` raises, everybody who waits gets that
        error.
        """
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
    """The register of an application, for its worker threads. ``cache`` is how many KiB of the file each thread
    keeps.
    """

    def __init__(self, database: Path, cache: int | None = CACHE_KIB) -> None:
        self.database = database
        self._cache = cache
        self._own = local()
        self._remembered = AnswerCache()

    @contextmanager
    def reading(self) -> Iterator[Register]:
        """The register as it is now. A file that was replaced, for example by a backup, is opened anew."""
        status = self.database.stat() if self.database.exists() else None
        known = (status.st_dev, status.st_ino) if status else None
        kept: tuple[object, Register] | None = getattr(self._own, "kept", None)
        if kept is not None and kept[0] != known:
            kept[1].close()
            kept = self._own.kept = None
        if kept is None:
            register = open_register(self.database, read_only=True, create=False)
            if self._cache is not None:
                register.limit_cache(self._cache)
            kept = self._own.kept = (known, register)
            self._own.version = None
        # Each connection counts what others write for itself: a new one cannot know what was written before.
        version = kept[1].data_version()
        if version != self._own.version:
            self._remembered.forget()
            self._own.version = version
        yield kept[1]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` reads from a register opened with :meth:`reading`, cached under ``key`` until somebody
        writes.
        """
        return self._remembered.once(key, make)

    @contextmanager
    def writing(self) -> Iterator[Register]:
        with open_register(self.database, create=False) as register:
            yield register
