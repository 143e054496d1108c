"""Describes a batch of uploaded files and what became of each; stored as a JSON file that survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from dutybook.reasons import BEFORE, Reason

#: States of a batch that are not its last.
OPEN = ("waiting", "reading")
#: States of a file whose reading has ended.
READ = ("read", "partly read", "unreadable", "unchanged", "duplicate")
#: So many parts of one file are told one by one; all others are counted.
MOST_PARTS = 300


@dataclass(slots=True)
class Part:
    """A document within a file (``name``: the way to it). ``state`` and ``reasons`` as of a file."""

    name: str
    state: str
    norms: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """A file. ``name`` is what its sender calls it, ``file`` where it is kept below the folder of uploads (empty: it is not).

    ``state``: waiting, read, partly read, unreadable, unchanged (in the register already), duplicate (of another one that was sent),
    refused (it was not kept), cancelled. ``reasons`` say why, as :meth:`dutybook.reasons.Reason.plain` has them.
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
    """``state``: waiting, reading, done, cancelled, failed. Moments are UTC, ISO. ``holder`` is the process whose queue it is in."""

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
        """Files that are there to be read."""
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


def from_plain(said: Mapping[str, Any]) -> Batch:
    """A batch from JSON; what a later Dutybook may have kept there is left out."""
    files = [
        _made(Sent, sent | {"parts": [_made(Part, part) for part in sent.get("parts", ())]}) for sent in said["files"]
    ]
    made: Batch = _made(Batch, dict(said) | {"files": files})
    return made


def _made(kind: type[Any], said: Mapping[str, Any]) -> Any:
    if reason := said.get("reason"):
        # An earlier Dutybook kept a sentence alone.
        said = {**said, "reasons": [Reason(reason, BEFORE).plain()]}
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in said.items() if name in known})
