"""A pool of child processes that outlives any of them: one that dies or hangs costs one document, never the batch."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import IO, Any

from dutybook.errors import Defect
from dutybook.pipeline.worker import COMMAND, READY, Answer, Job, Setup, receive, send

#: A child is replaced after so many documents, so that nothing it may leak adds up.
MAX_JOBS = 200
#: So many children in a row that end before they are ready mean that none can work here.
MAX_STILLBORN = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: wall-clock seconds, bytes of address space (0: no limit), bytes of the file."""

    seconds: float = 300.0
    memory: int = 3 << 30
    max_bytes: int = 200 * 1000 * 1000


class _Child:
    """One process and the thread that reads its answers."""

    def __init__(self, setup: Setup, answers: SimpleQueue[tuple[_Child, Answer | None]]) -> None:
        self.job: Job | None = None
        self.started = 0.0
        self.done = 0
        self.ready = False
        self.out_of_time = False
        # Whatever libraries print is kept for the case that the child crashes; append mode, so it can be cut.
        self.errors: IO[bytes] = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - lives as long as the child
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", COMMAND.format(path=list(sys.path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=_environment(),
            # A group of its own: Ctrl-C reaches only the parent, and killing takes what the child started with it.
            start_new_session=True,
        )
        self._send(setup)
        threading.Thread(target=self._read, args=(answers,), daemon=True).start()

    def assign(self, job: Job) -> None:
        self.job, self.started = job, time.monotonic()
        self.errors.truncate(0)
        self._send(job)

    def _send(self, value: object) -> None:
        assert self.process.stdin
        # A child that is gone shows in its output's end.
        with contextlib.suppress(BrokenPipeError):
            send(self.process.stdin, value)  # type: ignore[arg-type]

    def _read(self, answers: SimpleQueue[tuple[_Child, Answer | None]]) -> None:
        assert self.process.stdout
        try:
            while True:
                answers.put((self, receive(self.process.stdout)))  # type: ignore[arg-type]
        except Exception:
            # The end of the stream, or a frame that a dying child left behind.
            answers.put((self, None))

    def kill(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(self.process.pid, signal.SIGKILL)
                else:
                    self.process.kill()

    def close(self) -> None:
        self.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        self.errors.close()

    def last_words(self) -> str:
        size = self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, size - 4000))
        return self.errors.read().decode("utf-8", "replace").strip()


class Pool:
    """Runs jobs on up to ``workers`` children. Use in a ``with`` block; leaving it ends every child."""

    def __init__(self, setup: Setup, workers: int, limits: Limits) -> None:
        self.setup = setup
        self.workers = max(1, workers)
        self.limits = limits
        self._answers: SimpleQueue[tuple[_Child, Answer | None]] = SimpleQueue()
        self._children: list[_Child] = []
        self._stillborn = 0
        self._added: deque[Job] = deque()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
        for child in self._children:
            child.close()
        self._children.clear()

    def add(self, job: Job) -> None:
        """One more job for the run that is going on; it comes before those that were not yet drawn."""
        self._added.append(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """An answer for each job, as they come. ``jobs`` is drawn from only when a child is free.

        Raises:
            Defect: no child can be started here.
        """
        waiting = iter(jobs)
        exhausted = False
        while True:
            drawn: list[Job] = []
            while (self._added or not exhausted) and self._busy() + len(drawn) < self.workers:
                job = self._added.popleft() if self._added else next(waiting, None)
                if job is None:
                    exhausted = True
                    break
                drawn.append(job)
            # At the end of a run, children that no document waits for share in the last ones.
            idle = self.workers - self._busy() - len(drawn)
            for number, job in enumerate(drawn):
                share = 1 + (idle + number) // len(drawn)
                self._free_child(fresh=False).assign(replace(job, share=share) if share > 1 else job)
            if not self._busy():
                return
            event = self._next_event()
            if event is None:
                continue
            child, answer = event
            if answer and answer.number == READY:
                # The time limit is for documents, not for starting Python.
                child.ready, child.started = True, time.monotonic()
                self._stillborn = 0
                continue
            job, child.job = child.job, None
            fresh = child.done == 0
            child.done += 1
            if answer is None:
                answer = self._bury(child, job)
                if answer is None and job:
                    self._free_child(fresh=True).assign(job)
            elif not answer.final or child.done >= MAX_JOBS:
                self._drop(child)
            if answer is None or job is None:
                continue
            if not answer.final and not fresh and not child.out_of_time:
                # It may be the fault of what the child read before: try once more in a new one.
                self._free_child(fresh=True).assign(job)
                continue
            yield answer

    def _busy(self) -> int:
        return sum(1 for child in self._children if child.job)

    def _free_child(self, *, fresh: bool) -> _Child:
        if not fresh:
            for child in self._children:
                if child.job is None:
                    return child
        child = _Child(self.setup, self._answers)
        self._children.append(child)
        return child

    def _next_event(self) -> tuple[_Child, Answer | None] | None:
        """The next answer or end of a child; None after children over their time were killed."""
        now = time.monotonic()
        running = [child for child in self._children if child.job and not child.out_of_time]
        next_end = min((child.started + self.limits.seconds for child in running), default=now + 60.0)
        try:
            return self._answers.get(timeout=max(0.01, next_end - now))
        except Empty:
            for child in running:
                if time.monotonic() >= child.started + self.limits.seconds:
                    child.out_of_time = True
                    child.kill()
            return None

    def _bury(self, child: _Child, job: Job | None) -> Answer | None:
        """What to say of the job that a dead child had in hand; None if it is to be tried in another one."""
        if child not in self._children:
            return None  # ended by us, after its answer
        code = child.process.wait()
        words = child.last_words()
        self._drop(child)
        if job is None:
            return None
        if child.out_of_time:
            message = f"reading it took longer than {self.limits.seconds:g} seconds"
            return Answer(job.number, code="too large", message=message, final=False)
        if not child.ready:
            self._stillborn += 1
            if self._stillborn >= MAX_STILLBORN:
                last = words.splitlines()[-1] if words else f"exit code {code}"
                raise Defect(f"the reading processes cannot be started: {last}")
            return None
        return Answer(job.number, code="broken", message=_cause(code), final=False, details=words)

    def _drop(self, child: _Child) -> None:
        self._children.remove(child)
        child.close()


def _cause(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            hint = ", perhaps for want of memory" if name == "SIGKILL" else ""
            return f"the process that read it was ended by {name}{hint}"
    return f"the process that read it crashed (exit code {code})"


def _environment() -> dict[str, Any]:
    # One thread a process: the pool is the parallelism. A fixed hash seed keeps results the same everywhere.
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
    return {**os.environ, **threads, "OMP_THREAD_LIMIT": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
