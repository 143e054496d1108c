"""Page ranges of one large file, read by several processes at once.

pdfium takes no second thread, so each range has a fresh interpreter of its own (not a fork of this one), which opens the
file, reads its pages and ends. What a process costs when it crashes or hangs is its range: a crashed range is tried again in
halves, so that one bad page takes a few others with it and not the document.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from dutybook.layout.limits import Limits
from dutybook.layout.pdf.opening import opened
from dutybook.layout.pdf.packing import joined, pack, unpack
from dutybook.layout.pdf.pages import read_range
from dutybook.layout.pdf.reading import TIME_LIMIT, Reading, about_pages
from dutybook.memory import no_collection
from dutybook.reasons import Reason, Why, because
from dutybook.records import Page

_CRASHED = because(Why.PAGE_CRASHED, "the process that read it crashed")

LEAST_PAGES = 300
"""A file with fewer pages is read sooner by one process: starting two and handing over costs as much as reading fifty pages."""
SMALLEST = 4
"""A crashed range of so many pages is not parted again."""
_GRACE = 5.0
"""Seconds that a process may go on beyond the time limit, which it keeps itself if it does not hang."""
_COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.layout.pdf.ranges import main; main()"


@dataclass(frozen=True, slots=True)
class _Task:
    path: Path
    password: str | None
    limits: Limits
    start: int
    stop: int
    parent: int


def is_worth_it(limits: Limits, pages: int) -> bool:
    """Whether several processes are allowed and of use."""
    return limits.workers > 1 and pages >= LEAST_PAGES


def read_ranges(data: bytes, password: str | None, limits: Limits, pages: int, started: float) -> Reading:
    """The first ``pages`` pages of a PDF that can be opened; the same as one process reads.

    Raises:
        OSError: there is no room for a copy of the file, or no process can be started.
    """
    deadline = started + limits.max_seconds
    count = limits.workers
    edges = [pages * number // count for number in range(count + 1)]
    with tempfile.TemporaryDirectory(prefix="dutybook-") as folder:
        # A file is not copied into the processes' memory: pdfium reads of it what it needs.
        path = Path(folder, "document.pdf")
        path.write_bytes(data)
        tasks = [_Task(path, password, limits, start, stop, os.getpid()) for start, stop in pairwise(edges)]
        with ThreadPoolExecutor(count) as threads:
            return joined(list(threads.map(lambda task: _read(task, deadline), tasks)))


def _read(task: _Task, deadline: float) -> Reading:
    left = deadline - time.monotonic()
    if left <= 0:
        return _lost(task, TIME_LIMIT, "time limit")
    limits = replace(task.limits, max_seconds=left, workers=1)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _COMMAND.format(path=list(sys.path))],
            input=pickle.dumps(replace(task, limits=limits)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=left + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _lost(task, TIME_LIMIT, "the process that read them hung until the time limit")
    if done.returncode == 0:
        reading = unpack(done.stdout)
        read = len(reading.pages)
        if read < task.stop - task.start:
            rest = replace(task, start=task.start + read)
            return joined([reading, _lost(rest, TIME_LIMIT, "time limit")])
        return reading
    if task.stop - task.start <= SMALLEST:
        return _lost(task, _CRASHED, "the process that read them crashed")
    middle = (task.start + task.stop) // 2
    return joined([_read(replace(task, stop=middle), deadline), _read(replace(task, start=middle), deadline)])


def _lost(task: _Task, note: Reason, problem: str) -> Reading:
    numbers = list(range(task.start + 1, task.stop + 1))
    pages = [Page(number, 0.0, 0.0, "unread", note) for number in numbers]
    return Reading(
        pages=pages, problems=[about_pages(Why.PART_LOST, numbers, f"{{named}} were not read: {problem}", note)]
    )


def _end_with(parent: int) -> None:
    """A process whose parent was killed is adopted by another one; nobody waits for what it reads.

    The parent says who it is: one that is dead before it could be asked for is not taken for the one that adopts.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main() -> None:
    """Read one range: a task on standard input, the packed reading on standard output."""
    # Libraries may print; only the reading may reach the parent.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    task: _Task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    threading.Thread(target=_end_with, args=(task.parent,), daemon=True).start()
    deadline = time.monotonic() + task.limits.max_seconds
    with no_collection(), opened(task.path, task.password, task.limits) as document:
        reading = read_range(document, range(task.start, task.stop), task.limits, deadline)
    output.write(pack(reading))
    output.flush()
    # What pdfium still holds goes with the process.
    os._exit(0)
