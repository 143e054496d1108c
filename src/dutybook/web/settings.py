"""The settings of the web application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from dutybook.database_address import DatabaseName


@dataclass(frozen=True, slots=True)
class Quota:
    """The bytes and the files that one person may send within a day (24 hours); 0 is no limit."""

    size: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the web application.

    Attributes:
        database: the register's file.
        user: the name under which somebody who works alone makes changes.
        folder: the folder that relative paths of documents start from.
        hosts: the host names that a browser may use (a foreign page can make its own name point here).
        today: returns the current day; called once for each request.
        max_upload: the most bytes that ``/upload`` takes at once.
        upload_quota: what one person may upload within a day.
        root_path: the path before every address outside, such as "/dutybook".
        watch_roots: the only folders below which a form may watch folders.
        proxies: the networks from which requests come, over https outside; empty if browsers connect directly.
        rate: requests of one person a second, where several people work.
        burst: requests of one person at once.
        address: the address of the register in a browser, for links in workbooks and messages; empty if not known.
        sends_alerts: whether alerts are looked after while the server runs.
        searchers: processes that search for all requests; with 0 each request searches for itself.
        prepares_uploads: whether opening the page for uploads starts the processes that read them.
        metrics: the address and port at which Prometheus gets figures; None if it gets none.
    """

    database: DatabaseName
    user: str
    folder: Path
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    today: Callable[[], date] = date.today
    max_upload: int = 200 * 2**20
    upload_quota: Quota = Quota()
    root_path: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    rate: float = 50.0
    burst: int = 1000
    watch_roots: tuple[Path, ...] = ()
    searchers: int = 0
    address: str = ""
    sends_alerts: bool = False
    prepares_uploads: bool = False
    metrics: tuple[str, int] | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers connect over https."""
        return bool(self.proxies)
