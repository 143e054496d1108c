"""Analyses many files into JSON lines without a database, in the order of the files."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dutybook.errors import BadRequest
from dutybook.ingest.files import LeftOut, survey
from dutybook.pipeline import reading
from dutybook.pipeline.as_json import to_line, unreadable_to_dict
from dutybook.pipeline.config import Config, check_model
from dutybook.pipeline.pool import Limits, Pool
from dutybook.pipeline.unpacking import MAX_INSIDE, holds_too_many
from dutybook.pipeline.worker import Answer, Job, Setup
from dutybook.reasons import Reason

_LINE = "dutybook.pipeline.as_json:document_line"
# Where a document stands: the number of its file, and its places in the containers in it.
_Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extracted:
    """One document as a line of JSON, even if it could not be read; ``reason`` says what was left unread."""

    source: str
    status: str
    reason: str
    line: str
    details: str = ""


def extract(
    paths: Iterable[str | Path],
    *,
    workers: int | None = None,
    password: str | None = None,
    config: Config | None = None,
    limits: Limits | None = None,
    analyse: str | None = None,
    problem: Callable[[BadRequest], None] | None = None,
    left_out: Callable[[LeftOut], None] | None = None,
) -> Iterator[Extracted]:
    """Analyse files and folders. Yields a line for each document, in order; a file comes before the documents inside it.

    Args:
        paths: files, folders and archives.
        workers: how many child processes read; one for each processor that this process may use, if not given.
        password: opens encrypted files.
        config: how documents are analysed.
        limits: what one document may take.
        analyse: another function that analyses, as ``module:function``.
        problem: is called for each path that leads to nothing.
        left_out: is called for what is left out of folders and archives.

    Raises:
        BadFilter, DamagedModel: there is no such model, or its files are damaged.
        Defect: no child process can be started.
    """
    check_model(config or Config())
    found = survey(paths)
    for bad in found.problems:
        if problem:
            problem(bad)
    tell = left_out or (lambda _: None)
    for other in found.left_out:
        tell(other)
    settings = config or Config()
    settings = replace(settings, members_apart=True, password=settings.password if password is None else password)
    allowed = limits or Limits()
    setup = Setup(allowed.memory, analyse or reading.ANALYSE, _LINE, settings, "", allowed.max_bytes)
    with Pool(setup, workers or reading.default_workers(), allowed) as pool:
        yield from _Lines(found.files, pool, tell).run()


class _Lines:
    """Puts the results in order: a document that is finished early waits for those before it."""

    def __init__(self, files: tuple[Path, ...], pool: Pool, left_out: Callable[[LeftOut], None]) -> None:
        self.pool = pool
        self.left_out = left_out
        self.jobs = [Job(number, path, str(path)) for number, path in enumerate(files)]
        self.keys: list[_Key] = [(number,) for number in range(len(files))]
        self.expected: list[_Key] = list(self.keys)
        self.ready: dict[_Key, tuple[Extracted, ...]] = {}
        self.inside: Counter[Path] = Counter()

    def run(self) -> Iterator[Extracted]:
        for answer in self.pool.run(list(self.jobs)):
            job, key = self.jobs[answer.number], self.keys[answer.number]
            self.ready[key] = (*self._own(answer, job), *self._members(answer, job, key))
            sent = 0
            while sent < len(self.expected) and self.expected[sent] in self.ready:
                yield from self.ready.pop(self.expected[sent])
                sent += 1
            del self.expected[:sent]

    def _own(self, answer: Answer, job: Job) -> tuple[Extracted, ...]:
        if answer.reason:
            return (_unread(job.source, answer.reason, answer.details),)
        if answer.contents and answer.contents.only:
            return ()
        status, reason, line = answer.result
        return (Extracted(job.source, status, reason, line),)

    def _members(self, answer: Answer, job: Job, key: _Key) -> tuple[Extracted, ...]:
        """Add jobs for the documents inside a document, and a line if there are too many."""
        members = answer.contents.members if answer.contents else ()
        for other in answer.contents.left_out if answer.contents else ():
            self.left_out(other)
        room = max(0, MAX_INSIDE - self.inside[job.path])
        for member in members[:room]:
            number = len(self.jobs)
            self.jobs.append(Job(number, job.path, member.source, (*job.inner, member.index)))
            self.keys.append((*key, member.index))
            insort(self.expected, self.keys[number])
            self.pool.add(self.jobs[number])
        self.inside[job.path] += len(members[:room])
        if len(members) <= room:
            return ()
        return (_unread(job.source, holds_too_many(job.path)),)


def _unread(source: str, reason: Reason, details: str = "") -> Extracted:
    return Extracted(source, "unreadable", reason.whole, to_line(unreadable_to_dict(source, reason)), details)
