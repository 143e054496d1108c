"""Backups of a register that is in use, and a register put back from one."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dutybook.errors import BadRequest, NotARegister, NotFound, RegisterBusy
from dutybook.store import schema
from dutybook.store.accounts.file import accounts_path
from dutybook.store.database.connection import check_identity, open_file, translated
from dutybook.store.maintenance import copies
from dutybook.store.maintenance.copies import (
    CompanionFiles,
    Copy,
    copy_companions,
    remove_companions,
    restore_companions,
)

#: Where backups go if nothing is named, beside the register.
FOLDER = "backups"
_APPLICATION_ID_AT = 68


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, and which older ones were removed for it."""

    copy: Copy
    removed: tuple[Path, ...] = ()
    companions: CompanionFiles = field(default_factory=CompanionFiles)


def back_up(
    register: Path,
    target: str | Path | None = None,
    *,
    force: bool = False,
    keep: int | None = None,
    now: datetime | None = None,
) -> Backup:
    """Copy a register into a file, or under a name with the time into a folder; others may write meanwhile.

    The accounts of its readers, files that wait to be read and files of evidence are copied to beside it (see :mod:`dutybook.store.maintenance.copies`).
    What is in the write-ahead log is in the copy. The copy is checked before it gets its name (see
    :func:`dutybook.store.maintenance.copies.copy`). ``keep``: of the backups of
    this register in the folder only so many, the newest ones, stay.

    Raises:
        NotFound, NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable: as their names say.
        BadRequest: the target exists (and ``force`` is not set), or is the register itself.
    """
    if keep is not None and keep < 1:
        raise BadRequest("--keep needs a number from 1 on: the backup that is made now always stays")
    written = str(target or register.absolute().parent / FOLDER)
    target = Path(written)
    into_folder = target.is_dir() or target.name == FOLDER or written.endswith(("/", os.sep))
    if keep is not None and not into_folder:
        raise BadRequest(f"--keep needs a folder of backups; {target} is a file")
    with translated(str(register)):
        with closing(_source(register)) as source:
            if into_folder:
                target.mkdir(mode=0o700, exist_ok=True)
                file = _name(target, register, now or datetime.now(UTC))
            else:
                file = target
                _check_target(file, register)
            with translated(str(file)):
                made = copies.copy(source, file, replace=force)
                companions = copy_companions(register, file, force=force)
        removed = _thin_out(file, register, keep) if keep else ()
    return Backup(made, removed, companions)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where the register that was there before is kept."""

    copy: Copy
    kept: Path | None
    companions: CompanionFiles = field(default_factory=CompanionFiles)


def restore(register: Path, backup: Path, *, accounts: bool = False, now: datetime | None = None) -> Restored:
    """Put a backup in the place of a register, which is kept beside it under another name.

    The backup is copied, checked, and then takes the place in one step; the backup itself stays as it is. What stands beside it
    is put back, too; accounts that are there stay as they are unless ``accounts``: they may be newer, and who was removed since
    must not come in again.

    Raises:
        RegisterBusy: another process has the register open.
        NotARegister: the backup, or what it would replace, is no register.
        RegisterError: the backup is damaged.
    """
    if register.exists() and backup.exists() and os.path.samefile(register, backup):
        raise BadRequest(f"{backup} is the database itself")
    with translated(str(backup)), closing(_source(backup)) as source, translated(str(register)):
        real = Path(os.path.realpath(register))
        if not real.exists():
            made = copies.copy(source, real)
            return Restored(made, None, restore_companions(register, backup, _aside(register, now), accounts=accounts))
        stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
        kept = _free_name(real, f"before-restore.{stamp}")
        part = _free_name(real, f"restoring.{stamp}")
        alone = _alone(register)
        try:
            made = copies.copy(source, part)
            _keep(real, kept)
            if alone and os.name == "nt":
                # An open file cannot be replaced there.
                alone.close()
            part.chmod(kept.stat().st_mode & 0o777)
            os.replace(part, real)
        finally:
            part.unlink(missing_ok=True)
            if alone:
                alone.close()
        companions = restore_companions(register, backup, _aside(register, now), accounts=accounts)
    return Restored(Copy(register, made.bytes, made.rows, made.format, made.sha256), kept, companions)


def _aside(register: Path, now: datetime | None) -> Path:
    """Where the accounts of a register are kept that others take the place of."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    return _free_name(accounts_path(register), f"before-restore.{stamp}")


def _source(path: Path) -> sqlite3.Connection:
    """A connection that only reads the register."""
    if not path.is_file():
        raise NotFound(f"there is no database {path}")
    connection = open_file(str(path), read_only=True)
    try:
        if not check_identity(connection, str(path)):
            raise NotARegister(f"{path} is empty: it is no Dutybook database")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_target(file: Path, register: Path) -> None:
    if file.exists() and os.path.samefile(file, register):
        raise BadRequest(f"{file} is the database itself: name another file")
    if not file.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {file.absolute().parent} to put the backup in. Make it first.")


def _name(folder: Path, register: Path, now: datetime) -> Path:
    return _free_name(folder / register.name, now.strftime("%Y%m%d-%H%M%S"))


def _free_name(path: Path, addition: str) -> Path:
    """``a.db`` and ``x`` give ``a.x.db``, with a number where that is taken."""
    number = 1
    while True:
        file = path.with_name(f"{path.stem}.{addition}{'' if number == 1 else f'-{number}'}{path.suffix}")
        if not os.path.lexists(file):
            return file
        number += 1


def _thin_out(newest: Path, register: Path, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups of a register; nothing that has another name, or is none of ours, is touched."""
    name = re.compile(rf"{re.escape(register.stem)}\.(\d{{8}}-\d{{6}})(?:-(\d+))?{re.escape(register.suffix)}")
    found = []
    for file in newest.parent.iterdir():
        fits = name.fullmatch(file.name)
        if fits and file != newest and not file.is_symlink() and _is_ours(file):
            found.append(((fits[1], int(fits[2] or 1)), file))
    old = [file for _, file in sorted(found)][: max(0, len(found) + 1 - keep)]
    for file in old:
        file.unlink()
        remove_companions(file)
    return tuple(old)


def _is_ours(file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(_APPLICATION_ID_AT + 4)
    return head[_APPLICATION_ID_AT:] == schema.APPLICATION_ID.to_bytes(4, "big")


def _alone(register: Path) -> sqlite3.Connection | None:
    """A connection that keeps all others out and has the log written into the file; None where the file is damaged.

    Raises:
        RegisterBusy: others have the register open.
        NotARegister: it is the file of another program.
    """
    connection = open_file(str(register), read_only=False)
    try:
        try:
            check_identity(connection, str(register))
            # Leaving the write-ahead log needs the file for oneself: it fails while anybody else has it open.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise RegisterBusy(
                    f"the database {register} is open in another program. End that one, then restore again."
                ) from error
            if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            # Damaged, as may be just why it is restored; it is kept all the same.
            connection.close()
            return None
    except BaseException:
        connection.close()
        raise
    return connection


def _keep(real: Path, kept: Path) -> None:
    """Give what is there a second name, so that at no moment there is no register."""
    try:
        os.link(real, kept)
    except OSError:
        import shutil

        shutil.copy2(real, kept)
    for end in ("-wal", "-shm", "-journal"):
        # Left behind by a damaged file: a log must not be taken for that of the new one.
        with suppress(FileNotFoundError):
            os.replace(str(real) + end, str(kept) + end)
