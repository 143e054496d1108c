#!/usr/bin/env python3
"""Text recognition against the text layer: word accuracy in reading order, and processor seconds a page.

    python benchmarks/ocr.py FILE.pdf [FILE.pdf ...] [--pages 3] [--dpi 300 150] [--skew 0]

Pages, spread over each file, are drawn at a resolution, put into a PDF that holds nothing but the image, and read. The words
of both layouts are aligned; accuracy is the share of the text layer's words that come out the same, in the same order.
``boxes`` is the share of these whose box overlaps the box in the text layer by half. Needs tesseract and the data of the files'
languages.
"""

from __future__ import annotations

import argparse
import io
import resource
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from dutybook.layout.limits import Limits
from dutybook.layout.ocr import Recognition, installed
from dutybook.layout.ocr.scans import Pose
from dutybook.layout.pdf import read_pdf
from dutybook.records import Box, Layout
from dutybook.structure.language import identify


def spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def single(data: bytes, page: int) -> bytes:
    """One page of a PDF as a PDF."""
    with pdfium.PdfDocument(data) as source, pdfium.PdfDocument.new() as made:
        made.import_pages(source, [page])
        target = io.BytesIO()
        made.save(target)
        return target.getvalue()


def scanned(data: bytes, dpi: int, skew: float) -> bytes:
    """The page of a PDF as an image in a PDF."""
    with pdfium.PdfDocument(data) as document:
        image: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    if skew:
        image = image.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    target = io.BytesIO()
    image.save(target, "PDF", resolution=dpi)
    return target.getvalue()


def words(layout: Layout) -> list[tuple[str, Box]]:
    found = layout.words
    return [(layout.text[found.starts[i] : found.ends[i]], found.word_box(i)) for i in range(len(found))]


def compare(truth: Layout, read: Layout, skew: float) -> tuple[int, int, int]:
    """Words of the text layer, those that were read the same, and those of them in the same place."""
    ours, theirs = words(read), words(truth)
    matcher = SequenceMatcher(None, [w for w, _ in theirs], [w for w, _ in ours], autojunk=False)
    page = truth.pages[0]
    turn = Pose(page.width, page.height, angle=-skew)
    same = there = 0
    for block in matcher.get_matching_blocks():
        same += block.size
        there += sum(overlap(turned(theirs[block.a + i][1], turn), ours[block.b + i][1]) for i in range(block.size))
    return len(theirs), same, there


def turned(box: Box, pose: Pose) -> Box:
    return Box(box.page, *pose.back(box.x0, box.top, box.x1, box.bottom))


def overlap(a: Box, b: Box) -> bool:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    if wide <= 0 or high <= 0:
        return False
    smaller = min((a.x1 - a.x0) * (a.bottom - a.top), (b.x1 - b.x0) * (b.bottom - b.top))
    return wide * high > 0.5 * smaller


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--dpi", type=int, nargs="+", default=[300, 150])
    parser.add_argument("--skew", type=float, default=0.0, help="degrees")
    given = parser.parse_args()
    engine = installed()
    if engine is None:
        print("tesseract is not installed")
        return 2
    print(f"tesseract {engine.version}, skew {given.skew:g} degrees")
    print(f"{'file':<44}{'dpi':>5}{'pages':>6}{'words':>7}{'same':>8}{'boxes':>8}{'sure':>7}{'s/page':>8}")
    for file in given.files:
        data = file.read_bytes()
        with pdfium.PdfDocument(data) as document:
            count = len(document)
        chosen = sorted({round((i + 0.5) * count / given.pages) for i in range(given.pages)} & set(range(count)))
        for dpi in given.dpi:
            total = same = there = 0
            seconds = sure = 0.0
            for page in chosen:
                alone = single(data, page)
                truth = read_pdf(alone)
                image = scanned(alone, dpi, given.skew)
                settings = Recognition(identify=identify, seconds=120, page_seconds=120)
                start = spent()
                read = read_pdf(image, limits=Limits(max_seconds=300), recognition=settings)
                seconds += spent() - start
                sure += read.pages[0].confidence or 0.0
                counts = compare(truth, read, given.skew)
                total, same, there = total + counts[0], same + counts[1], there + counts[2]
            print(
                f"{file.name[:43]:<44}{dpi:>5}{len(chosen):>6}{total:>7}{same / total:>8.2%}"
                f"{there / max(same, 1):>8.1%}{sure / len(chosen):>7.2f}{seconds / len(chosen):>8.1f}"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
