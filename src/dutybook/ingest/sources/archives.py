"""Unpacks archives of services: the one act in them, or all their files as an archive that always has the same bytes.

Services make their archives anew for each request, with the current time in them, so only the files inside show
whether anything has changed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from dutybook.errors import SourceError

_MOST_FILES = 500
_MOST_BYTES = 400_000_000
#: Ratio of packed markup: some 20; more than this is no text.
_MOST_RATIO = 400
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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            total = sum(entry.file_size for entry in entries)
            swollen = any(e.file_size > 1_000_000 and e.file_size > e.compress_size * _MOST_RATIO for e in entries)
            if len(entries) > _MOST_FILES or total > _MOST_BYTES or swollen:
                raise SourceError(f"{what} is an archive with more in it than is read", lasting=True)
            found: dict[str, bytes] = {}
            for entry in entries:
                # The last part alone: names in archives of others lead nowhere.
                name = PurePosixPath(entry.filename.replace("\\", "/")).name
                with archive.open(entry) as file:
                    content = file.read(_MOST_BYTES + 1)
                if name and len(content) <= _MOST_BYTES:
                    found[name] = content
            return found
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError(f"{what} is a broken archive ({error})") from error


def pack(files: Mapping[str, bytes]) -> bytes:
    """An archive whose bytes depend only on its files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()
