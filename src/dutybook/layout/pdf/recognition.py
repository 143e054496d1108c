"""Recognised lines to words in points, in the form that a text layer's words have."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from dutybook.errors import BadDocument
from dutybook.layout.ocr.engine import Engine, Recognition, RecognitionFailed, how_to_install, installed
from dutybook.layout.ocr.scans import Outcome, PageRead, Recognised, Scan, recognise_all
from dutybook.layout.pdf.pages import Reading
from dutybook.layout.pdf.pdfium import rendered, resolution_of
from dutybook.layout.pdf.text_quality import BLANK, UNDRAWN, Kind, in_margins
from dutybook.layout.pdf.words import Frame, Style, Word, Words
from dutybook.reasons import Reason, Why, about_pages, because
from dutybook.records import Box, Page

SAME = 0.14
"""Sizes that differ by less are one: recognition sees a line's type size only roughly."""
_SMALLEST = 3.0


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The words of a recognised page as it is read (straightened), its frame, and how sure they are.

    ``unsure`` counts words that may well be wrong.
    """

    number: int
    recognised: Recognised
    scale: float
    words: list[Word]
    unsure: int

    @property
    def frame(self) -> Frame:
        """The straightened page, in points."""
        width, height = self.recognised.pose.size
        return Frame(0.0, 0.0, width * self.scale, height * self.scale, 0)

    def back(self, box: Box) -> Box:
        """A box of the page as it is read, turned into one of the page as displayed."""
        scale = self.scale
        turned = self.recognised.pose.back(box.x0 / scale, box.top / scale, box.x1 / scale, box.bottom / scale)
        return Box(box.page, *(value * scale for value in turned))


UNSURE = 0.6


def scanned_page(number: int, recognised: Recognised, scale: float) -> ScannedPage:
    """A page's words; ``scale`` is points a pixel. Type sizes are still as seen: see :func:`settle_sizes`."""
    words: list[Word] = []
    unsure = 0
    usual = _usual([(line.size, sum(len(w.text) for w in line.words)) for line in recognised.lines]) or 12 / scale
    for line in recognised.lines:
        # Of short lines and lines of digits the size is only a guess, sometimes a wild one.
        size = (line.size if 0.4 * usual < line.size < 6 * usual else usual) * scale
        style = Style(max(size, _SMALLEST), bold=False, italic=False, upright=line.upright)
        for word in line.words:
            base = line.base * scale
            top, bottom = word.top * scale, word.bottom * scale
            if line.upright:
                # What a word seems to reach beyond its line is a stroke, a stain or the line above.
                top = max(min(top, base - 0.65 * size), base - 1.05 * size)
                bottom = min(max(bottom, base + 0.2 * size), base + 0.4 * size)
            words.append(Word(word.text, word.x0 * scale, top, word.x1 * scale, bottom, base, style))
            unsure += word.confidence < UNSURE and any(map(str.isalnum, word.text))
    return ScannedPage(number, recognised, scale, words, unsure)


def settle_sizes(pages: Iterable[ScannedPage], known: Sequence[tuple[float, int]] = ()) -> None:
    """Give lines of nearly one size one size over the whole document, in place: the most usual one first.

    ``known`` are sizes of the document's text layer with the number of their letters.
    """
    styles: dict[int, tuple[Style, int]] = {}
    for page in pages:
        for word in page.words:
            style, letters = styles.get(id(word.style), (word.style, 0))
            styles[id(word.style)] = style, letters + len(word.text)
    anchors: list[float] = []
    waiting = [*known, *((style.size, letters) for style, letters in styles.values())]
    while waiting:
        usual = _usual(waiting)
        anchors.append(usual)
        waiting = [(size, letters) for size, letters in waiting if abs(size - usual) > SAME * usual]
    for style, _ in styles.values():
        for anchor in anchors:
            if abs(style.size - anchor) <= SAME * anchor:
                style.size = round(anchor, 1)
                break


def _usual(sizes: Sequence[tuple[float, int]]) -> float:
    """The size around which most letters are: their median within the fullest window."""
    ordered = sorted((size, letters) for size, letters in sizes if size > 0 and letters)
    best, most, start, inside = (0, 0), 0, 0, 0
    for end, (size, letters) in enumerate(ordered):
        inside += letters
        while size - ordered[start][0] > SAME * size:
            inside -= ordered[start][1]
            start += 1
        if inside > most:
            best, most = (start, end + 1), inside
    half = most / 2
    for size, letters in ordered[slice(*best)]:
        half -= letters
        if half <= 0:
            return size
    return 0.0


ImageOf = Callable[[int, Recognition], tuple[Any, float]]
"""A page's number to its grey image and scale (points a pixel)."""
_DPI, _MOST_DPI = 300.0, 600.0
_USUAL = 4_000_000
"""Small pages are drawn with so many pixels."""
_LOW = 0.75
"""Pages recognised less surely are reported."""
_AGREEING = 0.97
"""A scan's own text of which our reading has so many words is as good as ours."""
_SAMPLE = 3000
_ENOUGH = 200
_WORD = re.compile(r"[^\W_]+")
_UNDRAWN = because(
    Why.PAGE_COMPARE,
    "{why}: what is read there may not be what a reader sees, compare it with the page's image",
    why=UNDRAWN,
)
_ALONE = because(Why.PAGE_ALONE, "only a stamp or page number was read, over an image that fills the page")


def recognise_scans(
    image_of: ImageOf, reading: Reading, settings: Recognition | None, seconds: float, language: str | None = None
) -> None:
    """Recognise what the text layer does not give, and report what remains unread, in ``reading``.

    ``settings`` None switches it off. ``language`` is the one that the file claims to be in.
    """
    if reading.scans:
        engine = installed() if settings else None
        if settings is None:
            reading.unrecognised = because(Why.OCR_OFF, "text recognition is switched off")
        elif engine is None or not engine.languages - {"osd"}:
            reading.unrecognised = because(Why.OCR_ABSENT, "{how}", how=how_to_install())
        else:
            _Recogniser(image_of, reading, settings, engine).run(seconds, language)
    _report(reading)


def pages_drawn(document: Any) -> ImageOf:
    """Draws pages of an open PDF as a scanner would have given them."""

    def image_of(number: int, settings: Recognition) -> tuple[Any, float]:
        page = document[number - 1]
        try:
            # Scans are often put on pages much smaller than their paper was.
            usual = 72 * math.sqrt(_USUAL / max(page.get_width() * page.get_height(), 1.0))
            dpi = min(max(_DPI, usual, min(resolution_of(page.raw), _MOST_DPI)), 1.5 * _MOST_DPI)
            return rendered(page.raw, dpi, grey=True, pixels=settings.pixels, seconds=settings.page_seconds)
        finally:
            page.close()

    return image_of


class _Recogniser:
    def __init__(self, image_of: ImageOf, reading: Reading, settings: Recognition, engine: Engine) -> None:
        self.image_of = image_of
        self.reading = reading
        self.settings = settings
        self.engine = engine
        self.outcome = Outcome()

    def run(self, seconds: float, stated: str | None) -> None:
        """Recognise pages for at most ``seconds``; ``stated`` is the language that the file claims to be in."""
        kinds = {number: verdict.kind for number, verdict in self.reading.scans.items()}
        earlier = [number for number, kind in kinds.items() if kind is Kind.EARLIER]
        # One page tells whether the words that another program recognised can be trusted.
        sample = earlier[len(earlier) // 2 : len(earlier) // 2 + 1]
        known = self._language() or stated
        end = time.monotonic() + min(seconds, self.settings.seconds)
        numbers = [*_in_order(kinds), *sample]
        self.outcome = recognise_all(map(self._scan, numbers), self.engine, self.settings, seconds, known)
        if sample and self._agree(sample[0]):
            self.outcome.pages.pop(sample[0], None)
        elif sample:
            earlier.remove(sample[0])
            left, language = max(end - time.monotonic(), 0.0), self.outcome.language or known
            more = recognise_all(map(self._scan, earlier), self.engine, self.settings, left, language)
            self.outcome.pages |= more.pages
        read = [page for number, page in sorted(self.outcome.pages.items()) if self._better(page, kinds[number])]
        accepted = [scanned_page(page.number, page.recognised, page.scale) for page in read]
        settle_sizes(accepted, self._sizes())
        for page in accepted:
            self._take(page)
        self._unread(kinds)
        self.reading.problems += self.outcome.notes if accepted else []
        self.reading.sort()

    def _scan(self, number: int) -> Scan:
        def image() -> tuple[Any, float]:
            try:
                return self.image_of(number, self.settings)
            except BadDocument as error:
                raise RecognitionFailed(error.reason) from error
            except Exception as error:  # pdfium's or Pillow's: the page does not open a second time
                raise RecognitionFailed(because(Why.PAGE_NOT_DRAWN, "the page cannot be drawn")) from error

        return Scan(number, image)

    def _language(self) -> str | None:
        """The language of the pages that have text, if they tell."""
        if self.settings.identify is None:
            return None
        pages = self.reading.runs
        step = max(len(pages) // 10, 1)
        text = " ".join(run.text for page in pages[::step] for run in page.runs[:60])[:_SAMPLE]
        if sum(map(str.isalpha, text)) < _ENOUGH:
            return None
        language, sure = self.settings.identify(text)
        return language if sure > 0.8 else None

    def _layer(self, number: int) -> list[str]:
        """The words that a page's text layer gave."""
        return [t for page in self.reading.runs if page.number == number for run in page.runs for t in run.texts]

    def _agree(self, number: int) -> bool:
        """Whether a page's own words are those that we recognise; True where we recognise too little to say."""
        page = self.outcome.pages.get(number)
        if page is None or page.recognised.confidence < 0.85:
            return True
        ours = Counter(_WORD.findall(page.recognised.text))
        theirs = Counter(_WORD.findall(" ".join(self._layer(number))))
        same = sum((ours & theirs).values())
        return same >= _AGREEING * sum(theirs.values()) or sum(ours.values()) < 0.8 * sum(theirs.values())

    def _better(self, page: PageRead, kind: Kind) -> bool:
        """Whether a page's recognised words are taken for those of its text layer."""
        if kind in (Kind.IMAGE, Kind.GARBLED):
            return True
        letters = sum(map(len, self._layer(page.number)))
        if kind is Kind.STAMPED:
            return page.recognised.letters > 1.5 * letters + 40
        return page.recognised.confidence > 0.8 and page.recognised.letters > 0.8 * letters

    def _sizes(self) -> list[tuple[float, int]]:
        sizes: Counter[float] = Counter()
        for page in self.reading.runs:
            if page.number not in self.reading.scans:
                for run in page.runs:
                    sizes[round(run.size, 1)] += run.letters
        return list(sizes.items())

    def _take(self, page: ScannedPage) -> None:
        number = page.number
        before = self.reading.drop(number)
        if not page.recognised.pose.plain:
            self.reading.rulings.pop(number, None)
            self.reading.turned[number] = page.back
        note: Reason | Literal[""] = ""
        if page.unsure:
            text = "{unsure} of {words} words are unsure"
            note = because(Why.PAGE_UNSURE_WORDS, text, unsure=page.unsure, words=len(page.words))
        confidence = round(page.recognised.confidence, 3)
        recognised = Page(number, before.width, before.height, "ocr", note, confidence=confidence)
        self.reading.keep(recognised, page.frame, Words.of(page.words))

    def _unread(self, kinds: dict[int, Kind]) -> None:
        pages = self.reading.pages
        for index, page in enumerate(pages):
            why: Reason | Literal[""] = self.outcome.failed.get(page.number, "")
            match kinds.get(page.number), page.source:
                case Kind.GARBLED, "unread" if why:
                    both = because(Why.PAGE_BOTH, "{one}, and {other}", one=page.note, other=why)
                    pages[index] = replace(page, note=both)
                case Kind.IMAGE, "image" if page.number in self.outcome.empty:
                    pages[index] = replace(page, source="text", note=BLANK)
                case Kind.IMAGE, "image":
                    pages[index] = replace(page, note=why)


def _in_order(kinds: dict[int, Kind]) -> list[int]:
    """The numbers of pages to recognise, those without any text first: there may not be time for all."""
    first = [number for number, kind in kinds.items() if kind in (Kind.IMAGE, Kind.GARBLED)]
    return first + [number for number, kind in kinds.items() if kind in (Kind.PARTLY, Kind.STAMPED)]


_Pages = dict[Reason | Literal[""], list[int]]
"""The numbers of pages by the reason that is reported for them."""


def _report(reading: Reading) -> None:
    """Problems and notes of the scans as they now are."""
    images, garbled = _group_unread(reading)
    for note, numbers in garbled.items():
        reading.problems.append(about_pages(Why.PART_PAGES, numbers, "{named}: {why}", note))
    undrawn = [page.number for page in reading.pages if page.note == UNDRAWN]
    if undrawn:
        reading.problems.append(about_pages(Why.PART_PAGES, undrawn, "{named}: {why}", _UNDRAWN))
    for why, numbers in images.items():
        text = "no text on {named} (images or drawings: {why})" if why else "no text on {named} (images or drawings)"
        reading.problems.append(about_pages(Why.PART_NO_TEXT_ON, numbers, text, why))


def _group_unread(reading: Reading) -> tuple[_Pages, _Pages]:
    """The pages that remain images, and those that remain garbled; those recognised unsurely are reported at once."""
    images: _Pages = {}
    garbled: _Pages = {}
    for index, page in enumerate(reading.pages):
        verdict = reading.scans.get(page.number)
        if verdict is None or (page.source == "ocr" and verdict.kind is not Kind.EARLIER):
            if page.source == "ocr" and page.confidence is not None and page.confidence < _LOW:
                share, text = round(100 * page.confidence), "page {page}: recognised text is unsure ({share}%)"
                reading.problems.append(because(Why.PART_UNSURE, text, page=page.number, share=share))
        elif verdict.kind is Kind.IMAGE and page.source == "image":
            images.setdefault(page.note or reading.unrecognised, []).append(page.number)
        elif verdict.kind in (Kind.GARBLED, Kind.PARTLY):
            note = page.note if page.source == "unread" else verdict.note
            garbled.setdefault(_both(note, reading.unrecognised), []).append(page.number)
        elif verdict.kind is Kind.STAMPED and _is_alone(reading, page.number):
            reading.pages[index] = replace(page, source="image", note=_ALONE)
            images.setdefault(_both(_ALONE, reading.unrecognised), []).append(page.number)
    return images, garbled


def _both(one: Reason | Literal[""], other: Reason | Literal[""]) -> Reason | Literal[""]:
    return because(Why.PAGE_BOTH, "{one}; {other}", one=one, other=other) if one and other else one or other


def _is_alone(reading: Reading, number: int) -> bool:
    page = next((page for page in reading.runs if page.number == number), None)
    return page is None or in_margins([word for run in page.runs for word in run.words], page.width, page.height)
