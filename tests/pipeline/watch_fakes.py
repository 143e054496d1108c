"""Watches of fakes: an analyser that obeys words, a fetcher without pauses, and a run as a process of its own that may be killed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import batch_fakes

from dutybook.ingest.fetching import Manners, PoliteFetcher
from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.watching import RunReport, adding, run
from dutybook.records import Analysis, RawDocument


def analyse(raw: RawDocument, config: Config) -> Analysis:
    """As its fellow for batches; the publication date is what it is told."""
    made = batch_fakes.analyse(raw, config)
    return replace(made, document=replace(made.document, published=config.published))


def quick(manners: Manners) -> PoliteFetcher:
    """A fetcher that may ask this machine and loses no time."""
    return PoliteFetcher(
        replace(manners, allow_private=True, pause=0.0, tries=1, read=5.0, connect=2.0), sleep=lambda _: None
    )


def watch(database: Path, names: tuple[str, ...] = (), **more: Any) -> RunReport:
    given = {"fetcher": quick, "workers": 1, "limits": Limits(seconds=20, memory=2 << 30)}
    return run(database, names, analyse={"analyse": "watch_fakes:analyse", "version": "fake"}, **given | more)


def main() -> None:
    """Run the watches of a database, in a process of its own."""
    report = watch(Path(sys.argv[1]))
    for line in [*report.problems, *(f"{each.error} {each.problems}" for each in report.watches if each.failed)]:
        print(line)
    print("busy" if any(each.busy for each in report.watches) else "done")


def add(database: Path, kind: str, target: str, now: Any, **more: Any) -> str:
    given = {"name": None, "every": None, "options": {}, "allow_private": False, "reading": {}, "by": "ann"}
    return adding.add(database, kind, target, now=now, **given | more).name


if __name__ == "__main__":
    main()
