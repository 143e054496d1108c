"""Describes a batch of uploaded files and the state of each. It is stored as a JSON file, so that it survives a
restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from dutybook.reasons import BEFORE, Reason

#: States of a batch that are not its last.
OPEN = ("waiting", "reading")
#: The most parts of a file that are listed one by one. All others are counted.
MOST_PARTS = 300


@dataclass(slots=True)
class Part:
    """A document inside a file, such as an archive; ``name`` is its path there. ``state`` and ``reasons`` are as for
    a file.
    """

    name: str
    state: str
    norms: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """An uploaded file. ``name`` is the sender's name for it, ``file`` its path below the folder of uploads (empty:
    not stored).

    ``state``: waiting, read, partly read, unreadable, unchanged (already in the register), duplicate (of another
    uploaded file), refused (not stored), cancelled. ``reasons`` say why, as :meth:`dutybook.reasons.Reason.plain`
    writes them.
    """

    name: str
    size: int
    file: str = ""
    sha256: str = ""
    state: str = "waiting"
    reasons: list[dict[str, Any]] = field(default_factory=list)
    norms: int = 0
    parts: list[Part] = field(default_factory=list)
    further: int = 0


@dataclass(slots=True)
class Batch:
    """Files that were uploaded together. ``state``: waiting, reading, done, cancelled, failed. Times are UTC, ISO.

    ``holder`` is the process in whose queue the batch is.
    """

    id: str
    by: str
    created: str
    files: list[Sent]
    language: str = ""
    published: str = ""
    state: str = "waiting"
    holder: str = ""
    started: str = ""
    ended: str = ""
    problem: str = ""
    done: int = 0
    total: int = 0
    norms: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    locked: bool = False

    @property
    def kept(self) -> list[Sent]:
        """The files that are stored and can be read."""
        return [sent for sent in self.files if sent.file]

    @property
    def tally(self) -> dict[str, int]:
        """How many files are in each state."""
        found: dict[str, int] = {}
        for sent in self.files:
            found[sent.state] = found.get(sent.state, 0) + 1
        return found


def as_plain(batch: Batch) -> dict[str, Any]:
    """A batch as JSON."""
    return asdict(batch)


def from_plain(stored: Mapping[str, Any]) -> Batch:
    """A batch from JSON. Fields that only a later version has are left out."""
    files = [
        _made(Sent, sent | {"parts": [_made(Part, part) for part in sent.get("parts", ())]}) for sent in stored["files"]
    ]
    made: Batch = _made(Batch, dict(stored) | {"files": files})
    return made


def _made(kind: type[Any], stored: Mapping[str, Any]) -> Any:
    if reason := stored.get("reason"):
        # An earlier Dutybook kept a sentence alone.
        stored = {**stored, "reasons": [Reason(reason, BEFORE).plain()]}
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in stored.items() if name in known})
