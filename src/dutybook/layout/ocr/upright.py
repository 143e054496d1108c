"""How a page image lies: quarter turns and a small skew, and the way back from the straightened image."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
        match self.turns % 4:
            case 1:
                return v, self.height - u
            case 2:
                return self.width - u, self.height - v
            case 3:
                return self.width - v, u
        return u, v

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
    coarse: Callable[[float], float] = score
    best = max(np.arange(-MOST_SKEW, MOST_SKEW + 0.01, 0.5), key=coarse)
    best = max(np.arange(best - 0.4, best + 0.41, _STEP), key=score)
    if abs(best) < LEAST_SKEW or abs(best) > MOST_SKEW or score(best) < 1.15 * level:
        return 0.0
    return round(float(best), 2)


def is_empty(image: Any) -> bool:
    """Whether a grey page image shows nothing: hardly a pixel darker than its paper."""
    small = image.reduce(max(min(image.size) // 300, 1))
    counts = small.histogram()
    total = sum(counts)
    seen, paper = 0, 255
    for value in range(256):
        seen += counts[value]
        if seen >= total / 2:
            paper = value
            break
    dark = sum(counts[: max(paper - 40, 1)])
    light = sum(counts[paper + 41 :]) if paper < 128 else 0
    return bool(dark + light < 0.0004 * total)
