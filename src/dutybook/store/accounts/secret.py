"""Secrets that are given out: only their digests are kept, so a stolen file opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

#: What every token begins with: scanners for secrets that were published by mistake know it by that.
TOKEN = "dutybook_"  # noqa: S105 - a prefix
_BYTES = 32
_LONGEST = 200


def made(prefix: str = "") -> str:
    """A new secret of 256 bits."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret[:_LONGEST].encode("utf-8", "replace")).hexdigest()


def stamp(moment: datetime) -> str:
    """A moment as it is kept: ISO 8601, UTC, seconds; comparable as text."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
