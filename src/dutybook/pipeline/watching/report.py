"""Progress and final report of a run of watches."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.pipeline.progress import IngestReport


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done: ``doing`` is listing, fetching, reading or alerting; ``done`` of ``total``, ``what`` for people."""

    doing: str
    watch: str
    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class WatchReport:
    """A watch in a run. ``error``: its source could not be had. ``problems`` are lines for people about single items.

    ``wanted`` are what a dry run would fetch. ``files`` that came, ``read`` and ``unread`` of them.
    """

    name: str
    listed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    files: int = 0
    read: int = 0
    unread: int = 0
    error: str = ""
    busy: bool = False
    problems: list[str] = field(default_factory=list)
    wanted: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something of it is left undone."""
        return bool(self.error or self.problems)


@dataclass(slots=True)
class RunReport:
    """A run. ``resting`` watches were not due. ``alerts`` is a line about what was told, ``problems`` what was not."""

    watches: list[WatchReport] = field(default_factory=list)
    ingests: list[IngestReport] = field(default_factory=list)
    resting: int = 0
    alerts: str = ""
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 if all was done, else 2."""
        return 2 if self.problems or any(watch.failed for watch in self.watches) else 0
