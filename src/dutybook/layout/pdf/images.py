"""Pictures of pages: rendered by pdfium within bounds on pixels and time."""

from __future__ import annotations

import ctypes
import io
import math
import time
from collections.abc import Iterable
from typing import Any

import pypdfium2.raw as raw

from dutybook.errors import BadRequest, BrokenDocument, TooLarge
from dutybook.layout.limits import Limits
from dutybook.layout.pdf.document import open_pdf
from dutybook.layout.pdf.pdfium import PageObjects, bounds_of
from dutybook.layout.pdf.words import frame_of
from dutybook.reasons import Why, because
from dutybook.records import Box

MAX_PIXELS = 25_000_000
MAX_SECONDS = 20.0
_MAX_SIDE = 20_000
_LEAST_DPI, _MOST_DPI = 10.0, 600.0


def page_image(
    data: bytes,
    page: int,
    *,
    dpi: float = 110.0,
    password: str | None = None,
    boxes: Iterable[Box] = (),
    limits: Limits | None = None,
) -> bytes:
    """A page (from 1) of a PDF as PNG, as it is displayed; ``boxes`` on it are outlined.

    A page too large for ``dpi`` is drawn smaller: at most 25 million pixels. A point of the page at ``(x, y)`` is
    the pixel at the same share of width and height.

    Raises:
        BadRequest: there is no such page, or ``dpi`` is not between 10 and 600.
        BadDocument: the file or the page cannot be opened or drawn.
    """
    check_dpi(dpi)
    with open_pdf(data, password, limits or Limits()) as document:
        if not 1 <= page <= len(document):
            raise BadRequest(f"there is no page {page}: the document has {len(document)}")
        try:
            drawn = document[page - 1]
        except Exception as error:  # pdfium's own message says no more
            raise BrokenDocument(
                because(Why.PAGE_DAMAGED, "page {page} is damaged and cannot be drawn: get the file again", page=page)
            ) from error
        try:
            image, scale = rendered(drawn.raw, dpi, grey=False)
        finally:
            drawn.close()
    return as_png(outlined(image, [box for box in boxes if box.page == page], scale))


def check_dpi(dpi: float) -> None:
    """Raises BadRequest for a resolution that is no sensible one."""
    if not _LEAST_DPI <= dpi <= _MOST_DPI:
        raise BadRequest(f"{dpi:g} dots an inch: choose between {_LEAST_DPI:.0f} and {_MOST_DPI:.0f}")


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
    kind, bytes_each, mode = (raw.FPDFBitmap_Gray, 1, "L") if grey else (raw.FPDFBitmap_BGRx, 4, "RGB")
    bitmap = raw.FPDFBitmap_CreateEx(across, down, kind, None, 0)
    if not bitmap:
        raise BrokenDocument(
            because(Why.PAGE_NOT_DRAWN, "there is not enough memory to draw the page: raise the memory limit")
        )
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        _draw(page, bitmap, across, down, grey=grey, seconds=seconds)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        view = (ctypes.c_ubyte * (stride * down)).from_address(
            ctypes.cast(raw.FPDFBitmap_GetBuffer(bitmap), ctypes.c_void_p).value or 0
        )
        layout = "L" if bytes_each == 1 else "BGRX"
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
        raise TooLarge(
            because(Why.PAGE_NOT_DRAWN, "drawing the page took longer than {seconds} s", seconds=round(seconds))
        )
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


def outlined(image: Any, boxes: Iterable[Box], scale: float) -> Any:
    """A picture of a page with boxes drawn on it; ``scale`` is points a pixel."""
    from PIL import ImageDraw

    boxes = list(boxes)
    if not boxes:
        return image
    image = image.convert("RGB")
    pen = ImageDraw.Draw(image, "RGBA")
    for box in boxes:
        corners = (box.x0 / scale - 1, box.top / scale - 1, box.x1 / scale + 1, box.bottom / scale + 1)
        pen.rectangle(corners, fill=(255, 221, 0, 70), outline=(200, 80, 0, 255), width=max(round(0.7 / scale), 1))
    return image


def as_png(image: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=4)
    return target.getvalue()
