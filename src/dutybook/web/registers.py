"""Open registers for requests: read-only ones are kept a thread, writing ones last as long as a change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import TypeVar

from dutybook.store import Register, open_register
from dutybook.web.cache import AnswerCache

T = TypeVar("T")

#: KiB of the file that each thread keeps in memory. There may be forty of them.
CACHE_KIB = 16_384


class Registers:
    """The register of an application, for its worker threads. ``cache``: KiB of the file that each of them keeps."""

    def __init__(self, database: Path, cache: int | None = CACHE_KIB) -> None:
        self.database = database
        self._cache = cache
        self._own = local()
        self._remembered = AnswerCache()

    @contextmanager
    def reading(self) -> Iterator[Register]:
        """The register as it is now. A file that was replaced (restored from a backup, say) is opened anew."""
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
        """What ``make`` reads of a register that was opened with :meth:`reading`, kept under ``key`` until somebody writes."""
        return self._remembered.once(key, make)

    @contextmanager
    def writing(self) -> Iterator[Register]:
        with open_register(self.database, create=False) as register:
            yield register
