"""Reads the pages of a PDF, one after the other or ranges of them in several processes, before the document is put together.

pdfium takes no second thread, so each range has a fresh interpreter of its own (not a fork of this one), which opens the
file, reads its pages and ends. What a process costs when it crashes or hangs is its range: a crashed range is tried again in
halves, so that one bad page takes a few others with it and not the document.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pypdfium2.raw as raw

from dutybook.layout.limits import Deadline, Limits
from dutybook.layout.pdf.document import open_pdf
from dutybook.layout.pdf.form_fields import read_field_words
from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.lines import runs_of
from dutybook.layout.pdf.pdfium import PageObjects
from dutybook.layout.pdf.rulings import Ruling, rulings_of
from dutybook.layout.pdf.text_page import read_words
from dutybook.layout.pdf.text_quality import BLANK, Kind, Verdict, judge_page
from dutybook.layout.pdf.words import Frame, Word, Words, frame_of
from dutybook.memory import no_collection
from dutybook.reasons import Reason, Why, about_pages, because
from dutybook.records import Box, Furniture, FurnitureKind, Page

LEAST = 30
"""So many words must lie on their side (and three in five of the page's letters) before the page is turned."""

Back = Callable[[Box], Box]


def is_sideways(words: Words) -> bool:
    """Whether most of a page's letters are not upright: words on their side come in pieces."""
    turned = [] if words.upright else [not style.upright for style in words.columns.styles]
    letters = sum(len(text) for text, side in zip(words.texts, turned, strict=True) if side) if turned else 0
    return sum(turned) >= LEAST and letters > 0.6 * sum(map(len, words.texts))


def reglued(words: Iterable[Word]) -> list[Word]:
    """Words whose letters pdfium took apart, as it does with text on its side."""
    made: list[Word] = []
    for word in words:
        last = made[-1] if made else None
        if (
            last is not None
            and word.style.upright
            and abs(last.base - word.base) < 0.1 * word.style.size
            and -0.1 * word.style.size < word.x0 - last.x1 < 0.12 * word.style.size
        ):
            last.text, last.x1, last.soft = last.text + word.text, word.x1, word.soft
            last.top, last.bottom = min(last.top, word.top), max(last.bottom, word.bottom)
        else:
            made.append(word)
    return made


@dataclass(frozen=True, slots=True)
class _Turn:
    """Turns boxes of a page as it is read into boxes of the page as displayed.

    An object and not a function, since it is passed between processes.
    """

    displayed: Frame
    read: Frame

    def __call__(self, box: Box) -> Box:
        xa, ya = self.displayed.place(*self.read.found(box.x0, box.top))
        xb, yb = self.displayed.place(*self.read.found(box.x1, box.bottom))
        return Box(box.page, min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


ROOMY = 100
"""From the page after so many on, what is read is put away until it is needed: of a short document it is too little."""
TIME_LIMIT = because(Why.PAGE_TIME, "time limit")
"""The note of pages that there was no time for."""


@dataclass(slots=True)
class Reading:
    """The pages in order, and by page number what stands on them.

    ``scans`` are the pages whose text layer is not all there is, or nothing; ``unrecognised`` says why their images were
    not read.
    """

    pages: list[Page] = field(default_factory=list)
    runs: list[PageRuns] = field(default_factory=list)
    turned: dict[int, Back] = field(default_factory=dict)
    rulings: dict[int, list[Ruling]] = field(default_factory=dict)
    furniture: list[Furniture] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)
    characters: int = 0
    scans: dict[int, Verdict] = field(default_factory=dict)
    unrecognised: Reason | Literal[""] = ""

    def keep(self, page: Page, frame: Frame, words: Words) -> None:
        """Add a page with its words, as they stand in ``frame``."""
        number = page.number
        self.characters += sum(map(len, words.texts))
        if not words.upright:
            turned = [word for word in words if not word.style.upright]
            if turned:
                self.furniture.extend(_turned(number, page.width, turned))
                words = Words.of(word for word in words if word.style.upright)
        self.pages.append(page)
        width, height = frame.size
        rules = [
            ruling.top
            for ruling in self.rulings.get(number, ())
            if ruling.level and ruling.x1 - ruling.x0 > 0.5 * width
        ]
        self.runs.append(PageRuns(number, width, height, runs_of(number, words), rules))
        if len(self.pages) > ROOMY and not frame.turns:
            words.columns.put_away(frame.top)

    def drop(self, number: int) -> Page:
        """Forget what was read of a page; returns it as it was."""
        page = next(page for page in self.pages if page.number == number)
        self.pages.remove(page)
        self.runs = [runs for runs in self.runs if runs.number != number]
        self.furniture = [piece for piece in self.furniture if piece.box.page != number]
        self.turned.pop(number, None)
        return page

    def sort(self) -> None:
        """Put pages in order that were added later."""
        self.pages.sort(key=lambda page: page.number)
        self.runs.sort(key=lambda runs: runs.number)


def _turned(number: int, width: float, words: list[Word]) -> list[Furniture]:
    """Words set at an angle, as margin texts or watermarks: those that follow each other closely are one."""
    made: list[Furniture] = []
    text, box, slanted, last, before = "", Box(number, 0, 0, 0, 0), False, Box(number, 0, 0, 0, 0), 0.0
    for word in words:
        own, size = Box(number, word.x0, word.top, word.x1, word.bottom), word.style.size
        gap = max(own.x0 - last.x1, last.x0 - own.x1, own.top - last.bottom, last.top - own.bottom)
        at_slant = min(own.x1 - own.x0, own.bottom - own.top) > 1.3 * size
        if text and gap <= 2 * max(size, before):
            # pdfium puts spaces of its own between the letters of turned words; the boxes of words at a slant always touch.
            text += word.text if gap < 0.12 * size and not at_slant else f" {word.text}"
            box, slanted = box.union(own), slanted or at_slant
        else:
            if text:
                made.append(_at_an_angle(text, box, slanted, width))
            text, box, slanted = word.text, own, at_slant
        last, before = own, size
    return [*made, _at_an_angle(text, box, slanted, width)]


def _at_an_angle(text: str, box: Box, slanted: bool, width: float) -> Furniture:
    across = slanted or box.x1 - box.x0 > 0.4 * width
    return Furniture(FurnitureKind.WATERMARK if across else FurnitureKind.MARGIN, text, box)


def join_readings(readings: Sequence[Reading]) -> Reading:
    """The readings of consecutive ranges of pages as one."""
    made = Reading()
    for reading in readings:
        for each in fields(Reading):
            ours, theirs = getattr(made, each.name), getattr(reading, each.name)
            if isinstance(ours, list):
                ours.extend(theirs)
            elif isinstance(ours, dict):
                ours.update(theirs)
            else:
                setattr(made, each.name, ours + theirs)
    return made


_DAMAGED = because(Why.PAGE_BROKEN, "the page is damaged (Failed to load page.)")


def read_range(
    document: Any, indexes: Iterable[int], limits: Limits, deadline: Deadline, reading: Reading | None = None
) -> Reading:
    """The pages with these indexes (from 0), up to the first that the time or the bound on text denies.

    They are added to ``reading`` if one is given.
    """
    reading = reading or Reading()
    for index in indexes:
        if deadline.has_passed() or is_too_long(reading, limits):
            break
        _read_page(document, index, limits, reading)
    return reading


def is_too_long(reading: Reading, limits: Limits) -> bool:
    """Whether the words read are certain to make a longer text than is allowed."""
    return reading.characters > 1.5 * limits.max_text_chars


def _read_page(document: Any, index: int, limits: Limits, reading: Reading) -> None:
    number = index + 1
    # A page of pypdfium2's own, with what closes it should nobody do so, takes half a millisecond.
    page = raw.FPDF_LoadPage(document.raw, index)
    if not page:  # the other pages are read
        reading.pages.append(Page(number, 0.0, 0.0, "unread", _DAMAGED))
        reading.problems.append(because(Why.PART_PAGE, "page {page} is damaged and was not read", page=number))
        return
    try:
        frame = frame_of(page)
        width, height = frame.size
        read = read_words(page, frame, limits.max_page_chars)
        if filled := read_field_words(document, page, frame):
            read = replace(read, words=Words.of([*read.words, *filled]))
        objects = PageObjects(page, read.objects)
        verdict = judge_page(frame, read, objects)
        if verdict.kind not in (Kind.TEXT, Kind.BLANK, Kind.UNDRAWN):
            reading.scans[number] = verdict
        if verdict.kind is Kind.GARBLED:
            # Should its image be recognised, its tables are those of the page all the same.
            reading.rulings[number] = rulings_of(objects, frame, limits.max_rulings)
        if source := {Kind.BLANK: "text", Kind.IMAGE: "image", Kind.GARBLED: "unread"}.get(verdict.kind):
            note = BLANK if verdict.kind is Kind.BLANK else verdict.note
            reading.pages.append(Page(number, width, height, source, note))
            return
        for turn in (1, 3, 2) if is_sideways(read.words) else ():
            other = replace(frame, turns=(frame.turns + turn) % 4)
            again = read_words(page, other, limits.max_page_chars)
            if not is_sideways(again.words):
                reading.turned[number] = _Turn(frame, other)
                read, frame = again, other
                read.words = Words.of(reglued(read.words))
                break
        reading.rulings[number] = rulings_of(objects, frame, limits.max_rulings)
    finally:
        raw.FPDF_ClosePage(page)
    source = "ocr" if verdict.kind is Kind.EARLIER else "text"
    note = verdict.note if verdict.kind in (Kind.EARLIER, Kind.UNDRAWN) else ""
    reading.keep(Page(number, width, height, source, note), frame, read.words)


_CRASHED = because(Why.PAGE_CRASHED, "the process that read it crashed")

LEAST_PAGES = 300
"""A file with fewer pages is read sooner by one process: starting two and handing over costs as much as reading fifty pages."""
SMALLEST = 4
"""A crashed range of so many pages is not parted again."""
_GRACE = 5.0
"""Seconds that a process may go on beyond the time limit, which it keeps itself if it does not hang."""
_COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.layout.pdf.pages import main; main()"


@dataclass(frozen=True, slots=True)
class _Task:
    path: Path
    password: str | None
    limits: Limits
    start: int
    stop: int
    parent: int


def is_worth_it(limits: Limits, pages: int) -> bool:
    """Whether several processes are allowed and of use."""
    return limits.workers > 1 and pages >= LEAST_PAGES


def read_ranges(data: bytes, password: str | None, limits: Limits, pages: int, started: float) -> Reading:
    """The first ``pages`` pages of a PDF that can be opened; the same as one process reads.

    Raises:
        OSError: there is no room for a copy of the file, or no process can be started.
    """
    deadline = limits.deadline(started)
    count = limits.workers
    edges = [pages * number // count for number in range(count + 1)]
    with tempfile.TemporaryDirectory(prefix="dutybook-") as folder:
        # A file is not copied into the processes' memory: pdfium reads of it what it needs.
        path = Path(folder, "document.pdf")
        path.write_bytes(data)
        each = replace(limits, max_processor_seconds=limits.max_processor_seconds / count)
        tasks = [_Task(path, password, each, start, stop, os.getpid()) for start, stop in pairwise(edges)]
        with ThreadPoolExecutor(count) as threads:
            return join_readings(list(threads.map(lambda task: _read_in_process(task, deadline), tasks)))


def _read_in_process(task: _Task, deadline: Deadline) -> Reading:
    left = deadline.clock_left()
    if left <= 0:
        return _lost(task, TIME_LIMIT, "time limit")
    limits = replace(task.limits, max_seconds=left, workers=1)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _COMMAND.format(path=list(sys.path))],
            input=pickle.dumps(replace(task, limits=limits)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=left + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _lost(task, TIME_LIMIT, "the process that read them hung until the time limit")
    if done.returncode == 0:
        reading: Reading = pickle.loads(done.stdout)  # noqa: S301 - from our own child
        read = len(reading.pages)
        if read < task.stop - task.start:
            rest = replace(task, start=task.start + read)
            return join_readings([reading, _lost(rest, TIME_LIMIT, "time limit")])
        return reading
    if task.stop - task.start <= SMALLEST:
        return _lost(task, _CRASHED, "the process that read them crashed")
    middle = (task.start + task.stop) // 2
    halves = replace(task, stop=middle), replace(task, start=middle)
    return join_readings([_read_in_process(half, deadline) for half in halves])


def _lost(task: _Task, note: Reason, problem: str) -> Reading:
    numbers = list(range(task.start + 1, task.stop + 1))
    pages = [Page(number, 0.0, 0.0, "unread", note) for number in numbers]
    lost = about_pages(Why.PART_LOST, numbers, f"{{named}} were not read: {problem}", note)
    return Reading(pages=pages, problems=[lost])


def _end_with(parent: int) -> None:
    """A process whose parent was killed is adopted by another one; nobody waits for what it reads.

    The parent says who it is: one that is dead before it could be asked for is not taken for the one that adopts.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main() -> None:
    """Read one range: a task on standard input, the reading on standard output."""
    # Libraries may print; only the reading may reach the parent.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    task: _Task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    threading.Thread(target=_end_with, args=(task.parent,), daemon=True).start()
    deadline = task.limits.deadline()
    with no_collection(), open_pdf(task.path, task.password, task.limits) as document:
        reading = read_range(document, range(task.start, task.stop), task.limits, deadline)
    output.write(pickle.dumps(reading, protocol=pickle.HIGHEST_PROTOCOL))
    output.flush()
    # What pdfium still holds goes with the process.
    os._exit(0)
