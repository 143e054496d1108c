"""What an application is made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``database`` is the register's file, ``user`` who says what is said here, ``folder`` where documents with relative paths were read from.

    ``hosts`` are the names that a browser may ask for (a foreign page can make its own name point here). ``today`` is asked once a request. ``max_upload`` is the most bytes that may be
    sent at once, ``watch_roots`` are the only folders below which a form may have folders watched.
    """

    database: Path
    user: str
    folder: Path
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    today: Callable[[], date] = date.today
    max_upload: int = 1_000_000_000
    watch_roots: tuple[Path, ...] = ()
