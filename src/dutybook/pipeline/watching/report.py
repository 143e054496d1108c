"""The progress and the final report of a run of watches."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.pipeline.progress import IngestReport


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run: ``doing`` is listing, fetching, reading or alerting; ``what`` is its object in words, ``done``
    of ``total``.
    """

    doing: str
    watch: str
    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class WatchReport:
    """The report on one watch. ``error``: its source could not be read. ``problems`` are lines for people about
    single items.

    ``wanted`` are the items that a dry run would fetch. ``files`` is the number of fetched files, of which
    ``read`` and ``unread``.
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
        """Whether something was left undone."""
        return bool(self.error or self.problems)


@dataclass(slots=True)
class RunReport:
    """The report on a run. ``resting`` watches were not due. ``alerts`` is a line about sent messages, ``problems``
    are those not sent.
    """

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
