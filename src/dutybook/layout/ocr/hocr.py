"""Tesseract's hOCR to lines of words, in pixels of the image.

hOCR rather than TSV: it also says each line's baseline and type size, which tell headings and notes from text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
_BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_BASELINE = re.compile(rf"baseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"x_size {_NUMBER}")
_CONF = re.compile(rf"x_wconf {_NUMBER}")
_TURNED = re.compile(rf"textangle {_NUMBER}")
_LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_UNSURE = 0.3
"""Below this, what is no word of letters is a speck on the paper."""
_NOISE = 0.1
_SURE_LINE = 0.6


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A recognised word, its box in pixels and how sure it is (0 to 1)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SeenLine:
    """Words of one line. ``base`` is the y of its baseline in the middle, ``slope`` how it falls, ``size`` its type's
    height in pixels (0: not said), ``upright`` whether it runs from left to right.
    """

    words: tuple[SeenWord, ...]
    base: float
    slope: float
    size: float
    upright: bool


def lines_of(hocr: bytes) -> list[SeenLine]:
    """The lines with words, in tesseract's reading order; specks are left out."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(hocr, parser)
    except etree.XMLSyntaxError:
        return []
    found = (_line(element) for element in _of_class(root, _LINES)) if root is not None else ()
    return [line for line in found if line is not None]


def _of_class(root: etree._Element, names: frozenset[str]) -> list[etree._Element]:
    return [e for e in root.iter("{*}span", "span") if names & set((e.get("class") or "").split())]


def _line(element: etree._Element) -> SeenLine | None:
    title = element.get("title") or ""
    words = [word for word in map(_word, _of_class(element, frozenset({"ocrx_word"}))) if word is not None]
    # In a line that is sure on the whole, a word that is not is still a word: L'action comes with a confidence of 0.
    mean = sum(w.confidence for w in words) / len(words) if words else 0.0
    words = [w for w in words if w.confidence >= _NOISE or (mean > _SURE_LINE and sum(map(str.isalpha, w.text)) > 1)]
    if not any(w.confidence >= _UNSURE or (len(w.text) > 2 and w.text.isalpha()) for w in words):
        return None
    box = _BOX.search(title)
    x0, _, x1, bottom = map(float, box.groups()) if box else (words[0].x0, 0.0, words[-1].x1, words[0].bottom)
    said = _BASELINE.search(title)
    slope, offset = (float(said[1]), float(said[2])) if said else (0.0, 0.0)
    turned = _TURNED.search(title)
    upright = turned is None or float(turned[1]) % 360 == 0
    size = _SIZE.search(title)
    base = bottom + offset + slope * (x1 - x0) / 2
    return SeenLine(tuple(words), base, slope, float(size[1]) if size else 0.0, upright)


def _word(element: etree._Element) -> SeenWord | None:
    title = element.get("title") or ""
    box, sure = _BOX.search(title), _CONF.search(title)
    text = "".join("".join(element.itertext()).split())
    if box is None or not text:
        return None
    confidence = min(max(float(sure[1]) / 100, 0.0), 1.0) if sure else 0.0
    if confidence < _UNSURE and not any(map(str.isalnum, text)):
        return None
    x0, top, x1, bottom = map(float, box.groups())
    return SeenWord(text, x0, top, x1, bottom, confidence) if x1 > x0 and bottom > top else None
