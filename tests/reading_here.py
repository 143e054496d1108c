"""A pool that reads in this process, where the network and the patterns of languages are loaded already.

For tests of what becomes of documents that were read; that children read them is the subject of ``tests/pipeline``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from dutybook.pipeline.pool import Limits
from dutybook.pipeline.unpacking import Unpacker
from dutybook.pipeline.worker import Answer, Job, Setup, import_function, read_job


class PoolHere:
    """In place of ``dutybook.pipeline.pool.Pool``."""

    def __init__(self, setup: Setup, workers: int, limits: Limits) -> None:
        self.setup = setup
        self._added: deque[Job] = deque()

    def __enter__(self) -> PoolHere:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def add(self, job: Job) -> None:
        self._added.append(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        setup, waiting = self.setup, iter(jobs)
        analyse, finish = import_function(setup.analyse), import_function(setup.finish)
        unpacker = Unpacker(setup.max_bytes, setup.config.password)
        while (job := self._added.popleft() if self._added else next(waiting, None)) is not None:
            yield read_job(setup, job, unpacker, (analyse, finish), lambda _: None)
