"""Many files into JSON lines, without a database: the same children, the answers in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dutybook.errors import BadRequest
from dutybook.ingest.files import survey
from dutybook.pipeline import batch
from dutybook.pipeline.as_json import to_line, unreadable_to_dict
from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import Limits, Pool
from dutybook.pipeline.worker import Answer, Job, Setup

_LINE = "dutybook.pipeline.as_json:document_line"


@dataclass(frozen=True, slots=True)
class Extracted:
    """One document as a line of JSON, unreadable ones too; ``reason`` says what was left unread."""

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
) -> Iterator[Extracted]:
    """Analyse files and folders and give a line for each, in order. Paths that lead to nothing go to ``problem``.

    Raises:
        Defect: reading processes cannot be started at all.
    """
    found = survey(paths)
    for bad in found.problems:
        if problem:
            problem(bad)
    settings = config or Config()
    if password is not None:
        settings = replace(settings, password=password)
    allowed = limits or Limits()
    setup = Setup(allowed.memory, analyse or batch.ANALYSE, _LINE, settings, "", allowed.max_bytes)
    jobs = [Job(number, path, str(path)) for number, path in enumerate(found.files)]
    ready: dict[int, Extracted] = {}
    following = 0
    with Pool(setup, min(workers or batch.default_workers(), max(1, len(jobs))), allowed) as pool:
        for answer in pool.run(jobs):
            ready[answer.number] = _extracted(answer, jobs[answer.number].source)
            while following in ready:
                yield ready.pop(following)
                following += 1


def _extracted(answer: Answer, source: str) -> Extracted:
    if answer.code:
        reason = f"{answer.code}: {answer.message}"
        return Extracted(source, "unreadable", reason, to_line(unreadable_to_dict(source, reason)), answer.details)
    status, reason, line = answer.result
    return Extracted(source, status, reason, line)
