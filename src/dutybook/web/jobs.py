"""Background jobs: work that takes longer than a request may, done one after the other, each in a child process that ends with this one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Lock, Thread
from typing import IO, TYPE_CHECKING, Any, Protocol

from dutybook.database_address import database_named
from dutybook.errors import DutybookError

if TYPE_CHECKING:
    from dutybook.pipeline.pool import KeptPool
    from dutybook.store import Register


class Task(Protocol):
    """A background job. The thread of a runner calls its methods, one after the other."""

    @property
    def key(self) -> str:
        """Its name. A runner has at most one task of each name."""

    def begin(self) -> Mapping[str, Any] | None:
        """The order for the worker (see :mod:`dutybook.web.jobs`); None if nothing is left to do."""

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


#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.web.jobs import main; main()"

Tell = Callable[[dict[str, Any]], None]
_NICE = 5
#: The most lines about single problems.
_MOST_LINES = 200


@cache
def _kept_readers() -> KeptPool:
    """The reading processes of a worker that stays."""
    from dutybook.pipeline.pool import KeptPool

    return KeptPool()


def main() -> None:
    """Do what each line of the input orders; only the first one, unless it has the process stay."""
    # Libraries may print; only our lines may reach the parent.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_take_orders, args=(sys.stdin.buffer, orders), daemon=True).start()
    if hasattr(os, "nice") and os.nice(0) < _NICE:
        # Whoever reads pages meanwhile comes first; who was asked to be nice already is so.
        os.nice(_NICE)

    def tell(what: dict[str, Any]) -> None:
        output.write(json.dumps(what) + "\n")
        output.flush()

    while True:
        order: dict[str, Any] = json.loads(orders.get())
        try:
            result = _VERBS[order["verb"]](order, tell)
            tell({"end": result})
        except DutybookError as error:
            tell({"problem": str(error)})
        if not order.get("stay"):
            os._exit(0)


def _take_orders(source: IO[bytes], orders: SimpleQueue[bytes]) -> None:
    """Put each line into the queue; end the process with the input, for nobody wants its answers then."""
    for line in source:
        orders.put(line)
    os._exit(1)


def ingest(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Read files into the register, as ``dutybook ingest`` does."""
    from dutybook.pipeline import batch
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.reading import ReadingOptions

    def show(step: batch.Progress) -> None:
        fields = {name: getattr(step, name) for name in ("done", "total", "source", "outcome", "norms")}
        tell({**fields, "reasons": [reason.plain() for reason in step.reasons]})

    report = batch.ingest(
        order["files"],
        database_named(order["database"]),
        ReadingOptions(
            workers=_upload_workers(),
            password=order.get("password"),
            # A password is kept no longer than it is needed.
            kept=_kept_readers() if order.get("stay") and not order.get("password") else None,
            **order.get("more", {}),
        ),
        progress=show,
        config=Config(language=order.get("language"), published=order.get("published")),
    )
    return {
        "norms": report.norms,
        "unread": [[u.source, u.status, [reason.plain() for reason in u.reasons]] for u in report.unread],
        "left_out": [[other.source, other.reason.plain()] for other in report.left_out],
        "problems": [str(problem) for problem in report.problems],
        "seconds": report.seconds,
    }


def warm_up(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001 - as all verbs
    """Have the processes that read uploads load what they need."""
    from dutybook.pipeline import reading

    reading.warm_up(
        reading.ReadingOptions(workers=_upload_workers(), kept=_kept_readers(), **order.get("more", {})),
    )
    return {}


def _upload_workers() -> int:
    """The number of processes that read uploads: one processor is left for those who read pages."""
    from dutybook.pipeline.reading import default_workers

    return max(1, default_workers() - 1)


def watch(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Run watches, as ``dutybook watch run NAME`` does."""
    from dutybook.pipeline import watching
    from dutybook.pipeline.reading import ReadingOptions

    def show(step: watching.Step) -> None:
        tell({"doing": step.doing, "what": step.what, "done": step.done, "total": step.total})

    report = watching.run(
        order["database"],
        order["names"],
        watching.RunOptions(again=bool(order.get("again"))),
        reading=ReadingOptions(**order.get("more") or {}),
        progress=show,
    )
    lines = [line for one in report.watches for line in ([one.error] if one.error else []) + one.problems]
    return {
        "busy": any(one.busy for one in report.watches),
        "files": sum(one.files for one in report.watches),
        "read": sum(one.read for one in report.watches),
        "lines": [*lines, *report.problems][:_MOST_LINES],
    }


def look(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001 - as all verbs
    """List what a watch would fetch that is not stored yet."""
    from dutybook.pipeline.watching import runner

    report = runner.preview_watch(
        database_named(order["database"]), order["kind"], order["target"], options=order["options"]
    )
    return {
        "listed": report.listed,
        "wanted": report.wanted[:_MOST_LINES],
        "number": len(report.wanted),
        "lines": [*([report.error] if report.error else []), *report.problems][:_MOST_LINES],
        "failed": bool(report.error),
    }


def alerts(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Detect events and send what is due, as ``dutybook alerts run`` does."""
    from dutybook.alerts.collection import collect
    from dutybook.alerts.sending import send
    from dutybook.store import open_register

    now = datetime.now(UTC)
    with open_register(order["database"], create=False) as register:
        collected = collect(register, now=now)
    sent = send(database_named(order["database"]), now=now, address=order.get("address"))
    return {"noticed": collected.noticed, "sent": sent.sent, "lines": [*collected.problems, *sent.problems]}


def test(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Send a test message to each place of an alert, as ``dutybook alerts test`` does."""
    from dutybook.alerts.management import try_channels
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts as kept

    with open_register(order["database"], create=False, read_only=True) as register:
        alert = kept.alert_named(register, order["alert"])
    return {"places": try_channels(alert, datetime.now(UTC))}


def export(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Write an export to a file, as ``dutybook export`` does, within limits of memory and time."""
    from dutybook.export import export as write
    from dutybook.export.exporting import VERSIONED
    from dutybook.export.ics import Calendar
    from dutybook.memory import limit_memory

    limit_memory(order["memory"])
    if hasattr(signal, "setitimer"):
        # Not a handler of Python's: while pages are set, none would be called.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, order["seconds"])
    options = {name: _OPTIONS.get(name, str)(value) for name, value in order["options"].items()}
    is_calendar = str(order["target"]).endswith(".ics")
    calendar = Calendar(address=str(options.pop("address", ""))) if is_calendar else None
    try:
        writes = Path(order["target"]).suffix in VERSIONED
        with _exported(order["database"], writes=writes, folders=order["folders"]) as register:
            rows = write(
                register,
                order["target"],
                order["filters"],
                reader=order["reader"],
                options=options,
                calendar=calendar,
                progress=lambda number: tell({"rows": number}),
            )
    except DutybookError as error:
        return {"refused": type(error).__name__, "given": getattr(error, "_given", (str(error),))}
    except MemoryError:
        return {
            "refused": "BadRequest",
            "given": ["the file needs too much memory: choose fewer norms or another format"],
        }
    return {"rows": rows}


def _exported(database: str, *, writes: bool, folders: bool) -> Register:
    """The register to export from; for writing where the format keeps a version in it and it can be written."""
    from dutybook.errors import RegisterUnwritable
    from dutybook.store import open_register

    if writes:
        with contextlib.suppress(RegisterUnwritable):
            return open_register(database, create=False, folders=folders)
    return open_register(database, read_only=True, create=False, folders=folders)


_OPTIONS: dict[str, Callable[[str], object]] = {
    "today": date.fromisoformat,
    "now": datetime.fromisoformat,
}

_VERBS: dict[str, Callable[[Mapping[str, Any], Tell], dict[str, Any]]] = {
    "ingest": ingest,
    "warm_up": warm_up,
    "watch": watch,
    "look": look,
    "alerts": alerts,
    "test": test,
    "export": export,
}
