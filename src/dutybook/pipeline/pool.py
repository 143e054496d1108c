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

from dutybook.errors import Defect, NoSpace
from dutybook.memory import peak_memory
from dutybook.pipeline.worker import (
    COMMAND,
    READY,
    Allowance,
    Answer,
    Job,
    Setup,
    answer_out_of_memory,
    is_out_of_space,
    reason_out_of_space,
    receive,
    send,
)
from dutybook.reasons import Why, because

#: A child is replaced after so many documents, so that nothing it may leak adds up. Starting one costs as much as reading
#: two dozen; over 450 documents neither what one cost nor the memory grew (``benchmarks/flat.py``).
MAX_JOBS = 500
#: So many children in a row that end before they are ready mean that none can work here.
MAX_STILLBORN = 3
#: Seconds of processor time for a file of up to so many pages, and for any file: most need far less, and of one that needs more
#: the first part is read. What a page costs beyond them is the same.
LEAST_SECONDS, LEAST_PAGES = 56.0, 1_500
MOST_SECONDS = 600.0
#: So many times the processor time may pass by the clock: many programs share a busy machine, and what does nothing ends all the
#: same. Where processor time is not counted, the clock is all that there is.
CLOCK = 2.0 if sys.platform == "win32" else 8.0
#: What took so many seconds is not tried a second time.
_LONG = 10.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds of wall-clock time, bytes of address space (0: no limit), bytes of the file.

    Without ``seconds``, the limit is processor time, so that a busy machine reads as much as an idle one, and it grows with
    the pages of the document. A longer limit of wall-clock time then ends what does nothing, and what is not counted (on
    Windows, everything).
    """

    seconds: float | None = None
    memory: int = 3 << 30
    max_bytes: int = 200 * 1000 * 1000

    def allowance(self) -> Allowance:
        """What a document may take before anything is known of it, and how that grows with its pages."""
        if self.seconds is not None:
            return Allowance(wall_seconds=self.seconds)
        return Allowance(LEAST_SECONDS, CLOCK * LEAST_SECONDS, LEAST_SECONDS / LEAST_PAGES, MOST_SECONDS)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child process that leads a group of its own, with everything that it started: that would outlive it if it crashed.

    A child that was waited for is left alone: another process may have its number by now.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:  # pragma: no cover - Windows
                process.kill()


class _Child:
    """One process and the thread that reads its answers."""

    def __init__(self, setup: Setup, answers: SimpleQueue[tuple[_Child, Answer | Allowance | None]]) -> None:
        self.job: Job | None = None
        self.started = 0.0
        self.done = 0
        self.ready = False
        self.out_of_time = False
        self.peak = 0
        # The system counts the peak memory of this process as its child's, too.
        self._inherited = peak_memory()
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

    def assign(self, job: Job, limits: Limits) -> None:
        job = replace(job, allowance=limits.allowance())
        self.job, self.started = job, time.monotonic()
        self.errors.truncate(0)
        self._send(job)

    def _send(self, value: object) -> None:
        assert self.process.stdin
        # A child that is gone shows in its output's end.
        with contextlib.suppress(BrokenPipeError):
            send(self.process.stdin, value)  # type: ignore[arg-type]

    def _read(self, answers: SimpleQueue[tuple[_Child, Answer | Allowance | None]]) -> None:
        assert self.process.stdout
        try:
            while True:
                answers.put((self, receive(self.process.stdout)))  # type: ignore[arg-type]
        except Exception:
            # The end of the stream, or a frame that a dying child left behind.
            answers.put((self, None))

    @property
    def ends(self) -> float:
        """When its document has taken all the time that may pass (monotonic clock)."""
        assert self.job
        return self.started + self.job.allowance.wall_seconds

    def ran(self) -> float:
        """Seconds since it got its document."""
        return time.monotonic() - self.started

    def wait(self) -> int:
        """Its exit code. ``peak`` is then known: the most bytes of memory that it used."""
        if self.process.returncode is None and hasattr(os, "wait4"):
            _, status, usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            self.peak = peak if peak > 1.05 * self._inherited else 0
        return self.process.wait()

    def close(self) -> None:
        end_group(self.process)
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
        self._answers: SimpleQueue[tuple[_Child, Answer | Allowance | None]] = SimpleQueue()
        self._children: list[_Child] = []
        self._stillborn = 0
        self._added: deque[Job] = deque()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            end_group(child.process)
        for child in self._children:
            child.close()
        self._children.clear()

    def add(self, job: Job) -> None:
        """Add a job to the current run. It comes before those that were not drawn yet."""
        self._added.append(job)

    def shrink(self) -> None:
        """End all children but one; none may be reading."""
        for child in self._children[1:]:
            self._drop(child)

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """Yield an answer for each job as it is finished. ``jobs`` is drawn from only when a child is free.

        Raises:
            Defect: no child process can be started.
            NoSpace: the disk of temporary files is full.
        """
        waiting = iter(jobs)
        while True:
            self._hand_out(waiting)
            if not self._busy():
                return
            event = self._next_event()
            if event is None:
                continue
            child, answer = event
            if isinstance(answer, Allowance):
                if child.job:
                    child.job = replace(child.job, allowance=answer)
            elif answer and answer.number == READY:
                # The time limit is for documents, not for starting Python.
                child.ready, child.started = True, time.monotonic()
                self._stillborn = 0
            elif final := self._settle(child, answer):
                yield final

    def _hand_out(self, waiting: Iterator[Job]) -> None:
        """Give each free child a job, those that were added first."""
        drawn: list[Job] = []
        while self._busy() + len(drawn) < self.workers:
            job = self._added.popleft() if self._added else next(waiting, None)
            if job is None:
                break
            drawn.append(job)
        # At the end of a run, children that no document waits for share in the last ones.
        idle = self.workers - self._busy() - len(drawn)
        for number, job in enumerate(drawn):
            share = 1 + (idle + number) // len(drawn)
            self._free_child(fresh=False).assign(replace(job, share=share), self.limits)

    def _settle(self, child: _Child, answer: Answer | None) -> Answer | None:
        """The final answer for the job of a child that answered or, without an answer, died; None if the job is tried again."""
        job, child.job = child.job, None
        fresh = child.done == 0
        child.done += 1
        if answer is None:
            answer = self._bury(child, job)
            if answer is None and job:
                self._free_child(fresh=True).assign(job, self.limits)
        elif not answer.final or child.done >= MAX_JOBS:
            self._drop(child)
        if answer is None or job is None:
            return None
        if not answer.final and not fresh and not child.out_of_time and child.ran() < _LONG:
            # It may be the fault of what the child read before: try once more in a new one.
            self._free_child(fresh=True).assign(job, self.limits)
            return None
        return answer

    def _busy(self) -> int:
        return sum(1 for child in self._children if child.job)

    def _free_child(self, *, fresh: bool) -> _Child:
        if not fresh:
            for child in self._children:
                if child.job is None:
                    return child
        try:
            child = _Child(self.setup, self._answers)
        except OSError as error:
            if is_out_of_space(error):
                raise NoSpace(reason_out_of_space()) from error
            raise
        self._children.append(child)
        return child

    def _next_event(self) -> tuple[_Child, Answer | Allowance | None] | None:
        """The next answer, allowance or end of a child; None after children over their time were killed."""
        now = time.monotonic()
        running = [child for child in self._children if child.job and not child.out_of_time]
        next_end = min((child.ends for child in running), default=now + 60.0)
        try:
            return self._answers.get(timeout=max(0.01, next_end - now))
        except Empty:
            for child in running:
                if time.monotonic() >= child.ends:
                    child.out_of_time = True
                    end_group(child.process)
            return None

    def _bury(self, child: _Child, job: Job | None) -> Answer | None:
        """The answer for the job that a dead child had; None if the job is to be tried again in another one."""
        if child not in self._children:
            return None  # ended by us, after its answer
        end_group(child.process)
        code = child.wait()
        words = child.last_words()
        self._drop(child)
        if job is None:
            return None
        if child.out_of_time or code == -getattr(signal, "SIGXCPU", 0):
            counted = "seconds" if child.out_of_time else "seconds of processor time"
            allowed = job.allowance
            seconds = allowed.wall_seconds if child.out_of_time else round(allowed.seconds)
            child.out_of_time = True
            text = f"reading it took longer than {{seconds:.3g}} {counted}: split it, or allow more (--time-limit)"
            reason = because(Why.SLOW, text, seconds=seconds).of_kind("too large")
            return Answer(job.number, reason=reason, final=False)
        if not child.ready:
            self._stillborn += 1
            if self._stillborn >= MAX_STILLBORN:
                last = words.splitlines()[-1] if words else f"exit code {code}"
                raise Defect(f"the reading processes cannot be started: {last}")
            return None
        if code < 0 and self.limits.memory and child.peak > 0.5 * self.limits.memory:
            # Libraries in C end the process when memory is refused to them.
            return replace(answer_out_of_memory(self.setup, job, ""), details=words)
        reason = because(Why.CRASHED, "the process that read it {how}", how=_cause(code)).of_kind("broken")
        return Answer(job.number, reason=reason, final=False, details=words)

    def _drop(self, child: _Child) -> None:
        self._children.remove(child)
        child.close()


class KeptPool:
    """A pool of which one child is kept from one run to the next while they ask for the same: what it has loaded is loaded once."""

    def __init__(self) -> None:
        self._kept: tuple[Setup, int, Limits, Pool] | None = None

    @contextlib.contextmanager
    def use(self, setup: Setup, workers: int, limits: Limits) -> Iterator[Pool]:
        """The pool for a run. After one that failed, the next run gets new children."""
        if self._kept is None or self._kept[:3] != (setup, workers, limits):
            self.close()
            self._kept = (setup, workers, limits, Pool(setup, workers, limits))
        pool = self._kept[3]
        try:
            yield pool
        except BaseException:
            self.close()
            raise
        pool.shrink()

    def close(self) -> None:
        """End the children."""
        if self._kept is not None:
            self._kept[3].__exit__()
            self._kept = None


def _cause(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            hint = ", perhaps for want of memory" if name == "SIGKILL" else ""
            return f"was ended by {name}{hint}"
    return f"crashed (exit code {code})"


def _environment() -> dict[str, Any]:
    # One thread a process: the pool is the parallelism. A fixed hash seed keeps results the same everywhere.
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
    return {**os.environ, **threads, "OMP_THREAD_LIMIT": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
