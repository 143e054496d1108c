"""The progress and the final report of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from dutybook.errors import BadRequest
from dutybook.reasons import Reason, join_reasons
from dutybook.store.versions.differences import VersionRow


@dataclass(frozen=True, slots=True)
class Progress:
    """A file is done: ``done`` of ``total``. ``outcome`` is read, partly read, unchanged, duplicate or unreadable."""

    done: int
    total: int
    source: str
    outcome: str
    norms: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read, or not completely, and why."""

    source: str
    reasons: tuple[Reason, ...]
    status: str = "unreadable"

    @property
    def reason(self) -> str:
        """Why, as one line in English."""
        return join_reasons(self.reasons)


@dataclass(slots=True)
class IngestReport:
    """What an ingest did.

    Attributes:
        norms: the norms in documents that were read in this run.
        read: documents that were stored anew.
        unchanged: documents that were already in the register.
        duplicates: files with the bytes of another file of this run.
        problems: paths that led to nothing.
        left_out: counts files of other kinds.
        stored: ids of the documents that were read.
        changed: the versions that these documents are or lead to, with the number of changes of each kind.

    Files in archives, or attached to a document, count as files; an archive itself does not.
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
        """The number of files that could not be read at all."""
        return sum(1 for unread in self.unread if unread.status == "unreadable")

    @property
    def exit_code(self) -> int:
        """0 if everything was read, else 2."""
        return 2 if self.unread or self.problems else 0
