"""Progress and final report of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.errors import BadRequest
from dutybook.reasons import Reason, join_reasons
from dutybook.store.versions.differences import VersionRow


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done: ``done`` of ``total``. ``outcome`` is read, partly read, unchanged, duplicate or unreadable."""

    done: int
    total: int
    source: str
    outcome: str
    norms: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was left unread, or not read to its end, and why."""

    source: str
    reasons: tuple[Reason, ...]
    status: str = "unreadable"

    @property
    def reason(self) -> str:
        """Why, as one line in English."""
        return join_reasons(self.reasons)


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. ``norms`` counts those of the documents that were read in this run.

    ``read`` were stored anew, ``unchanged`` were in the register already, ``duplicates`` have the bytes of another
    file of this run. ``problems`` are paths that led to nothing; ``left_out`` counts files of other kinds. What is in
    archives, or attached to a document, counts as files; an archive itself does not. ``stored`` are the ids of documents that
    were read, ``changed`` the versions that they are or lead to, with how many changes of each kind these brought.
    """

    files: int = 0
    read: int = 0
    unchanged: int = 0
    duplicates: int = 0
    norms: int = 0
    unread: list[Unread] = field(default_factory=list)
    problems: list[BadRequest] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    changed: list[tuple[VersionRow, dict[str, int]]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def unreadable(self) -> int:
        """How many files gave nothing at all."""
        return sum(1 for unread in self.unread if unread.status == "unreadable")

    @property
    def exit_code(self) -> int:
        """0 if everything was read, else 2."""
        return 2 if self.unread or self.problems else 0
