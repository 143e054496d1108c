"""Many files into one register: children read, the parent writes, and a run that was cut off simply goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from dutybook.errors import BadDocument, BadRequest, Defect, RegisterBusy
from dutybook.ingest.files import digest, survey
from dutybook.pipeline.config import ANALYSER_VERSION, Config
from dutybook.pipeline.pool import Limits, Pool
from dutybook.pipeline.worker import Answer, Job, Setup
from dutybook.store import Flat, Register, open_register, unreadable
from dutybook.store.rows import DocumentRow

ANALYSE = "dutybook.pipeline.analyse:analyse"
_FLATTEN = "dutybook.store.flatten:flatten"
#: How long the writer waits for other writers, in tries of five seconds.
_PATIENCE = 12


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done: ``done`` of ``total``. ``outcome`` is read, partly read, unchanged, duplicate or unreadable."""

    done: int
    total: int
    source: str
    outcome: str
    norms: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was left unread, or not read to its end, and why."""

    source: str
    reason: str
    status: str = "unreadable"


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. ``norms`` counts those of the documents that were read in this run.

    ``read`` were stored anew, ``unchanged`` were in the register already, ``duplicates`` have the bytes of another
    file of this run. ``problems`` are paths that led to nothing; ``left_out`` counts files of other kinds.
    """

    files: int = 0
    read: int = 0
    unchanged: int = 0
    duplicates: int = 0
    norms: int = 0
    unread: list[Unread] = field(default_factory=list)
    problems: list[BadRequest] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def unreadable(self) -> int:
        """How many files gave nothing at all."""
        return sum(1 for unread in self.unread if unread.status == "unreadable")

    @property
    def exit_code(self) -> int:
        """0 if everything was read, else 2."""
        return 2 if self.unread or self.problems else 0


def ingest(
    paths: Iterable[str | Path],
    register_path: str | Path,
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    password: str | None = None,
    config: Config | None = None,
    limits: Limits | None = None,
    analyse: str | None = None,
    version: str = ANALYSER_VERSION,
) -> IngestReport:
    """Read files and folders into a register.

    Each document is stored in one transaction as it comes; what is there already, read by the same version, is left
    alone. However often the run is cut off, the register ends with the same content. ``analyse`` names another
    function (``module:function``) to use; ``version`` then names what it does.

    Raises:
        RegisterError: the database cannot be used; documents stored before stay stored.
        Defect: reading processes cannot be started at all.
    """
    started = time.monotonic()
    given = [str(path) for path in paths]
    found = survey(given)
    report = IngestReport(files=len(found.files), problems=list(found.problems), left_out=found.left_out)
    if found.files:
        settings = config or Config()
        if password is not None:
            settings = replace(settings, password=password)
        with open_register(register_path) as register:
            batch = _Batch(register, report, settings, version, limits or Limits(), progress)
            batch.run(found.files, given, workers or default_workers(), analyse or ANALYSE)
    report.seconds = time.monotonic() - started
    return report


def default_workers() -> int:
    """As many as there are processors for us."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def version_of(version: str, config: Config) -> str:
    """The version of the results: that of the analyser, and what the user set apart from the password."""
    set_by_user = [
        f"{f.name}={getattr(config, f.name)}"
        for f in fields(config)
        if f.name != "password" and getattr(config, f.name) != f.default
    ]
    return "; ".join([version, *set_by_user])


class _Batch:
    """One run: what is asked of the register, given to children, and written."""

    def __init__(
        self,
        register: Register,
        report: IngestReport,
        config: Config,
        version: str,
        limits: Limits,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.register = register
        self.report = report
        self.config = config
        self.version = version_of(version, config)
        self.limits = limits
        self.progress = progress
        self.done = 0
        self.hashes: dict[str, str] = {}
        self.jobs: dict[int, tuple[str, str]] = {}

    def run(self, files: tuple[Path, ...], given: list[str], workers: int, analyse: str) -> None:
        report = self.report
        setup = Setup(self.limits.memory, analyse, _FLATTEN, self.config, self.version, self.limits.max_bytes)
        run = self.register.begin_run(self.version, given)
        with Pool(setup, min(workers, len(files)), self.limits) as pool:
            for answer in pool.run(self._wanted(files)):
                self._store(answer)
        report.unread.sort(key=lambda unread: unread.source)
        self.register.end_run(
            run,
            files=report.files,
            added=report.read,
            unchanged=report.unchanged + report.duplicates,
            problems=[f"{u.source}: {u.reason}" for u in report.unread] + [str(p) for p in report.problems],
        )

    def _wanted(self, files: tuple[Path, ...]) -> Iterator[Job]:
        """The files that have to be read; all others are dealt with on the way."""
        for number, path in enumerate(files):
            source = os.path.abspath(path)
            try:
                sha256 = digest(path, self.limits.max_bytes)
            except BadDocument as error:
                self._put(unreadable(source, "", f"{error.code}: {error}", self.version))
                self._unread(source, f"{error.code}: {error}")
                continue
            if sha256 in self.hashes:
                self.report.duplicates += 1
                self._tell(source, "duplicate", reason=f"the same bytes as {self.hashes[sha256]}")
                continue
            self.hashes[sha256] = source
            known = self.register.document_with(sha256)
            if known and known.analyser == self.version and not self._worth_another_try(known):
                self._unchanged(source, known)
                continue
            self.jobs[number] = (source, sha256)
            yield Job(number, path, source)

    def _worth_another_try(self, known: DocumentRow) -> bool:
        return self.config.password is not None and known.reason.startswith("encrypted")

    def _unchanged(self, source: str, known: DocumentRow) -> None:
        if known.status == "unreadable":
            self._unread(source, known.reason)
            return
        if known.status != "read":
            self.report.unread.append(Unread(source, known.reason, known.status))
        self.report.unchanged += 1
        self._tell(source, "unchanged", norms=known.norms)

    def _store(self, answer: Answer) -> None:
        source, sha256 = self.jobs.pop(answer.number)
        if answer.details:
            self.report.details.append(f"{source}\n{answer.details}")
        if answer.code:
            reason = f"{answer.code}: {answer.message}"
            # Without a version the next run tries the document again: there may be more time or memory, or a bug less.
            lasting = answer.final and answer.code != "defect"
            self._put(unreadable(source, answer.sha256 or sha256, reason, self.version if lasting else ""))
            self._unread(source, reason)
            return
        flat: Flat = answer.result
        try:
            changed = self._put(flat)
        except Defect as error:
            reason = f"defect: {error}"
            self._put(unreadable(source, flat.sha256, reason))
            self._unread(source, reason)
            return
        if not flat.readable:
            self._unread(source, flat.reason)
            return
        if flat.status != "read":
            self.report.unread.append(Unread(source, flat.reason, flat.status))
        if changed:
            self.report.read += 1
            self.report.norms += flat.norms
        else:
            self.report.unchanged += 1
        self._tell(source, flat.status if changed else "unchanged", norms=flat.norms)

    def _put(self, flat: Flat) -> bool:
        for patience in range(_PATIENCE, -1, -1):
            try:
                return self.register.write(flat)
            except RegisterBusy:
                if not patience:
                    raise
        raise AssertionError("unreachable")

    def _unread(self, source: str, reason: str) -> None:
        self.report.unread.append(Unread(source, reason))
        self._tell(source, "unreadable", reason=reason)

    def _tell(self, source: str, outcome: str, *, norms: int = 0, reason: str = "") -> None:
        self.done += 1
        if self.progress:
            self.progress(Progress(self.done, self.report.files, source, outcome, norms, reason))
