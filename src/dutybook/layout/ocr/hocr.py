"""Tesseract's hOCR as lines of words, with numerals and section signs that it usually misreads put right.

hOCR rather than TSV: it also says each line's baseline and type size, which tell headings and notes from text.

Where such a sign stands before a number, sign and number are recognised again, with the English data, all of a page at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dutybook.layout.ocr.engine import Engine, RecognitionFailed

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
    height in pixels (0: not stated), ``upright`` whether it runs from left to right.
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
    words = _sure_words([word for word in map(_word, _of_class(element, frozenset({"ocrx_word"}))) if word is not None])
    if not any(w.confidence >= _UNSURE or (len(w.text) > 2 and w.text.isalpha()) for w in words):
        return None
    box = _BOX.search(title)
    x0, _, x1, bottom = map(float, box.groups()) if box else (words[0].x0, 0.0, words[-1].x1, words[0].bottom)
    baseline = _BASELINE.search(title)
    slope, offset = (float(baseline[1]), float(baseline[2])) if baseline else (0.0, 0.0)
    turned = _TURNED.search(title)
    upright = turned is None or float(turned[1]) % 360 == 0
    size = _SIZE.search(title)
    base = bottom + offset + slope * (x1 - x0) / 2
    return SeenLine(tuple(words), base, slope, float(size[1]) if size else 0.0, upright)


def _sure_words(words: list[SeenWord]) -> list[SeenWord]:
    """The words without noise: in a line that is sure on the whole, a word that is not is still a word.

    ``L'action`` comes with a confidence of 0.
    """
    mean = sum(w.confidence for w in words) / len(words) if words else 0.0
    return [w for w in words if w.confidence >= _NOISE or (mean > _SURE_LINE and sum(map(str.isalpha, w.text)) > 1)]


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


_MARKER = re.compile(r"^([„“«(\[]?)([IVXLl|]{1,6})([.)][\]\-–—°]{0,2}|\.[)\-–—]?)$")
_ROMAN = re.compile(r"^(X{0,3})(IX|IV|V?I{0,3})$")
_DIGITS = {"I": 1, "V": 5, "X": 10}
_AS_ONES = str.maketrans("Ll|", "III")


def with_numerals(lines: Sequence[SeenLine]) -> tuple[SeenLine, ...]:
    """The lines of a page in order, numerals at their beginning as they must have been.

    What is no numeral as it was read (``IIL.``) always is one; what may be another (``L.``, ``XL.``) where it follows the one
    before it, or the second follows it.
    """
    found = [(at, match) for at, line in enumerate(lines) if (match := _marker(line))]
    made = list(lines)
    before = 0
    for place, (at, match) in enumerate(found):
        read, numeral = match[2], match[2].translate(_AS_ONES)
        if not _ROMAN.match(numeral):
            continue
        value = value_of(numeral)
        after = found[place + 1][1][2].translate(_AS_ONES) if place + 1 < len(found) else ""
        if read != numeral:
            alone = set(read) <= set("Ll|") or read.startswith("XL")
            if alone and (after != "II" if value == 1 else value != before + 1):
                continue
            words = made[at].words
            first = replace(words[0], text=match[1] + numeral + match[3])
            made[at] = replace(made[at], words=(first, *words[1:]))
        before = value
    return tuple(made)


def _marker(line: SeenLine) -> re.Match[str] | None:
    if not line.upright or len(line.words) < 2 or line.words[1].text[0].isdigit():
        return None
    return _MARKER.match(line.words[0].text)


def value_of(numeral: str) -> int:
    """The value of a Roman numeral below 40."""
    values = [_DIGITS[digit] for digit in numeral]
    return sum(
        -value if following > value else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


KNOWING = "eng"
_LIKE = re.compile(r"^([„“”‚‘'\"»«(\[]*)([$&8S5B6]{1,2})$")
_BEGINS_WITH_DIGIT = re.compile(r"^\d")
_FOUND = re.compile(r"^[„“”‚‘'\"»«(\[]*(§{1,2})")
_MOST = 80
_GAP = 24


def with_signs(
    image: Any, lines: Sequence[SeenLine], dpi: int, engine: Engine, code: str, seconds: float
) -> tuple[SeenLine, ...]:
    """The lines read from a straightened image with the data ``code``, with the section signs that were misread."""
    suspects = _suspects(lines) if code != KNOWING and KNOWING in engine.languages else []
    if not suspects:
        return tuple(lines)
    sheet, rows = _sheet(image, [(lines[at].words[index], lines[at].words[index + 1]) for at, index in suspects])
    try:
        again = lines_of(engine.hocr(sheet, dpi, KNOWING, seconds, block=True))
    except RecognitionFailed:
        return tuple(lines)
    made = list(lines)
    for (at, index), (top, bottom) in zip(suspects, rows, strict=True):
        seen = next(
            (line.words[0] for line in again if top <= (line.words[0].top + line.words[0].bottom) / 2 <= bottom), None
        )
        found = _FOUND.match(seen.text) if seen else None
        if seen and found:
            word = made[at].words[index]
            text = _LIKE.sub(lambda match, sign=found[1]: match[1] + sign, word.text)  # type: ignore[misc]
            words = (
                *made[at].words[:index],
                replace(word, text=text, confidence=seen.confidence),
                *made[at].words[index + 1 :],
            )
            made[at] = replace(made[at], words=words)
    return tuple(made)


def _suspects(lines: Sequence[SeenLine]) -> list[tuple[int, int]]:
    """Line and word of what may be a section sign, at most so many as a page has."""
    found = [
        (at, index)
        for at, line in enumerate(lines)
        if line.upright
        for index, (word, following) in enumerate(zip(line.words, line.words[1:], strict=False))
        if _LIKE.match(word.text) and _BEGINS_WITH_DIGIT.match(following.text)
    ]
    return found[:_MOST]


def _sheet(image: Any, pairs: Sequence[tuple[SeenWord, SeenWord]]) -> tuple[Any, list[tuple[float, float]]]:
    """The pairs of words below each other, and from where to where each reaches."""
    from PIL import Image

    cuts = []
    for sign, number in pairs:
        top, bottom = min(sign.top, number.top), max(sign.bottom, number.bottom)
        pad = max((bottom - top) / 4, 3)
        cuts.append(image.crop((round(sign.x0 - pad), round(top - pad), round(number.x1 + pad), round(bottom + pad))))
    sheet = Image.new(
        "L", (max(cut.width for cut in cuts) + 2 * _GAP, sum(cut.height + _GAP for cut in cuts) + _GAP), 255
    )
    rows, y = [], _GAP
    for cut in cuts:
        sheet.paste(cut, (_GAP, y))
        rows.append((float(y), float(y + cut.height)))
        y += cut.height + _GAP
    return sheet, rows
