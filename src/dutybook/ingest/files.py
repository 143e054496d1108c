"""Finds documents in files and folders, and reads their bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from dutybook.errors import BadRequest, BrokenDocument, EmptyDocument, NotFound, NothingToRead, TooLarge
from dutybook.reasons import Reason, Why, because, error_words
from dutybook.records import RawDocument

#: Extensions that are picked up from folders. A file that is named itself is read whatever its name.
READABLE = frozenset((
    ".pdf", ".html", ".htm", ".xhtml", ".xml", ".txt", ".text", ".md", ".markdown", ".eml", ".msg", ".mht", ".mhtml", ".docx", ".docm",
    ".dotx", ".odt", ".rtf", ".zip", ".gz", ".mbox", ".tif", ".tiff",
))  # fmt: skip

#: The extensions of documents by their media types.
MEDIA_TYPES = {
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
    "application/vnd.ms-outlook": ".msg",
    "multipart/related": ".mhtml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/mbox": ".mbox",
    "image/tiff": ".tif",
}

#: Pictures are documents if they may be scans. In folders most small ones are logos and buttons: they are left out.
PICTURES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".bmp"])
_SMALL_PICTURE = 40_000

#: Largest file that is read, in bytes.
MAX_BYTES = 200 * 1000 * 1000

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, folder or member of an archive that is not read. ``kind`` groups those of one reason, for counts."""

    source: str
    kind: str
    reason: Reason


#: The kinds of what is left out that are no extension, with the code and the sentence of their reason.
HIDDEN, LINK, NO_FILE, SMALL, DENIED = (
    "hidden",
    "link",
    "no ordinary file",
    "small picture",
    "folder without permission",
)
MAIL_PICTURE, MAIL_LINK, MAIL_OBJECT = "picture in a mail", "link in a mail", "object in a mail"
NO_EXTENSION = "no extension"
_LEFT_OUT = {
    HIDDEN: because(Why.LEFT_HIDDEN, "it is hidden: its name, or that of a folder around it, begins with a dot"),
    LINK: because(Why.LEFT_LINK, "it is a link, and links are not followed out of a folder, or to folders"),
    NO_FILE: because(Why.NO_FILE, "it is no ordinary file"),
    SMALL: because(Why.LEFT_SMALL, "it is a picture too small to be a scan: name the file itself to have it read"),
    DENIED: because(Why.LEFT_DENIED, "this user may not look into the folder: allow it"),
    MAIL_PICTURE: because(Why.LEFT_MAIL_PICTURE, "it is a picture within the text of a mail"),
    MAIL_LINK: because(Why.LEFT_MAIL_LINK, "the mail only says where the file is: links are not followed"),
    MAIL_OBJECT: because(Why.LEFT_MAIL_OBJECT, "it is an object that another program put into the mail"),
}


def left_out(source: str, kind: str = "") -> LeftOut:
    """What is left out, with its reason; without a ``kind``, its extension, of which no file in a folder is read."""
    kind = kind or PurePath(source).suffix.lower() or NO_EXTENSION
    if kind in PICTURES:
        kind = SMALL
    other = because(Why.LEFT_KIND, "files of its kind in folders are not read ({kind})", kind=kind)
    return LeftOut(source, kind, _LEFT_OUT.get(kind, other))


def count_kinds(every: Iterable[LeftOut]) -> dict[str, int]:
    """How many of each kind are left out, sorted by kind."""
    return dict(sorted(Counter(each.kind for each in every).items()))


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read: ``files`` in order, each once. ``left_out`` are all others, in the order of the folders."""

    files: tuple[Path, ...]
    problems: tuple[BadRequest, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def survey(paths: Iterable[str | Path]) -> Found:
    """The files that ``paths`` name: files themselves, and everything below folders, sorted.

    Hidden files and folders, files of unsupported kinds, small pictures, and links that lead out of the folder or to
    another are left out. A path that does not exist, a folder without a supported file, or one that may not be looked
    into is one of the ``problems``.
    """
    files: dict[Path, None] = {}
    problems: list[BadRequest] = []
    others: list[LeftOut] = []
    for given in paths:
        path = Path(given)
        try:
            if path.is_dir():
                before = len(others)
                inside = list(_walk(path, others))
                denied = [each.source for each in others[before:] if each.kind == DENIED]
                problems += [
                    NotFound(f"{folder} cannot be looked into: allow this user to read it") for folder in denied
                ]
                if not inside and not denied:
                    raise _nothing(path, len(others) - before)
                files |= dict.fromkeys(inside)
            elif os.path.lexists(path) and path.exists():
                files[path] = None
            else:
                broken = " (it is a link that leads nowhere)" if os.path.islink(path) else ""
                raise NotFound(f"there is no {path}{broken}. Check the spelling and the folder you are in.")
        except (NotFound, NothingToRead) as problem:
            problems.append(problem)
        except (OSError, ValueError) as error:
            problems.append(NotFound(f"{path} cannot be looked at: {error_words(error)}"))
    return Found(tuple(files), tuple(problems), tuple(others))


def _nothing(path: Path, others: int) -> NothingToRead:
    kinds = ", ".join(sorted(READABLE))
    there = f"{others} files of other kinds" if others else "no files"
    return NothingToRead(f"nothing to read in {path}: there are {there}. Dutybook reads {kinds}.")


def _walk(root: Path, others: list[LeftOut]) -> Iterator[Path]:
    inside = root.resolve()

    def note_denied(error: OSError) -> None:
        others.append(left_out(str(error.filename), DENIED))

    for folder, folders, names in os.walk(root, followlinks=False, onerror=note_denied):
        # Links to folders are not entered: what they lead to is either here already or outside.
        folders.sort()
        others += [
            left_out(str(Path(folder, name)), HIDDEN if name.startswith(".") else LINK)
            for name in folders
            if name.startswith(".") or Path(folder, name).is_symlink()
        ]
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(names):
            path = Path(folder, name)
            if kind := _kind_left_out(path, inside):
                others.append(left_out(str(path), kind))
            else:
                yield path


def _kind_left_out(path: Path, inside: Path) -> str:
    """Why a file of a folder is not read, as a kind of :class:`LeftOut`; empty if it is."""
    if path.name.startswith("."):
        return HIDDEN
    if path.is_symlink() and path.exists() and not path.resolve().is_relative_to(inside):
        return LINK
    if not path.is_file():
        return NO_FILE
    if not is_document(path.name, lambda: path.stat().st_size):
        return path.suffix.lower() or NO_EXTENSION
    return ""


def is_document(name: str, size: Callable[[], int] = lambda: _SMALL_PICTURE) -> bool:
    """Whether a file of this name in a folder or archive is read. ``size`` is called where the size matters."""
    suffix = PurePath(name).suffix.lower()
    if suffix in PICTURES:
        try:
            return size() >= _SMALL_PICTURE
        except OSError:
            return False
    return suffix in READABLE


def digest(path: Path, limit: int = MAX_BYTES) -> str:
    """SHA-256 of a file in hexadecimal, read in blocks.

    Raises:
        BadDocument: as for :func:`read_file`.
    """
    size = _size(path, limit)
    total = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
                size -= len(block)
                if size < -limit:
                    raise TooLarge(because(Why.CHANGING, "{name} grows while it is read", name=path.name))
    except OSError as error:
        raise BrokenDocument(
            because(Why.NOT_READABLE, "{name} cannot be read: {why}", name=path.name, why=error_words(error))
        ) from error
    return total.hexdigest()


def read_file(path: Path, source: str | None = None, limit: int = MAX_BYTES) -> RawDocument:
    """Read a file.

    Args:
        source: its name from now on; by default its path.
        limit: the most bytes.

    Raises:
        EmptyDocument: it has no bytes.
        TooLarge: it has more than ``limit`` bytes.
        BrokenDocument: it cannot be read, or is no file at all.
    """
    _size(path, limit)
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells a file that has grown since.
            data = file.read(limit + 1)
    except OSError as error:
        raise BrokenDocument(
            because(Why.NOT_READABLE, "{name} cannot be read: {why}", name=path.name, why=error_words(error))
        ) from error
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    if not data:
        raise EmptyDocument(because(Why.EMPTY, "{name} is empty: it has no bytes", name=path.name))
    return RawDocument(source=source if source is not None else str(path), data=data)


def _size(path: Path, limit: int) -> int:
    try:
        status = path.stat()
    except OSError as error:
        raise BrokenDocument(
            because(Why.NOT_READABLE, "{name} cannot be read: {why}", name=path.name, why=error_words(error))
        ) from error
    # A pipe or a device could be read for ever.
    if not stat.S_ISREG(status.st_mode):
        raise BrokenDocument(because(Why.NO_FILE, "{name} is no ordinary file", name=path.name))
    if status.st_size > limit:
        raise _too_large(path, status.st_size, limit)
    if status.st_size == 0:
        raise EmptyDocument(because(Why.EMPTY, "{name} is empty: it has no bytes", name=path.name))
    return status.st_size


def _too_large(path: Path, size: int, limit: int) -> TooLarge:
    return TooLarge(
        because(
            Why.LARGER,
            "{name} has {size} MB, the limit is {limit} MB: split it",
            name=path.name,
            size=round(size / 1e6),
            limit=round(limit / 1e6),
        )
    )
