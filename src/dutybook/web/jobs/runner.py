"""Runs background jobs one after the other, each in a child process that ends with this one, and keeps the outcome of
each.
"""

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

from dutybook.web.jobs.worker import COMMAND


class Task(Protocol):
    """A background job. The thread of a runner calls its methods, one after the other."""

    @property
    def key(self) -> str:
        """Its name. A runner has at most one task of each name."""

    def begin(self) -> Mapping[str, Any] | None:
        """The order for the worker (see :mod:`dutybook.web.jobs.worker`); None if nothing is left to do."""

    def report_progress(self, what: Mapping[str, Any]) -> None:
        """Take a report of progress from the worker."""

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        """Take the end of the job: its result, or a problem in words."""


class JobRunner:
    """Runs tasks in the order in which they were added."""

    def __init__(self) -> None:
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
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:  # pragma: no cover - Windows
                    process.kill()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
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
        with tempfile.TemporaryFile("w+b") as errors:
            with self._changed:
                if self._closed or task.key in self._cancelled:
                    return None, ""
                process = self._process = _started(errors)
            try:
                return self._listen(task, process, order, errors)
            finally:
                self._kill()
                for stream in (process.stdin, process.stdout):
                    if stream:
                        with contextlib.suppress(OSError):
                            stream.close()
                process.wait()

    def _listen(
        self, task: Task, process: subprocess.Popen[bytes], order: Mapping[str, Any], errors: IO[bytes]
    ) -> tuple[Mapping[str, Any] | None, str]:
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
                return what["end"], ""
            if "problem" in what:
                return None, str(what["problem"])
            task.report_progress(what)
        process.wait()
        errors.seek(0)
        lines = errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return None, lines[-1] if lines else f"the process that did it ended (exit code {process.returncode})"


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
    """The state of a job: waiting, running, done or failed. ``step`` is the last report, ``given`` what the page
    wants to remember.
    """

    state: str = "waiting"
    step: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    ended: str = ""

    @property
    def going(self) -> bool:
        return self.state in ("waiting", "running")


class _Work:
    def __init__(self, key: str, order: Mapping[str, Any], outcome: Outcome) -> None:
        self.key = key
        self.order = order
        self.outcome = outcome

    def begin(self) -> Mapping[str, Any]:
        self.outcome.state = "running"
        return self.order

    def report_progress(self, what: Mapping[str, Any]) -> None:
        self.outcome.step = what

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        self.outcome.result, self.outcome.problem = result or {}, problem
        self.outcome.ended = datetime.now(UTC).isoformat(timespec="seconds")
        self.outcome.state = "done" if result is not None else "failed"


class Jobs:
    """The jobs that contact other machines. They have a runner of their own, since they may be slow and uploads must
    not wait for them.
    """

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
            outcome = self._known[key] = Outcome(given=given or {})
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            self._runner.add(_Work(key, {**order, "more": self.more}, outcome))

    def outcome(self, key: str) -> Outcome | None:
        """The outcome of the job with this key; None if there was none."""
        return self._known.get(key)

    def close(self) -> None:
        self._runner.close()
