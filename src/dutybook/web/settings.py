"""The settings of the web application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``database`` is the register's file, ``user`` who says what is said here, ``folder`` where documents with relative paths were read from.

    ``hosts`` are the names that a browser may ask for (a foreign page can make its own name point here). ``today`` is asked once a request.
    ``max_upload`` is the most bytes that ``/upload`` takes at once. ``root_path`` ("/dutybook") is what stands before every address outside.
    ``watch_roots`` are the only folders below which a form may have folders watched. ``proxies``: only from there come requests, over https outside; empty where browsers ask directly. ``rate`` and ``burst`` are requests
    of one person a second and at once, where several people use this. ``searchers`` are processes that search for all; with 0 each request searches for itself.
    """

    database: Path
    user: str
    folder: Path
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    today: Callable[[], date] = date.today
    max_upload: int = 200 * 2**20
    root_path: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    rate: float = 50.0
    burst: int = 1000
    watch_roots: tuple[Path, ...] = ()
    searchers: int = 0

    @property
    def secure(self) -> bool:
        """Whether browsers reach this over https."""
        return bool(self.proxies)
