"""Which reader reads a file: by what its bytes say first, by its name second.

A new format of ours: a module with ``read_NAME(data) -> Layout``, its entry in ``_FORMATS`` and in what :func:`sniff` knows,
and a sample in ``tests/layout/format_samples.py``, which the conformance test then holds it to. A package of somebody
else does the same with an entry point, without a line here::

    [project.entry-points."dutybook.formats"]
    epub = "my_package:read_epub"        # read_epub(data, *, password, limits) -> dutybook.records.Layout

The entry's name is what :func:`sniff` calls the format; messages about unknown formats list it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import PurePosixPath

from dutybook.errors import BadDocument, BrokenDocument, EmptyDocument, EncryptedDocument, TooLarge, UnknownFormat
from dutybook.layout.decoding import is_wide, looks_binary
from dutybook.layout.limits import Limits
from dutybook.layout.ocr.engine import Recognition
from dutybook.reasons import Reason, Why, because, reason_without_code
from dutybook.records import Layout, RawDocument

# A reader takes bytes, a password (or None) and limits.
Reader = Callable[..., Layout]


@dataclass(frozen=True, slots=True)
class _Format:
    """A format's name for people, what its files' names end with, and its reader in this package, if it has one."""

    name: str
    endings: str = ""
    reader: str = ""
    takes: tuple[str, ...] = ()


_PICTURE = ("pictures.read_picture", ("kind", "limits", "recognition"))
_FORMATS = {
    "pdf": _Format("a PDF", "pdf", "pdf.read_pdf", ("password", "limits", "recognition")),
    "html": _Format("an HTML page", "html htm xhtml xht", "html.read_html"),
    "markdown": _Format("a markdown file", "md markdown mdown", "markdown.read_markdown"),
    "text": _Format("a text file", "txt text", "text.read_text"),
    "eml": _Format("an e-mail", "eml mht mhtml", "mail.read_mail"),
    "msg": _Format("an Outlook message", "msg oft", "outlook.read_outlook"),
    "docx": _Format("a Word document (DOCX)", "docx docm dotx dotm", "docx.read_docx"),
    "odt": _Format("an OpenDocument text", "odt", "odt.read_odt"),
    "rtf": _Format("a Rich Text file", "rtf", "rtf.read_rtf"),
    "xml": _Format("an XML file", "xml", "xml.read_xml", ("limits",)),
    "json": _Format("a JSON file", "json", "json_document.read_json", ("limits",)),
    "png": _Format("a PNG picture", "png", *_PICTURE),
    "jpeg": _Format("a JPEG picture", "jpg jpeg", *_PICTURE),
    "tiff": _Format("a TIFF picture", "tif tiff", *_PICTURE),
    "gif": _Format("a GIF picture", "gif", *_PICTURE),
    "bmp": _Format("a bitmap picture", "bmp", *_PICTURE),
    "doc": _Format("an old Word, Excel or PowerPoint file", "doc"),
    "opendocument": _Format("an OpenDocument sheet, presentation or drawing"),
    "xlsx": _Format("an Excel workbook", "xlsx"),
    "pptx": _Format("a PowerPoint presentation", "pptx"),
    "epub": _Format("an EPUB book", "epub"),
    "mbox": _Format("a mailbox of e-mails", "mbox"),
    "zip": _Format("a ZIP archive", "zip"),
    "gzip": _Format("a gzip archive", "gz"),
    "7z": _Format("a 7z archive"),
    "rar": _Format("a RAR archive"),
    "postscript": _Format("a PostScript file"),
    "sqlite": _Format("an SQLite database"),
    "program": _Format("a program"),
    "encrypted": _Format("an encrypted message or file (PGP, S/MIME)"),
    "binary": _Format("a file of no format we know"),
}
_ENDINGS = {ending: kind for kind, each in _FORMATS.items() for ending in each.endings.split()}
_MEDIA_TYPES = {
    "application/pdf": "pdf",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "application/zip": "zip",
    "application/gzip": "gzip",
    "message/rfc822": "eml",
    "application/vnd.ms-outlook": "msg",
    "application/mbox": "mbox",
}
# First bytes of formats that are not text (their own specifications; the same list as file(1) has).
_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"%!PS", "postscript"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x7fELF", "program"),
    (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
    (b"Salted__", "encrypted"),
    (b"age-encryption.org/", "encrypted"),
    (b"MZ", "program"),
)
_ADVICE = {
    "doc": "save it as PDF or DOCX",
    "opendocument": "save it as PDF",
    "zip": "its files are documents of their own: dutybook ingest or extract reads them",
    "mbox": "its messages are documents of their own: dutybook ingest or extract reads them",
    "gzip": "what is in it is a document of its own: dutybook ingest or extract reads it",
    "7z": "unpack it first",
    "rar": "unpack it first",
}
# Encrypted Office files are in the old container; this is the name of the stream in it (MS-OFFCRYPTO 2.3.4.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Folders of Office files, of which each has one.
_OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|p|table|ul|span|article|section|h1)[\s>/]", re.IGNORECASE
)
_XML_ROOT = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>|\s)*<([A-Za-z_][\w.:-]*)", re.DOTALL
)
_HTML_TYPE = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
# Pages that are pieces of a page begin with one of these.
_HTML_ROOTS = frozenset(
    {b"html", b"body", b"div", b"span", b"section", b"article", b"main", b"p", b"table", b"ul", b"ol"}
)
_HTML_INLINE = frozenset(
    {"a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "ins", "label", "mark", "q", "s"}
    | {"small", "strong", "sub", "sup", "tt", "u"}
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|% \S|\|.*\|\s*$|[*-] \[|\*\*[^*]+\*\*\s*$|```)", re.MULTILINE)


def sniff(data: bytes, name: str = "", media_type: str = "") -> str:
    """The format of a file: ``pdf``, ``html``, ``markdown``, ``text``, ``docx``, ``xml``, ``jpeg``, … or ``binary``.

    Content decides; name and media type only between formats that are all text (``markdown`` or ``text``).
    """
    by_name = _by_name(name, media_type)
    head = data[:4096]
    # PDF readers accept the header within the first 1024 bytes (ISO 32000-1, annex H, 3.4.1).
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, found in _MAGIC:
        if head.startswith(magic) and (len(magic) > 2 or looks_binary(data)):
            return found
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "msg" if _is_message(data, by_name) else "doc"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, by_name)
    if is_enveloped(head):
        return "encrypted"
    wide = is_wide(data)
    if looks_binary(data) and not wide:
        # A damaged PDF may have lost its header; its reader says best what is wrong.
        return "pdf" if by_name == "pdf" and b"endobj" in data else "binary"
    if wide:
        head = head.lstrip(b"\xff\xfe\x00").replace(b"\x00", b"")
    return _of_text(head, by_name)


# "Enveloped data" (1.2.840.113549.1.7.3) and "authenticated enveloped data" of the Cryptographic Message Syntax (RFC 5652).
_ENVELOPED = (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")


def is_enveloped(head: bytes) -> bool:
    """Whether bytes begin as those that S/MIME encrypts."""
    return head[:1] == b"\x30" and any(sign in head[:24] for sign in _ENVELOPED)


# The root of a compound file's directory says what made it: a message or a template of Outlook, or nothing.
_MESSAGES = frozenset(
    {bytes.fromhex("0b0d020000000000c000000000000046"), bytes.fromhex("46f0060000000000c000000000000046"), bytes(16)}
)
_PROPERTIES = "__properties_version1.0".encode("utf-16-le")


def _is_message(data: bytes, by_name: str) -> bool:
    """Whether a compound file is a message of Outlook, and no old Office file. The name decides where the directory is cut off."""
    shift = data[30] if len(data) > 512 and data[30] in (9, 12) else 9
    root = (int.from_bytes(data[48:52], "little") + 1) << shift
    made_by = data[root + 80 : root + 96]
    if len(made_by) < 16:
        return by_name == "msg" or _PROPERTIES in data
    return made_by in _MESSAGES and (any(made_by) or _PROPERTIES in data)


def _of_text(head: bytes, by_name: str) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return _mail(start, by_name) or _markup(start, head, by_name) or _plain_text(start, head, by_name)


def _markup(start: bytes, head: bytes, by_name: str) -> str:
    """``html`` or ``xml`` where the text begins with an element or a declaration of one."""
    root = _XML_ROOT.match(start)
    tag = root.group(1).lower().rpartition(b":")[2] if root else b""
    if tag == b"html":
        return "html"
    if tag not in _HTML_ROOTS and _is_xml(start, root, tag, by_name):
        return "xml"
    if not start.startswith(b"<"):
        return ""
    if _MARKUP.search(head):
        return "html"
    return "xml" if tag and by_name in ("xml", "text", "") else ""


def _is_xml(start: bytes, root: re.Match[bytes] | None, tag: bytes, by_name: str) -> bool:
    """Whether a text is XML by its declaration, its file's name, its namespaces or its root element."""
    html_type = _HTML_TYPE.search(start)
    if start.startswith(b"<?xml") and (tag or not html_type):
        return True
    if root is None:
        return False
    spaced = b"xmlns" in start[root.end() : root.end() + 500]
    return by_name == "xml" or spaced or not (html_type or _is_html_name(tag))


def _plain_text(start: bytes, head: bytes, by_name: str) -> str:
    """``json``, ``markdown`` or ``text``; ``html`` where markup only comes later."""
    # An object of JSON may hold markup.
    if by_name == "html" and _MARKUP.search(head) and not re.match(rb'(?:\[\s*)?\{\s*"', start):
        return "html"
    if by_name == "json" or (by_name != "text" and re.match(rb'\{\s*["}]|\[\s*[{"\[]', start)):
        return "json"
    if re.match(rb"\s*<!doctype html", start, re.IGNORECASE):
        return "html"
    if by_name == "markdown":
        return by_name
    text = head.decode("utf-8", "replace")
    return "markdown" if by_name != "text" and len(_MARKDOWN.findall(text)) >= 2 else "text"


def _is_html_name(tag: bytes) -> bool:
    """Whether an element is one of HTML, or a custom element of a page."""
    from dutybook.layout.trees import BLOCKS, SILENT

    name = tag.decode("ascii", "replace")
    return name in BLOCKS or name in SILENT or name in _HTML_INLINE or "-" in name


def _mail(start: bytes, by_name: str) -> str:
    """``eml`` or ``mbox`` where the text begins as they do."""
    if not start[:1].isalpha():
        return ""
    from dutybook.layout.mail import is_mail

    if start.startswith(b"From "):
        return "mbox" if is_mail(start.partition(b"\n")[2], by_name in ("mbox", "eml")) else ""
    return "eml" if is_mail(start, by_name in ("mbox", "eml")) else ""


def _by_name(name: str, media_type: str) -> str:
    suffix = PurePosixPath(name.replace("\\", "/").split("?")[0]).suffix.lower().removeprefix(".")
    return _ENDINGS.get(suffix) or _MEDIA_TYPES.get(media_type.split(";")[0].strip().lower(), "")


def _zipped(data: bytes, by_name: str) -> str:
    """Office files are ZIP archives whose parts say what they are; nothing is unpacked."""
    names = _names_in(data)
    if names is None:
        # Damaged: the beginning must do. The reader then says what is wrong.
        start = data[:4096]
        found = next((kind for sign, kind in _OFFICE if sign.encode() in start), "")
    elif "[content_types].xml" in names:
        found = next((kind for sign, kind in _OFFICE if any(name.startswith(sign) for name in names)), "")
    else:
        found = ""
    if found:
        return found
    head = data[:200]
    if b"mimetypeapplication/epub+zip" in head:
        return "epub"
    if b"mimetypeapplication/vnd.oasis.opendocument" in head:
        return "odt" if b"opendocument.text" in head else "opendocument"
    return by_name if names is None and by_name in ("docx", "xlsx", "pptx", "odt", "epub") else "zip"


def _names_in(data: bytes) -> set[str] | None:
    """The names in an archive, in lower case; None if it is damaged, or holds more than any document."""
    if data.count(b"PK\x01\x02") > 20_000:
        return set()
    import zipfile
    from io import BytesIO

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return {name.replace("\\", "/").lower() for name in archive.namelist()}
    except Exception:  # zipfile lets through much of what hostile headers cause
        return None


# Readers ----------------------------------------------------------------------------------------------------------


# Formats in which people save articles; HTML finds its own.
_ARTICLES = frozenset({"text", "markdown", "pdf", "eml", "msg", "docx", "odt", "rtf"})


def _own_reader(kind: str, made: _Format) -> Reader:
    """A reader of ours, imported when it is first used; it is given of what readers are given what it takes."""
    module, _, function = made.reader.rpartition(".")

    def read(data: bytes, **given: object) -> Layout:
        reader: Reader = getattr(import_module(f"dutybook.layout.{module}"), function)
        given["kind"] = kind
        return reader(data, **{name: given[name] for name in made.takes if name in given})

    return read


_OWN: Mapping[str, Reader] = {kind: _own_reader(kind, made) for kind, made in _FORMATS.items() if made.reader}


@cache
def readers() -> Mapping[str, Reader]:
    """Format name to reader: ours, and those of installed packages (entry point group ``dutybook.formats``).

    An entry point's name is the format's name as :func:`sniff` says it; it must load to a callable
    ``reader(data, *, password, limits) -> Layout``. It can add a format, not replace one of ours.
    """
    found: dict[str, Reader] = {}
    for point in sorted(entry_points(group="dutybook.formats"), key=lambda p: (p.name, p.value)):
        loaded = point.load()
        if callable(loaded):
            found[point.name] = loaded
    return {**found, **_OWN}


def read_layout(
    raw: RawDocument,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    recognition: Recognition | None = None,
) -> Layout:
    """Read a file's bytes into text and blocks, whatever its format.

    ``recognition`` says how the text in images is recognised; without it, it is not.

    Where the name says another format than the bytes, the bytes are believed and a problem is noted.

    Raises:
        EmptyDocument: no bytes.
        TooLarge: more bytes than ``limits`` allows.
        UnknownFormat: a format that is not read; the message names it and those that are.
        BadDocument: what the format's reader says (``BrokenDocument``, ``EncryptedDocument``, ``NoText``, …).
    """
    bounds = limits or Limits()
    if not raw.data:
        raise EmptyDocument(because(Why.EMPTY, "the file is empty; check that it was saved or downloaded completely"))
    if len(raw.data) > bounds.max_bytes:
        text = "the file has {size} MB, more than the {limit} MB that are read"
        raise TooLarge(because(Why.LARGER, text, size=len(raw.data) >> 20, limit=bounds.max_bytes >> 20))
    kind = sniff(raw.data, raw.source, raw.media_type)
    named = _by_name(raw.source, "")
    reader = readers().get(kind)
    if reader is None:
        if kind == "doc" and _ENCRYPTED in raw.data:
            text = "the Office file is encrypted: open it with its password and save it without one"
            raise EncryptedDocument(because(Why.OFFICE_PASSWORD, text))
        if kind == "encrypted":
            text = "it is encrypted in a way that cannot be opened here (PGP, S/MIME): save it without encryption"
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, text))
        raise UnknownFormat(_unknown(kind, named))
    try:
        # Ours recognise text in images, if given the settings for it.
        more = {"recognition": recognition} if kind in _OWN else {}
        layout = reader(raw.data, password=password, limits=bounds, **more)
    except BadDocument:
        raise
    except RecursionError as error:
        raise BrokenDocument(because(Why.NESTED, "the file nests its parts too deeply to be read")) from error
    if kind not in _OWN:
        layout = _coded(layout)
    if kind in _ARTICLES:
        from dutybook.layout.article import with_article

        layout = with_article(layout)
    if len(layout.text) > bounds.max_text_chars:
        text = "the file holds {characters:,} characters, more than are read; split it"
        raise TooLarge(because(Why.TOO_MUCH_TEXT, text, characters=len(layout.text)))
    if named and named != kind and not {named, kind} <= {"text", "markdown"}:
        text = f"the name ends like {_called(named)}, the content is {_called(kind)}: read as {{kind}}"
        wrong = because(Why.PART_OTHER_NAME, text, named=named, kind=kind)
        layout = replace(layout, problems=(*layout.problems, wrong))
    return layout


def _coded(layout: Layout) -> Layout:
    """A layout of another package's reader, whose plain sentences have become reasons."""

    def coded(reason: Reason) -> Reason:
        return reason if isinstance(reason, Reason) else reason_without_code(reason)

    pages = tuple(replace(page, note=coded(page.note)) if page.note else page for page in layout.pages)
    return replace(layout, pages=pages, problems=tuple(map(coded, layout.problems)))


def _called(kind: str) -> str:
    return _FORMATS[kind].name if kind in _FORMATS else f"a {kind} file"


def _unknown(kind: str, named: str) -> Reason:
    read = ", ".join(sorted(readers()))
    advice = _ADVICE.get(kind, "convert it to one of these")
    disguise = f", though its name ends like {_called(named)}" if named and named != kind else ""
    text = f"this is {_called(kind)}{disguise}; it is not read yet ({{read}} are): {advice}"
    return because(Why.UNKNOWN_FORMAT if kind == "binary" else Why.NOT_YET_READ, text, kind=kind, read=read)
