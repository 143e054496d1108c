#!/usr/bin/env python3
"""Does a page cost the same in a register of one document as in one of a thousand? CPU, memory and disk of real ingests.

    python benchmarks/flat.py [../shared] [--sizes 1,10,100,1000] [--workers 2] [--register FILE.db]

Ten documents of 1 to 12 pages (PDF, HTML, XML, Markdown, text; with ``../shared`` in six languages, else the samples alone)
are repeated under other names, with another number or title each where the format can be edited, so that bytes differ. Each
size goes into a new register with :func:`dutybook.pipeline.batch.ingest` in a process of its own. A page is one of a PDF, or
3,000 characters. Processor time is that of the parent and of all reading processes. Ten different documents are one round:
the sizes 10, 100 and 1000 hold the same mix. What is remembered of repeated sentences makes them 6 % cheaper than new ones.

The last table follows the largest run: a tenth of its documents a line. A cost that grows with the register shows in the
parent's column, one that grows with what a process has read in the children's (which are replaced after 500 documents: a
tenth with new ones costs more). On a busy machine a second of processor time does less: beside them stands what a fixed
loop took after each document, and the second half is compared to the first in loops, by the median tenth. It needs ``/proc``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import dutybook
from dutybook.pipeline.batch import Progress, ingest
from dutybook.pipeline.reading import ReadingOptions

CHARACTERS_A_PAGE = 3000
#: Units of ``ru_maxrss`` in a megabyte: kilobytes, on a Mac bytes.
PEAK = 1e6 if sys.platform == "darwin" else 1e6 / 1024
#: Of a fixed amount of work after each document, some milliseconds.
LOOPS = 2000
SAMPLES = (
    "circular-outsourcing.en.pdf",
    "seehafendatengesetz.de.md",
    "directive-repair-passports.en.pdf",
    "regulation-harbour-data.fr.html",
    "seehafendatengesetz.de.pdf",
)
MORE_SAMPLES = (
    "rundschreiben-auslagerung.de.pdf",
    "news-shipping-banks.en.html",
    "regulation-harbour-data.en.pdf",
    "news-ports-atlantiques.fr.txt",
    "regulation-harbour-data.de.pdf",
)
OTHERS = (
    "eu/X24_32019R1150_PL.txt",
    "national/nl/bwb_circulaire.xml",
    "national/br/bacen_res_4595_2017.pdf",
    "national/be/arrete_royal.html",
    "national/us/cfr_2012_t12_p1006.xml",
)
_NUMBER = re.compile(r"\b((?:19|20)\d\d/)(\d{2,4})\b")


def originals(shared: Path | None) -> list[tuple[Path, str]]:
    """Ten files with the titles that are read in them."""
    folder = dutybook.samples()
    more = [folder / name for name in MORE_SAMPLES] if shared is None else [shared / "docs" / name for name in OTHERS]
    files = [file for pair in zip([folder / name for name in SAMPLES], more, strict=True) for file in pair]
    return [(file, dutybook.analyse(file).document.title) for file in files]


def variant(data: bytes, suffix: str, title: str, number: int) -> bytes:
    """The document under another number, or else with another title; a PDF only with other bytes."""
    if suffix == ".pdf":
        return data + b"\n%% %d\n" % number
    text = data.decode("utf-8", "surrogateescape")
    if stated := _NUMBER.search(text):
        text = text.replace(stated[0], f"{stated[1]}{1000 + number}")
    else:
        start = r"\s+".join(re.escape(word) for word in title.split()[:3])
        text = re.sub(start, lambda found: f"{found[0]} ({number})", text, count=1)
    if suffix in {".html", ".xml"}:
        text += f"\n<!-- {number} -->\n"
    return text.encode("utf-8", "surrogateescape")


def write(folder: Path, files: list[tuple[Path, str]], size: int) -> None:
    for number in range(size):
        file, title = files[number % len(files)]
        (folder / f"{number:05}{file.suffix}").write_bytes(variant(file.read_bytes(), file.suffix, title, number))


@dataclass
class Tenth:
    """A part of a run; seconds of processor time (``loop``: of a fixed amount of work), megabytes of the largest child."""

    documents: int
    loop: float
    parent: float
    children: float
    megabytes: float

    def loops(self, name: str) -> float:
        """What a document cost, as a multiple of what a loop did at that time."""
        return float(getattr(self, name)) / self.loop


@dataclass
class Run:
    """One size. Seconds are of processor time, memory is peaks in megabytes, ``disk`` bytes of the register."""

    size: int
    documents: int
    pages: int
    works: int
    parent: float
    children: float
    parent_memory: float
    child_memory: float
    disk: int
    tenths: list[Tenth]


class Meter:
    """Processor time so far: of this process, and of its children, those that live (from ``/proc``) and those that ended."""

    def __init__(self) -> None:
        self.here = Path("/proc/self/task").is_dir()
        self.tick = os.sysconf("SC_CLK_TCK") if self.here else 1

    def children(self) -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + sum(self._one(pid)[0] for pid in self._alive())

    def megabytes(self) -> float:
        return max((self._one(pid)[1] for pid in self._alive()), default=0.0)

    def _alive(self) -> list[str]:
        found: list[str] = []
        for thread in Path("/proc/self/task").iterdir() if self.here else ():
            with contextlib.suppress(OSError):
                found += (thread / "children").read_text().split()
        return found

    def _one(self, pid: str) -> tuple[float, float]:
        """Seconds and resident megabytes; nothing of a child that has just ended, which counts as ended next time."""
        try:
            after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0, 0.0
        return (int(after[11]) + int(after[12])) / self.tick, int(after[21]) * resource.getpagesize() / 1e6


def own_peak() -> float:
    """The most megabytes this process had. ``ru_maxrss`` would count what had been its parent's before it began."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK


def run(folder: Path, register: Path, workers: int) -> Run:
    """An ingest of a folder, measured; to be called in a fresh process."""
    meter, total = Meter(), sum(1 for _ in folder.iterdir())
    tenths: list[Tenth] = []
    before = (0, 0.0, time.process_time(), meter.children())
    loops = 0.0

    def show(step: Progress) -> None:
        nonlocal before, loops
        started = time.process_time()
        for _ in range(LOOPS):
            _NUMBER.sub("", f"{step.source} 2031/418")
        loops += time.process_time() - started
        if step.done % max(total // 10, 1) == 0:
            now = (step.done, loops, time.process_time() - loops, meter.children())
            done, *seconds = (new - old for new, old in zip(now, before, strict=True))
            tenths.append(Tenth(int(done), *seconds, megabytes=meter.megabytes()))
            before = now

    started = time.process_time()
    report = ingest(sorted(folder.iterdir()), register, ReadingOptions(workers), progress=show)
    parent = time.process_time() - started - loops
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert report.read == total, report
    with contextlib.closing(sqlite3.connect(register)) as connection:
        rows = connection.execute("SELECT pages, characters, work FROM documents").fetchall()
    return Run(
        size=total,
        documents=len(rows),
        pages=sum(pages or math.ceil(characters / CHARACTERS_A_PAGE) for pages, characters, _ in rows),
        works=len({work for _, _, work in rows}),
        parent=parent,
        children=ended.ru_utime + ended.ru_stime,
        parent_memory=own_peak(),
        child_memory=ended.ru_maxrss / PEAK,
        disk=sum(file.stat().st_size for file in register.parent.glob(register.name + "*")),
        tenths=tenths,
    )


def in_its_own_process(folder: Path, register: Path, workers: int) -> Run:
    """What :func:`run` measures, undisturbed by what this process did before."""
    command = [
        sys.executable,
        __file__,
        "--measure",
        str(folder),
        "--register",
        str(register),
        "--workers",
        str(workers),
    ]
    made = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return Run(**{**made, "tenths": [Tenth(**tenth) for tenth in made["tenths"]]})


def report(runs: list[Run]) -> None:
    """The tables."""
    print(
        f"{'documents':>9}{'works':>7}{'pages':>7}{'CPU ms/page':>13}{'children':>10}{'parent':>8}"
        f"{'MB parent':>11}{'MB child':>10}{'kB disk/page':>14}"
    )
    for r in runs:
        children, parent = (1000 * seconds / r.pages for seconds in (r.children, r.parent))
        print(
            f"{r.documents:>9}{r.works:>7}{r.pages:>7}{children + parent:>13.1f}{children:>10.1f}{parent:>8.2f}"
            f"{r.parent_memory:>11.0f}{r.child_memory:>10.0f}{r.disk / 1000 / r.pages:>14.1f}"
        )
    costs = {r.size: (r.children + r.parent) / r.pages for r in runs}
    last = runs[-1]
    for r in runs[1:-1]:
        print(f"a page of {last.size} costs {costs[last.size] / costs[r.size]:.2f} times a page of {r.size}")
    parts = last.tenths
    if len(parts) < 10:
        return
    print(
        f"\n{'tenth':>5}{'documents':>11}{'children ms/document':>22}{'parent ms/document':>20}{'loop ms':>9}{'MB child':>10}"
    )
    for number, part in enumerate(parts, 1):
        loop, parent, children = (1000 * s / part.documents for s in (part.loop, part.parent, part.children))
        print(f"{number:>5}{part.documents:>11}{children:>22.0f}{parent:>20.1f}{loop:>9.2f}{part.megabytes:>10.0f}")
    for name in ("children", "parent"):
        early, late = (median(part.loops(name) for part in half) for half in (parts[:5], parts[5:]))
        print(f"{name}: a document of the second half costs {late / early:.2f} times one of the first half")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, help="the measuring texts beside the repository")
    parser.add_argument("--sizes", default="1,10,100,1000", help="numbers of documents, ascending")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--register", type=Path, help="keep the register of the largest size here")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(asdict(run(given.measure, given.register, given.workers))))
        return 0
    files = originals(given.shared)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in sorted(int(size) for size in given.sizes.split(",")):
            folder = Path(scratch) / str(size)
            folder.mkdir()
            write(folder, files, size)
            register = Path(scratch) / f"{size}.db"
            runs.append(in_its_own_process(folder, register, given.workers))
        if given.register:
            shutil.move(register, given.register)
    report(runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
