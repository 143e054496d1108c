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
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pdfplumber
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTFigure
from pdfminer.pdfinterp import PDFPageInterpreter

import dutybook
from dutybook.errors import BadDocument
from dutybook.records import Analysis, Box, Span

_OTHER = re.compile(r"[\W_]+")
#: A quote that differs in more than one letter of fifty is not given by its boxes.
GIVEN = 0.98


def letters(text: str) -> str:
    """Letters and digits alone: hyphens at line ends and spaces are the reader's business."""
    return _OTHER.sub("", unicodedata.normalize("NFKC", text)).casefold()


class Letter(NamedTuple):
    """A character of a page: its middle, left edge, type size and text. Sorts from the top."""

    y: float
    x: float
    left: float
    size: float
    text: str


class _Letters(PDFPageAggregator):
    """Takes the characters of a page and leaves its drawings, which cost as much."""

    def paint_path(self, *_: Any) -> None:
        return

    def render_image(self, *_: Any) -> None:
        return


class Crops:
    """Characters of the pages of one PDF, read by pdfplumber's parser; the last few pages are kept."""

    def __init__(self, data: bytes) -> None:
        self.document = pdfplumber.open(io.BytesIO(data))
        self.device = _Letters(self.document.rsrcmgr, laparams=None)
        self.interpreter = PDFPageInterpreter(self.document.rsrcmgr, self.device)
        self.pages: dict[int, list[Letter]] = {}

    def _page(self, number: int) -> list[Letter]:
        if number not in self.pages:
            page = self.document.pages[number - 1]
            self.interpreter.process_page(page.page_obj)
            # Boxes are from the corner of what is shown of a page.
            left = page.mediabox[0] - max(page.cropbox[0], page.mediabox[0])
            top = page.mediabox[1] + page.height - max(page.cropbox[1], page.mediabox[1])
            seen: dict[tuple[str, int, int], tuple[float, float]] = {}
            found: list[Letter] = []
            for char in _characters(self.device.get_result()):
                text = char.get_text()
                letter = Letter(
                    top - (char.y0 + char.y1) / 2, left + (char.x0 + char.x1) / 2, left + char.x0, char.size, text
                )
                # The same letter in the same place is printed twice, for weight.
                at = (text, round(letter.x), round(letter.y))
                if text.strip() and not _is_double(letter, at, seen):
                    seen[at] = letter.x, letter.y
                    found.append(letter)
            if len(self.pages) > 3:
                del self.pages[next(iter(self.pages))]
            self.pages[number] = sorted(found)
        return self.pages[number]

    def read(self, box: Box) -> str:
        """The characters whose middle lies in the box, from left to right."""
        page = self._page(box.page)
        first, last = bisect_left(page, (box.top,)), bisect_right(page, (box.bottom,))
        inside = [each for each in page[first:last] if box.x0 <= each.x <= box.x1]
        if inside:
            # Raised numbers in a line are marks of notes, which no quote has.
            size = median(each.size for each in inside)
            inside = [each for each in inside if each.size > 0.75 * size or not each.text.isdigit()]
        return "".join(each.text for each in sorted(inside, key=lambda each: each.left))


def _characters(item: Any) -> Iterator[LTChar]:
    for each in item:
        if isinstance(each, LTChar):
            yield each
        elif isinstance(each, LTFigure):
            yield from _characters(each)


def _is_double(letter: Letter, at: tuple[str, int, int], seen: dict[tuple[str, int, int], tuple[float, float]]) -> bool:
    text, x, y = at
    for near in ((text, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
        other = seen.get(near)
        if other and abs(other[0] - letter.x) < 1 and abs(other[1] - letter.y) < 1:
            return True
    return False


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
