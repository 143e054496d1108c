"""Which processes read documents for a register, and how they are set up: children on this machine, or the workers of a cluster."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.pipeline.config import ANALYSER_VERSION, Config, version_of
from dutybook.pipeline.pool import KeptPool, Limits, Pool
from dutybook.pipeline.worker import Job, Setup

if TYPE_CHECKING:
    from dutybook.pipeline.cluster import Cluster

#: The function that reads a document, as ``module:function``.
ANALYSE = "dutybook.pipeline.analyse:analyse"
_FLATTEN = "dutybook.store.documents.flatten:flatten"
_LIMITS = Limits()
#: What is read to load what reading needs; what its own language needs beyond that, the first document of each other one loads.
_SAMPLE = "Article 1\n\nThe keeper of the lamp shall report every outage to the harbour office within five days.\n"


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How child processes read documents, whatever the settings of the analysis.

    ``workers`` is their number, by default one for each processor. ``cluster`` has the workers of a Dask scheduler read in their
    place: its address, or ``local``. ``password`` opens encrypted files and takes the place
    of that of the settings. ``analyse`` is another function to use, as ``module:function``; ``version`` then names its
    version. ``kept`` keeps the child processes for the next run; they are then the caller's to end.
    """

    workers: int | None = None
    password: str | None = None
    limits: Limits = _LIMITS
    analyse: str | None = None
    version: str = ANALYSER_VERSION
    cluster: str = ""
    kept: KeptPool | None = None


def make_setup(options: ReadingOptions, config: Config) -> Setup:
    """What child processes are told: what to read with, and what of it they send back."""
    settings = replace(config, members_apart=True)
    if options.password is not None:
        settings = replace(settings, password=options.password)
    return Setup(
        memory=options.limits.memory,
        analyse=options.analyse or ANALYSE,
        finish=_FLATTEN,
        config=settings,
        version=version_of(options.version, settings),
        max_bytes=options.limits.max_bytes,
    )


def warm_up(options: ReadingOptions) -> None:
    """Have child processes that are kept load what reading needs: one reads a short text, which is forgotten.

    Raises:
        Defect: no child process can be started.
    """
    workers = options.workers or default_workers()
    with tempfile.TemporaryDirectory() as folder, open_readers(make_setup(options, Config()), options, workers) as pool:
        file = Path(folder) / "sample.txt"
        file.write_text(_SAMPLE, encoding="utf-8")
        for _ in pool.run([Job(0, file, file.name)]):
            pass


def open_readers(
    setup: Setup, options: ReadingOptions, workers: int
) -> Pool | Cluster | contextlib.AbstractContextManager[Pool]:
    """What reads the documents, to be used in a ``with`` block: processes of this machine, or the workers of a cluster."""
    if not options.cluster:
        return (
            options.kept.use(setup, workers, options.limits) if options.kept else Pool(setup, workers, options.limits)
        )
    from dutybook.pipeline.cluster import Cluster

    return Cluster(setup, options.limits, options.cluster, workers)


def default_workers() -> int:
    """The number of processors available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
