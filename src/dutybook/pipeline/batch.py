"""Ingests many files into one register. Child processes read, the parent writes, and an interrupted run can be
continued.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dutybook.alerts import collect
from dutybook.ingest.files import survey
from dutybook.pipeline.batch_run import Batch
from dutybook.pipeline.config import ANALYSER_VERSION, Config, version_of
from dutybook.pipeline.model_choice import check_model
from dutybook.pipeline.pool import Limits, Pool
from dutybook.pipeline.progress import IngestReport, Progress, Unread
from dutybook.pipeline.worker import Setup
from dutybook.searching.semantic import encoder_named, update, why_not
from dutybook.store import open_register

ANALYSE = "dutybook.pipeline.analyse:analyse"
_FLATTEN = "dutybook.store.documents.flatten:flatten"

__all__ = ["IngestReport", "Progress", "ReadingOptions", "Unread", "default_workers", "ingest", "version_of"]


_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How child processes read documents, whatever the settings of the analysis.

    ``workers`` is their number, by default one for each processor. ``password`` opens encrypted files and takes the place
    of that of the settings. ``analyse`` is another function to use, as ``module:function``; ``version`` then names its
    version.
    """

    workers: int | None = None
    password: str | None = None
    limits: Limits = _LIMITS
    analyse: str | None = None
    version: str = ANALYSER_VERSION


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
        MissingExtra: ``semantic`` is asked for and not installed.
        Defect: no child process can be started.
    """
    started = time.monotonic()
    given = [str(path) for path in paths]
    check_model(config or Config())
    if semantic:
        encoder_named("quick")
    found = survey(given)
    report = IngestReport(files=len(found.files), problems=list(found.problems), left_out=found.left_out)
    if found.files:
        settings = replace(config or Config(), members_apart=True)
        if options.password is not None:
            settings = replace(settings, password=options.password)
        workers = options.workers or default_workers()
        with open_register(register_path) as register:
            setup = Setup(
                memory=options.limits.memory,
                analyse=options.analyse or ANALYSE,
                finish=_FLATTEN,
                config=settings,
                version=version_of(options.version, settings),
                max_bytes=options.limits.max_bytes,
            )
            with Pool(setup, workers, options.limits) as pool:
                Batch(register, report, setup, pool, progress, analyser=options.version).run(found.files, given)
            # After the reading processes have gone: a second reader of a file needs no vectors to be found by words.
            if semantic or (semantic is None and why_not(register) is None):
                update(register, workers=workers)
            report.changed = register.differences.counts(report.stored)
            collect(register, now=datetime.now(UTC))
    report.seconds = time.monotonic() - started
    return report


def default_workers() -> int:
    """The number of processors available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
