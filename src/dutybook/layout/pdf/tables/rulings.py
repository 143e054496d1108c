"""The ruling lines of a page, from pdfium: thin paths, the edges of filled or stroked boxes, the parts of longer paths.

Reading them takes about a millisecond a page, a hundredth of what pdfplumber's page parser needs.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw

from dutybook.layout.pdf.pdfium import MOST, PageObjects, form_object, kind_of, object_at
from dutybook.layout.pdf.words import Frame

THICK = 3.0
"""A path thinner than this (points) is a ruling; thicker ones are areas with four edges."""
SHORTEST = 8.0
"""Shorter lines and smaller boxes (points) are bullets, tick boxes, parts of drawings."""
_MAX_SEGMENTS = 600
_MAX_DEPTH = 4

LINE, AREA, BLANK = 0, 1, 2

_PATH, _FORM = bytes([raw.FPDF_PAGEOBJ_PATH]), bytes([raw.FPDF_PAGEOBJ_FORM])
_LINES_OR_FORMS = re.compile(b"[" + _PATH + _FORM + b"]")

Matrix = tuple[float, float, float, float, float, float]
Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A horizontal or vertical line on a page, in points from the top left; ``edge``: only of a filled area."""

    x0: float
    top: float
    x1: float
    bottom: float
    edge: bool = False

    @property
    def level(self) -> bool:
        """Whether it is horizontal."""
        return self.x1 - self.x0 >= self.bottom - self.top


def rulings_of(objects: PageObjects, frame: Frame, limit: int) -> list[Ruling]:
    """The rulings of an open page from its objects, at most ``limit``; empty for pages that hold more (drawings, maps)."""
    found: list[Ruling] = []
    bounds = [ctypes.c_float() for _ in range(4)]
    references = [ctypes.byref(value) for value in bounds]
    for path, matrix in _inside(objects.addresses, objects.kinds, None, 0, [MOST]):
        if not raw.FPDFPageObj_GetBounds(path, *references):
            continue
        left, bottom, right, top = (value.value for value in bounds)
        for corners, edge in _pieces(path, (left, bottom, right, top), matrix):
            found.extend(_sides(corners, frame, edge))
        if len(found) > limit:
            return []
    return found


def _inside(
    addresses: Sequence[int], kinds: bytes | bytearray, matrix: Matrix | None, depth: int, left: list[int]
) -> Iterator[tuple[Any, Matrix | None]]:
    """The paths among the objects of a page or form, those of forms with the matrix that places them.

    ``left`` is how many more objects may be looked at.
    """
    seen = 0
    for found in _LINES_OR_FORMS.finditer(kinds):
        left[0] -= found.end() - seen
        seen = found.end()
        if left[0] < 0:
            return
        address = addresses[found.start()]
        item = object_at(address)
        if found.group() == _PATH:
            yield item, matrix
        elif depth < _MAX_DEPTH:
            inner = _times(_matrix_of(item), matrix)
            size = min(raw.FPDFFormObj_CountObjects(item), left[0])
            inside = list(map(form_object, repeat(address), range(size)))
            yield from _inside(inside, bytes(map(kind_of, inside)), inner, depth + 1, left)
    left[0] -= len(kinds) - seen


def _pieces(path: Any, box: tuple[float, float, float, float], matrix: Matrix | None) -> Iterator[tuple[Points, bool]]:
    """Two opposite corners for each straight piece of a path, in the page's own coordinates, and whether it is filled."""
    left, bottom, right, top = box
    whole = [_place(matrix, left, bottom), _place(matrix, right, top)]
    if max(abs(whole[1][0] - whole[0][0]), abs(whole[1][1] - whole[0][1])) < SHORTEST:
        return
    segments = raw.FPDFPath_CountSegments(path)
    thin = min(abs(whole[1][0] - whole[0][0]), abs(whole[1][1] - whole[0][1])) <= THICK
    if thin or 5 <= segments <= 6:
        look = LINE if thin else _look(path)
        if look != BLANK:
            yield whole, look == AREA
    elif 2 <= segments <= _MAX_SEGMENTS:
        look = _look(path)
        if look != BLANK:
            for line in _lines(path, segments, _times(_matrix_of(path), matrix)):
                yield line, look == AREA


def _lines(path: Any, count: int, matrix: Matrix | None) -> list[Points]:
    """The level and upright lines that one path draws; nothing where it holds a curve."""
    made: list[Points] = []
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            return []
        point = _place(matrix, x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = last = point
            continue
        made.append([last, point])
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            made.append([point, start])
    # A drawing's outline is hundreds of short lines: they go before anything more is asked of them.
    straight = []
    for a, b in made:
        wide, high = abs(a[0] - b[0]), abs(a[1] - b[1])
        if (wide >= SHORTEST and high <= THICK) or (high >= SHORTEST and wide <= THICK):
            straight.append([a, b])
    return straight


def _look(path: Any) -> int:
    """How a path is drawn: with lines, as a filled area, or not to be seen (white, as the ground of a page)."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or stroke.value:
        return LINE
    if not fill.value:
        return BLANK
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(path, red, green, blue, alpha):
        return AREA
    return BLANK if alpha.value == 0 or min(red.value, green.value, blue.value) >= 250 else AREA


def _sides(corners: Points, frame: Frame, edge: bool) -> list[Ruling]:
    """A line as one ruling, a box as its four sides; nothing for what is short."""
    (xa, ya), (xb, yb) = (frame.place(*point) for point in corners)
    x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    if max(x1 - x0, y1 - y0) < SHORTEST:
        return []
    if min(x1 - x0, y1 - y0) <= THICK:
        return [Ruling(x0, y0, x1, y1, edge)]
    sides = ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
    return [Ruling(*side, edge) for side in sides]


def _matrix_of(item: Any) -> Matrix | None:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return None
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(inner: Matrix | None, outer: Matrix | None) -> Matrix | None:
    """The matrix that applies ``inner`` first."""
    if inner is None or outer is None:
        return inner or outer
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _place(matrix: Matrix | None, x: float, y: float) -> tuple[float, float]:
    if matrix is None:
        return x, y
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
