"""Stores downloaded files under safe names, completely or not at all, and fingerprints their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dutybook.errors import SourceError

_HTML = frozenset({".html", ".htm", ".xhtml"})
# Where a page that is made anew with each visit differs from itself.
_UNSAID = ("script", "style", "noscript", "template", "svg", "iframe")
_LONGEST = 60
_EXTENSION = re.compile(r"(?:\.[a-z0-9]{1,8}){1,2}")


def folder_of(database: Path, watch: str) -> Path:
    """The folder for the files of a watch, next to the database."""
    return database.absolute().with_name(f"{database.stem}.watched") / watch


def file_name_for(key: str, title: str, url: str, data: bytes, extension: str) -> str:
    """A readable file name: the same for the same item and bytes, and different for all others."""
    words = title or unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]) or urlsplit(url).hostname or key
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    if extension and plain.endswith(extension):
        plain = plain.removesuffix(extension)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "document"
    item = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    version = hashlib.sha256(data).hexdigest()[:10]
    return f"{slug}.{item}.{version}{extension if _EXTENSION.fullmatch(extension) else ''}"


def write_file(folder: Path, name: str, data: bytes) -> Path:
    """Write a file atomically: it gets its name when all of it is on the disk.

    Raises:
        SourceError: the disk is full, or the folder cannot be written.
    """
    target = folder / name
    part = ""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        part = ""
        if hasattr(os, "O_DIRECTORY"):
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
    except OSError as error:
        raise SourceError(
            f"{target} cannot be written: {error.strerror or error}. Free some space, or check the folder"
        ) from error
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
    return target


def remove_partial_files(folder: Path) -> None:
    """Remove the partial files of interrupted runs."""
    if folder.is_dir():
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)


def fingerprint(data: bytes, extension: str) -> str:
    """A digest that is the same for files with the same content: of the words of a web page, and of every byte of
    other files.
    """
    if extension in _HTML:
        words = _words(data)
        if words:
            return "words " + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
    return "bytes " + hashlib.sha256(data).hexdigest()


def _words(data: bytes) -> str:
    from lxml import etree, html

    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(no_network=True, remove_comments=True))
        etree.strip_elements(root, *_UNSAID, with_tail=False)
        return " ".join(" ".join(root.itertext()).split())
    except (ValueError, etree.LxmlError, RecursionError):
        return ""
