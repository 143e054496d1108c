#!/usr/bin/env python3
"""Whether the boxes of findings give their quotes: crops the boxes with another reader and reads them again.

    python benchmarks/evidence.py FOLDER_OR_PDF ... [--errors N]

For every norm of every PDF (in languages whose norms are not known: every sentence of 40 characters and more) the boxes
that Dutybook gives are cropped with pdfplumber, whose parser shares nothing with ours, and the letters and digits in them
are compared with those of the quote. ``given``: the same letters in the same order, up to one in fifty. ``exact``: all of them.
Pages read by text recognition are left out (nothing else can read them) and counted.
"""

from __future__ import annotations

import argparse
import io
import logging
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any

import pdfplumber

import dutybook
from dutybook.errors import BadDocument
from dutybook.records import Analysis, Box, Span

_OTHER = re.compile(r"[\W_]+")
#: A quote that differs in more than one letter of fifty is not given by its boxes.
GIVEN = 0.98


def letters(text: str) -> str:
    """Letters and digits alone: hyphens at line ends and spaces are the reader's business."""
    return _OTHER.sub("", unicodedata.normalize("NFKC", text)).casefold()


class Crops:
    """Characters of the pages of one PDF, read by pdfplumber, a page at a time."""

    def __init__(self, data: bytes) -> None:
        self.document = pdfplumber.open(io.BytesIO(data))
        self.page: int | None = None
        self.chars: list[dict[str, Any]] = []

    def _load(self, number: int) -> None:
        if number != self.page:
            page = self.document.pages[number - 1]
            self.chars = [c for c in page.dedupe_chars().chars if c["text"].strip()]
            self.page = number
            page.close()

    def read(self, box: Box) -> str:
        """The characters whose middle lies in the box, from left to right."""
        self._load(box.page)
        inside = [
            c
            for c in self.chars
            if box.x0 <= (c["x0"] + c["x1"]) / 2 <= box.x1 and box.top <= (c["top"] + c["bottom"]) / 2 <= box.bottom
        ]
        if inside:
            # Raised numbers in a line are marks of notes, which no quote has.
            size = median(c["size"] for c in inside)
            inside = [c for c in inside if c["size"] > 0.75 * size or not c["text"].isdigit()]
        return "".join(c["text"] for c in sorted(inside, key=lambda c: c["x0"]))


def wanted(analysis: Analysis) -> tuple[str, list[Span]]:
    norms = [norm.span for norm in analysis.norms]
    if norms:
        return "norms", norms
    # Structure keeps sentences to itself; a provision's own first line is as good a passage to look for.
    spans = [Span(p.span.start, min(p.span.end, p.span.start + 400)) for p in analysis.provisions]
    return "passages", [s.strip(analysis.document.text) for s in spans if len(s) >= 40]


def likeness(quote: str, crop: str) -> float:
    """1.0 where both hold the same letters in the same order."""
    if quote == crop:
        return 1.0
    return SequenceMatcher(None, quote, crop, autojunk=False).ratio()


def measure(file: Path) -> tuple[str, int, int, int, int, list[tuple[float, int, str, str]]]:
    raw = dutybook.read(file)
    analysis = dutybook.analyse(raw)
    layout = analysis.layout
    assert layout is not None
    recognised = {page.number for page in layout.pages if page.source == "ocr"}
    what, spans = wanted(analysis)
    crops = Crops(raw.data)
    given = exact = left = 0
    bad: list[tuple[float, int, str, str]] = []
    for span in spans:
        boxes = layout.boxes_for(span)
        if any(box.page in recognised for box in boxes):
            left += 1
            continue
        quote, crop = letters(span.of(layout.text)), letters("".join(crops.read(box) for box in boxes))
        alike = likeness(quote, crop)
        given += alike >= GIVEN
        exact += alike == 1.0
        if alike < GIVEN:
            bad.append((alike, boxes[0].page if boxes else 0, quote[:90], crop[:90]))
    return what, len(spans) - left, given, exact, left, bad


def pdfs(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(p for p in path.rglob("*.pdf") if "hostile" not in p.parts) if path.is_dir() else [path]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="so many passages a file that their boxes do not give")
    options = parser.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    totals = {"norms": [0, 0, 0], "passages": [0, 0, 0]}
    print(f"{'file':<52}{'of':<10}{'number':>7}{'given':>9}{'exact':>9}{'left out':>10}")
    for file in pdfs(options.paths):
        try:
            what, number, given, exact, left, bad = measure(file)
        except BadDocument as error:
            print(f"{file.name[:51]:<52}unread: {str(error)[:90]}")
            continue
        totals[what] = [a + b for a, b in zip(totals[what], (number, given, exact), strict=True)]
        share = f"{given / number:>9.4f}{exact / number:>9.4f}" if number else f"{'-':>9}{'-':>9}"
        print(f"{file.name[:51]:<52}{what:<10}{number:>7}{share}{left:>10}", flush=True)
        for alike, page, quote, crop in bad[: options.errors]:
            print(f"    {alike:.3f} page {page}\n      quote {quote}\n      boxes {crop}")
    for what, (number, given, exact) in totals.items():
        if number:
            print(f"{'all ' + what:<62}{number:>7}{given / number:>9.4f}{exact / number:>9.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
