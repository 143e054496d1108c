"""Lists and opens the documents inside other files: archives, mails, PDFs with embedded files.

A member is identified by its positions in the containers around it, outermost first. A child process gets this path
and unpacks its member alone, so that one harmful member costs no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from dutybook.errors import BadDocument, NoText, NotFound, TooLarge
from dutybook.ingest.containers import (
    MAX_DEPTH,
    SEPARATOR,
    Bounds,
    Container,
    Entry,
    gunzip,
    make_names_unique,
    open_container,
    sanitise_name,
)
from dutybook.ingest.files import (
    MAIL_LINK,
    MAIL_OBJECT,
    MAIL_PICTURE,
    MEDIA_TYPES,
    PICTURES,
    LeftOut,
    count_kinds,
    is_document,
    left_out,
    read_file,
)
from dutybook.layout.formats import sniff
from dutybook.layout.limits import Limits
from dutybook.reasons import Reason, Why, because
from dutybook.records import RawDocument

if TYPE_CHECKING:
    from dutybook.layout.outlook import Attachment

#: Formats that hold files and are no documents themselves.
ARCHIVES = frozenset({"zip", "mbox"})
#: How many documents one file may hold, in all the containers in it.
MAX_INSIDE = 10_000


@dataclass(frozen=True, slots=True)
class Member:
    """A document in a container: its position, its full source, and its digest (empty if it cannot be unpacked)."""

    index: int
    source: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The documents in a file. ``only``: the file has nothing else. ``left_out`` are those that are none."""

    members: tuple[Member, ...]
    only: bool
    left_out: tuple[LeftOut, ...] = ()


def holds_too_many(path: Path) -> Reason:
    """The reason why some of the documents inside a file are not read."""
    text = "{name} holds more than {limit:,} documents: unpack it and read the folder"
    return because(Why.HOLDS_MANY, text, name=path.name, limit=MAX_INSIDE).of_kind(TooLarge.code)


class Unpacker:
    """Opens members of files. The container opened last stays open, since the next member is mostly in the same one."""

    def __init__(self, max_bytes: int, password: str | None) -> None:
        self._bounds = Bounds(max_bytes=max_bytes) if max_bytes else Bounds()
        self._password = password
        self._last: tuple[Path, tuple[int, ...], Container] | None = None

    def read(self, path: Path, source: str, inner: Sequence[int] = ()) -> RawDocument:
        """The bytes of a file, or of the member of it that ``inner`` leads to.

        Raises:
            BadDocument: they cannot be read; the message says why.
        """
        if not inner:
            return read_file(path, source, self._bounds.max_bytes)
        if len(inner) > MAX_DEPTH:
            text = "it is packed more than {limit} times over: unpack it and read the folder instead"
            raise TooLarge(because(Why.PACKED_DEEP, text, limit=MAX_DEPTH))
        data = self._container(path, source, tuple(inner[:-1])).read(inner[-1])
        return RawDocument(source, data)

    def _container(self, path: Path, source: str, inner: tuple[int, ...]) -> Container:
        if self._last and self._last[:2] == (path, inner):
            return self._last[2]
        # The name only tells text formats apart, and those hold nothing.
        made = self.open(self.read(path, source.rpartition(SEPARATOR)[0], inner))
        if made is None:
            raise TooLarge(because(Why.CHANGING, "the file has changed since it was listed: run this again"))
        self._last = (path, inner, made)
        return made

    def open(self, raw: RawDocument) -> Container | None:
        """The container that a file is; None if it contains nothing."""
        kind = sniff(raw.data, raw.source, raw.media_type)
        if kind == "pdf":
            return _Embedded(raw.data, self._password, Limits(max_bytes=self._bounds.max_bytes))
        if kind == "msg":
            return _Attached(raw.data, self._bounds)
        if kind == "gzip" and not _holds_archive(raw, self._bounds):
            return None
        return open_container(kind, raw.data, raw.source, self._password, self._bounds)

    def contents(self, raw: RawDocument) -> Contents | None:
        """The documents inside a file; None if there are none and it is a document itself.

        Raises:
            BadDocument: it is an archive that cannot be opened, or that has no document at all.
        """
        kind = sniff(raw.data, raw.source, raw.media_type)
        try:
            container = self.open(raw)
        except BadDocument:
            if kind in ARCHIVES or kind == "gzip":
                raise
            return None
        if container is None:
            return None
        only = kind in ARCHIVES or kind == "gzip"
        others: list[LeftOut] = []
        members: list[Member] = []
        for index, entry in enumerate(container.entries):
            where = f"{raw.source}{SEPARATOR}{entry.name}"
            # What is compressed alone may have any name.
            if entry.skip or not (kind == "gzip" or is_document(entry.name)):
                others.append(left_out(where, entry.skip))
                continue
            data = _tried(container, index)
            if data is not None and kind != "gzip" and not is_document(entry.name, lambda data=data: len(data)):  # type: ignore[misc]
                others.append(left_out(where))
                continue
            members.append(Member(index, where, RawDocument(where, data).sha256 if data is not None else ""))
        if only and not members:
            raise _nothing(others)
        return Contents(tuple(members), only, tuple(others)) if members or others else None


def _tried(container: Container, index: int) -> bytes | None:
    """The bytes of a member; None if they cannot be read, which its own job will report."""
    try:
        return container.read(index)
    except BadDocument:
        return None


class _Embedded:
    """A PDF as a container of the files embedded in it."""

    def __init__(self, data: bytes, password: str | None, limits: Limits) -> None:
        from dutybook.layout.pdf.document import Attachments

        self._files = Attachments(data, password, limits)
        self.entries = make_names_unique(Entry(sanitise_name(name)) for name in self._files.names)

    def read(self, index: int) -> bytes:
        return self._files.read(index)


class _Attached:
    """A message of Outlook as a container of what is attached to it. Objects of other programs are ignored."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        from dutybook.layout.outlook import Message

        self._bounds = bounds
        self._files = Message(data).attachments
        self.entries = make_names_unique(_attached_entry(each) for each in self._files)

    def read(self, index: int) -> bytes:
        limit = self._bounds.max_bytes
        data = self._files[index].read() if self._files[index].size <= limit else b""
        if max(self._files[index].size, len(data)) > limit:
            raise TooLarge(because(Why.OVER, "it has more than {limit} MB: split it", limit=round(limit / 1e6)))
        return data


def _attached_entry(file: Attachment) -> Entry:
    suffix = MEDIA_TYPES.get(file.media_type, "")
    name = sanitise_name(file.name.replace("/", "-")) if file.name else f"attachment{suffix}"
    name = name if "." in name else f"{name}{suffix}"
    picture = file.media_type.startswith("image/") or PurePath(name).suffix.lower() in PICTURES
    skip = MAIL_PICTURE if file.inline and picture else {"link": MAIL_LINK, "object": MAIL_OBJECT}.get(file.method, "")
    return Entry(name, skip)


def decompress(raw: RawDocument) -> RawDocument:
    """A single compressed file, uncompressed. Any other file is returned as it is.

    Raises:
        BadDocument: the compression is damaged, or the file is too large.
    """
    if not raw.data.startswith(b"\x1f\x8b"):
        return raw
    source = raw.source[:-3] if raw.source.lower().endswith(".gz") else raw.source
    return RawDocument(source, gunzip(raw.data))


def read_member(source: str, password: str | None = None) -> RawDocument:
    """The bytes of a member by its full source (``all.zip!/annex.pdf``), as lists and registers name it.

    Raises:
        NotFound: there is no such file, or no member of this name.
        BadDocument: it cannot be unpacked.
    """
    outer, *names = source.split(SEPARATOR)
    unpacker = Unpacker(0, password)
    inner: list[int] = []
    if not Path(outer).is_file():
        raise NotFound(f"{outer}: there is no such file; check the spelling")
    for depth, name in enumerate(names):
        container = unpacker.open(unpacker.read(Path(outer), SEPARATOR.join([outer, *names[:depth]]), inner))
        index = next((n for n, e in enumerate(container.entries if container else ()) if e.name == name), None)
        if index is None:
            raise NotFound(f"{SEPARATOR.join([outer, *names[:depth]])} holds no {name}; check the spelling")
        inner.append(index)
    return unpacker.read(Path(outer), source, inner)


def _holds_archive(raw: RawDocument, bounds: Bounds) -> bool:
    """Whether a compressed file is an archive; otherwise it is a document that happens to be compressed."""
    inner = gunzip(raw.data, bounds)
    return sniff(inner, raw.source[:-3]) in ARCHIVES | {"eml", "msg", "gzip"}


def _nothing(every: Sequence[LeftOut]) -> BadDocument:
    others = ", ".join(f"{number} {kind}" for kind, number in list(count_kinds(every).items())[:8])
    there = f"only files of other kinds ({others})" if others else "no files"
    return NoText(because(Why.HOLDS_ONLY, "there is nothing to read in it: it holds {there}", there=there))
