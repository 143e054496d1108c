"""Pages of documents as pictures, drawn by a process of its own: the files are not ours, and their reader is not thread-safe."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from dutybook.errors import DutybookError, NotFound
from dutybook.ingest.files import MAX_BYTES
from dutybook.records import Box
from dutybook.web.registers import Registers

router = APIRouter()

#: Seconds that a page may take to draw, memory of the process that draws it, pages kept, dots an inch.
SECONDS, MEMORY, KEPT, DPI = 20.0, 2 * 2**30, 64, 110.0


class Drawer:
    """Draws pages, one after the other, and keeps those drawn last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._kept: OrderedDict[tuple[str, int, tuple[Box, ...]], bytes] = OrderedDict()

    def page(self, source: Path, sha256: str, number: int, boxes: tuple[Box, ...] = ()) -> bytes:
        """A page (from 1) as PNG, with ``boxes`` outlined; the file must still have the bytes that were read.

        Raises:
            NotFound: the file is gone, was changed, or has no such page; it took too long or too much memory.
        """
        key = (sha256, number, boxes)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            pool = self._pool = self._pool or _pool()
            asked: Future[bytes] = pool.submit(draw, str(source), sha256, number, boxes)
            try:
                image = asked.result(SECONDS)
            except (BrokenProcessPool, TooLong) as error:
                self._stop()
                raise NotFound("the page could not be drawn: it takes too long or too much memory") from error
            self._kept[key] = image
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return image

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_limit, max_tasks_per_child=500)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def draw(source: str, sha256: str, number: int, boxes: tuple[Box, ...] = ()) -> bytes:
    """In the child: read the file, see that it is the one that was read, draw the page."""
    from dutybook.layout.page_image import page_image
    from dutybook.pipeline.analyse import read

    file = Path(source)
    if file.is_file() and file.stat().st_size > MAX_BYTES:
        raise NotFound(f"{file.name} is larger than what was read")
    raw = read(source)
    if hashlib.sha256(raw.data).hexdigest() != sha256:
        raise NotFound(f"{file.name} was changed since it was read: ingest it again")
    return page_image(raw, number, dpi=DPI, boxes=boxes)


@router.get("/documents/{identity}/pages/{number}.png")
def image(request: Request, identity: str, number: int) -> Response:
    """A page of a document of the register; nothing but its own file is ever opened."""
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        row = register.connection.execute("SELECT source, sha256 FROM documents WHERE id = ?", (identity,)).fetchone()
    if row is None or not 1 <= number <= 100_000:
        return PlainTextResponse("There is no such page.", 404)
    drawer: Drawer = request.app.state.drawer
    try:
        data = drawer.page(request.app.state.settings.folder / row[0], row[1], number)
    except DutybookError as error:
        return PlainTextResponse(str(error), 404)
    return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=86400"})
