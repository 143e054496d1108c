"""Reads documents on a Dask cluster, in place of the processes of this machine.

The scheduler hands each document to a worker; each worker reads in a child process of its own (:class:`~dutybook.pipeline.pool.Pool`),
so that limits hold, models are loaded once, and a hostile file costs one document. A document whose worker dies is read by another
one, a few times; so is one for which a worker's disk has no space. This process alone writes into the register; it keeps a few documents for each worker on their way and draws
further ones only as answers come, so that neither it nor the scheduler fills its memory.

Files that a worker does not find under their paths are sent to it. Needs the extra ``cluster``.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from dutybook.errors import BadRequest, Defect, DutybookError, MissingExtra, NoSpace
from dutybook.pipeline.config import ANALYSER_VERSION
from dutybook.pipeline.pool import KeptPool, Limits
from dutybook.pipeline.worker import Answer, Job, Setup, answer_out_of_space, is_out_of_space
from dutybook.reasons import Why, because

#: Of Dask, which annotates only some of what it offers.
Client: TypeAlias = Any
LocalCluster: TypeAlias = Any
Future: TypeAlias = Any

#: In place of the address of a scheduler: a cluster on this machine, for as long as the run takes.
LOCAL = "local"
#: Documents on their way, for each thread of a worker: one that is read, one that waits next to it.
AHEAD = 2
#: Seconds until a scheduler must answer, and until it must have a worker.
CONNECT, WITHOUT_WORKERS = 20.0, 120.0
#: Seconds between looks at how many workers there are.
LOOK = 2.0
#: A worker whose disk was full is passed over for so many seconds; so many of them are tried for a document.
FULL_SECONDS, MOST_FULL = 60.0, 3
#: Files that were sent and are kept, here and on each worker, since the documents inside them are tasks of their own.
KEPT_FILES = 8


@dataclass(frozen=True, slots=True)
class _File:
    """What tells a worker whether the file that it finds is the one that is meant."""

    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> _File | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_size, found.st_mtime_ns)


class Cluster:
    """Runs jobs on the workers of a Dask scheduler. Use in a ``with`` block, as :class:`~dutybook.pipeline.pool.Pool`.

    ``address``: of the scheduler (``tcp://host:8786``, ``tls://…``), or ``local``; ``workers``: how many, if local.
    """

    def __init__(self, setup: Setup, limits: Limits, address: str, workers: int) -> None:
        self.setup = setup
        self.limits = limits
        self.address = address
        self.workers = workers
        self._own: LocalCluster | None = None
        self._client: Client | None = None
        self._added: deque[Job] = deque()
        self._done: SimpleQueue[Future] = SimpleQueue()
        # Each with whether its file was sent along.
        self._running: dict[Future, tuple[Job, bool]] = {}
        self._numbers = count()
        self._sent: OrderedDict[Path, Future] = OrderedDict()
        # Workers whose disk was full, with the moment until which they are passed over; how often a document met one.
        self._full: dict[str, float] = {}
        self._met_full: Counter[int] = Counter()
        self._room, self._looked, self._alone_since = 0, 0.0, 0.0

    def __enter__(self) -> Cluster:
        """Connect.

        Raises:
            MissingExtra: Dask is not installed.
            BadRequest: no scheduler answers, or its workers have another version of Dutybook.
        """
        try:
            import distributed
        except ImportError:
            raise MissingExtra("--cluster", "cluster") from None
        if self.address == LOCAL:
            self._own = distributed.LocalCluster(
                n_workers=self.workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                # Reading is done in children of the workers, which have a limit of their own.
                memory_limit=0,
                silence_logs=50,
            )
        try:
            self._client = distributed.Client(self._own or self.address, timeout=CONNECT, set_as_default=False)
            versions = self._client.run(_version)
        except (OSError, ValueError) as error:
            self.__exit__()
            raise BadRequest(
                f"no Dask scheduler answers at {self.address} ({error}): start one with `dask scheduler`, or see that the address is right"
            ) from error
        if others := sorted({version for version in versions.values() if version != ANALYSER_VERSION}):
            self.__exit__()
            raise BadRequest(
                f"the workers have another version of Dutybook ({', '.join(others)}; here: {ANALYSER_VERSION}): install the same everywhere"
            )
        self._alone_since = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            self._client.cancel(list(self._running))
            self._client.close(timeout=5)
        if self._own:
            self._own.close(timeout=5)
        self._client = self._own = None

    def add(self, job: Job) -> None:
        """Add a job to the current run. It comes before those that were not drawn yet."""
        self._added.append(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """Yield an answer for each job as it is finished. ``jobs`` is drawn from only when a worker is free.

        Raises:
            BadRequest: the cluster went away, or has no workers.
            Defect: no worker can start the process that reads.
        """
        waiting = iter(jobs)
        while True:
            while len(self._running) < self._capacity():
                job = self._added.popleft() if self._added else next(waiting, None)
                if job is None:
                    break
                self._submit(job)
            if not self._running:
                if self._capacity():
                    return
                time.sleep(0.1)
                continue
            try:
                future = self._done.get(timeout=LOOK)
            except Empty:
                continue
            job, sent = self._running.pop(future)
            answer = self._answer(future, job)
            full = answer is not None and answer.reason is not None and answer.reason.code == Why.SPACE
            if full and self._met_full[job.number] < MOST_FULL:
                self._pass_over(future)
                self._met_full[job.number] += 1
                self._submit(job, send=sent)
            elif answer is None:
                self._submit(job, send=True)
            else:
                del self._met_full[job.number]
                yield answer
            future.release()

    def _capacity(self) -> int:
        """How many documents may be on their way to the workers that there are now.

        Raises:
            BadRequest: the cluster went away, or has had no workers for a while.
        """
        now = time.monotonic()
        if now - self._looked < LOOK and self._room:
            return self._room
        threads = sum(self._threads().values())
        self._looked, self._room = now, AHEAD * threads
        if threads:
            self._alone_since = now
        elif now - self._alone_since > WITHOUT_WORKERS:
            raise BadRequest(
                f"the scheduler {self.address} has no workers: start some with `dask worker {self.address}`, and run the same command again"
            )
        return self._room

    def _threads(self) -> dict[str, int]:
        """The workers that there are now, with how much each does at once."""
        assert self._client
        self._check_connected()
        try:
            return dict(self._client.nthreads())
        except (OSError, ValueError):
            raise self._lost() from None

    def _pass_over(self, future: Future) -> None:
        """Give the worker that has answered this no documents for a while, if there are others."""
        assert self._client
        try:
            holders = self._client.who_has([future])
        except (OSError, ValueError):
            raise self._lost() from None
        for address in holders.get(future.key, ()):
            self._full[address] = time.monotonic() + FULL_SECONDS

    def _preferred(self) -> dict[str, Any]:
        """For a submission: the workers whose disks are not full, if some are. Should these go, the others may have the document."""
        now = time.monotonic()
        self._full = {address: until for address, until in self._full.items() if until > now}
        others = [address for address in self._threads() if address not in self._full] if self._full else []
        return {"workers": others, "allow_other_workers": True} if others else {}

    def _check_connected(self) -> None:
        if self._client is None or self._client.status != "running":
            raise self._lost()

    def _lost(self) -> BadRequest:
        return BadRequest(
            f"the cluster {self.address} went away. What was read until then is in the register; run the same command again, and it goes on"
        )

    def _submit(self, job: Job, *, send: bool = False) -> None:
        assert self._client
        data = self._data_of(job.path) if send else None
        future = self._client.submit(
            read_on_worker,
            self.setup,
            self.limits,
            job,
            _File.of(job.path),
            data,
            pure=False,
            # One for each submission: what became of an earlier one is another answer.
            key=f"read-{job.number}-{next(self._numbers)}",
            **self._preferred(),
        )
        self._running[future] = (job, send)
        future.add_done_callback(self._done.put)

    def _data_of(self, path: Path) -> Any:
        """The bytes of a file where workers can get them."""
        assert self._client
        if path not in self._sent:
            self._sent[path] = self._client.scatter(path.read_bytes())
        self._sent.move_to_end(path)
        while len(self._sent) > KEPT_FILES:
            self._sent.popitem(last=False)
        return self._sent[path]

    def _answer(self, future: Future, job: Job) -> Answer | None:
        """What came of a job; None if the worker has not got the file."""
        from distributed import KilledWorker

        try:
            answer: Answer | None = future.result()
        except KilledWorker:
            reason = because(Why.CRASHED, "the process that read it {how}", how="took several workers with it")
            return Answer(job.number, reason=reason.of_kind("broken"), final=False)
        except DutybookError:
            raise
        except OSError as error:
            reason = because(Why.DEFECT, "internal error, please report it: {why}", why=str(error))
            return Answer(job.number, reason=reason.of_kind("defect"), final=False)
        except Exception as error:
            # A future that was cancelled has lost its scheduler; all else is our own fault.
            self._check_connected()
            if type(error).__name__.endswith("CancelledError"):
                raise self._lost() from None
            raise Defect(f"a worker of the cluster failed: {type(error).__name__}: {error}") from error
        return answer


def _version() -> str:
    return ANALYSER_VERSION


_OWN = threading.local()
_LOCK = threading.Lock()
_FILES: OrderedDict[tuple[str, int, int], tempfile.TemporaryDirectory[str]] = OrderedDict()


def read_on_worker(
    setup: Setup, limits: Limits, job: Job, file: _File | None, data: bytes | None = None
) -> Answer | None:
    """Read a document in this worker's child process; None if the file is not here and was not sent.

    Runs on the workers. Each of their threads keeps its child until settings change.
    """
    try:
        if _File.of(job.path) != file or file is None:
            if data is None:
                return None
            job = replace(job, path=_stored(job.path, file, data))
        with _own_pool().use(setup, 1, limits) as pool:
            (answer,) = pool.run([job])
    except (NoSpace, OSError) as error:
        if isinstance(error, OSError) and not is_out_of_space(error):
            raise
        return answer_out_of_space(job)
    return answer


def _own_pool() -> KeptPool:
    """What this thread of a worker reads with."""
    kept: KeptPool | None = getattr(_OWN, "kept", None)
    if kept is None:
        kept = _OWN.kept = KeptPool()
    return kept


def _stored(path: Path, file: _File | None, data: bytes) -> Path:
    """A file with bytes that were sent, under its own name, which says what format it has."""
    key = (str(path), file.size if file else len(data), file.modified if file else 0)
    with _LOCK:
        folder = _FILES.pop(key, None)
        if folder is None:
            folder = tempfile.TemporaryDirectory(prefix="dutybook-")
            try:
                (Path(folder.name) / path.name).write_bytes(data)
            except BaseException:
                folder.cleanup()
                raise
        _FILES[key] = folder
        while len(_FILES) > KEPT_FILES:
            _FILES.popitem(last=False)[1].cleanup()
    return Path(folder.name) / path.name
