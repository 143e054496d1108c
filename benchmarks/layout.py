#!/usr/bin/env python3
"""Layout and structure: speed against pdfium and pdfplumber in the same run, and the peak memory of fresh processes.

    python benchmarks/layout.py FILE.pdf [--long FILE.pdf ...] [--pages 200 600] [--repeats 5]

FILE is what speed is measured on, in CPU seconds, best of several repeats whose order goes round (the machine may be
busy; ratios hold better than seconds). Lines:

    pdfium       loads each page and its text page: the limit
    words        our words with boxes, size, bold, italic
    layout       read_pdf: lines, columns, furniture, footnotes, tables, paragraphs
    structure    build_structure, nothing remembered from earlier repeats
    pdfplumber   extract_words of the first ten pages

Memory is that of a process that reads one file (prepare, read_pdf and build_structure, as analyse does) and ends: for FILE, for the --long files
as they are, and for files of --pages pages each, put together from all of them in turn. What the peak grows by from the first
of these to the last, for each 100 pages, is what a page costs; choose numbers that all files go into alike. Wall-clock time
of the last one by one process and by two is the gain of page ranges.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from dutybook.layout.limits import Limits
from dutybook.layout.pdf import read_pdf
from dutybook.layout.pdf.text_page import read_words
from dutybook.layout.pdf.words import frame_of
from dutybook.structure import language
from dutybook.structure.build import build_structure

PLUMBER_PAGES = 10
MEMORY = """
import sys
from pathlib import Path

def megabytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

from dutybook.layout.pdf import read_pdf
from dutybook.structure.build import build_structure
from dutybook.structure.language import prepare
prepare()  # as dutybook.analyse does
start = megabytes("VmHWM")
layout = read_pdf(Path(sys.argv[1]).read_bytes())
laid = megabytes("VmHWM")
build_structure(layout, "benchmark")
print(len(layout.pages), len(layout.words), round(start), round(laid), round(megabytes("VmHWM")))
"""


def each_page(data: bytes, work: Callable[[pdfium.PdfPage], object]) -> None:
    document = pdfium.PdfDocument(data)
    for index in range(len(document)):
        page = document[index]
        work(page)
        page.close()
    document.close()


def textpage(page: pdfium.PdfPage) -> None:
    raw.FPDFText_ClosePage(raw.FPDFText_LoadPage(page.raw))


def plumber(file: Path) -> None:
    import pdfplumber

    with pdfplumber.open(file, pages=list(range(1, PLUMBER_PAGES + 1))) as document:
        for page in document.pages:
            page.extract_words()
            page.close()


def structure(layout: object) -> None:
    language._ranked.cache_clear()
    language._identify.cache_clear()
    build_structure(layout, "benchmark")


def speed(file: Path, repeats: int) -> None:
    data = file.read_bytes()
    layout = read_pdf(data)
    pages = len(layout.pages)
    limits = Limits()
    tasks: dict[str, tuple[int, Callable[[], object]]] = {
        "pdfium": (pages, lambda: each_page(data, textpage)),
        "words": (pages, lambda: each_page(data, lambda p: read_words(p.raw, frame_of(p.raw), limits.max_page_chars))),
        "layout": (pages, lambda: read_pdf(data)),
        "structure": (pages, lambda: structure(layout)),
        "pdfplumber": (min(pages, PLUMBER_PAGES), lambda: plumber(file)),
    }
    best: dict[str, float] = {}
    for _ in range(repeats):
        for name, (count, work) in tasks.items():
            start = time.process_time()
            work()
            best[name] = min(best.get(name, 1e9), (time.process_time() - start) / count)
    print(f"{file.name}, {pages} pages; pages a CPU-second:")
    for name, seconds in best.items():
        print(f"  {name:<12}{1 / seconds:>8.1f}")
    print(f"  words / pdfium       {best['pdfium'] / best['words']:.2f}  (aim 0.30)")
    print(f"  words / pdfplumber   {best['pdfplumber'] / best['words']:.1f}  (aim 12)")
    whole = best["layout"] + best["structure"]
    print(f"  layout + structure   {1 / whole:.1f}  (aim 80)")
    print(
        f"  the same / pdfium    {best['pdfium'] / whole:.3f}  (aim 0.31, which is 80 where pdfium makes 258; holds on a busy machine, too)"
    )


def memory(file: Path) -> tuple[int, ...] | None:
    """Prints, and returns, a file's pages and the peaks after layout and after structure in MB; None where it is not read."""
    done = subprocess.run([sys.executable, "-c", MEMORY, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  {file.name[:44]:<46}{done.stderr.strip().splitlines()[-1]}")
        return None
    pages, words, start, laid, peak = done.stdout.split()
    print(f"  {file.name[:44]:<46}{pages:>6}{words:>9}{start:>9}{laid:>9}{peak:>6}")
    return int(pages), int(laid), int(peak)


def growth(files: list[Path], pages: list[int], folder: Path) -> Path:
    """Memory of files put together; returns the last of them."""
    found = []
    for count in pages:
        together = folder / f"{count}-pages.pdf"
        put_together(files, count, together)
        found.append(memory(together))
    first, last = found[0], found[-1]
    if first and last and last[0] > first[0]:
        laid, peak = (100 * (b - a) / (last[0] - first[0]) for a, b in zip(first[1:], last[1:], strict=True))
        print(f"  growth for 100 pages{laid:>50.1f}{peak:>6.1f}  (aim 4)")
    return together


def put_together(files: list[Path], pages: int, target: Path) -> None:
    """A file of so many pages from the pages of others, in turn, again from the start where they end."""
    made = pdfium.PdfDocument.new()
    while len(made) < pages:
        for file in files:
            source = pdfium.PdfDocument(file)
            made.import_pages(source, list(range(min(len(source), pages - len(made)))))
            source.close()
            if len(made) >= pages:
                break
    made.save(target)
    made.close()


def ranges(file: Path) -> None:
    data = file.read_bytes()
    taken = {}
    for workers in (1, 2, 1, 2):
        start = time.perf_counter()
        read_pdf(data, limits=Limits(workers=workers))
        taken[workers] = min(taken.get(workers, 1e9), time.perf_counter() - start)
    print(f"read_pdf of {file.name}: {taken[1]:.1f} s by one process, {taken[2]:.1f} s by two")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--long", type=Path, nargs="*", default=[])
    parser.add_argument("--pages", type=int, nargs="+", default=[200, 600])
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    speed(given.file, given.repeats)
    print(f"peak memory, MB{'pages':>37}{'words':>9}{'imports':>9}{'layout':>9}{'all':>6}")
    memory(given.file)
    for file in given.long:
        memory(file)
    with tempfile.TemporaryDirectory() as folder:
        ranges(growth([given.file, *given.long], given.pages, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
