"""Page ranges: several processes give what one gives, and a crash or a hang costs a few pages."""

from __future__ import annotations

import math
import pickle
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import pytest

from dutybook.layout.limits import Deadline, Limits
from dutybook.layout.pdf import pages, read_pdf
from dutybook.layout.pdf.document import open_pdf
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.pages import Reading, join_readings, read_range
from dutybook.records import Layout

PAGES = 12
FOREVER = Deadline(math.inf, math.inf)
#: A reading process that does something to one page (index 7) and reads the others.
DOES = (
    "import sys; sys.path[:] = {path!r}; import os, time; from dutybook.layout.pdf import pages; real = pages.read_range\n"
    "def read_range(document, indexes, limits, deadline):\n"
    "    if 7 in indexes: DEED\n"
    "    return real(document, indexes, limits, deadline)\n"
    "pages.read_range = read_range; pages.main()"
)


@pytest.fixture(scope="module")
def long_file(samples: Path) -> bytes:
    """A file of twelve pages, some of them turned."""
    import io

    import pypdfium2 as pdfium

    made = pdfium.PdfDocument.new()
    files = sorted(samples.glob("*.pdf"))
    for file in files * PAGES:
        if len(made) < PAGES:
            with pdfium.PdfDocument(file) as source:
                made.import_pages(source, list(range(min(len(source), PAGES - len(made)))))
    made[3].set_rotation(90)
    target = io.BytesIO()
    made.save(target)
    made.close()
    return target.getvalue()


@pytest.fixture(autouse=True)
def small_files_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LEAST_PAGES", 2)


def parts(layout: Layout) -> tuple[object, ...]:
    words = layout.words
    arrays = words.starts, words.ends, words.pages, words.coords
    return (*arrays, *(getattr(layout, each.name) for each in fields(Layout) if each.name != "words"))


def readings(data: bytes, *edges: int) -> list[Reading]:
    with open_pdf(data, None, Limits()) as document:
        return [read_range(document, range(*pair), Limits(), FOREVER) for pair in pairwise(edges)]


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_several_processes_give_what_one_gives(long_file: bytes, workers: int) -> None:
    one = read_pdf(long_file)
    assert len(one.pages) == PAGES
    assert parts(read_pdf(long_file, limits=Limits(workers=workers))) == parts(one)


def seen(reading: Reading) -> dict[str, object]:
    """What a reading holds, its lines as plain values."""
    kept = {each.name: getattr(reading, each.name) for each in fields(Reading)}
    pages = [replace(page, runs=[]) for page in reading.runs]
    lines = [
        (line.words, [getattr(line, name) for name in Line.__slots__]) for page in reading.runs for line in page.runs
    ]
    return {**kept, "runs": (pages, lines)}


def test_a_reading_goes_from_process_to_process(long_file: bytes) -> None:
    (reading,) = readings(long_file, 0, PAGES)
    assert seen(pickle.loads(pickle.dumps(reading))) == seen(reading)


def test_readings_of_ranges_join_to_that_of_the_whole(long_file: bytes) -> None:
    (whole,) = readings(long_file, 0, PAGES)
    assert seen(join_readings(readings(long_file, 0, 3, 4, PAGES))) == seen(whole)


@pytest.mark.parametrize("deed", ["os.abort()", "sys.exit(3)", "raise MemoryError"])
def test_a_crash_costs_a_few_pages(long_file: bytes, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    monkeypatch.setattr(pages, "_COMMAND", DOES.replace("DEED", deed))
    layout = read_pdf(long_file, limits=Limits(workers=2))
    lost = [page.number for page in layout.pages if page.source == "unread"]
    assert 8 in lost
    assert len(lost) <= pages.SMALLEST
    assert any("crashed" in problem for problem in layout.problems)
    assert {page.number for page in layout.pages} == set(range(1, PAGES + 1))


def test_a_hang_costs_a_range(long_file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_COMMAND", DOES.replace("DEED", "time.sleep(600)"))
    monkeypatch.setattr(pages, "_GRACE", 0.0)
    layout = read_pdf(long_file, limits=Limits(workers=2, max_seconds=6))
    lost = [page.number for page in layout.pages if page.source == "unread"]
    assert lost == list(range(PAGES // 2 + 1, PAGES + 1))
    assert any("time limit" in problem for problem in layout.problems)


def test_without_room_for_a_copy_one_process_reads_all(long_file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pages.tempfile, "TemporaryDirectory", no_room)
    assert parts(read_pdf(long_file, limits=Limits(workers=2))) == parts(read_pdf(long_file))


def test_a_small_file_stays_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LEAST_PAGES", 100)
    assert not pages.is_worth_it(Limits(workers=8), 99)
    assert pages.is_worth_it(Limits(workers=2), 100)
    assert not pages.is_worth_it(Limits(), 5000)
