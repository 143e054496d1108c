"""Fetches a document of a source: checks that it is what was asked for, unpacks archives, and chooses its extension."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dutybook.errors import BadDocument, SourceError, TooLarge
from dutybook.ingest.containers import Bounds, Zip
from dutybook.ingest.files import MEDIA_TYPES, READABLE
from dutybook.ingest.sources.interface import Fetched, Fetcher, Item, Known, Response
from dutybook.ingest.sources.responses import check_body, clean_line, expect_root, is_page, own_address, refuse_page

T = TypeVar("T")

#: What reads a response: it gives the document and its extension, or raises a SourceError that names ``what``.
ReadBody = Callable[[Response, str], tuple[bytes, str]]
#: The largest act, in bytes.
_MAX_ACT = 200_000_000


def fetch_document(
    fetcher: Fetcher, place: str, what: str, read: ReadBody, known: Known | None = None, **asked: Any
) -> Fetched:
    """Fetch a document unless it is as it was known; ``asked`` goes to :meth:`Fetcher.get`.

    Raises:
        SourceError: it cannot be had, or is something else.
    """
    response = fetcher.get(place, known=known, **asked)
    if response.not_modified and known:
        return Fetched(None, "", response.url, known.etag, known.modified)
    data, extension = read(response, what)
    return Fetched(data, extension, response.url, **validators(response))


def validators(response: Response) -> dict[str, str]:
    """The response's validators (``etag``, ``modified``), by which to ask later whether it is still current."""
    pairs = (("etag", "etag"), ("modified", "last-modified"))
    return {name: clean_line(value, 500) for name, header in pairs if (value := response.headers.get(header))}


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a service has documents: extension, roots of XML, and whether pages may lack a head."""

    extension: str
    roots: tuple[str, ...] = ()
    fragments: bool = False

    def read(self, response: Response, what: str) -> tuple[bytes, str]:
        """The document in a response of this form. See :data:`ReadBody`."""
        data = check_body(response, what, limit=_MAX_ACT)
        if self.extension == ".html":
            if not (is_page(data) or (self.fragments and data.lstrip().startswith(b"<"))):
                begins = clean_line(data[:60].decode("utf-8", "replace"))
                raise SourceError(f"{what} is no page of text: it begins with “{begins}”", lasting=True)
            return data, self.extension
        refuse_page(data, what)
        if self.extension == ".pdf" and b"%PDF-" not in data[:1024]:
            raise SourceError(f"{what} is no PDF", lasting=True)
        if self.roots:
            expect_root(data, what, *self.roots)
        return data, self.extension

    def read_act(self, number: str, head: int | None = 20_000) -> ReadBody:
        """Reads as :meth:`read`, and refuses a text that lacks the act's number in its first ``head`` bytes."""

        def read(response: Response, what: str) -> tuple[bytes, str]:
            data, extension = self.read(response, what)
            if number.encode() not in data[:head]:
                raise SourceError(f"{what} is not the text that was asked for: its number is not in it")
            return data, extension

        return read


PDF, ARCHIVE = Form(".pdf"), Form(".zip")


def find_files(
    written: Iterable[tuple[str, str]], hosts: Collection[str], number: str, problems: list[str]
) -> list[list[str]]:
    """Names of forms with addresses, as an item keeps them under ``files``, of those that stay with the service."""
    files = []
    for name, text in written:
        address = own_address(text, hosts) if text else None
        if address:
            files.append([name, address])
        elif text:
            problems.append(f"{number}: an address that leads elsewhere was left out")
    return files


def fetch_files(
    item: Item, hosts: Collection[str], forms: Mapping[str, Form], fetch: Callable[[str, str], Fetched]
) -> Fetched:
    """The first of an item's ``files`` that can be had; ``fetch`` takes the name of a form and an address."""
    files = [(str(name), own_address(str(address), hosts)) for name, address in item.more.get("files", ())]
    return first_of(
        [(name, place) for name, place in files if place and name in forms], lambda file: fetch(*file), item.key
    )


def first_of(tries: Iterable[T], fetch: Callable[[T], Fetched], what: str) -> Fetched:
    """The first form of a document that can be fetched.

    Raises:
        SourceError: that of the last form; at once if it is temporary.
    """
    problem: SourceError | None = None
    for each in tries:
        try:
            return fetch(each)
        except SourceError as error:
            if not error.lasting:
                raise
            problem = error
    raise problem or SourceError(f"{what} has no text that can be had", lasting=True)


#: What a browser would ask for, with what we read best in front.
ACCEPT = "application/pdf, text/html;q=0.9, application/xhtml+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"

# Sent for what the server does not know itself: then the bytes and the address tell more.
_VAGUE = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/download", "application/force-download"}
)
_HTML_BEGINS = (b"<!doctype html", b"<html")
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
    if media not in _VAGUE and media in MEDIA_TYPES and not (media == "text/plain" and named in READABLE):
        return MEDIA_TYPES[media]
    if media.endswith("+xml"):
        return ".xml"
    if (media in _VAGUE or media == "text/plain") and named in READABLE:
        return named
    if head[:20].lower().startswith(_HTML_BEGINS):
        return ".html"
    if head.startswith(b"<?xml"):
        return ".xml"
    described = media or "something without a type"
    raise SourceError(
        f"{response.url} is {described}, which is not read: name a page, a PDF or another document", lasting=True
    )


def read_any(response: Response, what: str) -> tuple[bytes, str]:
    """A document of any supported type, as :data:`ReadBody`."""
    if not response.body.strip():
        raise SourceError(f"{what} is empty: nothing was sent")
    suffix = find_extension(response)
    return convert_body(response, suffix), suffix


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


#: Ratio of packed markup: some 20; more than 400 is no text.
_BOUNDS = Bounds(500, 400_000_000, 400_000_000, 400, 1_000_000)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def extract_act(
    data: bytes, what: str, extensions: tuple[str, ...], *, excluded: tuple[str, ...] = ()
) -> tuple[bytes, str]:
    """The only document in an archive and its extension, or an archive of the documents if there are several.

    Args:
        data: the archive. Data that is XML is returned as it is.
        what: its name, for messages.
        extensions: those of documents.
        excluded: ends of names of files that describe the archive itself.

    Raises:
        SourceError: it is damaged, has no document, or exceeds the limits.
    """
    if not data.startswith(b"PK"):
        if data.lstrip().startswith(b"<"):
            return data, ".xml"
        raise SourceError(f"{what} is neither an archive nor XML", lasting=True)
    files = _files(data, what)
    kept = {
        name: content
        for name, content in files.items()
        if name.lower().endswith(extensions) and not name.lower().endswith(excluded or ("\0",))
    }
    if not kept:
        raise SourceError(f"{what} is an archive without a document in it", lasting=True)
    if len(kept) == 1:
        name, content = next(iter(kept.items()))
        return content, PurePosixPath(name).suffix.lower()
    return pack(kept), ".zip"


def _files(data: bytes, what: str) -> dict[str, bytes]:
    """The files in an archive by the last part of their names: names in archives of others lead nowhere."""
    try:
        archive = Zip(data, None, _BOUNDS)
        entries = [(index, entry.name) for index, entry in enumerate(archive.entries) if not entry.skip]
        return {PurePosixPath(name).name: archive.read(index) for index, name in entries}
    except TooLarge as error:
        raise SourceError(f"{what} is an archive with more in it than is read", lasting=True) from error
    except BadDocument as error:
        raise SourceError(f"{what} is a broken archive ({error})") from error


def pack(files: Mapping[str, bytes]) -> bytes:
    """An archive whose bytes depend only on its files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()
