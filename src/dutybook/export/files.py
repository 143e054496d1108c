"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dutybook.errors import BadRequest

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it takes the place of ``path`` when the block ends without an error.

    A reader sees the old file or the new one. A link is followed, so that what it points at is replaced. The
    permissions of a file that was there are kept.

    Raises:
        BadRequest: the place cannot be written to, or the disk is full; the old file, if any, is untouched.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise BadRequest(f"cannot write {path}: it is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise BadRequest(f"cannot write {path}: the folder {target.parent} does not exist; make it first")
    # The name ends as the target does (writers may look at it) and cannot outgrow the file system's limit.
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part{target.suffix[:20]}")
    try:
        # Not tempfile: its files are private to the user, while an export gets the permissions the user asks for.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise BadRequest(_explain(path, error)) from error
    finally:
        part.unlink(missing_ok=True)


def _explain(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"cannot write {path}: the disk is full; free some space or choose another place. Nothing was changed"
    if isinstance(error, PermissionError):
        return (
            f"cannot write {path}: permission denied; close it if another program has it open, or choose another "
            "place. Nothing was changed"
        )
    return f"cannot write {path}: {error.strerror or error}. Nothing was changed"
