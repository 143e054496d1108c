"""Finds documents in files and folders, and reads their bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from dutybook.errors import BadRequest, BrokenDocument, EmptyDocument, NotFound, NothingToRead, TooLarge
from dutybook.reasons import Why, because, error_words
from dutybook.records import RawDocument

#: Extensions that are picked up from folders. A file that is named itself is read whatever its name.
READABLE = frozenset((
    ".pdf", ".html", ".htm", ".xhtml", ".xml", ".txt", ".text", ".md", ".markdown", ".eml", ".mht", ".mhtml", ".docx", ".docm",
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
_PICTURES = frozenset([".png", ".jpg", ".jpeg"])
_SMALL_PICTURE = 40_000

#: Largest file that is read, in bytes.
MAX_BYTES = 200 * 1000 * 1000

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read: ``files`` in order, each once. ``left_out`` counts files of other kinds by extension."""

    files: tuple[Path, ...]
    problems: tuple[BadRequest, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)


def survey(paths: Iterable[str | Path]) -> Found:
    """The files that ``paths`` name: files themselves, and everything below folders, sorted.

    Hidden files and folders, files of unsupported kinds, and links that lead out of the folder are left out. A path that
    does not exist, or a folder without a supported file, is one of the ``problems``.
    """
    files: dict[Path, None] = {}
    problems: list[BadRequest] = []
    left_out: Counter[str] = Counter()
    for given in paths:
        path = Path(given)
        try:
            if path.is_dir():
                before = left_out.total()
                inside = list(_walk(path, left_out))
                if not inside:
                    raise _nothing(path, left_out.total() - before)
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
    return Found(tuple(files), tuple(problems), dict(sorted(left_out.items())))


def _nothing(path: Path, others: int) -> NothingToRead:
    kinds = ", ".join(sorted(READABLE))
    there = f"{others} files of other kinds" if others else "no files"
    return NothingToRead(f"nothing to read in {path}: there are {there}. Dutybook reads {kinds}.")


def _walk(root: Path, left_out: Counter[str]) -> Iterator[Path]:
    inside = root.resolve()
    unreadable: list[OSError] = []
    # Links to folders are not entered: what they lead to is either here already or outside.
    for folder, folders, names in os.walk(root, followlinks=False, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith("."):
                left_out["hidden"] += 1
            elif path.is_symlink() and not path.resolve().is_relative_to(inside):
                left_out["link out of the folder"] += 1
            elif not is_document(name, lambda path=path: path.stat().st_size):  # type: ignore[misc]
                left_out[path.suffix.lower() or "no extension"] += 1
            elif path.is_file():
                yield path
    left_out.update({"folder without permission": len(unreadable)} if unreadable else {})


def is_document(name: str, size: Callable[[], int] = lambda: _SMALL_PICTURE) -> bool:
    """Whether a file of this name in a folder or archive is read. ``size`` is called where the size matters."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _PICTURES:
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
