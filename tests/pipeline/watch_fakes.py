"""Watches of fakes: an analyser that obeys words, a fetcher without pauses, and a run as a process of its own that may be killed."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import batch_fakes

from dutybook.ingest.fetcher import FetchPolicy, PoliteFetcher
from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.pipeline.watching import RunOptions, RunReport, definition, run
from dutybook.records import Analysis, RawDocument


def analyse(raw: RawDocument, config: Config) -> Analysis:
    """As its fellow for batches; each document is an act of its own, and the publication date is what it is told."""
    made = batch_fakes.analyse(raw, config)
    assert made.work is not None
    number = f"32031R{int(raw.sha256[:8], 16) % 9000 + 1000}"
    work = replace(made.work, id=number, number=number, short_title=made.document.title)
    return replace(made, work=work, document=replace(made.document, work=number, published=config.published))


def quick(manners: FetchPolicy) -> PoliteFetcher:
    """A fetcher that may ask this machine and loses no time."""
    return PoliteFetcher(
        replace(manners, allow_private=True, pause=0.0, tries=1, read=5.0, connect=2.0), sleep=lambda _: None
    )


def watch(database: Path, names: tuple[str, ...] = (), **more: Any) -> RunReport:
    options = RunOptions(**{field.name: more.pop(field.name) for field in fields(RunOptions) if field.name in more})
    limits = Limits(seconds=20, memory=2 << 30)
    reading = ReadingOptions(workers=1, limits=limits, analyse="watch_fakes:analyse", version="fake")
    return run(database, names, options, **{"fetcher": quick, "reading": reading} | more)


def main() -> None:
    """Run the watches of a database, in a process of its own, which says what it begins to do."""
    report = watch(Path(sys.argv[1]), progress=lambda step: print(step.doing, flush=True))
    for line in [*report.problems, *(f"{each.error} {each.problems}" for each in report.watches if each.failed)]:
        print(line)
    print("busy" if any(each.busy for each in report.watches) else "done")


def add(database: Path, kind: str, target: str, now: Any, **more: Any) -> str:
    by = more.pop("by", "ann")
    return definition.add_watch(database, definition.WatchDefinition(kind, target, **more), by=by, now=now).name


if __name__ == "__main__":
    main()
