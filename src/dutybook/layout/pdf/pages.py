"""The pages of an open PDF, one after the other: what stands on each, before the document is put together."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Literal

import pypdfium2.raw as raw

from dutybook.layout.limits import Limits
from dutybook.layout.pdf import turning
from dutybook.layout.pdf.blank import BLANK
from dutybook.layout.pdf.glyphs import frame_of
from dutybook.layout.pdf.objects import PageObjects
from dutybook.layout.pdf.reading import Reading
from dutybook.layout.pdf.scans import Kind, judge
from dutybook.layout.pdf.tables import rulings_of
from dutybook.layout.pdf.textpage import read_words
from dutybook.layout.pdf.wordrows import Words
from dutybook.reasons import Reason, Why, because
from dutybook.records import Page

_DAMAGED = because(Why.PAGE_BROKEN, "the page is damaged (Failed to load page.)")


def read_range(
    document: Any, indexes: Iterable[int], limits: Limits, deadline: float, reading: Reading | None = None
) -> Reading:
    """The pages with these indexes (from 0), up to the first that the clock (``time.monotonic``) or the bound on text denies.

    They are added to ``reading`` if one is given.
    """
    reading = reading or Reading()
    for index in indexes:
        if time.monotonic() > deadline or is_too_long(reading, limits):
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
        objects = PageObjects(page, read.objects)
        verdict = judge(page, frame, read, objects)
        if verdict.kind not in (Kind.TEXT, Kind.BLANK, Kind.UNDRAWN):
            reading.scans[number] = verdict
        if verdict.kind is Kind.BLANK:
            reading.pages.append(Page(number, width, height, "text", BLANK))
            return
        if verdict.kind is Kind.IMAGE:
            reading.pages.append(Page(number, width, height, "image"))
            return
        if verdict.kind is Kind.GARBLED:
            # Should its image be recognised, its tables are those of the page all the same.
            reading.rulings[number] = rulings_of(objects, frame, limits.max_rulings)
            reading.pages.append(Page(number, width, height, "unread", verdict.note))
            return
        if turning.is_sideways(read.words):
            for other in turning.turns_of(frame):
                again = read_words(page, other, limits.max_page_chars)
                if not turning.is_sideways(again.words):
                    reading.turned[number] = turning.back(frame, other)
                    read, frame = again, other
                    read.words = Words.of(turning.reglued(read.words))
                    break
        reading.rulings[number] = rulings_of(objects, frame, limits.max_rulings)
    finally:
        raw.FPDF_ClosePage(page)
    source = "ocr" if verdict.kind is Kind.EARLIER else "text"
    note: Reason | Literal[""] = verdict.note if verdict.kind in (Kind.EARLIER, Kind.UNDRAWN) else ""
    reading.keep(Page(number, width, height, source, note), frame, read.words)
