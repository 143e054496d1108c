"""The scanned pages of a document: their language found, recognised some at a time, within the time there is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from dutybook.layout.ocr.engine import (
    SCRIPTS,
    Engine,
    Recognition,
    RecognitionFailed,
    RecognitionLate,
    SeenLine,
    code_of,
    how_to_install,
    lines_of,
    with_numerals,
    with_signs,
)
from dutybook.reasons import Reason, Why, because

MOST_SKEW = 6.0
"""Degrees up to which a skew is looked for; text at a greater angle was set so."""
LEAST_SKEW = 0.25
_WIDTH = 800
_STEP = 0.1

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pose:
    """What was done to an image of ``width`` by ``height``: ``turns`` quarter turns clockwise, then ``angle`` degrees
    anticlockwise about its middle. Any unit will do.
    """

    width: float
    height: float
    turns: int = 0
    angle: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the straightened image."""
        return (self.height, self.width) if self.turns % 2 else (self.width, self.height)

    @property
    def plain(self) -> bool:
        """Whether nothing was done."""
        return not self.turns and not self.angle

    def found(self, u: float, v: float) -> Point:
        """Where a point of the straightened image lies in the image as given."""
        width, height = self.size
        turn = math.radians(self.angle)
        x, y = u - width / 2, v - height / 2
        u = width / 2 + x * math.cos(turn) - y * math.sin(turn)
        v = height / 2 + x * math.sin(turn) + y * math.cos(turn)
        turned = (u, v), (v, self.height - u), (self.width - u, self.height - v), (self.width - v, u)
        return turned[self.turns % 4]

    def back(self, x0: float, top: float, x1: float, bottom: float) -> Rectangle:
        """A box of the straightened image as one of the image as given: same middle, same size, turned by quarters."""
        x, y = self.found((x0 + x1) / 2, (top + bottom) / 2)
        half, tall = (x1 - x0) / 2, (bottom - top) / 2
        if self.turns % 2:
            half, tall = tall, half
        return x - half, y - tall, x + half, y + tall


def straightened(image: Any, pose: Pose) -> Any:
    """The image turned as ``pose`` says, white where nothing was."""
    from PIL import Image

    turn = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
    if pose.turns % 4:
        image = image.transpose(turn[pose.turns % 4])
    if pose.angle:
        image = image.rotate(pose.angle, resample=Image.Resampling.BILINEAR, fillcolor=255)
    return image


def skew_of(image: Any) -> float:
    """By how many degrees (anticlockwise) a grey page image must be turned for its lines to be level; 0 if unclear.

    The sum of squares of the ink in each row is greatest where rows of text meet rows of pixels (Postl's method).
    """
    import numpy as np

    small = image.reduce(max(image.size[0] // _WIDTH, 1))
    grey = np.asarray(small)
    rows, columns = np.nonzero(grey < min(160.0, float(grey.mean()) - 20))
    if len(rows) < 500 or len(rows) > 0.35 * grey.size:
        return 0.0
    if len(rows) > 60_000:
        keep = slice(None, None, len(rows) // 60_000 + 1)
        rows, columns = rows[keep], columns[keep]
    across = columns - grey.shape[1] / 2

    def score(angle: float) -> float:
        lines = (rows - across * math.tan(math.radians(angle)) + 2000.5).astype(np.int64)
        counts = np.bincount(lines).astype(np.float64)
        return float(np.square(np.diff(counts)).sum())

    level = score(0.0)
    best = max(np.arange(-MOST_SKEW, MOST_SKEW + 0.01, 0.5), key=score)
    best = max(np.arange(best - 0.4, best + 0.41, _STEP), key=score)
    if abs(best) < LEAST_SKEW or abs(best) > MOST_SKEW or score(best) < 1.15 * level:
        return 0.0
    return round(float(best), 2)


def is_empty(image: Any) -> bool:
    """Whether a grey page image shows nothing: hardly a pixel darker than its paper."""
    small = image.reduce(max(min(image.size) // 300, 1))
    counts = small.histogram()
    total = sum(counts)
    paper = next(value for value, seen in enumerate(accumulate(counts)) if seen >= total / 2)
    dark = sum(counts[: max(paper - 40, 1)])
    light = sum(counts[paper + 41 :]) if paper < 128 else 0
    return bool(dark + light < 0.0004 * total)


SURE = 0.7
"""A page whose words reach this mean confidence lies the right way up."""
POOR = 0.45
"""Below it, what was recognised is no text."""
_DRAFT_DPI = 150
_ROWS = 64


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lines of a page in pixels of the straightened image; ``pose`` leads back. ``script`` where it was asked for."""

    lines: tuple[SeenLine, ...]
    pose: Pose
    code: str
    script: str = ""

    @property
    def confidence(self) -> float:
        return confidence_of(self.lines)

    @property
    def letters(self) -> int:
        return sum(len(word.text) for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)

    @property
    def worth(self) -> float:
        """How much was recognised, surely: what two readings of one page are compared by."""
        return sum(
            len(w.text) * max(w.confidence - 0.5, 0.0)
            for line in self.lines
            if line.upright
            for w in line.words
            if len(w.text) > 1
        )


def confidence_of(lines: Sequence[SeenLine]) -> float:
    """The mean confidence of the words of some lines, long words counting more; 0 without words."""
    total = sum(len(word.text) for line in lines for word in line.words)
    sure = sum(len(word.text) * word.confidence for line in lines for word in line.words)
    return sure / total if total else 0.0


def recognise(image: Any, dpi: int, engine: Engine, code: str, seconds: float) -> Recognised:
    """The text of a grey page image with tesseract's data ``code``.

    A small skew is taken out first. Where the words make no sense, the page is asked how it lies (tesseract's own
    orientation if its data is there, else drafts of the three other ways), and the better reading is taken.

    Raises:
        RecognitionFailed: the first reading failed, or took too long.
    """
    end = time.monotonic() + seconds
    first = _read(image, dpi, engine, code, _pose(image), end, signs=True)
    across = sum(len(line.words) * (1 if line.upright else -1) for line in first.lines)
    if first.confidence >= SURE and across >= 0:
        return first
    orientation = engine.orientation(image, dpi, _left(end))
    turn = orientation.turns if orientation else _turn_by_drafts(image, dpi, engine, code, first, end)
    best = first
    if turn:
        with suppress(RecognitionFailed):
            other = _read(image, dpi, engine, code, _pose(image, turn), end, signs=True)
            best = max(first, other, key=lambda reading: reading.worth)
    return replace(best, script=orientation.script if orientation else "")


def recognise_band(image: Any, dpi: int, engine: Engine, code: str, seconds: float) -> Recognised:
    """The text of the quarter of a page image with most on it, taken as it lies: enough to tell the language.

    Raises:
        RecognitionFailed: it failed, or took too long.
    """
    from PIL import Image

    across, down = image.size
    rows = image.resize((1, _ROWS), Image.Resampling.BOX).tobytes()
    quarter = _ROWS // 4
    first = min(range(_ROWS - quarter + 1), key=lambda row: sum(rows[row : row + quarter]))
    band = image.crop((0, first * down // _ROWS, across, (first + quarter) * down // _ROWS))
    return _read(band, dpi, engine, code, _pose(band), time.monotonic() + seconds)


def _pose(image: Any, turns: int = 0) -> Pose:
    """The image turned by quarters, and its skew then taken out."""
    width, height = image.size
    turned = straightened(image, Pose(width, height, turns=turns)) if turns else image
    return Pose(width, height, turns, skew_of(turned))


def _read(
    image: Any, dpi: int, engine: Engine, code: str, pose: Pose, end: float, *, signs: bool = False
) -> Recognised:
    turned = image if pose.plain else straightened(image, pose)
    lines = tuple(lines_of(engine.hocr(turned, dpi, code, _left(end))))
    if signs and confidence_of(lines) >= SURE:
        lines = with_numerals(with_signs(turned, lines, dpi, engine, code, _left(end)))
    return Recognised(lines, pose, code)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise RecognitionLate(because(Why.OCR_LATE, "it took too long"))
    return left


def _turn_by_drafts(image: Any, dpi: int, engine: Engine, code: str, first: Recognised, end: float) -> int:
    """The quarter turn whose quick reading is better than the first one; 0 if none is."""
    shrink = max(dpi // _DRAFT_DPI, 1)
    small = image.reduce(shrink)
    worth: dict[int, float] = {0: first.worth * 1.2}
    for turn in (1, 3, 2):
        try:
            worth[turn] = _read(small, dpi // shrink, engine, code, Pose(small.width, small.height, turn), end).worth
        except RecognitionFailed:
            break
    return max(worth, key=lambda turn: worth[turn])


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
                    self.outcome.failed.update((late.number, self._late()) for late in scans[index:])
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
        if other := SCRIPTS.get(reading.script):
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
            text = "what was recognised in its image makes no sense"
            self.outcome.failed[scan.number] = because(Why.OCR_NO_SENSE, text)
        else:
            self.outcome.pages[scan.number] = PageRead(scan.number, reading, scale)

    def _late(self) -> Reason:
        return too_late(self.settings.seconds)
