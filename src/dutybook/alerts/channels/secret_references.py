"""Reads secrets by reference: the register stores where a secret is, never the secret itself."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from dutybook.errors import BadRequest, DeliveryError

_MOST = 64 * 1024


def is_reference(text: str) -> bool:
    """Whether a text says where a secret is: ``env:NAME`` or ``file:PATH``."""
    kind, _, name = text.partition(":")
    return kind in {"env", "file"} and bool(name.strip())


def check_reference(text: str, what: str) -> str:
    """A reference in the form in which it is stored.

    Raises:
        BadRequest: it is the secret itself, or empty.
    """
    if not is_reference(text):
        raise BadRequest(
            f"the {what} is not kept in the database: put it into an environment variable or a file that only you can read, and "
            "write env:NAME or file:PATH"
        )
    kind, _, name = text.partition(":")
    return f"file:{os.path.abspath(name.strip())}" if kind == "file" else f"env:{name.strip()}"


def reveal(reference: str) -> str:
    """The secret that a reference points to.

    Raises:
        DeliveryError: it does not exist, or others can read the file. The message never contains the secret.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "")
        if not value:
            raise DeliveryError(f"the environment variable {name} is not set: set it where alerts are sent")
        return value
    path = Path(name)
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise DeliveryError(f"the file {path} holds a secret and others can read it: chmod 600 {path}")
        with path.open(encoding="utf-8") as file:
            value = file.read(_MOST).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeliveryError(f"the file {path} with a secret cannot be read: {error}") from error
    if not value:
        raise DeliveryError(f"the file {path} is to hold a secret and is empty")
    return value
