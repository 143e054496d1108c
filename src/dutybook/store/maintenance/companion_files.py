"""What stands beside a register and is not in it: who may sign in, and what was sent to be read. Copied with a backup, put back with it.

Files that were sent and read already are not copied: their norms are in the register, and the folder of uploads only grows.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dutybook.errors import NotARegister
from dutybook.store.accounts.file import APPLICATION_ID as ACCOUNTS_ID
from dutybook.store.accounts.file import accounts_path
from dutybook.store.database.connection import open_file
from dutybook.store.maintenance import copies

#: States of a batch that has not come to its end (see ``dutybook.web.uploads.storage``).
_PENDING = ("waiting", "reading", "failed")


def uploads_path(database: Path) -> Path:
    """Where files that were sent to a register are kept."""
    return database.absolute().with_name(f"{database.stem}.uploads")


@dataclass(frozen=True, slots=True)
class Beside:
    """What was copied: the accounts file (None: there was none, or it stayed as it is) and files of uploads."""

    accounts: Path | None = None
    files: int = 0
    #: Where the accounts that were there before are kept.
    kept: Path | None = None
    #: Whether there are accounts in the copy that were not put in the place of those that are here.
    left: bool = False


def copy_beside(register: Path, backup: Path, *, force: bool = False) -> Beside:
    """Copy what stands beside ``register`` to beside ``backup``.

    Raises:
        NotARegister: what is called the accounts file is none.
        BadRequest, RegisterUnwritable, RegisterError, OSError, sqlite3.Error: as :func:`dutybook.store.maintenance.copies.copy`.
    """
    return Beside(
        _copy_accounts(accounts_path(register), accounts_path(backup), force=force), _copy_pending(register, backup)
    )


def restore_beside(register: Path, backup: Path, aside: Path, *, accounts: bool = False) -> Beside:
    """Put back what stands beside a backup. Accounts that are there stay, unless ``accounts``: then they are kept as ``aside``.

    Whoever was signed in when the backup was made is not any more. Uploads that are there stay.

    Raises:
        as :func:`copy_beside`.
    """
    there, copied = accounts_path(register), accounts_path(backup)
    made = kept = None
    left = copied.is_file() and there.exists() and not accounts
    if copied.is_file() and not left:
        if there.exists():
            _copy_accounts(there, aside)
            kept = aside
        made = _copy_accounts(copied, there, force=True)
        _signed_out(there)
    return Beside(made, _copy_pending(backup, register), kept, left)


def remove_beside(backup: Path) -> None:
    """Remove what stands beside a backup that is removed."""
    accounts_path(backup).unlink(missing_ok=True)
    shutil.rmtree(uploads_path(backup), ignore_errors=True)


def _copy_accounts(source: Path, target: Path, *, force: bool = False) -> Path | None:
    if not source.is_file():
        return None
    with closing(open_file(str(source), read_only=True)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != ACCOUNTS_ID:
            raise NotARegister(f"{source} is no accounts file of Dutybook: move it elsewhere, then try again")
        if target.exists() and force:
            # A log that belongs to the file before must not be taken for that of the new one.
            _settle(target)
        copies.copy(connection, target, replace=force)
    return target


def _settle(file: Path) -> None:
    """Have all of a file's log written into it, or see the log gone."""
    with suppress(sqlite3.Error), closing(open_file(str(file), read_only=False)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)


def _signed_out(file: Path) -> None:
    with closing(open_file(str(file), read_only=False)) as connection:
        connection.execute("DELETE FROM sessions")
        connection.execute("DELETE FROM attempts")


def _copy_pending(source: Path, target: Path) -> int:
    """Copy the uploads that wait to be read, and what is there to be read of them; how many files."""
    from_folder, to_folder = uploads_path(source), uploads_path(target)
    number = 0
    for note, files in _pending(from_folder):
        if (to_folder / "batches" / note.name).exists():
            continue
        for file in files:
            if _copied(from_folder / file, to_folder / file):
                number += 1
        # Last, so that a batch is there with all its files or not at all.
        _copied(note, to_folder / "batches" / note.name)
    return number


def _pending(folder: Path) -> Iterator[tuple[Path, list[PurePosixPath]]]:
    """The notes of batches that have not come to their end, with the files that are there for them."""
    for note in sorted((folder / "batches").glob("2*.json")) if folder.is_dir() else ():
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(note.read_bytes())
            if said["state"] not in _PENDING:
                continue
            files = [PurePosixPath(sent["file"]) for sent in said["files"] if sent["file"]]
            yield note, [file for file in files if _is_kept(folder, file)]


def _is_kept(folder: Path, file: PurePosixPath) -> bool:
    """Whether a note speaks of a file of uploads, with the bytes that it was sent with."""
    if file.is_absolute() or len(file.parts) != 3 or file.parts[0] != "files" or ".." in file.parts:
        return False
    path = folder / file
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.parts[1]


def _copied(source: Path, target: Path) -> bool:
    if target.exists():
        return False
    root = target.parents[2] if target.parent.parent.name == "files" else target.parent.parent
    root.mkdir(mode=0o700, exist_ok=True)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    part.replace(target)
    return True
