"""Opens files that contain files (archives, mailboxes, e-mails): lists their members and reads the bytes of one."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32, default
from io import BytesIO
from pathlib import PurePosixPath
from typing import Protocol

from dutybook.errors import BrokenDocument, EncryptedDocument, TooLarge
from dutybook.ingest.files import MEDIA_TYPES
from dutybook.reasons import Why, because, error_words

#: Stands between a container and what is in it: ``consultation.zip!/annexes/annex-1.pdf``.
SEPARATOR = "!/"
#: How often containers may stand in containers.
MAX_DEPTH = 5

_SPLIT = re.compile(r"[/\\]+")
_MAX_NAME = 400


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits for unpacking one container: the number of members, the bytes of one and of all, and the compression ratio.

    ``max_ratio`` applies from ``ratio_from`` bytes on, since small files of spaces may well compress to almost nothing.
    """

    max_members: int = 10_000
    max_bytes: int = 200 * 1000 * 1000
    max_total: int = 1000 * 1000 * 1000
    max_ratio: int = 200
    ratio_from: int = 16 * 1000 * 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as it is listed, under a unique name that is safe to display. ``skip``: why it is ignored, if it is."""

    name: str
    skip: str = ""


class Container(Protocol):
    """A file that contains files. Its members are identified by their index in :attr:`entries`."""

    @property
    def entries(self) -> Sequence[Entry]: ...

    def read(self, index: int) -> bytes:
        """The bytes of a member.

        Raises:
            BadDocument: they cannot be read; the message says why.
        """
        ...


def open_container(kind: str, data: bytes, name: str, password: str | None, bounds: Bounds) -> Container | None:
    """Open ``data`` as a container, by the name of its format; None for formats that contain no files.

    Raises:
        BadDocument: it is damaged, or too large.
    """
    if kind == "zip":
        return Zip(data, password, bounds)
    if kind == "gzip":
        return Gzip(data, name, bounds)
    if kind in ("eml", "mbox"):
        return Mail(data, bounds) if kind == "eml" else Mailbox(data, bounds)
    return None


class Zip:
    """A ZIP archive."""

    def __init__(self, data: bytes, password: str | None, bounds: Bounds) -> None:
        # Each member has such a record; reading millions of them is what costs.
        if data.count(b"PK\x01\x02") > bounds.max_members:
            text = "the archive holds more than {limit:,} files: unpack it and read the folder instead"
            raise TooLarge(because(Why.ARCHIVE_MANY, text, limit=bounds.max_members))
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, OverflowError) as error:
            text = "the archive cannot be opened ({why}): get it again from its source"
            raise BrokenDocument(because(Why.ARCHIVE_DAMAGED, text, why=error_words(error))) from error
        self._password = password
        self._bounds = bounds
        # Not is_dir(): a damaged entry may have no name at all.
        self._infos = [info for info in self._archive.infolist() if not info.filename.endswith("/")]
        self.entries = make_names_unique(_zip_entry(info) for info in self._infos)
        self._beyond = self._first_beyond()

    def _first_beyond(self) -> int:
        """The first member at which the archive exceeds the limit for all members together."""
        total = 0
        for index, (info, entry) in enumerate(zip(self._infos, self.entries, strict=True)):
            total += 0 if entry.skip else info.file_size
            if total > self._bounds.max_total:
                return index
        return len(self._infos)

    def read(self, index: int) -> bytes:
        info = self._infos[index]
        bounds = self._bounds
        if info.file_size > bounds.max_bytes:
            text = "it has {size} MB, the limit is {limit} MB: split it"
            raise TooLarge(
                because(Why.LARGER, text, size=round(info.file_size / 1e6), limit=round(bounds.max_bytes / 1e6))
            )
        if index >= self._beyond:
            text = "the archive unpacks to more than {limit} MB: unpack it yourself"
            raise TooLarge(because(Why.UNPACKS, text, limit=round(bounds.max_total / 1e6)))
        if info.file_size > bounds.ratio_from and info.file_size > bounds.max_ratio * max(info.compress_size, 1):
            text = "it expands more than {times} times, as no document does: it is not unpacked"
            raise TooLarge(because(Why.SWELLS, text, times=bounds.max_ratio))
        encrypted = bool(info.flag_bits & 1)
        if encrypted and self._password is None:
            text = "it is encrypted in its archive and needs a password: pass it (--password on the command line)"
            raise EncryptedDocument(because(Why.NEEDS_PASSWORD, text))
        try:
            with self._archive.open(
                info, pwd=self._password.encode() if encrypted and self._password else None
            ) as file:
                data = file.read(bounds.max_bytes + 1)
        except NotImplementedError as error:
            if encrypted:
                text = "it is encrypted in a way that cannot be opened here (AES): unpack the archive yourself"
                raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, text)) from error
            text = "it is packed in a way that is not known here ({why}): unpack the archive yourself"
            raise BrokenDocument(because(Why.PACKED_STRANGELY, text, why=error_words(error))) from error
        except Exception as error:  # zipfile lets through what its decompressors and hostile headers raise
            if encrypted:
                raise EncryptedDocument(
                    because(Why.WRONG_PASSWORD, "the password does not open it, or it is damaged: check the password")
                ) from error
            text = "it is damaged in its archive ({why}): get the archive again"
            raise BrokenDocument(because(Why.ARCHIVE_DAMAGED, text, why=error_words(error))) from error
        if len(data) > bounds.max_bytes:
            raise TooLarge(
                because(Why.OVER, "it has more than {limit} MB: split it", limit=round(bounds.max_bytes / 1e6))
            )
        return data


def _zip_entry(info: zipfile.ZipInfo) -> Entry:
    name = info.filename
    if not info.flag_bits & 0x800:
        # Without the flag the format says code page 437, and most programs write something else.
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = info.filename
    parts = [part for part in _SPLIT.split(name) if part not in ("", ".", "..")]
    if stat.S_ISLNK(info.external_attr >> 16):
        return Entry(sanitise_name(name), "link")
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return Entry(sanitise_name(name), "hidden")
    return Entry(sanitise_name(name))


class Gzip:
    """A single compressed file."""

    def __init__(self, data: bytes, name: str, bounds: Bounds) -> None:
        base = PurePosixPath(name.replace("\\", "/")).name
        self.entries = (Entry(sanitise_name(base[:-3] if base.lower().endswith(".gz") else base)),)
        self._data = data
        self._bounds = bounds

    def read(self, index: int) -> bytes:  # noqa: ARG002 - there is only one
        return gunzip(self._data, self._bounds)


def gunzip(data: bytes, bounds: Bounds | None = None) -> bytes:
    """Decompress all streams of gzip data.

    Raises:
        BrokenDocument: it is damaged, or ends too early.
        TooLarge: it expands beyond the bounds.
    """
    bounds = bounds or Bounds()
    pieces: list[bytes] = []
    size = 0
    rest = data
    while rest.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof:
            try:
                piece = stream.decompress(rest, 1 << 20)
            except zlib.error as error:
                text = "the gzip archive is damaged ({why}): get it again from its source"
                raise BrokenDocument(because(Why.ARCHIVE_DAMAGED, text, why=error_words(error))) from error
            rest = stream.unconsumed_tail
            if not piece and not rest and not stream.eof:
                raise BrokenDocument(
                    because(Why.ARCHIVE_DAMAGED, "the gzip archive ends too early: get it again from its source")
                )
            pieces.append(piece)
            size += len(piece)
            if size > bounds.max_bytes:
                text = "it unpacks to more than {limit} MB: split it"
                raise TooLarge(because(Why.UNPACKS, text, limit=round(bounds.max_bytes / 1e6)))
            if size > bounds.ratio_from and size > bounds.max_ratio * len(data):
                text = "it expands more than {times} times, as no document does: it is not unpacked"
                raise TooLarge(because(Why.SWELLS, text, times=bounds.max_ratio))
        rest = stream.unused_data
    return b"".join(pieces)


def sanitise_name(name: str) -> str:
    """The name of a member, safe to display: without "..", absolute paths and control characters, and not too long."""
    parts = [part for part in _SPLIT.split(name) if part not in ("", ".", "..")]
    if parts and re.fullmatch(r"[A-Za-z]:", parts[0]):
        parts = parts[1:]
    clean = "".join(c if c.isprintable() else "\ufffd" for c in "/".join(parts)).replace(SEPARATOR, "/")
    if len(clean) > _MAX_NAME:
        # The end says what kind of file it is.
        clean = clean[: _MAX_NAME // 2] + "…" + clean[-_MAX_NAME // 2 :]
    return clean or "without a name"


def make_names_unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries with unique names: a second ``a.pdf`` becomes ``a (2).pdf``."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    made = []
    for entry in entries:
        name = entry.name
        while name in taken:
            counts[entry.name] = counts.get(entry.name, 1) + 1
            stem, dot, suffix = entry.name.rpartition(".")
            name = f"{stem or suffix} ({counts[entry.name]}){dot if stem else ''}{suffix if stem else ''}"
        taken.add(name)
        made.append(Entry(name, entry.skip))
    return tuple(made)


_FROM = re.compile(rb"^From [^\r\n]*\r?\n(?=[A-Za-z][A-Za-z0-9-]*:|>?From )", re.MULTILINE)
_MAX_PARTS = 5_000
# The standard library's header parser takes the square of a header's length.
_POLICY = default.clone(header_factory=lambda name, value: default.header_factory(name, value[:4000]))


class Mail:
    """An e-mail. Its members are its attachments, including forwarded messages."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        self._bounds = bounds
        try:
            message = message_from_bytes(data, policy=_POLICY)
            self._parts = list(_attached(message))
        except RecursionError as error:
            raise BrokenDocument(because(Why.NESTED, "the e-mail nests its parts too deeply to be read")) from error
        self.entries = make_names_unique(Entry(_name(part), _skip(part)) for part in self._parts)

    def read(self, index: int) -> bytes:
        part = self._parts[index]
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            message = inner[0] if isinstance(inner, list) and inner else None
            data = message.as_bytes(policy=compat32) if isinstance(message, Message) else b""
        else:
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        if len(data) > self._bounds.max_bytes:
            raise TooLarge(
                because(Why.OVER, "it has more than {limit} MB: split it", limit=round(self._bounds.max_bytes / 1e6))
            )
        return data


def _attached(message: Message) -> Iterator[Message]:
    """The parts that are not text of the message, in order. Forwarded messages are not opened."""
    stack = [message]
    seen = 0
    while stack:
        part = stack.pop()
        seen += 1
        if seen > _MAX_PARTS:
            raise TooLarge(because(Why.MAIL_PARTS, "the e-mail has more than {limit:,} parts", limit=_MAX_PARTS))
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            stack.extend(reversed([p for p in part.get_payload() if isinstance(p, Message)]))
        elif part is not message and not is_text_of_message(part):
            yield part


def is_text_of_message(part: Message) -> bool:
    """Whether a part is displayed as the text of the message: it is text, has no file name, and is not attached."""
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and not _file_name(part)


def _skip(part: Message) -> str:
    """Why a part is ignored: images in the text (logos, signatures) are no documents; attached ones may be scans."""
    is_inline = part.get_content_disposition() == "inline" or bool(part.get("Content-ID"))
    return "picture in a mail" if part.get_content_maintype() == "image" and is_inline else ""


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        # A name encoded in a way that nobody knows.
        return ""


def _name(part: Message) -> str:
    name = sanitise_name(_file_name(part)) if _file_name(part) else ""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        if not name:
            inner = part.get_payload()
            name = (
                sanitise_name(_subject(inner[0]).replace("/", "-")[:80])
                if isinstance(inner, list) and inner
                else "message"
            )
        return name if name.lower().endswith(".eml") else f"{name}.eml"
    suffix = MEDIA_TYPES.get(kind, "")
    if not name:
        return f"attachment{suffix}"
    return name if "." in name else f"{name}{suffix}"


def _subject(message: object) -> str:
    try:
        return str(message["Subject"] or "").strip() or "message"  # type: ignore[index]
    except Exception:  # the standard library's header parser fails in many ways on hostile headers
        return "message"


class Mailbox:
    """A mailbox: e-mails one after the other, each after a line that begins with ``From`` (RFC 4155)."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        found = [match.span() for match in _FROM.finditer(data)]
        starts = [end for _, end in found]
        if len(starts) > bounds.max_members:
            text = "the mailbox holds more than {limit:,} messages: split it"
            raise TooLarge(because(Why.MAILBOX, text, limit=bounds.max_members))
        ends = [*(start for start, _ in found[1:]), len(data)][: len(starts)]
        self._spans = list(zip(starts, ends, strict=True))
        self._data = data
        width = len(str(len(starts)))
        self.entries = tuple(Entry(f"message {number:0{width}}.eml") for number in range(1, len(starts) + 1))

    def read(self, index: int) -> bytes:
        start, end = self._spans[index]
        # Lines of the text that begin like a new message were quoted when it was filed.
        return re.sub(rb"^>(>*From )", rb"\1", self._data[start:end], flags=re.MULTILINE).rstrip() + b"\n"
