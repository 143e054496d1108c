"""A clock that runs fast while nobody works, for processes that are tested over a simulated day.

Processes that are started with :attr:`FastClock.environment`, and their children, read the system's clock plus an offset
(``fast_clock.c``). :meth:`FastClock.pass_time` raises the offset only while none of their threads computes, reads or writes: schedules, pauses and
ages see a day go by, and what has a time limit (a search, the reading of a document, a lock) gets the seconds that it has on any day.
"""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: The most seconds by which an idle day moves on at once. It stops earlier for whoever waits for more than the least: shorter waits
#: are those of loops that look for something ten times a second.
STEP, LEAST = 5.0, 0.5
#: Real seconds between two looks at the processes, and for which whoever waited until now gets to notice.
LOOK, NOTICE = 0.001, 0.1
#: Bytes of the file before the limits of waiting threads, and how many there are (``fast_clock.c``).
_LIMITS, _WAITS = 4096, 16384


class NoCompiler(SystemExit):
    """The library that moves the clock cannot be compiled here."""


class FastClock:
    """A clock in ``folder``; ``hours`` after the beginning the simulation is over."""

    def __init__(self, folder: Path) -> None:
        library, offset = folder / "fast_clock.so", folder / "offset"
        compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
        if compiler is None:
            raise NoCompiler("a C compiler is needed for the fast clock: install gcc or clang")
        source = Path(__file__).with_name("fast_clock.c")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        offset.write_bytes(bytes(_LIMITS + 8 * _WAITS))
        with offset.open("r+b") as file:
            self._shared = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
        self._limits = self._shared[_LIMITS // 8 :]
        self._skipped = 0.0
        self._begun = self._moved = time.monotonic()
        #: What a process needs to live by this clock.
        self.environment = {"LD_PRELOAD": str(library), "FAST_CLOCK": str(offset)}

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning, by this clock."""
        return time.monotonic() - self._begun + self._skipped

    @property
    def now(self) -> datetime:
        """The moment that the processes see."""
        return datetime.now(UTC) + timedelta(seconds=self._skipped)

    def pass_time(self, until: float, roots: Sequence[int], is_busy: Callable[[], bool] = lambda: False) -> None:
        """Let time go by until so many seconds after the beginning, fast whenever the processes below ``roots`` are idle.

        ``is_busy`` says whether they wait for the caller.
        """
        while (left := until - self.elapsed) > 0:
            time.sleep(min(LOOK, left))
            if not is_busy() and (step := self._step(roots)):
                self._skipped += max(0.0, min(step, until - self.elapsed))
                self._shared[0] = int(self._skipped * 1e9)
                self._moved = time.monotonic()

    def _step(self, roots: Sequence[int]) -> float:
        """By how many seconds time may move on; 0 while somebody works."""
        step, now = STEP, time.monotonic_ns() + self._shared[0]
        for pid in descendants(roots):
            for thread in threads_of(pid):
                limit = self._limits[int(thread) % _WAITS]
                if self._is_working(pid, thread, limit, now):
                    return 0.0
                if limit > now + LEAST * 1e9:
                    step = min(step, (limit - now) / 1e9)
        return step

    def _is_working(self, pid: int, thread: str, limit: int, now: int) -> bool:
        """Whether a thread runs, waits for a processor (R) or a disk (D), or has yet to notice that its time has come."""
        state = read(f"/proc/{pid}/task/{thread}/stat").rpartition(")")[2].lstrip()[:1]
        # A waiting thread runs for a moment now and then to look at the clock.
        if state in ("R", "D"):
            return limit <= now
        return state == "S" and 0 < limit <= now and time.monotonic() - self._moved < NOTICE


def descendants(roots: Sequence[int]) -> Iterator[int]:
    """Processes and all that they have started, as far as they live."""
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        yield pid
        for thread in threads_of(pid):
            waiting += map(int, read(f"/proc/{pid}/task/{thread}/children").split())


def threads_of(pid: int) -> list[str]:
    """The numbers of the threads of a process; none if it has ended."""
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def read(file: str) -> str:
    """A file of ``/proc``; empty if its process has ended."""
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return opened.read()
    except OSError:
        return ""


def with_environment(name: str, value: str) -> Iterator[int]:
    """The processes of this machine that have a variable, whoever their parent is by now."""
    wanted = f"{name}={value}".encode()
    for each in os.listdir("/proc"):
        if each.isdigit() and int(each) != os.getpid():
            try:
                found = Path(f"/proc/{each}/environ").read_bytes()
            except OSError:
                continue
            if wanted in found.split(b"\0"):
                yield int(each)
