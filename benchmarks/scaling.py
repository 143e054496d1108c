#!/usr/bin/env python3
"""How fast are documents read by the processes of this machine, and by a Dask cluster on it? Throughput, processor time, memory.

    python benchmarks/scaling.py [--sizes 10,100,1000] [--workers 1,2] [--report docs/scale-figures.md]

The documents are our samples (PDF, HTML, Markdown, text; 1 to 12 pages) under other names, numbers and titles, so that bytes differ
(see ``flat.py``). Each run makes a new register, in a process of its own. Processor time is that of all processes that worked,
memory the peak of this process and of the largest child. The overhead of the cluster is its processor time a document
over that of the pool with as many workers, in the same run of this program; registers are compared, row by row.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flat import PEAK, originals, write

from dutybook.pipeline.batch import ReadingOptions, ingest
from dutybook.store import open_register


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Seconds of wall-clock and of processor time, megabytes at the peak, and a digest of the register's content."""

    way: str
    size: int
    workers: int
    seconds: float
    processor: float
    parent: float
    child: float
    norms: int
    content: int


def measure(way: str, size: int, workers: int, files: Path, database: Path) -> Figures:
    """Read a folder into a new register, in this process."""
    options = ReadingOptions(workers, cluster="local" if way == "cluster" else "")
    started = time.monotonic()
    report = ingest([files], database, options)
    seconds = time.monotonic() - started
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    with open_register(database, read_only=True) as register:
        content = hash(tuple(register.content()))
    peaks = (own.ru_maxrss / PEAK, children.ru_maxrss / PEAK)
    assert report.exit_code == 0, report.unread
    return Figures(way, size, workers, seconds, processor, *peaks, report.norms, content)


def measure_apart(way: str, size: int, workers: int, files: Path, folder: Path) -> Figures:
    """The same in a process of its own, whose hashes are those of the others."""
    database = folder / f"{way}-{size}-{workers}.db"
    command = [sys.executable, __file__, "--one", way, str(size), str(workers), str(files), str(database)]
    made = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    return Figures(**json.loads(made.stdout.splitlines()[-1]))


def table(found: list[Figures]) -> list[str]:
    """The figures as a table; the overhead next to the pool with as many workers."""
    pools = {(f.size, f.workers): f for f in found if f.way == "pool"}
    lines = [
        "| documents | workers | read by | seconds | documents a second | processor seconds a document | over the pool | MB, writer | MB, largest child |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for f in found:
        over = f"{f.processor / pools[f.size, f.workers].processor - 1:+.1%}" if f.way == "cluster" else ""
        lines.append(
            f"| {f.size:,} | {f.workers} | {f.way} | {f.seconds:.1f} | {f.size / f.seconds:.2f} | {f.processor / f.size:.3f} |"
            f" {over} | {f.parent:.0f} | {f.child:.0f} |"
        )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--report", type=Path, help="a file that gets the table")
    parser.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, size, workers, files, database = options.one
        print(json.dumps(asdict(measure(way, int(size), int(workers), Path(files), Path(database)))))
        return 0
    found: list[Figures] = []
    different = 0
    with tempfile.TemporaryDirectory() as kept:
        documents = originals(None)
        for size in map(int, options.sizes.split(",")):
            files = Path(kept) / str(size)
            files.mkdir()
            write(files, documents, size)
            for workers in map(int, options.workers.split(",")):
                for way in ("pool", "cluster"):
                    found.append(measure_apart(way, size, workers, files, Path(kept)))
                    print(table(found)[-1], flush=True)
            different += len({f.content for f in found if f.size == size}) > 1
    if options.report:
        options.report.write_text("\n".join(table(found)) + "\n", "utf-8")
    print("registers are equal" if not different else f"registers differ in {different} sizes")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
