"""A page of a document as a picture, whatever its format, for people who look at the evidence."""

from __future__ import annotations

from collections.abc import Iterable

from dutybook.errors import BadRequest
from dutybook.layout.formats import sniff
from dutybook.layout.limits import Limits
from dutybook.records import Box, RawDocument

DPI = 110.0


def page_image(
    raw: RawDocument,
    page: int,
    *,
    dpi: float = DPI,
    password: str | None = None,
    boxes: Iterable[Box] = (),
    limits: Limits | None = None,
) -> bytes:
    """A page (from 1) of a PDF or picture as PNG; ``boxes`` on it are outlined.

    Pages of pictures are numbered as they stand in the file. A page too large for ``dpi`` is drawn smaller.

    Raises:
        BadRequest: there is no such page, ``dpi`` is not between 10 and 600, or the format has no pages to look at.
        BadDocument: the file or the page cannot be opened or drawn.
    """
    from dutybook.layout.pdf.images import page_image as of_pdf
    from dutybook.layout.pictures import FORMATS, picture_image

    kind = sniff(raw.data, raw.source, raw.media_type)
    if kind == "pdf":
        return of_pdf(raw.data, page, dpi=dpi, password=password, boxes=boxes, limits=limits)
    if kind in FORMATS:
        return picture_image(raw.data, kind, page, dpi=dpi, boxes=boxes)
    raise BadRequest(f"{raw.source}: only PDFs and pictures have pages to look at, and this is {kind}")
