"""Ingests many files into one register. Child processes read, the parent writes, and an interrupted run can be continued."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.alerts.collection import collect
from dutybook.errors import BadDocument, BadRequest, Defect, EncryptedDocument
from dutybook.ingest.containers import SEPARATOR
from dutybook.ingest.files import LeftOut, digest, survey
from dutybook.layout.ocr import installed
from dutybook.layout.ocr.engine import code_of
from dutybook.pipeline.config import Config, check_model, version_of
from dutybook.pipeline.pool import Pool
from dutybook.pipeline.reading import ReadingOptions, default_workers, make_setup, open_readers
from dutybook.pipeline.unpacking import MAX_INSIDE, Contents, holds_too_many
from dutybook.pipeline.worker import Answer, Job, Setup
from dutybook.reasons import BEFORE, Reason, Why, because, join_reasons
from dutybook.searching.building import update
from dutybook.searching.meaning import encoder_named, why_not
from dutybook.store import Flat, Register, open_register, unreadable
from dutybook.store.retries import retry_while_busy
from dutybook.store.rows import DocumentRow
from dutybook.store.versions.differences import VersionRow
from dutybook.store.watches import watch_items

if TYPE_CHECKING:
    from dutybook.pipeline.cluster import Cluster
    from dutybook.store.versions.amended import ComparedVersion


@dataclass(frozen=True, slots=True)
class Progress:
    """A file is done: ``done`` of ``total``. ``outcome`` is read, partly read, unchanged, duplicate or unreadable."""

    done: int
    total: int
    source: str
    outcome: str
    norms: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read, or not completely, and why."""

    source: str
    reasons: tuple[Reason, ...]
    status: str = "unreadable"

    @property
    def reason(self) -> str:
        """Why, as one line in English."""
        return join_reasons(self.reasons)


@dataclass(slots=True)
class IngestReport:
    """What an ingest did.

    Attributes:
        norms: the norms in documents that were read in this run.
        read: documents that were stored anew.
        unchanged: documents that were already in the register.
        duplicates: files with the bytes of another file of this run.
        problems: paths that led to nothing.
        left_out: files, folders and members of archives that are not read, each with its reason.
        with_gaps: documents of this run whose operative text was not searched as a whole.
        stored: ids of the documents that were read.
        changed: the versions that these documents are or lead to, with the number of changes of each kind.
        compared: consolidated versions among them, each next to what amending acts in the register make of the text before it.

    Files in archives, or attached to a document, count as files; an archive itself does not.
    """

    files: int = 0
    read: int = 0
    unchanged: int = 0
    duplicates: int = 0
    norms: int = 0
    with_gaps: int = 0
    unread: list[Unread] = field(default_factory=list)
    problems: list[BadRequest] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    changed: list[tuple[VersionRow, dict[str, int]]] = field(default_factory=list)
    compared: list[ComparedVersion] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def unreadable(self) -> int:
        """The number of files that could not be read at all."""
        return sum(1 for unread in self.unread if unread.status == "unreadable")

    @property
    def exit_code(self) -> int:
        """0 if everything was read, else 2."""
        return 2 if self.unread or self.problems else 0


#: Seconds that an ingest waits for a server that restarts: what was read meanwhile waits to be stored.
RESTART_SECONDS = 120.0
#: So many documents one after the other for which there was no space mean that the next ones will have none, either.
MOST_WITHOUT_SPACE = 10


@dataclass(slots=True)
class _Task:
    """A document to be read, until it and everything inside it is done.

    ``inner`` is the path to it within the file. ``known``: it was read before, and only its members are needed.
    ``displaced``: another document with the same bytes comes before it.
    """

    path: Path
    source: str
    key: tuple[int, ...]
    sha256: str = ""
    outer: _Task | None = None
    known: DocumentRow | None = None
    waiting: int = 0
    answer: Answer | None = None
    outcome: str = ""
    norms: int = 0
    displaced: bool = False

    @property
    def inner(self) -> tuple[int, ...]:
        return self.key[1:]


class Batch:
    """Decides for each file and each document inside it whether it has to be read, and stores the results.

    A document with others inside is stored after them, so that a run that is interrupted in between finds them again.
    """

    def __init__(
        self,
        register: Register,
        report: IngestReport,
        setup: Setup,
        pool: Pool | Cluster,
        progress: Callable[[Progress], None] | None,
        *,
        analyser: str,
    ) -> None:
        self.register = register
        self.report = report
        self.version = setup.version
        self.analyser = analyser
        self.config = setup.config
        self.max_bytes = setup.max_bytes
        self.pool = pool
        self.progress = progress
        self.done = 0
        self.without_space = 0
        self._numbers = count()
        self._tasks: dict[int, _Task] = {}
        self._owners: dict[str, _Task] = {}
        self._inside: Counter[Path] = Counter()
        self._failed: dict[str, str] = {}
        self._holders: set[str] = set()
        self._dates: dict[str, str] = {}

    def run(self, files: tuple[Path, ...], given: list[str]) -> None:
        """Read ``files``; ``given`` is what the user named, for the register's log of runs."""
        report = self.report
        run = retry_while_busy(lambda: self.register.begin_run(self.version, given))
        self._recall()
        for answer in self.pool.run(self._wanted(files)):
            self._take(answer)
        report.unread.sort(key=lambda unread: unread.source)
        report.left_out.sort(key=lambda each: each.source)
        problems = [f"{u.source}: {u.reason}" for u in report.unread] + [str(p) for p in report.problems]
        retry_while_busy(
            lambda: self.register.end_run(
                run,
                files=report.files,
                added=report.read,
                unchanged=report.unchanged + report.duplicates,
                problems=problems,
            )
        )
        from dutybook.store.assessments import open_arrived

        # Also of what a run read that was cut off before it came here.
        retry_while_busy(lambda: open_arrived(self.register, today=date.today()))

    def _recall(self) -> None:
        """Load what the register knows: failed documents, those with others inside, and publication dates of files."""
        if self.config.published is None:
            self._dates = watch_items.dates(self.register)
        for row in self.register.documents():
            if row.status == "unreadable":
                self._failed[row.source] = row.id
            parts = row.source.split(SEPARATOR)
            self._holders.update(SEPARATOR.join(parts[:end]) for end in range(1, len(parts)))

    # What is to be read

    def _wanted(self, files: tuple[Path, ...]) -> Iterator[Job]:
        """The files that have to be read. All others are dealt with on the way."""
        for number, path in enumerate(files):
            task = _Task(path, os.path.abspath(path), (number,))
            try:
                task.sha256 = digest(path, self.max_bytes)
            except BadDocument as error:
                self._put(unreadable(task.source, "", error.reason, self._version(task)))
                self._unread(task, (error.reason,))
                continue
            if job := self._consider(task):
                yield job

    def _consider(self, task: _Task) -> Job | None:
        """The job that reads a document, or None if that is not needed."""
        owner = self._owners.get(task.sha256)
        if owner and owner.key < task.key:
            self._duplicate(task, owner)
            return None
        if task.sha256:
            self._owners[task.sha256] = task
        if owner:
            # Which of two is kept must not depend on which process was faster: it is the first in order.
            self._displace(owner)
        else:
            known = self.register.document_with(task.sha256) if task.sha256 else None
            if known and known.analyser == self._version(task) and not self._worth_another_try(known):
                if task.source not in self._holders:
                    self._unchanged(task, known)
                    return None
                task.known = known
        number = next(self._numbers)
        self._tasks[number] = task
        published = self._published(task)
        version = self._version(task) if published else ""
        return Job(
            number, task.path, task.source, task.inner, task.known is not None, published=published, version=version
        )

    def _published(self, task: _Task) -> str | None:
        """The publication date from the source of the file. A date in the document itself takes precedence."""
        file = task
        while file.outer:
            file = file.outer
        return self._dates.get(file.sha256)

    def _version(self, task: _Task) -> str:
        published = self._published(task)
        return version_of(self.analyser, replace(self.config, published=published)) if published else self.version

    def _worth_another_try(self, known: DocumentRow) -> bool:
        if any(reason.code == BEFORE for reason in known.reasons):
            # An earlier Dutybook kept a sentence alone.
            return True
        if any(reason.kind == EncryptedDocument.code for reason in known.reasons):
            return self.config.password is not None
        return is_possible_now(known.reasons, self.config)

    def _displace(self, owner: _Task) -> None:
        owner.displaced = True
        if not owner.outcome:
            return
        # What was counted of it is taken back.
        report = self.report
        report.read -= owner.outcome == "read"
        report.unchanged -= owner.outcome == "unchanged"
        report.norms -= owner.norms if owner.outcome == "read" else 0
        report.unread = [unread for unread in report.unread if unread.source != owner.source]
        report.duplicates += 1

    # What came of it

    def _take(self, answer: Answer) -> None:
        task = self._tasks.pop(answer.number)
        if answer.details:
            self.report.details.append(f"{task.source}\n{answer.details}")
        task.answer = answer
        if answer.contents and not task.displaced:
            self._enter(task, answer.contents)
        if not task.waiting:
            self._finish(task)

    def _enter(self, task: _Task, contents: Contents) -> None:
        """Add jobs for the documents inside a document."""
        report = self.report
        report.left_out.extend(contents.left_out)
        room = MAX_INSIDE - self._inside[task.path]
        members = contents.members[: max(room, 0)]
        report.files += len(members) - contents.only
        if len(members) < len(contents.members):
            report.unread.append(Unread(task.source, (holds_too_many(task.path),)))
        self._inside[task.path] += len(members)
        for member in members:
            inner = _Task(task.path, member.source, (*task.key, member.index), member.sha256, task)
            if job := self._consider(inner):
                task.waiting += 1
                self.pool.add(job)

    def _finish(self, task: _Task) -> None:
        answer = task.answer
        assert answer
        task.answer = None
        if task.displaced:
            self._duplicate(task, self._owners[task.sha256])
        elif task.known:
            self._unchanged(task, task.known)
        elif answer.contents and answer.contents.only:
            if failed := self._failed.pop(task.source, None):
                gone = failed
                retry_while_busy(lambda: self.register.remove(gone))
        else:
            self._write(task, answer)
        outer = task.outer
        if outer:
            outer.waiting -= 1
            if outer.answer and not outer.waiting:
                self._finish(outer)

    def _write(self, task: _Task, answer: Answer) -> None:
        source = task.source
        if answer.reason and answer.reason.code == Why.SPACE:
            self._without_space(task, answer.reason)
            return
        self.without_space = 0
        if answer.reason:
            # Without a version the next run tries the document again: there may be more time or memory, or a bug less.
            version = self._version(task) if answer.final and answer.reason.code != Why.DEFECT else ""
            self._put(unreadable(source, answer.sha256 or task.sha256, answer.reason, version))
            self._unread(task, (answer.reason,))
            return
        flat: Flat = answer.result
        try:
            changed = self._put(flat)
        except Defect as error:
            reason = because(Why.DEFECT, "{why}", why=str(error)).of_kind("defect")
            self._put(unreadable(source, flat.sha256, reason))
            self._unread(task, (reason,))
            return
        if not flat.readable:
            self._unread(task, flat.reasons)
            return
        if flat.status != "read":
            self.report.unread.append(Unread(source, flat.reasons, flat.status))
        self.report.with_gaps += flat.status == "read" and flat.gaps > 0
        task.outcome, task.norms = ("read" if changed else "unchanged"), flat.norms
        if changed:
            self.report.read += 1
            self.report.norms += flat.norms
            self.report.stored.append(flat.document)
        else:
            self.report.unchanged += 1
        self._tell(source, flat.status if changed else "unchanged", norms=flat.norms)

    def _without_space(self, task: _Task, reason: Reason) -> None:
        """Leave the register as it is: what it has of the document is not worse for a full disk, and the next run reads it.

        Raises:
            BadRequest: there was none for the documents before it, either.
        """
        self._unread(task, (reason,))
        self.without_space += 1
        if self.without_space >= MOST_WITHOUT_SPACE:
            raise BadRequest(
                f"{self.without_space} documents were not read, since {reason}. What was read until then is in the register; run the "
                "same command again, and it goes on"
            )

    def _put(self, flat: Flat) -> bool:
        return retry_while_busy(lambda: self.register.write(flat))

    # Reports

    def _duplicate(self, task: _Task, owner: _Task) -> None:
        self.report.duplicates += 1
        same = because(Why.SAME_BYTES, "the same bytes as {name}", name=owner.source)
        self._tell(task.source, "duplicate", reasons=(same,))

    def _unchanged(self, task: _Task, known: DocumentRow) -> None:
        if known.status == "unreadable":
            self._unread(task, known.reasons)
            return
        if known.status != "read":
            self.report.unread.append(Unread(task.source, known.reasons, known.status))
        task.outcome = "unchanged"
        self.report.unchanged += 1
        self._tell(task.source, "unchanged", norms=known.norms)

    def _unread(self, task: _Task, reasons: tuple[Reason, ...]) -> None:
        task.outcome = "unreadable"
        self.report.unread.append(Unread(task.source, reasons))
        self._tell(task.source, "unreadable", reasons=reasons)

    def _tell(self, source: str, outcome: str, *, norms: int = 0, reasons: tuple[Reason, ...] = ()) -> None:
        self.done += 1
        if self.progress:
            self.progress(Progress(self.done, self.report.files, source, outcome, norms, reasons))


_DEFAULTS = ReadingOptions()


def ingest(
    paths: Iterable[str | Path],
    register_path: str | Path,
    options: ReadingOptions = _DEFAULTS,
    *,
    config: Config | None = None,
    progress: Callable[[Progress], None] | None = None,
    semantic: bool | None = None,
) -> IngestReport:
    """Read files and folders into a register.

    Each document is stored in its own transaction as it is finished. A document that this version has already read is
    left alone, so however often the run is interrupted, the register ends with the same content. At the end, events
    that alerts ask for are detected and put into their outbox; nothing is sent.

    Args:
        options: how the child processes read.
        config: the settings of the analysis.
        semantic: whether new norms get vectors for search by meaning at once. By default they do if the register
            has vectors and the encoder is installed.

    Raises:
        RegisterError: the database cannot be used; documents stored before stay stored.
        BadFilter, DamagedModel: there is no such model, or its files are damaged.
        MissingExtra: ``semantic`` or a cluster is asked for and not installed.
        BadRequest: no scheduler answers, or the cluster went away.
        Defect: no child process can be started.
    """
    started = time.monotonic()
    given = [str(path) for path in paths]
    check_model(config or Config())
    if semantic:
        encoder_named("quick")
    found = survey(given)
    report = IngestReport(files=len(found.files), problems=list(found.problems), left_out=list(found.left_out))
    if found.files:
        workers = options.workers or default_workers()
        with open_register(register_path) as register:
            register.wait_for_server(RESTART_SECONDS)
            setup = make_setup(options, config or Config())
            with open_readers(setup, options, workers) as pool:
                Batch(register, report, setup, pool, progress, analyser=options.version).run(found.files, given)
            # After all have been read: a second reader of a file needs no vectors to be found by words.
            if semantic or (semantic is None and why_not(register) is None):
                update(register, workers=workers)
            report.changed = register.differences.counts(report.stored)
            from dutybook.store.versions.amended import compare_stored

            report.compared = compare_stored(register, report.stored)
            collect(register, now=datetime.now(UTC))
    report.seconds = time.monotonic() - started
    return report


def is_possible_now(reasons: Iterable[Reason], config: Config) -> bool:
    """Whether what prevented recognition is gone: the missing program, missing data of a language, or the time limit."""
    if not config.ocr:
        return False
    every = [each for reason in reasons for each in reason.each()]
    if any(config.ocr_seconds > float(r.values["seconds"]) for r in every if r.code == Why.OCR_LATE):
        return True
    missing = [str(r.values["language"]) for r in every if r.code == Why.OCR_WITHOUT_DATA]
    if not missing and not any(r.code == Why.OCR_ABSENT for r in every):
        return False
    engine = installed()
    return engine is not None and all(code_of(language) in engine.languages for language in missing)
