"""What a page's words are worth: a text layer, one that means nothing, a scan's, or none at all."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, NamedTuple

import pypdfium2.raw as raw

from dutybook.layout.pdf.blank import is_blank
from dutybook.layout.pdf.calls import object_at, render_mode
from dutybook.layout.pdf.garbage import meaningless
from dutybook.layout.pdf.glyphs import Frame, Word
from dutybook.layout.pdf.objects import PageObjects, bounds_of
from dutybook.layout.pdf.wordrows import PageText
from dutybook.reasons import Reason, Why, because

GARBAGE = 0.3
"""A text layer with this share of characters without meaning is unreadable."""
PARTLY = 0.04
"""From this share on, a page that is read is reported as partly garbled."""
_FILLS = 0.65
"""An image over this share of the page may hold the page's text."""
_FEW = 12
"""A scan may bear so many words of a text layer: a stamp, a page number, a signature."""
_MARGIN = 0.09
_ASKED = 40
"""So many text objects of a page over an image are asked whether they are drawn."""
EARLIER = because(Why.PAGE_EARLIER, "its text was recognised earlier, by another program")
UNDRAWN = because(Why.PAGE_UNDRAWN, "words of its text layer are not drawn on the page")
_GARBLED = because(Why.PAGE_WITHOUT_SENSE, "its text layer is garbled (characters without meaning)")
_PARTLY_GARBLED = because(Why.PAGE_PARTLY, "part of its text layer is garbled (characters without meaning)")
_SAMPLED = 40
"""So many objects of a page, spread over it, are asked whether they are words that nobody sees."""
_MOST_UNDRAWN = 0.05


class Kind(StrEnum):
    """``text``; ``blank`` (nothing is on the page); ``image`` (no words); ``garbled`` (words without meaning); ``partly``
    (some of them); ``stamped`` (few words over an image that fills the page); ``earlier`` (a scan with the words that
    another program recognised); ``undrawn`` (words that are not drawn, and no image that shows them).
    """

    TEXT = "text"
    BLANK = "blank"
    IMAGE = "image"
    GARBLED = "garbled"
    PARTLY = "partly"
    STAMPED = "stamped"
    EARLIER = "earlier"
    UNDRAWN = "undrawn"


class Verdict(NamedTuple):
    """What a page is, and why."""

    kind: Kind
    note: Reason | Literal[""] = ""


_TEXT = Verdict(Kind.TEXT)


def judge(page: raw.FPDF_PAGE, frame: Frame, read: PageText, objects: PageObjects) -> Verdict:
    """What an open page is, by its words and images."""
    words = read.words
    if not words:
        return Verdict(Kind.BLANK if not read.garbage and is_blank(page) else Kind.IMAGE)
    if read.garbage > GARBAGE:
        return Verdict(Kind.GARBLED, _GARBLED)
    if note := meaningless(words.texts):
        return Verdict(Kind.GARBLED, because(Why.PAGE_GARBLED, "its text layer is garbled: {why}", why=note))
    if read.garbage > PARTLY:
        return Verdict(Kind.PARTLY, _PARTLY_GARBLED)
    if _is_filled(objects, frame):
        if len(words) <= _FEW or in_margins(words, *frame.size):
            return Verdict(Kind.STAMPED)
        if _is_hidden(page):
            return Verdict(Kind.EARLIER, EARLIER)
    elif _is_undrawn(objects):
        return Verdict(Kind.UNDRAWN, UNDRAWN)
    return _TEXT


def _is_filled(objects: PageObjects, frame: Frame) -> bool:
    """Whether an image fills an open page; several pieces of a scan count together."""
    whole = (frame.right - frame.left) * (frame.top - frame.bottom)
    covered = 0.0
    for item in objects.images():
        left, bottom, right, top = bounds_of(item)
        wide = min(right, frame.right) - max(left, frame.left)
        high = min(top, frame.top) - max(bottom, frame.bottom)
        if wide > 0 and high > 0:
            covered += wide * high
            if covered >= _FILLS * whole:
                return True
    return False


def in_margins(words: Iterable[Word], width: float, height: float) -> bool:
    """Whether all words stand in the outer margins of a page: then they say nothing of its text."""
    return all(
        word.bottom < _MARGIN * height
        or word.top > (1 - _MARGIN) * height
        or word.x1 < _MARGIN * width
        or word.x0 > (1 - _MARGIN) * width
        for word in words
    )


def _is_hidden(page: raw.FPDF_PAGE) -> bool:
    """Whether the text of an open page is there without being drawn."""
    asked = hidden = 0
    for index in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT:
            asked += 1
            hidden += raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            if asked >= _ASKED:
                break
    return hidden > 0.8 * asked > 0


def _is_undrawn(objects: PageObjects) -> bool:
    """Whether words of an open page are not drawn and no image stands where they do; a sample of its objects tells."""
    sample = range(0, objects.count, -(-objects.count // _SAMPLED) or 1)
    asked = list(objects.of_kind(raw.FPDF_PAGEOBJ_TEXT, sample))
    hidden = [bounds_of(object_at(item)) for item in asked if render_mode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE]
    if not hidden:
        return False
    images = [bounds_of(item) for item in objects.images()]
    bare = 0
    for left, bottom, right, top in hidden:
        x, y = (left + right) / 2, (bottom + top) / 2
        shown = any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in images)
        # Spaces set apart are nothing to see in any case.
        bare += not shown and right - left > top - bottom > 0
    return bare > _MOST_UNDRAWN * len(asked)
