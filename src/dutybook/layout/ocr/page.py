"""One page image: straightened, recognised, and turned again where the words make no sense."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.layout.ocr.engine import Engine, RecognitionFailed, RecognitionLate
from dutybook.layout.ocr.hocr import SeenLine, lines_of
from dutybook.layout.ocr.numerals import with_numerals
from dutybook.layout.ocr.signs import with_signs
from dutybook.layout.ocr.upright import Pose, skew_of, straightened
from dutybook.reasons import Why, because

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
        """The mean confidence of its words, long words counting more (0 to 1)."""
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
    """The mean confidence of the words of some lines, weighed by their letters; 0 without words."""
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
    if first.confidence >= SURE and _runs_across(first):
        return first
    script = ""
    said = engine.orientation(image, dpi, _left(end))
    if said is not None:
        script = said.script
        turns = [said.turns] if said.turns else []
    else:
        turns = _by_drafts(image, dpi, engine, code, first, end)
    best = first
    for turn in turns:
        pose = _pose(image, turn)
        try:
            other = _read(image, dpi, engine, code, pose, end, signs=True)
        except RecognitionFailed:
            continue
        best = max(best, other, key=lambda reading: reading.worth)
    return Recognised(best.lines, best.pose, code, script)


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


def _runs_across(reading: Recognised) -> bool:
    across = sum(len(line.words) for line in reading.lines if line.upright)
    return across >= sum(len(line.words) for line in reading.lines if not line.upright)


def _by_drafts(image: Any, dpi: int, engine: Engine, code: str, first: Recognised, end: float) -> list[int]:
    """The quarter turn whose quick reading is better than the first one; none if none is."""
    shrink = max(dpi // _DRAFT_DPI, 1)
    small = image.reduce(shrink)
    worth: dict[int, float] = {0: first.worth * 1.2}
    for turn in (1, 3, 2):
        try:
            worth[turn] = _read(
                small, dpi // shrink, engine, code, Pose(small.size[0], small.size[1], turns=turn), end
            ).worth
        except RecognitionFailed:
            break
    best = max(worth, key=lambda turn: worth[turn])
    return [best] if best else []
