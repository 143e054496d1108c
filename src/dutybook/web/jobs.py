"""Background jobs: work that takes longer than a request may, done one after the other, each in a child process that ends with this one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition, Lock, Thread
from typing import IO, Any, Protocol

from dutybook.pipeline.pool import end_group
from dutybook.web.job_worker import COMMAND


class Task(Protocol):
    """A background job. The thread of a runner calls its methods, one after the other."""

    @property
    def key(self) -> str:
        """Its name. A runner has at most one task of each name."""

    def begin(self) -> Mapping[str, Any] | None:
        """The order for the worker (see :mod:`dutybook.web.job_worker`); None if nothing is left to do."""

    def report_progress(self, what: Mapping[str, Any]) -> None:
        """Take a report of progress from the worker."""

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        """Take the end of the job: its result, or a problem in words."""


class JobRunner:
    """Runs tasks in the order in which they were added.

    Args:
        stay: the seconds that a worker waits for another task. What it has loaded serves that one, too.
    """

    def __init__(self, stay: float = 0.0) -> None:
        self._stay = stay
        self._kept: _Worker | None = None
        self._changed = Condition()
        self._waiting: deque[Task] = deque()
        self._running: Task | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled: set[str] = set()
        self._thread: Thread | None = None
        self._closed = False

    def add(self, task: Task) -> bool:
        """Add a task. Returns False if one of the same key waits or runs."""
        with self._changed:
            if self._closed or self._has(task.key):
                return False
            self._waiting.append(task)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="dutybook-jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return True

    @property
    def idle(self) -> bool:
        """Whether no task waits or runs, and no worker waits for one."""
        with self._changed:
            return not (self._closed or self._kept or any(self._tasks()))

    def has(self, key: str) -> bool:
        """Whether a task of this key waits or runs."""
        with self._changed:
            return self._has(key)

    def before(self, key: str) -> int:
        """How many tasks come before the one with this key; 0 if there is none."""
        with self._changed:
            keys = [task.key for task in self._tasks()]
            return keys.index(key) if key in keys else 0

    def _has(self, key: str) -> bool:
        return any(task.key == key for task in self._tasks())

    def _tasks(self) -> tuple[Task, ...]:
        """The running task and the waiting ones, in this order."""
        return (*([self._running] if self._running else []), *self._waiting)

    def cancel(self, key: str) -> bool:
        """Remove a waiting task or end a running one, without calling its ``ended``. Returns False if there is none."""
        with self._changed:
            if not self._has(key):
                return False
            self._waiting = deque(task for task in self._waiting if task.key != key)
            if self._running and self._running.key == key:
                self._cancelled.add(key)
                self._kill()
                self._changed.wait_for(lambda: self._running is None or self._running.key != key, timeout=30)
            return True

    def close(self) -> None:
        """End all tasks. The state of the running one is left as it is."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._kill()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _kill(self) -> None:
        if self._process is not None:
            end_group(self._process)

    def _work(self) -> None:
        while True:
            with self._changed:
                due = self._changed.wait_for(lambda: self._waiting or self._closed, self._stay if self._kept else None)
                if self._closed or not due:
                    self._end_kept()
                    if self._closed:
                        return
                    continue
                task = self._running = self._waiting.popleft()
            try:
                result, problem = self._do(task)
                with self._changed:
                    left = self._closed or task.key in self._cancelled
                if not left:
                    task.ended(result, problem)
            finally:
                with self._changed:
                    self._running = self._process = None
                    self._cancelled.discard(task.key)
                    self._changed.notify_all()

    def _do(self, task: Task) -> tuple[Mapping[str, Any] | None, str]:
        order = task.begin()
        if order is None:
            return None, ""
        with self._changed:
            if self._closed or task.key in self._cancelled:
                return None, ""
            if self._kept and self._kept.process.poll() is not None:
                # Something else has ended it; that is no fault of this task.
                self._end_kept()
            worker, self._kept = self._kept or _Worker(), None
            process = self._process = worker.process
        stays = False
        try:
            result, problem, stays = self._listen(task, worker, {**order, "stay": bool(self._stay)})
            return result, problem
        finally:
            if stays and self._stay and process.poll() is None:
                self._kept = worker
            else:
                self._kill()
                worker.close()

    def _end_kept(self) -> None:
        """End the worker that waits, if there is one."""
        if self._kept is not None:
            self._process = self._kept.process
            self._kill()
            self._kept.close()
            self._kept = self._process = None

    def _listen(
        self, task: Task, worker: _Worker, order: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any] | None, str, bool]:
        """The result of an order or a problem in words, and whether the worker has answered and can take another order."""
        process = worker.process
        worker.errors.truncate(0)
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            try:
                what = json.loads(line)
            except ValueError:
                # Cut off: the process was ended.
                break
            if "end" in what:
                return what["end"], "", True
            if "problem" in what:
                return None, str(what["problem"]), True
            task.report_progress(what)
        process.wait()
        worker.errors.seek(0)
        lines = worker.errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        if hasattr(signal, "SIGALRM") and process.returncode == -signal.SIGALRM:
            return None, "it took longer than it may", False
        return None, lines[-1] if lines else f"the process that did it ended (exit code {process.returncode})", False


class _Worker:
    """A child process that takes orders, and what it writes besides its answers."""

    def __init__(self) -> None:
        # Append mode, so that each task can begin with nothing: what another one left must not explain its end.
        self.errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - lives as long as the process
        self.process = _started(self.errors)

    def close(self) -> None:
        """Wait for the process, which was ended."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()
        self.errors.close()


def _started(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", COMMAND.format(path=list(sys.path))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "PYTHONUTF8": "1"},
        start_new_session=True,
    )


_KEPT = 100


@dataclass(slots=True)
class Outcome:
    """A job's task and state: waiting, running, done or failed; ``step`` is the last report, ``given`` for the page."""

    key: str
    order: Mapping[str, Any]
    given: Mapping[str, Any]
    state: str = "waiting"
    step: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    finished: str = ""

    @property
    def going(self) -> bool:
        return self.state in ("waiting", "running")

    def begin(self) -> Mapping[str, Any]:
        self.state = "running"
        return self.order

    def report_progress(self, what: Mapping[str, Any]) -> None:
        self.step = what

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        self.result, self.problem = result or {}, problem
        self.finished = datetime.now(UTC).isoformat(timespec="seconds")
        self.state = "done" if result is not None else "failed"


class Jobs:
    """The jobs that contact other machines; they have a runner of their own, so that uploads need not wait for them."""

    def __init__(self) -> None:
        self._runner = JobRunner()
        self._lock = Lock()
        self._known: OrderedDict[str, Outcome] = OrderedDict()
        #: Said with every order, for tests: how files are read.
        self.more: dict[str, Any] = {}

    def start(self, key: str, order: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> None:
        """Start a job, unless one of the same key is running."""
        with self._lock:
            known = self._known.get(key)
            if known is not None and known.going:
                return
            outcome = self._known[key] = Outcome(key, {**order, "more": self.more}, given or {})
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            self._runner.add(outcome)

    def outcome(self, key: str) -> Outcome | None:
        """The outcome of the job with this key; None if there was none."""
        return self._known.get(key)

    def close(self) -> None:
        self._runner.close()
