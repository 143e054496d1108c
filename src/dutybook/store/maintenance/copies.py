"""Copies of a register that is in use, and of the files that belong to it: whole, checked, in place all at once or not at all.

Files that were sent and read already are not copied: their norms are in the register, and the folder of uploads only grows.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from dutybook.database_address import DatabaseName
from dutybook.errors import BadRequest, NotARegister, RegisterError, RegisterUnwritable
from dutybook.store import schema
from dutybook.store.accounts.file import APPLICATION_ID as ACCOUNTS_ID
from dutybook.store.accounts.file import accounts_path
from dutybook.store.database import disks
from dutybook.store.database.connection import open_file
from dutybook.store.database.engines import stream_rows
from dutybook.store.database.protocols import Connection
from dutybook.store.documents import checksums
from dutybook.store.sql import compose, count_of, name, rows_of

#: A copy needs so much more than the pages of the register.
_MARGIN = 1.02
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made. ``rows``: of all tables; ``sha256``: of the file."""

    path: Path
    bytes: int
    rows: int
    format: int
    sha256: str


def copy(source: sqlite3.Connection, target: Path, *, replace: bool = False, thorough: bool = True) -> Copy:
    """Copy what ``source`` sees at this moment into the file ``target``; others may go on writing meanwhile.

    The copy has one file (no write-ahead log), which only its owner may read. Before it gets its name it is checked:
    checksums of documents, pages and indexes (unless ``thorough`` is False: pages only), as many rows in each table as in the register, and the
    same rows of what people entered.

    Raises:
        BadRequest: there is such a file and it is not to be replaced.
        RegisterUnwritable: no space.
        RegisterError: the copy is not sound; it was removed.
        OSError, sqlite3.Error: as the disk says.
    """
    if target.is_dir():
        raise BadRequest(f"{target} is a folder: name a file in it")
    if os.path.lexists(target) and not replace:
        raise BadRequest(f"{target} is there already. Name another file, or replace it with --force.")
    _room_for(source, target)
    handle, path = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent)
    os.close(handle)
    part = Path(path)
    try:
        kept = _fill(source, part, thorough=thorough)
        digest = _sync(part)
        _name(part, target, replace=replace)
    finally:
        part.unlink(missing_ok=True)
        for extra in ("-journal", "-wal", "-shm"):
            Path(path + extra).unlink(missing_ok=True)
    return Copy(target, target.stat().st_size, *kept, digest)


def size(connection: sqlite3.Connection) -> int:
    """Bytes of the register's pages."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])


def _room_for(source: sqlite3.Connection, target: Path) -> None:
    needed = int(size(source) * _MARGIN)
    free = disks.free(target.absolute().parent)
    if free < needed:
        raise RegisterUnwritable(
            f"a copy of the database needs {needed / 1e6:,.0f} MB in {target.absolute().parent}, where {free / 1e6:,.0f} MB "
            "are free. Free some space, or name a folder on another disk."
        )


def _fill(source: sqlite3.Connection, part: Path, *, thorough: bool) -> tuple[int, int]:
    """Copy into ``part`` and check it; returns the number of rows and the format."""
    into = sqlite3.connect(part, isolation_level=None)
    try:
        own = not source.in_transaction
        if own:
            # One moment for the pages and for what they are compared with.
            source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(into, pages=_AT_ONCE)
            want = _contents(source)
        finally:
            if own:
                source.execute("ROLLBACK")
        # The copy shall be one file, which a disk that cannot be written serves as well.
        into.execute("PRAGMA journal_mode = DELETE").fetchone()
        check = "PRAGMA integrity_check(5)" if thorough else "PRAGMA quick_check(5)"
        wrong = [str(row[0]) for row in into.execute(check) if row[0] != "ok"]
        if thorough and not wrong:
            wrong = list(islice(checksums.find_damaged(into), 5))
        if wrong or _contents(into) != want:
            reason = "; ".join(wrong) or "it has other rows"
            raise RegisterError(
                f"the copy is not sound ({reason}) and was removed. Check the database with: dutybook doctor"
            )
        return sum(count for count, _ in want.values()), int(into.execute("PRAGMA user_version").fetchone()[0])
    finally:
        into.close()


def _contents(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Rows of each table, with a digest of those that people made."""
    found: dict[str, tuple[int, int]] = {}
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall():
        if table in schema.PEOPLE_TABLES:
            found[table] = rows_digest(connection, table)
        else:
            found[table] = int(connection.execute(count_of(table)).fetchone()[0]), 0
    return found


def rows_digest(connection: Connection, table: str) -> tuple[int, int]:
    """How many rows a table has, and a sum over them that does not depend on their order."""
    number = total = 0
    for row in stream_rows(connection, rows_of(table, columns_of(connection, table))):
        digest = hashlib.blake2b(repr(tuple(row)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        total += int.from_bytes(digest)
        number += 1
    return number, total


def columns_of(connection: Connection, table: str) -> list[str]:
    """The columns of a table, in order."""
    empty = connection.execute(compose("SELECT * FROM {table} LIMIT 0", table=name(table)))
    # The numbers of the order of arrival are columns in PostgreSQL alone.
    return [str(column[0]) for column in empty.description if column[0] != "rowid"]


def _sync(path: Path) -> str:
    """Have the file on the disk itself; returns its SHA-256."""
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def _name(part: Path, target: Path, *, replace: bool) -> None:
    """Give the finished file its name in one step."""
    if replace:
        os.replace(part, target)
    else:
        try:
            # Unlike a rename, a link never replaces a file that somebody else has made meanwhile.
            os.link(part, target)
        except FileExistsError:
            raise BadRequest(f"{target} is there already. Name another file, or replace it with --force.") from None
        except OSError:
            # A file system without hard links.
            os.rename(part, target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        except OSError:
            pass
        finally:
            os.close(folder)


#: States of a batch that has not come to its end (see ``dutybook.web.uploads.storage``).
_PENDING = ("waiting", "reading", "failed")


def uploads_path(database: DatabaseName) -> Path:
    """Where files that were sent to a register are kept."""
    return database.absolute().with_name(f"{database.stem}.uploads")


def watched_path(database: DatabaseName) -> Path:
    """Where files that watches fetched are kept, in a folder for each watch."""
    return database.absolute().with_name(f"{database.stem}.watched")


def evidence_path(database: DatabaseName) -> Path:
    """Where files that are kept as evidence are."""
    return database.with_name(f"{database.stem}.evidence")


@dataclass(frozen=True, slots=True)
class CompanionFiles:
    """What was copied: the accounts file (None: there was none, or it stayed as it is), files of uploads, and files of evidence."""

    accounts: Path | None = None
    files: int = 0
    evidence: int = 0
    #: Titles of evidence whose file is not there, or has other bytes than it had when it was added.
    damaged: tuple[str, ...] = ()
    #: Where the accounts that were there before are kept.
    kept: Path | None = None
    #: Whether there are accounts in the copy that were not put in the place of those that are here.
    left: bool = False


def copy_companions(register: Path, backup: Path, *, force: bool = False) -> CompanionFiles:
    """Copy what stands beside ``register`` to beside ``backup``.

    Raises:
        NotARegister: what is called the accounts file is none.
        BadRequest, RegisterUnwritable, RegisterError, OSError, sqlite3.Error: as :func:`dutybook.store.maintenance.copies.copy`.
    """
    accounts = _copy_accounts(accounts_path(register), accounts_path(backup), force=force)
    evidence, damaged = _copy_evidence(backup, evidence_path(register), evidence_path(backup))
    return CompanionFiles(accounts, _copy_pending(register, backup), evidence, damaged)


def restore_companions(register: Path, backup: Path, aside: Path, *, accounts: bool = False) -> CompanionFiles:
    """Put back what stands beside a backup. Accounts that are there stay, unless ``accounts``: then they are kept as ``aside``.

    Whoever was signed in when the backup was made is not any more. Uploads and files of evidence that are there stay.

    Raises:
        as :func:`copy_companions`.
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
    evidence, damaged = _copy_evidence(backup, evidence_path(backup), evidence_path(register))
    return CompanionFiles(made, _copy_pending(backup, register), evidence, damaged, kept, left)


def remove_companions(backup: Path) -> None:
    """Remove what stands beside a backup that is removed."""
    accounts_path(backup).unlink(missing_ok=True)
    for folder in (uploads_path(backup), evidence_path(backup)):
        shutil.rmtree(folder, ignore_errors=True)


def _copy_accounts(source: Path, target: Path, *, force: bool = False) -> Path | None:
    if not source.is_file():
        return None
    with closing(open_file(str(source), read_only=True)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != ACCOUNTS_ID:
            raise NotARegister(f"{source} is no accounts file of Dutybook: move it elsewhere, then try again")
        if target.exists() and force:
            # A log that belongs to the file before must not be taken for that of the new one.
            _settle(target)
        copy(connection, target, replace=force)
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
            batch = json.loads(note.read_bytes())
            if batch["state"] not in _PENDING:
                continue
            files = [PurePosixPath(sent["file"]) for sent in batch["files"] if sent["file"]]
            yield note, [file for file in files if _is_kept(folder, file)]


def _is_kept(folder: Path, file: PurePosixPath) -> bool:
    """Whether a note speaks of a file of uploads, with the bytes that it was sent with."""
    if file.is_absolute() or len(file.parts) != 3 or file.parts[0] != "files" or ".." in file.parts:
        return False
    return _has_digest(folder / file, file.parts[1])


def _copy_evidence(copy: Path, source: Path, target: Path) -> tuple[int, tuple[str, ...]]:
    """Copy the files of the evidence that the register ``copy`` has; how many files, and the titles of evidence whose file is not whole.

    A file in ``target`` stays where it has the bytes that it was added with, and is replaced where it has others.
    """
    number, damaged = 0, []
    with closing(open_file(str(copy), read_only=True)) as connection:
        rows = connection.execute("SELECT title, target, sha256 FROM evidence_items WHERE kind = 'file' ORDER BY title")
        named = [(str(title), PurePosixPath(path).name, str(sha256)) for title, path, sha256 in rows]
    for title, file, sha256 in named:
        if _has_digest(target / file, sha256):
            continue
        if not _has_digest(source / file, sha256):
            damaged.append(title)
            continue
        target.mkdir(mode=0o700, exist_ok=True)
        _write_copy(source / file, target / file)
        number += 1
    return number, tuple(damaged)


def _has_digest(path: Path, sha256: str) -> bool:
    """Whether there is a file, no link to one, with these bytes."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == sha256


def _copied(source: Path, target: Path) -> bool:
    if target.exists():
        return False
    root = target.parents[2] if target.parent.parent.name == "files" else target.parent.parent
    root.mkdir(mode=0o700, exist_ok=True)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_copy(source, target)
    return True


def _write_copy(source: Path, target: Path) -> None:
    """Copy a file so that it has its name once all of it is there."""
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    part.replace(target)
