"""pdfium's raw interface: functions that are called by the hundred thousand, and the objects of a page."""

from __future__ import annotations

import ctypes
import math
import operator
import time
from collections import deque
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.pdf.words import frame_of
from dutybook.reasons import Why, because

Numbers = np.ndarray[Any, Any]


class _Plain:
    """An int argument that is passed as it is: ctypes' own check makes an object a call."""

    from_param = staticmethod(operator.index)


def quick(name: str, result: type | None, *arguments: type) -> ctypes._FuncPointer:
    """A pdfium function with plain integers for handles, which spares an object a call.

    It keeps the interpreter's lock: pdfium takes no second thread, and giving the lock back costs as much as the work.
    """
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    plain = [_Plain if kind is ctypes.c_int else kind for kind in arguments]
    return ctypes.PYFUNCTYPE(result, *plain)(address)  # type: ignore[arg-type]


def quickest(name: str, result: type | None) -> ctypes._FuncPointer:
    """A pdfium function of a handle and an index, which must be given as :func:`ready` and an int: nothing is checked."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result)(address)  # type: ignore[arg-type]


def ready(address: int | None) -> Any:
    """The plain integer of a handle as :func:`quickest` functions take it."""
    return ctypes.c_void_p.from_param(address)


def address_of(handle: Any) -> int | None:
    """The plain integer of a handle."""
    return ctypes.cast(handle, ctypes.c_void_p).value


class Answers:
    """Room for what functions answer about many characters, one call after the other.

    The addresses in it stand ready for :func:`quickest` functions: making one costs as much as half a call. A page at a
    time has it to itself.
    """

    _SLOTS = 1024

    def __init__(self) -> None:
        self._floats = np.zeros((self._SLOTS, 4), np.float32)
        self._doubles = np.zeros((2, self._SLOTS))
        self._six = (ctypes.c_float * 6)()
        self._six_at = ctypes.addressof(self._six)
        self._quads = [ready(self._floats.ctypes.data + 16 * slot) for slot in range(self._SLOTS)]
        self._firsts, self._seconds = (
            [ready(half.ctypes.data + 8 * slot) for slot in range(self._SLOTS)] for half in self._doubles
        )

    def matrix(self, ask: Any, handle: Any, index: int) -> Iterable[float]:
        """What a function writes as six floats."""
        ask(handle, index, self._six_at)
        return self._six

    def quads(self, ask: Any, handle: Any, indexes: list[int]) -> Numbers:
        """What a function writes as four floats each: four rows."""
        return self._many(ask, handle, indexes, self._floats.T, self._quads)

    def pairs(self, ask: Any, handle: Any, indexes: list[int]) -> Numbers:
        """What a function writes as two doubles each: two rows."""
        return self._many(ask, handle, indexes, self._doubles, self._firsts, self._seconds)

    def _many(self, ask: Any, handle: Any, indexes: list[int], room: Numbers, *addresses: list[Any]) -> Numbers:
        made = np.empty((len(room), len(indexes)))
        for begin in range(0, len(indexes), self._SLOTS):
            part = indexes[begin : begin + self._SLOTS]
            deque(map(ask, repeat(handle), part, *addresses), maxlen=0)
            made[:, begin : begin + len(part)] = room[:, : len(part)]
        return made


_free: list[Answers] = []


@contextmanager
def answers() -> Iterator[Answers]:
    """Room for answers that nobody else uses meanwhile."""
    room = _free.pop() if _free else Answers()
    try:
        yield room
    finally:
        _free.append(room)


_VOID, _INT = ctypes.c_void_p, ctypes.c_int
page_object = quickest("FPDFPage_GetObject", _VOID)
form_object = quick("FPDFFormObj_GetObject", _VOID, _VOID, ctypes.c_ulong)
kind_of = quick("FPDFPageObj_GetType", _INT, _VOID)
render_mode = quick("FPDFTextObj_GetTextRenderMode", _INT, _VOID)


def object_at(address: int | None) -> Any:
    """A page object's integer as the handle that pdfium's other functions take."""
    return ctypes.cast(address or 0, raw.FPDF_PAGEOBJECT)


MOST = 20_000
"""So many objects of a page are looked at."""
EDGE = 8
"""A scan's image is among the first or the last so many objects of its page."""


class PageObjects:
    """The objects of an open page. ``texts`` are the addresses of those that are known to be text: nearly all are."""

    def __init__(self, page: raw.FPDF_PAGE, texts: Set[int] = frozenset()) -> None:
        self.count = raw.FPDFPage_CountObjects(page)
        self._holder = ready(address_of(page))
        self._texts = texts
        self._addresses: list[int] | None = None
        self._kinds = bytearray()

    @property
    def addresses(self) -> list[int]:
        """The first objects of the page, up to :data:`MOST`."""
        if self._addresses is None:
            self._addresses = list(map(page_object, repeat(self._holder), range(min(self.count, MOST))))
        return self._addresses

    @property
    def kinds(self) -> bytearray:
        """The kinds of the same."""
        if not self._kinds:
            addresses, texts = self.addresses, self._texts
            self._kinds = bytearray((raw.FPDF_PAGEOBJ_TEXT,)) * len(addresses)
            for at in [at for at, address in enumerate(addresses) if address not in texts]:
                self._kinds[at] = kind_of(addresses[at])
        return self._kinds

    def of_kind(self, kind: int, indexes: Iterable[int]) -> Iterator[int]:
        """The addresses of those among some objects that are of a kind."""
        addresses, kinds = self.addresses, self.kinds
        for index in indexes:
            if index < MOST:
                if kinds[index] == kind:
                    yield addresses[index]
            elif kind_of(address := page_object(self._holder, index)) == kind:
                yield address

    def images(self) -> Iterator[raw.FPDF_PAGEOBJECT]:
        """The images among the first and the last objects."""
        count = self.count
        ends = (*range(min(count, EDGE)), *range(max(count - EDGE, EDGE), count))
        return map(object_at, self.of_kind(raw.FPDF_PAGEOBJ_IMAGE, ends))


def bounds_of(item: raw.FPDF_PAGEOBJECT) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a page object; zeros where it has none."""
    values = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, values)):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = (value.value for value in values)
    return left, bottom, right, top


MAX_PIXELS = 25_000_000
MAX_SECONDS = 20.0
_MAX_SIDE = 20_000


def rendered(
    page: raw.FPDF_PAGE, dpi: float, *, grey: bool, pixels: int = MAX_PIXELS, seconds: float = MAX_SECONDS
) -> tuple[Any, float]:
    """An open page as Pillow's image, and its scale in points a pixel. Bounded in pixels and time.

    Raises:
        TooLarge: drawing took longer than ``seconds``.
        BrokenDocument: there is no memory for it, or pdfium cannot draw it.
    """
    from PIL import Image

    width, height = frame_of(page).size
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise BrokenDocument(because(Why.PAGE_NOT_DRAWN, "the page has no size: get the file again"))
    zoom = min(dpi / 72, math.sqrt(pixels / (width * height)), _MAX_SIDE / width, _MAX_SIDE / height)
    across, down = max(round(width * zoom), 1), max(round(height * zoom), 1)
    kind, layout, mode = (raw.FPDFBitmap_Gray, "L", "L") if grey else (raw.FPDFBitmap_BGRx, "BGRX", "RGB")
    bitmap = raw.FPDFBitmap_CreateEx(across, down, kind, None, 0)
    if not bitmap:
        text = "there is not enough memory to draw the page: raise the memory limit"
        raise BrokenDocument(because(Why.PAGE_NOT_DRAWN, text))
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        _draw(page, bitmap, across, down, grey=grey, seconds=seconds)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        view = (ctypes.c_ubyte * (stride * down)).from_address(
            ctypes.cast(raw.FPDFBitmap_GetBuffer(bitmap), ctypes.c_void_p).value or 0
        )
        image = Image.frombytes(mode, (across, down), bytes(view), "raw", layout, stride, 1)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return image, width / across


def _draw(page: raw.FPDF_PAGE, bitmap: raw.FPDF_BITMAP, across: int, down: int, *, grey: bool, seconds: float) -> None:
    end = time.monotonic() + seconds

    def late(_: Any) -> bool:
        return time.monotonic() > end

    pause = raw.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(late)
    flags = raw.FPDF_ANNOT | (raw.FPDF_GRAYSCALE if grey else 0)
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, across, down, 0, flags, ctypes.byref(pause))
    raw.FPDF_RenderPage_Close(page)
    if state == raw.FPDF_RENDER_TOBECONTINUED:
        text = "drawing the page took longer than {seconds} s"
        raise TooLarge(because(Why.PAGE_NOT_DRAWN, text, seconds=round(seconds)))
    if state != raw.FPDF_RENDER_DONE:
        raise BrokenDocument(because(Why.PAGE_NOT_DRAWN, "the page cannot be drawn: get the file again"))


def resolution_of(page: raw.FPDF_PAGE) -> float:
    """The dots an inch of the largest image on a page (0 without one): what a scan was scanned with."""
    best, most = 0.0, 0.0
    across, down = ctypes.c_uint(), ctypes.c_uint()
    for item in PageObjects(page).images():
        left, bottom, right, top = bounds_of(item)
        area = (right - left) * (top - bottom)
        if area > most and raw.FPDFImageObj_GetImagePixelSize(item, ctypes.byref(across), ctypes.byref(down)):
            most, best = area, 72 * math.sqrt(across.value * down.value / area)
    return best
