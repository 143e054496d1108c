"""Ingests the files that watches have downloaded, and notes the result of each."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from dutybook.ingest.containers import SEPARATOR
from dutybook.pipeline import batch
from dutybook.pipeline.config import Config
from dutybook.pipeline.progress import IngestReport, Progress
from dutybook.pipeline.watching.report import Step, WatchReport
from dutybook.reasons import Reason, Why, because, join_reasons
from dutybook.store import Register
from dutybook.store.watches import watch_files
from dutybook.store.watches.watch_files import WatchFile
from dutybook.store.watches.watches import Watch, as_json

#: What a watch may set for reading: settings of :class:`Config`, and the limits of a document.
SETTINGS = ("language", "model", "tables", "ocr", "ocr_seconds")


def ingest_fetched_files(
    register: Register,
    claimed: list[tuple[Watch, WatchReport]],
    options: batch.ReadingOptions,
    progress: Callable[[Step], None],
) -> list[IngestReport]:
    """Ingest the waiting files of some watches; those with the same settings together."""
    groups: dict[str, list[tuple[Watch, WatchReport]]] = defaultdict(list)
    for watch, report in claimed:
        groups[as_json(watch.reading)].append((watch, report))
    folder = Path(register.path).absolute().parent
    reports = []
    for group in groups.values():
        waiting: dict[str, list[tuple[WatchFile, WatchReport]]] = defaultdict(list)
        for watch, report in group:
            for file in watch_files.to_read(register, watch.id):
                waiting[os.path.abspath(folder / file.file)].append((file, report))
        if not waiting:
            continue
        names = ", ".join(watch.name for watch, _ in group)

        def show(step: Progress, names: str = names) -> None:
            progress(Step("reading", names, step.source, step.done, step.total))

        ingested = batch.ingest(
            list(waiting),
            register.path,
            options,
            progress=show,
            config=config_of(group[0][0].reading),
        )
        reports.append(ingested)
        _note(register, waiting, ingested)
    return reports


def config_of(reading: Mapping[str, Any]) -> Config:
    """The analysis settings of a watch. Settings that only a later version has are left out."""
    known = {field.name for field in fields(Config)}
    return Config(**{name: value for name, value in reading.items() if name in SETTINGS and name in known})


def _note(
    register: Register, waiting: Mapping[str, list[tuple[WatchFile, WatchReport]]], ingested: IngestReport
) -> None:
    """Record the outcome of each file. A container gets the worst outcome of its members."""
    worst: dict[str, tuple[str, tuple[Reason, ...]]] = {}
    for unread in ingested.unread:
        path = unread.source.split(SEPARATOR)[0]
        if worst.get(path, ("", ()))[0] != "unreadable":
            worst[path] = (
                unread.status,
                unread.reasons if path == unread.source else tuple(_inside(unread.source, r) for r in unread.reasons),
            )
    missing = [str(problem) for problem in ingested.problems]
    results = []
    for path, files in waiting.items():
        status, reasons = worst.get(path, ("read", ()))
        if gone := next((problem for problem in missing if path in problem), ""):
            status, reasons = "unreadable", (because(Why.GONE, "{why}", why=gone),)
        state = "unread" if status == "unreadable" else status
        for file, report in files:
            results.append((file.id, state, reasons))
            report.read += state != "unread"
            report.unread += state == "unread"
            if reasons:
                report.problems.append(f"{status}: {file.url}: {join_reasons(reasons)}")
    watch_files.done(register, results)


def _inside(source: str, reason: Reason) -> Reason:
    return because(
        Why.INSIDE, "{source}: {kind}{why}", source=source, kind=f"{reason.kind}: " if reason.kind else "", why=reason
    )
