"""Parses the responses of services defensively.

XML has no entities and no DTD, JSON has limited depth, texts are single lines, and links stay with the service.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from lxml import etree

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Response
from dutybook.records.dates import make_iso_date

# lxml has no type stubs that mypy could use here.
Node = Any

#: Of a list (a page of a feed, a table of contents), in bytes; acts themselves may be larger.
MAX_LIST = 40_000_000
_MAX_ELEMENTS = 1_000_000
_MAX_DEPTH = 60
_LONGEST_LINE = 2_000
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(rb"<title[^>]*>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)
_FIRST = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<([A-Za-z_][\w.:-]*)", re.DOTALL
)
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def check_body(response: Response, what: str, *, limit: int = MAX_LIST) -> bytes:
    """The bytes of a complete response.

    Raises:
        SourceError: another status than 200, nothing, only a part, or more than ``limit`` bytes.
    """
    if response.status in (202, 503):
        raise SourceError(f"{what} is not ready (status {response.status}); it will be asked for again")
    if response.status != 200:
        lasting = 400 <= response.status < 500 and response.status not in (408, 425, 429)
        raise SourceError(
            f"{what} could not be had: the service answered with status {response.status}", lasting=lasting
        )
    if not response.body.strip():
        raise SourceError(f"{what} came without anything in it; it will be asked for again")
    if len(response.body) > limit:
        raise SourceError(
            f"{what} has {len(response.body) / 1e6:.0f} MB, more than the {limit / 1e6:.0f} MB that are read",
            lasting=True,
        )
    length = response.headers.get("content-length", "")
    packed = response.headers.get("content-encoding", "")
    if length.isdigit() and packed in ("", "identity") and len(response.body) < int(length):
        raise SourceError(f"{what} broke off: {len(response.body):,} of {int(length):,} bytes came")
    return response.body


def is_page(data: bytes) -> bool:
    """Whether bytes are an HTML page."""
    return _HTML.match(data[:5000]) is not None


def refuse_page(data: bytes, what: str) -> None:
    """Check that the data is no HTML page.

    Raises:
        SourceError: it is; the message has the page's title.
    """
    if not is_page(data):
        return
    found = _TITLE.search(data[:20_000])
    title = f" (“{clean_line(found[1].decode('utf-8', 'replace'))[:120]}”)" if found and found[1].strip() else ""
    raise SourceError(f"a web page{title} came instead of {what}; the service may be down, or ask for a browser")


def root_name(data: bytes) -> str:
    """The local name of the first XML element, from the beginning of the data alone; empty if there is none.

    This is for documents, whose reader decides whether damaged markup can be read.
    """
    head = data[:100_000]
    text = (
        head.decode("utf-16", "replace") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head.decode("utf-8", "replace")
    )
    found = _FIRST.match(text.lstrip("\ufeff"))
    return found[1].rpartition(":")[2] if found else ""


def expect_root(data: bytes, what: str, *roots: str) -> None:
    """Check that a document is XML with one of these root elements.

    Raises:
        SourceError: it is not.
    """
    refuse_page(data, what)
    found = root_name(data)
    if found not in roots:
        found_instead = (
            f"its root is <{found[:60]}>"
            if found
            else f"it begins with “{clean_line(data[:60].decode('utf-8', 'replace'))}”"
        )
        raise SourceError(f"{what} is not the text that was asked for: {found_instead}", lasting=True)


def parse_xml(response: Response, what: str, *roots: str, limit: int = MAX_LIST) -> tuple[Node, tuple[str, ...]]:
    """The root element of a response, with one of the local names ``roots``; and the faults that were repaired.

    Raises:
        SourceError: see :func:`check_body`; no XML, damaged XML, entities, another root.
    """
    data = check_body(response, what, limit=limit)
    if "html" not in roots:
        refuse_page(data, what)
    problems: tuple[str, ...] = ()
    try:
        root = _parsed(data)
    except etree.XMLSyntaxError as error:
        if not _is_of_encoding(data, error):
            raise SourceError(f"{what} is no XML that can be read ({_describe_error(error)})") from error
        try:
            root = _parsed(data, "windows-1252")
        except (etree.XMLSyntaxError, LookupError) as again:
            raise SourceError(f"{what} is no XML that can be read ({_describe_error(error)})") from again
        problems = (f"{what} is not in the encoding that it says; it was read as Windows-1252",)
    except ValueError as error:
        raise SourceError(f"{what} is no XML that can be read ({error})") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise SourceError(f"{what} defines entities; such files are not read", lasting=True)
    if roots and local_name(root) not in roots:
        raise SourceError(
            f"{what} is of another kind: its root is <{local_name(root)[:60]}>, not <{roots[0]}>", lasting=True
        )
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise SourceError(f"{what} has more than {_MAX_ELEMENTS:,} elements; it is not read", lasting=True)
    return root, problems


def _parsed(data: bytes, encoding: str | None = None) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )
    return etree.fromstring(data, parser)


def _is_of_encoding(data: bytes, error: Any) -> bool:
    """Whether an error is one of encoding, which another encoding may repair."""
    message = str(error).lower()
    if not ("not proper utf-8" in message or "encoding" in message or "invalid byte" in message):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _describe_error(error: Exception) -> str:
    return clean_line(re.sub(r"\s*\(<string>.*", "", str(error)))[:160]


def local_name(node: Node) -> str:
    """An element's name without its namespace."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def child(node: Node, *names: str) -> Node | None:
    """The first child element with one of these local names."""
    return next((each for each in node if local_name(each) in names), None)


def text_of(node: Node | None) -> str:
    """All text of an element as one line; empty for None."""
    return clean_line("".join(node.itertext())) if node is not None else ""


def child_text(node: Node, *names: str) -> str:
    """The text of the first child with one of these names."""
    return text_of(child(node, *names))


def parsed_json(response: Response, what: str, *, limit: int = MAX_LIST) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The JSON object of a response, and the faults that were repaired.

    Raises:
        SourceError: see :func:`check_body`; no JSON, damaged or incomplete, nested too deeply, no object.
    """
    found, problems = _any_json(response, what, limit)
    if not isinstance(found, dict):
        raise SourceError(f"{what} is of another kind: no object was found in it", lasting=True)
    return found, problems


def parsed_json_list(response: Response, what: str, *, limit: int = MAX_LIST) -> tuple[list[Any], tuple[str, ...]]:
    """The JSON array of a response, and the faults that were repaired.

    Raises:
        SourceError: see :func:`check_body`; no JSON, damaged or incomplete, nested too deeply, no array.
    """
    found, problems = _any_json(response, what, limit)
    if not isinstance(found, list):
        raise SourceError(f"{what} is of another kind: no list was found in it", lasting=True)
    return found, problems


def _any_json(response: Response, what: str, limit: int) -> tuple[Any, tuple[str, ...]]:
    data = check_body(response, what, limit=limit)
    refuse_page(data, what)
    problems: tuple[str, ...] = ()
    _refuse_deep(data, what)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("windows-1252", "replace")
        problems = (f"{what} is not in UTF-8; it was read as Windows-1252",)
    try:
        return json.loads(text), problems
    except (ValueError, RecursionError) as error:
        start = clean_line(text[:80])
        raise SourceError(
            f"{what} is no JSON that can be read ({_describe_error(error)}); it begins with “{start}”"
        ) from error


def _refuse_deep(data: bytes, what: str) -> None:
    depth = 0
    for mark in _MARKS.finditer(data):
        first = mark[0][:1]
        if first in b"[{":
            depth += 1
            if depth > _MAX_DEPTH:
                raise SourceError(f"{what} is nested more than {_MAX_DEPTH} levels deep; it is not read", lasting=True)
        elif first in b"]}":
            depth -= 1


def as_list(value: Any) -> list[Any]:
    """A value as a list: services write one entry as itself, and none as null or an empty object."""
    if value is None or value == {} or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]


def clean_line(value: Any, longest: int = _LONGEST_LINE) -> str:
    """A value as one line of text: no control or direction characters, single spaces, limited length."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    kept = "".join(c if c.isprintable() else " " if _is_space(c) else "" for c in str(value)[: longest * 4])
    return " ".join(kept.split())[:longest]


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Zs"


def to_iso_date(value: Any) -> str | None:
    """An ISO date from ``20260102``, ``2026-01-02`` or a date and time; None for anything else."""
    found = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)", clean_line(value))
    return make_iso_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def moment(value: Any) -> datetime | None:
    """A time with offset from ``2026-01-02T10:00:00.123+01:00`` or ``20260102T100000Z``; None for anything else."""
    text = clean_line(value)
    if not re.match(r"\d{4}-?\d\d-?\d\dT\d\d", text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def first(values: Iterable[str | None]) -> str | None:
    """The first value that is not empty."""
    return next((value for value in values if value), None)


_LONGEST = 2_000


def own_address(address: str, hosts: Collection[str], base: str = "") -> str | None:
    """An address as https if it leads to one of ``hosts``, else None. ``base`` completes relative addresses.

    Services still write their addresses with ``http://``; all of the built-in ones also answer over https.

    >>> own_address("http://www.legislation.gov.uk/uksi/2026/1", {"www.legislation.gov.uk"})
    'https://www.legislation.gov.uk/uksi/2026/1'
    >>> own_address("https://www.legislation.gov.uk@evil.example/x", {"www.legislation.gov.uk"}) is None
    True
    """
    written = address.strip()
    if not written or len(written) > _LONGEST or any(c <= " " or c in '<>"\\^`{|}' or c == "\x7f" for c in written):
        return None
    try:
        whole = urljoin(base, written) if base else written
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower().rstrip(".")
    standard = port is None or (parts.scheme, port) in (("https", 443), ("http", 80))
    if parts.scheme not in ("http", "https") or host not in hosts or parts.username is not None or not standard:
        return None
    return urlunsplit(("https", host, parts.path or "/", parts.query, ""))


def split_address(address: str, *hosts: str) -> SplitResult | None:
    """The parts of a user's address on one of these hosts, also without a scheme (``www.x.example/y``); None for other texts."""
    written = address.strip()
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        return parts if (parts.hostname or "").lower() in hosts else None
    except ValueError:
        return None


_MISSING = re.compile(r"\[(?:404|410)\]|status (?:404|410)\b")


def is_missing(error: SourceError) -> bool:
    """Whether a service answered that the document does not exist (404 or 410)."""
    return error.lasting and _MISSING.search(str(error)) is not None
