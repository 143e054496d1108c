"""Pictures of pages (scans, faxes, photographs): each picture in the file is a page whose text is recognised."""

from __future__ import annotations

import io
import math
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dutybook.errors import BadRequest, BrokenDocument, NoText, TooLarge
from dutybook.layout.formats import sniff
from dutybook.layout.limits import Limits
from dutybook.layout.ocr.engine import Recognition
from dutybook.layout.pdf.document import open_pdf
from dutybook.layout.pdf.pages import Reading
from dutybook.layout.pdf.pdfium import MAX_PIXELS as MAX_DISPLAY_PIXELS
from dutybook.layout.pdf.pdfium import rendered
from dutybook.layout.pdf.reader import put_together
from dutybook.layout.pdf.recognition import recognise_scans
from dutybook.layout.pdf.text_quality import BLANK, Kind, Verdict
from dutybook.reasons import Why, because, error_words
from dutybook.records import Box, Layout, Page, RawDocument

_DAMAGED = because(Why.PICTURE_DAMAGED, "the picture is damaged")

DPI = 110.0
_LEAST_DPI, _MOST_DPI = 10.0, 600.0
FORMATS = {"png": "PNG", "jpeg": "JPEG", "tiff": "TIFF", "gif": "GIF", "bmp": "BMP"}
"""Our names of the formats, and Pillow's."""
MAX_PIXELS = 120_000_000
_RECOGNISED_DPI = 300
_MOST_ENLARGED = 3.0
_LONG_SIDE = 11.7
"""Inches: the long side of a page whose picture does not say its resolution (ISO 216, A4)."""


def read_picture(
    data: bytes, kind: str, *, limits: Limits | None = None, recognition: Recognition | None = None
) -> Layout:
    """The recognised text of a picture, or of all pictures in a file of several; ``kind`` is a key of :data:`FORMATS`.

    Boxes are in points of pages as large as the file says, or as A4 where it says nothing sensible.

    Raises:
        BrokenDocument: it is no picture of its kind.
        TooLarge: a picture has more than 120 million pixels.
        NoText: recognition is switched off or not installed, or finds nothing.
    """
    limits = limits or Limits()
    started = time.monotonic()
    with _quiet(), _opened(data, kind) as picture:
        reading = Reading()
        count = _count(picture)
        if count > limits.max_pages:
            text = "only the first {first} of {all} pictures were read (limit on pages)"
            reading.problems.append(because(Why.PART_FIRST_PICTURES, text, first=limits.max_pages, all=count))
            count = limits.max_pages
        for number in range(1, count + 1):
            _look(picture, number, reading)
        left = limits.max_seconds - (time.monotonic() - started)

        def image_of(number: int, settings: Recognition) -> tuple[Any, float]:
            return _grey(picture, number, settings.pixels)

        recognise_scans(image_of, reading, recognition, left)
    if not any(page.source == "ocr" for page in reading.pages):
        note = next((page.note for page in reading.pages if page.note), "")
        blank = because(Why.PAGE_BLANK, "it is blank") if note == BLANK else note
        why = reading.unrecognised or blank or because(Why.OCR_NOTHING, "nothing was recognised")
        text = "the text of a picture has to be recognised, and was not: {why}"
        raise NoText(because(Why.PICTURE_WORDS, text, why=why))
    return put_together(reading, {})


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the decoder's warnings about damaged pictures, also while pixels are read: the reading reports the damage."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _opened(data: bytes, kind: str) -> Any:
    from PIL import Image

    try:
        return Image.open(io.BytesIO(data), formats=[FORMATS[kind]])
    except Image.DecompressionBombError as error:
        text = "the picture has more than {pixels} million pixels: save it smaller"
        raise TooLarge(because(Why.ONE_PICTURE_LARGE, text, pixels=MAX_PIXELS // 1000000)) from error
    except Exception as error:  # whatever the decoder says of a damaged file
        text = "the picture cannot be opened ({why}): get it again"
        raise BrokenDocument(because(Why.PICTURE_DAMAGED, text, why=error_words(error))) from error


def _count(picture: Any) -> int:
    try:
        return int(getattr(picture, "n_frames", 1))
    except Exception as error:  # the decoder looks at the further pictures only now
        text = "the picture is damaged ({why}): get it again"
        raise BrokenDocument(because(Why.PICTURE_DAMAGED, text, why=error_words(error))) from error


def _look(picture: Any, number: int, reading: Reading) -> None:
    """Add a picture's page, and that it has to be recognised."""
    try:
        picture.seek(number - 1)
        across, down = picture.size
        dpi = _resolution(picture)
        on_its_side = _lies_on_its_side(picture)
    except Exception as error:
        reading.pages.append(Page(number, 0.0, 0.0, "unread", _DAMAGED))
        text = "picture {picture} is damaged and was not read ({why})"
        reading.problems.append(because(Why.PART_PICTURE, text, picture=number, why=error_words(error)))
        return
    if across * down > MAX_PIXELS:
        text = "picture {picture} has {pixels} million pixels, more than are read: save it smaller"
        raise TooLarge(because(Why.PICTURE_LARGE, text, picture=number, pixels=round(across * down / 1e6)))
    if on_its_side:
        across, down = down, across
    reading.pages.append(Page(number, across * 72 / dpi, down * 72 / dpi, "image"))
    reading.scans[number] = Verdict(Kind.IMAGE)


def _resolution(picture: Any) -> float:
    """Dots an inch: as the file says, if a page could be so large; else as if it were an A4 page."""
    stated = picture.info.get("dpi")
    long = float(max(picture.size))
    try:
        dpi = float(stated[0]) if stated else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        dpi = 0.0
    if math.isfinite(dpi) and 70 <= dpi <= 1200 and 3 < long / dpi < 50:
        return dpi
    return max(long / _LONG_SIDE, 1.0)


def _lies_on_its_side(picture: Any) -> bool:
    """Whether a camera says that the picture has to be turned by a quarter (Exif, tag 274)."""
    try:
        return picture.getexif().get(274) in (5, 6, 7, 8)
    except Exception:  # damaged Exif data is no reason not to read the picture
        return False


def _grey(picture: Any, number: int, pixels: int) -> tuple[Any, float]:
    """A picture as recognition wants it: grey on white, upright as the camera says, at about 300 dots an inch."""
    from PIL import Image

    picture.seek(number - 1)
    dpi = _resolution(picture)
    image = _upright(picture).convert("L")
    across, down = image.size
    zoom = min(
        _RECOGNISED_DPI / dpi if dpi < 0.8 * _RECOGNISED_DPI else 1.0,
        _MOST_ENLARGED,
        math.sqrt(pixels / (across * down)),
    )
    if abs(zoom - 1) > 0.01:
        size = (max(round(across * zoom), 1), max(round(down * zoom), 1))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return image, across * 72 / dpi / image.size[0]


def _upright(picture: Any) -> Any:
    """The open picture as its camera says, in colour, on white."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(picture)
    if "transparency" in image.info or "A" in image.getbands():
        seen = image.convert("RGBA")
        image = Image.new("RGBA", seen.size, "white")
        image.alpha_composite(seen)
    return image.convert("RGB") if image.mode not in ("L", "1") else image.convert("L")


def page_image(
    raw: RawDocument,
    page: int,
    *,
    dpi: float = DPI,
    password: str | None = None,
    boxes: Iterable[Box] = (),
    limits: Limits | None = None,
) -> bytes:
    """A page (from 1) of a PDF or picture as PNG, as it is displayed; ``boxes`` on it are outlined.

    Pages of pictures are numbered as they stand in the file. A page too large for ``dpi`` is drawn smaller: at most 25
    million pixels. A point of the page at ``(x, y)`` is the pixel at the same share of width and height.

    Raises:
        BadRequest: there is no such page, ``dpi`` is not between 10 and 600, or the format has no pages to look at.
        BadDocument: the file or the page cannot be opened or drawn.
    """
    kind = sniff(raw.data, raw.source, raw.media_type)
    if kind != "pdf" and kind not in FORMATS:
        raise BadRequest(f"{raw.source}: only PDFs and pictures have pages to look at, and this is {kind}")
    if not _LEAST_DPI <= dpi <= _MOST_DPI:
        raise BadRequest(f"{dpi:g} dots an inch: choose between {_LEAST_DPI:.0f} and {_MOST_DPI:.0f}")
    if kind == "pdf":
        image, scale = _drawn(raw.data, page, dpi, password, limits or Limits())
    else:
        image, scale = _decoded(raw.data, kind, page, dpi)
    target = io.BytesIO()
    _outlined(image, [box for box in boxes if box.page == page], scale).save(target, "PNG", compress_level=4)
    return target.getvalue()


def _drawn(data: bytes, page: int, dpi: float, password: str | None, limits: Limits) -> tuple[Any, float]:
    """A page of a PDF, and its scale in points a pixel."""
    with open_pdf(data, password, limits) as document:
        if not 1 <= page <= len(document):
            raise BadRequest(f"there is no page {page}: the document has {len(document)}")
        try:
            drawn = document[page - 1]
        except Exception as error:  # pdfium's own message says no more
            text = "page {page} is damaged and cannot be drawn: get the file again"
            raise BrokenDocument(because(Why.PAGE_DAMAGED, text, page=page)) from error
        try:
            return rendered(drawn.raw, dpi, grey=False)
        finally:
            drawn.close()


def _decoded(data: bytes, kind: str, page: int, dpi: float) -> tuple[Any, float]:
    """A picture of a file, upright as its camera says, and its scale in points a pixel."""
    from PIL import Image

    with _quiet(), _opened(data, kind) as picture:
        count = _count(picture)
        if not 1 <= page <= count:
            raise BadRequest(f"there is no page {page}: the file has {count}")
        reading = Reading()
        _look(picture, page, reading)
        if not reading.scans:
            text = "picture {picture} is damaged and cannot be shown: get the file again"
            raise BrokenDocument(because(Why.PICTURE_DAMAGED, text, picture=page))
        try:
            image = _upright(picture)
        except Exception as error:  # whatever the decoder says of damaged data
            text, why = "picture {picture} is damaged ({why}): get the file again", error_words(error)
            raise BrokenDocument(because(Why.PICTURE_DAMAGED, text, picture=page, why=why)) from error
        width, height = reading.pages[0].width, reading.pages[0].height
        zoom = min(dpi / 72, math.sqrt(MAX_DISPLAY_PIXELS / (width * height)))
        size = (max(round(width * zoom), 1), max(round(height * zoom), 1))
        return image.resize(size, Image.Resampling.LANCZOS), width / size[0]


def _outlined(image: Any, boxes: Sequence[Box], scale: float) -> Any:
    """A picture of a page with boxes drawn on it; ``scale`` is points a pixel."""
    from PIL import ImageDraw

    if not boxes:
        return image
    image = image.convert("RGB")
    pen = ImageDraw.Draw(image, "RGBA")
    for box in boxes:
        corners = (box.x0 / scale - 1, box.top / scale - 1, box.x1 / scale + 1, box.bottom / scale + 1)
        pen.rectangle(corners, fill=(255, 221, 0, 70), outline=(200, 80, 0, 255), width=max(round(0.7 / scale), 1))
    return image
