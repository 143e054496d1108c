"""The scanned pages of a document: their language found, recognised some at a time, within the time there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from dutybook.layout.ocr.engine import (
    Engine,
    Recognition,
    RecognitionFailed,
    RecognitionLate,
    code_of,
    how_to_install,
    language_of_script,
)
from dutybook.layout.ocr.page import POOR, SURE, Recognised, is_empty, recognise, recognise_band
from dutybook.reasons import Reason, Why, because

_ENOUGH = 80
"""So many letters tell a page's language."""
_SURE = 0.8


@dataclass(frozen=True, slots=True)
class Scan:
    """A page to recognise. ``image`` renders it, grey, with its scale (points a pixel); it may raise RecognitionFailed."""

    number: int
    image: Callable[[], tuple[Any, float]]


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page's recognised lines, and the scale of the image they were read from (points a pixel)."""

    number: int
    recognised: Recognised
    scale: float


@dataclass(slots=True)
class Outcome:
    """What came of the scans of a document. Each is in ``pages``, in ``empty`` (nothing is on it), or in ``failed``
    with the reason. ``notes`` are problems of the document as a whole. ``language`` is the one its data was used of.
    """

    pages: dict[int, PageRead] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)
    failed: dict[int, Reason] = field(default_factory=dict)
    notes: list[Reason] = field(default_factory=list)
    language: str = ""


def recognise_all(
    scans: Iterable[Scan], engine: Engine, settings: Recognition, seconds: float, language: str | None = None
) -> Outcome:
    """Recognise pages for at most ``seconds``; ``language`` is the one of the document's other pages, if known.

    Images are made one after the other by the caller's thread (pdfium allows no other), a few ahead.
    """
    work = _Work(engine, settings, time.monotonic() + min(seconds, settings.seconds))
    work.choose(settings.language or language)
    work.run(list(scans))
    return work.outcome


def too_late(seconds: float) -> Reason:
    """The reason for a page that was not read in time."""
    text = "text recognition took longer than the {seconds:.0f} s it may (--ocr-seconds)"
    return because(Why.OCR_LATE, text, seconds=seconds)


class _Work:
    def __init__(self, engine: Engine, settings: Recognition, end: float) -> None:
        self.engine = engine
        self.settings = settings
        self.end = end
        self.code = ""
        self.settled = False
        self.outcome = Outcome()

    def choose(self, language: str | None) -> bool:
        """Use the data of a language; False (and a note) where it is not installed."""
        code = code_of(language) if language else None
        installed = sorted(self.engine.languages - {"osd"})
        if code in self.engine.languages:
            self.code, self.settled, self.outcome.language = str(code), True, str(language)
            return True
        if language:
            self.settled = True
            note = "text was recognised without data for “{language}”, so letters may be wrong: {how}"
            how = how_to_install(language)
            self.outcome.notes = [because(Why.OCR_WITHOUT_DATA, note, language=language, how=how)]
        if not self.code:
            self.code = "eng" if "eng" in installed else installed[0]
        return False

    def run(self, scans: Sequence[Scan]) -> None:
        running: dict[Future[Recognised], tuple[Scan, float]] = {}
        with ThreadPoolExecutor(self.settings.processes, thread_name_prefix="ocr") as pool:
            for index, scan in enumerate(scans):
                while len(running) >= (self.settings.processes if self.settled else 1):
                    self._collect(running)
                if time.monotonic() >= self.end:
                    self._out_of_time(scans[index:])
                    break
                image = self._image(scan)
                if image is None:
                    continue
                if self.settled:
                    running[pool.submit(self._recognise, image)] = (scan, image[1])
                else:
                    self._first(scan, image)
            while running:
                self._collect(running)

    def _image(self, scan: Scan) -> tuple[Any, float] | None:
        try:
            image, scale = scan.image()
        except RecognitionFailed as error:
            self.outcome.failed[scan.number] = error.reason
            return None
        if is_empty(image):
            self.outcome.empty.add(scan.number)
            return None
        return image, scale

    def _recognise(self, image: tuple[Any, float]) -> Recognised:
        return recognise(image[0], round(72 / image[1]), self.engine, self.code, self._seconds())

    def _seconds(self) -> float:
        """What there is for the next page."""
        seconds = min(self.settings.page_seconds, self.end - time.monotonic())
        if seconds <= 0:
            raise RecognitionLate(self._late())
        return seconds

    def _first(self, scan: Scan, image: tuple[Any, float]) -> None:
        """A page that also has to tell the language."""
        try:
            if len(self.engine.languages - {"osd"}) > 1:
                band = recognise_band(image[0], round(72 / image[1]), self.engine, self.code, self._seconds())
                if band.confidence >= SURE and (language := self._language_of(band)):
                    self.choose(language)
            reading = self._recognise(image)
            if not self.settled and (language := self._language_of(reading)):
                before = self.code
                self.choose(language)
                if self.code != before:
                    reading = self._recognise(image)
        except RecognitionFailed as error:
            self._failed(scan, error)
            return
        self._keep(scan, reading, image[1])

    def _language_of(self, reading: Recognised) -> str:
        """The language of a first reading; empty where it does not tell."""
        if reading.script and (other := language_of_script(reading.script)):
            return other
        if self.settings.identify is None or reading.letters < _ENOUGH or reading.confidence < POOR:
            return ""
        language, sure = self.settings.identify(reading.text)
        return language if sure >= _SURE and code_of(language) else ""

    def _collect(self, running: dict[Future[Recognised], tuple[Scan, float]]) -> None:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            scan, scale = running.pop(future)
            try:
                self._keep(scan, future.result(), scale)
            except RecognitionFailed as error:
                self._failed(scan, error)

    def _failed(self, scan: Scan, error: RecognitionFailed) -> None:
        self.outcome.failed[scan.number] = self._late() if isinstance(error, RecognitionLate) else error.reason

    def _keep(self, scan: Scan, reading: Recognised, scale: float) -> None:
        if not reading.lines:
            self.outcome.failed[scan.number] = because(Why.OCR_NOTHING, "no text was recognised in its image")
        elif reading.confidence < POOR:
            self.outcome.failed[scan.number] = because(
                Why.OCR_NO_SENSE, "what was recognised in its image makes no sense"
            )
        else:
            self.outcome.pages[scan.number] = PageRead(scan.number, reading, scale)

    def _out_of_time(self, rest: Sequence[Scan]) -> None:
        for scan in rest:
            self.outcome.failed[scan.number] = self._late()

    def _late(self) -> Reason:
        return too_late(self.settings.seconds)
