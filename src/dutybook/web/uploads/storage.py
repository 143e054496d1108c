"""Stores each uploaded file once, by its digest, and a record of each batch, in a folder next to the database.

Uploaded names are cleaned twice: for display, and for the file system, where they cannot lead out of the folder. A batch is a JSON
file, so that it survives a restart.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from dutybook.database_address import DatabaseName
from dutybook.errors import DutybookError, NotFound
from dutybook.store.maintenance.copies import uploads_path
from dutybook.web.error_responses import TranslatedError

#: The longest displayed name, in characters, and the longest name of a file, in bytes.
LONGEST, LONGEST_STORED = 160, 100
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
#: What Windows keeps for itself, whatever comes after the first dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)


def display_name(name: str) -> str:
    """The name of a file without its path, and without invisible or direction-changing characters.

    >>> display_name("C:\\\\scans\\\\act.pdf")
    'act.pdf'
    >>> display_name("../../x")
    'x'
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or sign.isprintable())
    made = " ".join(unicodedata.normalize("NFC", seen).split()).strip(".") if seen.strip(". ") else ""
    if re.fullmatch(r"[A-Za-z]:.*", made):
        made = made[2:]
    if len(made) > LONGEST:
        # The end says what kind of file it is.
        made = f"{made[: LONGEST // 2]}…{made[-LONGEST // 2 + 1 :]}"
    return made or "?"


def stored_name(name: str) -> str:
    """The name under which a file is stored: letters, digits, dots and dashes of the displayed name, never a device
    name.

    >>> stored_name("Con.pdf")
    'file-Con.pdf'
    >>> stored_name("<script>.html")
    'script.html'
    """
    stem, dot, ending = display_name(name).rpartition(".")
    extension = f".{ending.lower()}" if dot and stem and _EXTENSION.fullmatch(f".{ending}") else ""
    if not extension:
        stem = display_name(name)
    plain = "".join(sign if unicodedata.category(sign)[0] in "LMN" or sign in "._" else "-" for sign in stem)
    plain = re.sub(r"-{2,}|\.{2,}", "-", plain).strip("-._")
    while len(plain.encode()) > LONGEST_STORED - len(extension):
        plain = plain[:-1]
    plain = plain.strip("-._") or "file"
    return f"{'file-' if _RESERVED.fullmatch(plain) else ''}{plain}{extension}"


#: Bytes that stay free on the disk, whatever is sent.
KEPT_FREE = 500 * 1000 * 1000
#: Batches that are remembered.
KEPT = 300
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


class NoSpace(TranslatedError, DutybookError):
    """The disk is full, or would be."""

    def __init__(self, code: str, **values: object) -> None:
        DutybookError.__init__(self, self._word(code, values))


class UnknownBatch(TranslatedError, NotFound):
    """No batch has this id."""

    def __init__(self, identity: str) -> None:
        NotFound.__init__(self, self._word("upload.unknown", {"text": identity[:40]}))


class UploadStorage:
    """The folder of uploads. ``root`` is created with the first file, and only this user may read it."""

    def __init__(self, database: DatabaseName) -> None:
        self.root = uploads_path(database)
        self.lock = RLock()

    # Files

    def free(self, wanted: int = 0) -> None:
        """Check that ``wanted`` more bytes fit; NoSpace if they do not."""
        folder = next(path for path in (self.root, *self.root.parents) if path.is_dir())
        left = shutil.disk_usage(folder).free - KEPT_FREE
        if left < wanted:
            raise NoSpace("upload.no_room", size=max(left, 0))

    @contextlib.contextmanager
    def incoming(self) -> Iterator[Path]:
        """A temporary folder for files that are arriving. It is removed with everything left in it."""
        self._made(self.root)
        folder = Path(tempfile.mkdtemp(prefix=".incoming-", dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, part: Path, sha256: str, name: str) -> str:
        """Store a file that arrived, unless the same bytes are stored. Returns its path below the root."""
        folder = self.root / "files" / sha256
        with self.lock:
            self._made(folder)
            there = next((path for path in folder.iterdir() if path.is_file()), None)
            if there is None or there.stat().st_size != part.stat().st_size:
                there = folder / name
                os.replace(part, there)
        return there.relative_to(self.root).as_posix()

    def path(self, file: str) -> Path:
        """The path of a stored file."""
        return self.root / file

    # Batches

    def new(self, by: str, now: datetime) -> Batch:
        """A batch without files, not stored yet."""
        moment = now.astimezone(UTC)
        return Batch(
            id=f"{_stamp(moment)}-{secrets.token_hex(4)}",
            by=by,
            created=moment.isoformat(timespec="seconds"),
            files=[],
        )

    def write(self, batch: Batch) -> None:
        """Store the state of a batch at once: no reader sees half of it. NoSpace if it cannot be written."""
        data = json.dumps(as_plain(batch), ensure_ascii=False).encode("utf-8", "replace")
        with self.lock:
            self._made(self.root / "batches")
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.root / "batches")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(part, self.root / "batches" / f"{batch.id}.json")
            except OSError as error:
                Path(part).unlink(missing_ok=True)
                raise NoSpace("upload.not_kept", why=error.strerror or error) from error

    def read(self, identity: str) -> Batch:
        """A batch by its id; NotFound if there is none."""
        if _ID.fullmatch(identity):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                return from_plain(json.loads((self.root / "batches" / f"{identity}.json").read_bytes()))
        raise UnknownBatch(identity)

    def batches(self, limit: int = 30) -> list[Batch]:
        """The newest batches. Very old ones are removed, their files are not."""
        folder = self.root / "batches"
        if not folder.is_dir():
            return []
        names = sorted((path.stem for path in folder.glob("2*.json")), reverse=True)
        # Those of the last day say how much somebody has sent.
        recent = _stamp(datetime.now(UTC) - timedelta(days=1))
        for name in names[KEPT:]:
            if name < recent:
                (folder / f"{name}.json").unlink(missing_ok=True)
        found = []
        for name in names[:limit]:
            with contextlib.suppress(NotFound):
                found.append(self.read(name))
        return found

    def batches_since(self, moment: datetime, by: str) -> list[Batch]:
        """The batches that somebody sent since a moment, the oldest first."""
        first, found = _stamp(moment), []
        for path in sorted((self.root / "batches").glob("2*.json")):
            if path.stem >= first:
                with contextlib.suppress(NotFound):
                    found.append(self.read(path.stem))
        return [batch for batch in found if batch.by == by]

    def _made(self, folder: Path) -> None:
        try:
            self.root.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NoSpace("upload.not_kept", why=error.strerror or error) from error


def _stamp(moment: datetime) -> str:
    """The beginning of the id of a batch of this moment."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}"


#: States of a batch that are not its last.
OPEN = ("waiting", "reading")
#: The most parts of a file that are listed one by one. All others are counted.
MOST_PARTS = 300


@dataclass(slots=True)
class Part:
    """What is inside a file; ``name`` is its path there, ``state`` and ``reasons`` are as for a file; no document: left out."""

    name: str
    state: str
    norms: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """An uploaded file. ``name`` is the sender's name for it, ``file`` its path below the folder of uploads (empty:
    not stored).

    ``state``: waiting, read, partly read, unreadable, unchanged (already in the register), duplicate (of another
    uploaded file), refused (not stored), cancelled. ``reasons`` say why, as :meth:`dutybook.reasons.Reason.plain`
    writes them.
    """

    name: str
    size: int
    file: str = ""
    sha256: str = ""
    state: str = "waiting"
    reasons: list[dict[str, Any]] = field(default_factory=list)
    norms: int = 0
    parts: list[Part] = field(default_factory=list)
    further: int = 0


@dataclass(slots=True)
class Batch:
    """Files sent together: waiting, reading, done, cancelled or failed; ``holder`` is the process with the queue."""

    id: str
    by: str
    created: str
    files: list[Sent]
    language: str = ""
    published: str = ""
    state: str = "waiting"
    holder: str = ""
    started: str = ""
    ended: str = ""
    problem: str = ""
    done: int = 0
    total: int = 0
    norms: int = 0
    locked: bool = False

    @property
    def kept(self) -> list[Sent]:
        """The files that are stored and can be read."""
        return [sent for sent in self.files if sent.file]

    @property
    def size(self) -> int:
        """Bytes of all files, also of those that were refused."""
        return sum(sent.size for sent in self.files)

    @property
    def tally(self) -> dict[str, int]:
        """How many files are in each state."""
        found: dict[str, int] = {}
        for sent in self.files:
            found[sent.state] = found.get(sent.state, 0) + 1
        return found


def as_plain(batch: Batch) -> dict[str, Any]:
    """A batch as JSON."""
    return asdict(batch)


def from_plain(stored: Mapping[str, Any]) -> Batch:
    """A batch from JSON."""
    files = [Sent(**sent | {"parts": [Part(**part) for part in sent.get("parts", ())]}) for sent in stored["files"]]
    return Batch(**{**stored, "files": files})
