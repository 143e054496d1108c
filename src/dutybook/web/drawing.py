"""Draws pages of documents as images, in a child process: the files may be malicious, and the PDF library is not thread-safe."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Lock

from dutybook.errors import NotFound
from dutybook.ingest.files import MAX_BYTES
from dutybook.records import Box

#: Seconds that a page may take to draw, memory of the process that draws it, pages kept, dots an inch.
SECONDS, MEMORY, KEPT, DPI = 20.0, 2 * 2**30, 128, 110.0

#: Digest of the file, number, boxes.
_Page = tuple[str, int, tuple[Box, ...]]


class Drawer:
    """Draws pages one after the other and caches the latest ones. A cached page does not wait for others to be drawn."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._known: OrderedDict[_Page, Future[bytes]] = OrderedDict()
        self._turn = ThreadPoolExecutor(1, "drawing")

    def page(self, source: Path, sha256: str, number: int, boxes: tuple[Box, ...] = ()) -> bytes:
        """A page (from 1) as a PNG with ``boxes`` outlined; NotFound if the file changed or drawing takes too much."""
        return self.begin_page(source, sha256, number, boxes).result()

    def begin_page(self, source: Path, sha256: str, number: int, boxes: tuple[Box, ...] = ()) -> Future[bytes]:
        """Begin to draw a page as :meth:`page` does, for a caller that does something else meanwhile."""
        key = (sha256, number, boxes)
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._turn.submit(self._draw, key, source)
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return known

    def _draw(self, key: _Page, source: Path) -> bytes:
        try:
            self._pool = self._pool or _pool()
            return self._pool.submit(draw, str(source), *key).result(SECONDS)
        except BaseException as error:
            # The file may be back when somebody asks again.
            with self._lock:
                self._known.pop(key, None)
            if isinstance(error, (BrokenProcessPool, TooLong)):
                self._stop()
                raise NotFound("the page could not be drawn: it takes too long or too much memory") from error
            raise

    def close(self) -> None:
        self._turn.shutdown(wait=False, cancel_futures=True)
        self._stop()

    def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_limit, max_tasks_per_child=500)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def draw(source: str, sha256: str, number: int, boxes: tuple[Box, ...] = ()) -> bytes:
    """In the child process: read the file, check that it is the one that was analysed, and draw the page."""
    from dutybook.layout.pictures import page_image
    from dutybook.pipeline.analyse import read

    file = Path(source)
    if file.is_file() and file.stat().st_size > MAX_BYTES:
        raise NotFound(f"{file.name} is larger than what was read")
    raw = read(source)
    if hashlib.sha256(raw.data).hexdigest() != sha256:
        raise NotFound(f"{file.name} was changed since it was read: ingest it again")
    return page_image(raw, number, dpi=DPI, boxes=boxes)
