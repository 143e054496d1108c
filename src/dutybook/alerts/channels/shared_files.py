"""Writes files that several processes may write to: under a lock, and completely or not at all."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dutybook.errors import BadRequest, DeliveryError

_MAX_WAIT = 30.0


def check_path(address: str, endings: tuple[str, ...], what: str) -> str:
    """An absolute path in an existing folder.

    Raises:
        BadRequest: it has another ending, or there is no such folder.
    """
    path = Path(os.path.abspath(os.path.expanduser(address)))
    if not address or path.suffix.lower() not in endings:
        raise BadRequest(f"{what} needs the name of a file that ends in {' or '.join(endings)}, not {address!r}")
    if path.is_dir() or not path.parent.is_dir():
        raise BadRequest(f"there is no folder {path.parent} to write {path.name} in: make it first")
    return str(path)


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Lock ``path`` against all processes that also call this. The lock of a process that dies is released.

    Raises:
        DeliveryError: another process has had the lock for half a minute, or the folder cannot be written.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        file = lock.open("ab")
    except OSError as error:
        raise DeliveryError(f"{path} cannot be written: {error.strerror or error}") from error
    with file:
        end = time.monotonic() + _MAX_WAIT
        while not _locked(file):
            if time.monotonic() > end:
                raise DeliveryError(f"{path} is being written by another process for too long")
            time.sleep(0.02)
        try:
            yield
        except OSError as error:
            raise DeliveryError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            _unlock(file)


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file atomically: a reader sees the old one or the new one."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _locked(file: IO[Any]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[Any]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(file: IO[Any]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
