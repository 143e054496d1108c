#!/usr/bin/env python3
"""Pages a CPU-second, bytes to layout and bytes to findings, and the peak memory.

    python benchmarks/speed.py FILE.pdf [FILE.pdf ...]

One process, after a first small document (imports are not counted). pdfplumber's word extraction of the first pages is
measured in the same run: the ratio is what travels between machines.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dutybook
from dutybook.layout.pdf import read_pdf

PLUMBER_PAGES = 10


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def plumber(file: Path) -> float:
    """Pages a CPU-second of pdfplumber's extract_words."""
    import pdfplumber

    with pdfplumber.open(file) as document:
        pages = document.pages[:PLUMBER_PAGES]

        def run() -> None:
            for page in pages:
                page.extract_words()
                page.close()

        return len(pages) / seconds(run)


def main() -> int:
    files = [Path(name) for name in sys.argv[1:]]
    if not files:
        print(__doc__)
        return 2
    dutybook.analyse(dutybook.samples() / "circular-outsourcing.en.pdf")
    print(f"{'file':<44}{'pages':>6}{'layout p/s':>12}{'all p/s':>9}{'pdfplumber p/s':>16}{'layout ratio':>14}")
    for file in files:
        data = file.read_bytes()
        pages = len(read_pdf(data).pages)
        layout = pages / seconds(lambda data=data: read_pdf(data))
        whole = pages / seconds(lambda file=file: dutybook.analyse(file))
        slow = plumber(file)
        print(f"{file.name[:43]:<44}{pages:>6}{layout:>12.1f}{whole:>9.1f}{slow:>16.1f}{layout / slow:>14.1f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
