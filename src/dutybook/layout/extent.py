"""Estimates how much a file holds, in pages, before it is read: from what it says of itself, bounded by its size."""

from __future__ import annotations

import io
import zipfile

from dutybook.errors import BadDocument
from dutybook.layout.formats import sniff
from dutybook.layout.limits import Limits
from dutybook.records import RawDocument

#: Characters of a page, where a file has none.
CHARACTERS = 2_000
#: The bytes of a page of a PDF that has nothing but its entry in a compressed table: a file of so many has no more pages.
_LEAST_BYTES = 40
#: Bytes of a file for a character of text, where there is markup around it.
_MARKUP = {"html": 3, "xml": 3, "rtf": 3, "eml": 2, "msg": 4}
#: Bytes of XML, unpacked, for a character of text.
_OFFICE = 6


def estimate_pages(raw: RawDocument, password: str | None = None) -> int:
    """About how many pages a file has: those of a PDF, elsewhere one for each 2,000 characters. 1 where nothing is known.

    Nothing is read but what says it: a hostile file may lie, but not beyond what its size allows.
    """
    kind = sniff(raw.data, raw.source, raw.media_type)
    if kind == "pdf":
        return _pages_of_pdf(raw.data, password)
    if kind in ("docx", "odt"):
        return max(1, _unpacked(raw.data) // (_OFFICE * CHARACTERS))
    if kind in (*_MARKUP, "text", "markdown", "json"):
        return max(1, len(raw.data) // (_MARKUP.get(kind, 1) * CHARACTERS))
    return 1


def _pages_of_pdf(data: bytes, password: str | None) -> int:
    from dutybook.layout.pdf.document import open_pdf

    try:
        with open_pdf(data, password, Limits(max_bytes=max(1, len(data)))) as document:
            return min(len(document), max(1, len(data) // _LEAST_BYTES))
    except BadDocument:
        # What is wrong with it is reported when it is read.
        return 1


def _unpacked(data: bytes) -> int:
    """Bytes of the XML in an office document as its directory states them, at most what any packing can hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            stated = sum(one.file_size for one in archive.infolist() if one.filename.endswith(".xml"))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return 0
    return min(stated, 100 * len(data))
