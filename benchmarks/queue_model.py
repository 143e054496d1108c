#!/usr/bin/env python3
"""What a cluster needs for many documents: a formula, and a simulation of the queue that checks it.

    python benchmarks/queue_model.py                        # the table of docs/scale.md
    python benchmarks/queue_model.py --documents 50000 --pages 40 --workers 64

Documents wait for one of ``workers`` reading processes, then for the one writer. What reading and writing take was measured
(``scaling.py``); lengths of documents are drawn from a log-normal distribution, since a few acts are very long. The formula is

    hours = max(documents * pages * read / workers, documents * write) + longest document

and the simulation, which draws each document, says how far that is off. The writer saturates from ``read * pages / write`` workers on.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
from dataclasses import dataclass

#: Seconds of one processor to read a page, and to write what was found on it (``scaling.py``).
READ, WRITE = 0.216, 0.0087


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be read, and what it takes; seconds of one processor, megabytes, kilobytes of the register a page."""

    documents: int
    pages: float
    read: float = READ
    write: float = WRITE
    #: The spread of lengths: standard deviation of the logarithm.
    spread: float = 1.1
    memory: float = 390.0
    disk: float = 51.0

    def length(self, draw: random.Random) -> float:
        """Pages of a document."""
        return draw.lognormvariate(math.log(self.pages) - self.spread**2 / 2, self.spread)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hours until all is read, core-hours, gigabytes of memory of the workers and of disk; what saturates first."""

    hours: float
    core_hours: float
    memory: float
    disk: float
    saturates: str


def estimate(load: Load, workers: int) -> Estimate:
    """By the formula."""
    reading = load.documents * load.pages * load.read
    writing = load.documents * load.pages * load.write
    seconds = max(reading / workers, writing)
    return Estimate(
        seconds / 3600,
        (reading + writing) / 3600,
        workers * load.memory / 1000,
        load.documents * load.pages * load.disk / 1e6,
        "the writer" if writing > reading / workers else "the workers",
    )


def simulate(load: Load, workers: int, seed: int = 1) -> float:
    """Hours until the last document is written, document by document."""
    draw = random.Random(seed)
    free = [0.0] * workers
    heapq.heapify(free)
    finished: list[tuple[float, float]] = []
    for _ in range(load.documents):
        pages = load.length(draw)
        end = heapq.heappop(free) + pages * load.read
        heapq.heappush(free, end)
        finished.append((end, pages * load.write))
    writer = 0.0
    for end, seconds in sorted(finished):
        writer = max(writer, end) + seconds
    return writer / 3600


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int)
    parser.add_argument("--pages", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--read", type=float, default=READ)
    parser.add_argument("--write", type=float, default=WRITE)
    options = parser.parse_args()
    asked = (
        [(options.documents, options.workers)]
        if options.documents
        else [(n, w) for n in (50_000, 2_000_000) for w in (2, 16, 64, 256)]
    )
    print(
        "| documents | workers | core-hours | hours, formula | hours, simulated | GB memory, workers | GB disk | saturates first |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for documents, workers in asked:
        load = Load(documents, options.pages, options.read, options.write)
        found = estimate(load, workers)
        # Of more documents than this the simulation of a part says the same: it is in its steady state.
        part = min(documents, 200_000)
        simulated = simulate(Load(part, load.pages, load.read, load.write), workers) * documents / part
        print(
            f"| {documents:,} | {workers} | {found.core_hours:,.0f} | {found.hours:,.1f} | {simulated:,.1f} | {found.memory:,.0f} |"
            f" {found.disk:,.0f} | {found.saturates} |"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
