"""Chooses the file extension of a downloaded document, which decides how it is read later."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from dutybook.errors import SourceError
from dutybook.ingest.files import READABLE
from dutybook.ingest.sources.interface import Response

#: What a browser would ask for, with what we read best in front.
ACCEPT = "application/pdf, text/html;q=0.9, application/xhtml+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"

_TYPES = {
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "image/tiff": ".tif",
}
# Sent for what the server does not know itself: then the bytes and the address tell more.
_VAGUE = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/download", "application/force-download"}
)
_HTML = (b"<!doctype html", b"<html")
_SAYS_ITSELF = re.compile(rb"<meta[^>]{0,200}?charset\s*=", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def find_extension(response: Response) -> str:
    """The extension for a body, with its dot.

    Raises:
        SourceError: its type is not supported.
    """
    head = response.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = PurePosixPath(urlsplit(response.url).path).suffix.lower()
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    media = response.media_type
    if media not in _VAGUE and media in _TYPES and not (media == "text/plain" and named in READABLE):
        return _TYPES[media]
    if media.endswith("+xml"):
        return ".xml"
    if (media in _VAGUE or media == "text/plain") and named in READABLE:
        return named
    if head[:20].lower().startswith(_HTML):
        return ".html"
    if head.startswith(b"<?xml"):
        return ".xml"
    described = media or "something without a type"
    raise SourceError(
        f"{response.url} is {described}, which is not read: name a page, a PDF or another document", lasting=True
    )


def convert_body(response: Response, suffix: str) -> bytes:
    """A body as a file on its own: if only the response header names the charset, the text is converted to UTF-8."""
    data = response.body
    charset = _CHARSET.search(response.headers.get("content-type", ""))
    if charset is None or suffix not in (".html", ".txt", ".md"):
        return data
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _SAYS_ITSELF.search(data[:4096]):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return codecs.BOM_UTF8 + data.decode(charset[1], "replace").encode("utf-8", "replace")
        except (LookupError, ValueError):
            return data
    return data
