#!/usr/bin/env python3
"""How fast are documents read by the processes of this machine, and by a Dask cluster on it? Throughput, processor time, memory.

    python benchmarks/scaling.py [--sizes 10,100,1000] [--workers 1,2] [--report docs/scale-figures.md]

The documents are our samples (PDF, HTML, Markdown, text; 1 to 12 pages) under other names, numbers and titles, so that bytes differ
(see ``flat.py``). Each run makes a new register, in a process of its own. Seconds are of the clock and, for the process that writes,
of the processor; those of the pool's children are known, too, while those of a cluster's workers are not its children's. The
overhead of the cluster is its seconds over those of the pool with as many workers, its start included, in the same run of this program;
registers are compared, row by row. A page is one of a PDF, or 3,000 characters.
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

from flat import CHARACTERS_A_PAGE, PEAK, originals, write

from dutybook.pipeline.batch import ingest
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import open_register


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Seconds of wall-clock time, of the writer's and of its children's processor time; megabytes at the peak, pages, bytes
    of the register, and a digest of its content.
    """

    way: str
    size: int
    workers: int
    seconds: float
    writer: float
    readers: float
    parent: float
    child: float
    pages: float
    disk: int
    content: int


def measure(way: str, size: int, workers: int, files: Path, database: Path) -> Figures:
    """Read a folder into a new register, in this process."""
    options = ReadingOptions(workers, cluster="local" if way == "cluster" else "")
    started = time.monotonic()
    report = ingest([files], database, options)
    seconds = time.monotonic() - started
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    writer, readers = own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime
    with open_register(database, read_only=True) as register:
        content = hash(tuple(register.content()))
        pages = sum(row.pages or row.characters / CHARACTERS_A_PAGE for row in register.documents())
    peaks = (own.ru_maxrss / PEAK, children.ru_maxrss / PEAK)
    assert report.exit_code == 0, report.unread
    return Figures(way, size, workers, seconds, writer, readers, *peaks, pages, database.stat().st_size, content)


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
        "| documents | pages | workers | read by | seconds | pages a second | over the pool | reader, seconds a page | writer, seconds a page | kB a page |"
        " MB, writer | MB, reader |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for f in found:
        pool = f.way == "pool"
        over = "" if pool else f"{f.seconds / pools[f.size, f.workers].seconds - 1:+.1%}"
        lines.append(
            f"| {f.size:,} | {f.pages:,.0f} | {f.workers} | {f.way} | {f.seconds:.1f} | {f.pages / f.seconds:.2f} | {over} |"
            f" {f'{f.readers / f.pages:.3f}' if pool else ''} | {f.writer / f.pages:.4f} | {f.disk / f.pages / 1000:.1f} |"
            f" {f.parent:.0f} | {f'{f.child:.0f}' if pool else ''} |"
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
