"""Section signs: tesseract's data for most languages do not know ``§`` and read 8, $ or &; the English data do.

Where such a sign stands before a number, sign and number are shown again, to the English data, all of a page at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dutybook.layout.ocr.engine import Engine, RecognitionFailed
from dutybook.layout.ocr.hocr import SeenLine, SeenWord, lines_of

KNOWING = "eng"
_LIKE = re.compile(r"^([„“”‚‘'\"»«(\[]*)([$&8S5B6]{1,2})$")
_NUMBER = re.compile(r"^\d")
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
        if _LIKE.match(word.text) and _NUMBER.match(following.text)
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
