"""A record of a norm as values, and how each row of its history changes it: the one place that says what a row means.

What is written to the tables and what a replay of the history gives both come from :func:`apply_row`, so they are equal by
construction; ``dutybook doctor`` compares them all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Protocol, TypeVar

from dutybook.errors import Defect

T = TypeVar("T")

STATUSES = ("unassessed", "requires review", "not applicable", "applicable", "compliant", "non-compliant")
APPLICABILITIES = ("unassessed", "yes", "partly", "no")
#: What somebody thinks of the extraction; empty where nobody looked.
FINDINGS = ("", "confirmed", "rejected", "corrected")


@dataclass(frozen=True, slots=True)
class Tie:
    """A norm that a record is about, with enough of it to find it again; ``version`` is the ISO date of its text, or empty.

    ``modality``, ``strength`` and ``bearer`` are the extractor's. ``span_start``, ``span_end``: half-open, in characters.
    """

    norm: str
    document: str
    work: str
    language: str
    version: str
    title: str
    place: str
    span_start: int
    span_end: int
    quote: str
    modality: str
    strength: str
    bearer: str


@dataclass(frozen=True, slots=True)
class Correction:
    """``value`` stands in place of ``extracted`` (None: nothing) in a ``field`` of a ``norm``."""

    norm: str
    field: str
    extracted: str | None
    value: str | None
    why: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence: a path or address, which is never opened by us."""

    label: str
    target: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """What people said of a norm. Texts are empty where nothing was said; days are ISO 8601.

    ``norm`` is where it stands now, ``ties`` are all norms it was said of or came to. ``why`` says why the status is
    "requires review". ``revision``, ``changed`` and ``changed_by``: number, time (UTC) and author of its last change.
    """

    id: str
    norm: str = ""
    status: str = "unassessed"
    owner: str = ""
    reviewer: str = ""
    due: str = ""
    review_date: str = ""
    applicability: str = "unassessed"
    applicability_reason: str = ""
    applicability_by: str = ""
    applicability_on: str = ""
    control: str = ""
    finding: str = ""
    finding_reason: str = ""
    why: str = ""
    stands: str = ""
    seen: tuple[str, ...] = ()
    revision: int = 0
    changed: str = ""
    changed_by: str = ""
    ties: tuple[Tie, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[Link, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def tie(self) -> Tie:
        """The norm where it stands now."""
        return self.tied(self.norm)

    def tied(self, norm: str) -> Tie:
        """What is kept of one of its norms; KeyError if it is none of them."""
        for tie in self.ties:
            if tie.norm == norm:
                return tie
        raise KeyError(norm)

    def correction(self, norm: str, field: str) -> Correction | None:
        """What was put in place of a field of one of its norms."""
        return next((c for c in self.corrections if (c.norm, c.field) == (norm, field)), None)


_TIE = tuple(f.name for f in fields(Tie))

#: Fields that a row with the action "set" may name.
PLAIN = frozenset(
    {
        *("status", "owner", "reviewer", "due", "review_date", "applicability", "applicability_reason"),
        *("applicability_by", "applicability_on", "control", "finding", "finding_reason", "why"),
    }
)


class Row(Protocol):
    """What :func:`apply_row` reads of a row of the history."""

    @property
    def at(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def norm(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def old(self) -> str | None: ...
    @property
    def new(self) -> str | None: ...
    @property
    def why(self) -> str: ...


def apply_row(record: Record, row: Row) -> Record:
    """The record after one more row of its history.

    Raises:
        Defect: the row has an action that there is not.
    """
    match row.action:
        case "opened" | "carried":
            tie, stands, seen = _read(row.new)
            return replace(record, norm=tie.norm, ties=_ordered((*record.ties, tie)), stands=stands, seen=seen)
        case "joined":
            return replace(record, ties=_ordered((*record.ties, _read(row.new)[0])))
        case "tied":
            return _tied(record, row)
        case "compared":
            said = json.loads(row.new or "{}")
            return replace(record, stands=said["stands"], seen=tuple(said["seen"]))
        case "reread":
            ties = tuple(_reread(t, row.field, row.new or "") if t.norm == row.norm else t for t in record.ties)
            return replace(record, ties=ties)
        case "set" if row.field in PLAIN:
            return replace(record, **{row.field: row.new or ""})  # type: ignore[arg-type]
        case "noted":
            return replace(record, notes=(*record.notes, Note(row.new or "", row.by, row.at)))
        case "unnoted":
            return replace(record, notes=_without(record.notes, [note.text == row.old for note in record.notes]))
        case "linked":
            label, target = json.loads(row.new or "[]")
            return replace(record, links=(*record.links, Link(label, target, row.by, row.at)))
        case "unlinked":
            gone = json.loads(row.old or "[]")
            return replace(record, links=_without(record.links, [[k.label, k.target] == gone for k in record.links]))
        case "corrected" | "withdrawn" | "extracted":
            return _corrected(record, row)
    raise Defect(f"the history has a row of an unknown kind ({row.action}, {row.field}). Please report this.")


def replay(identity: str, rows: Iterable[Row]) -> Record:
    """The record that its rows, in order, make; without revision and last change, which the rows' own columns say."""
    record = Record(identity)
    for row in rows:
        record = apply_row(record, row)
    return record


def tie_json(tie: Tie, stands: str = "", seen: Iterable[str] = ()) -> str:
    """A norm as the history keeps it, with the version that the record was compared with."""
    said = {name: getattr(tie, name) for name in _TIE}
    return json.dumps({**said, "stands": stands, "seen": list(seen)}, ensure_ascii=False)


def _read(text: str | None) -> tuple[Tie, str, tuple[str, ...]]:
    said = json.loads(text or "{}")
    return Tie(*(said[name] for name in _TIE)), said["stands"], tuple(said["seen"])


def _tied(record: Record, row: Row) -> Record:
    """The norm ``row.old`` was found again under another id."""
    tie = _read(row.new)[0]
    return replace(
        record,
        norm=tie.norm if record.norm == row.old else record.norm,
        ties=_ordered(tie if t.norm == row.old else t for t in record.ties),
        corrections=_sorted(replace(c, norm=tie.norm) if c.norm == row.old else c for c in record.corrections),
    )


def _reread(tie: Tie, field: str, value: str) -> Tie:
    match field:
        case "modality":
            return replace(tie, modality=value)
        case "strength":
            return replace(tie, strength=value)
        case _:
            return replace(tie, bearer=value)


def _corrected(record: Record, row: Row) -> Record:
    before = record.correction(row.norm, row.field)
    kept = tuple(c for c in record.corrections if c is not before)
    if row.action == "withdrawn":
        return replace(record, corrections=kept)
    if row.action == "extracted":
        now = tuple(replace(c, extracted=row.new) if c is before else c for c in record.corrections)
        return replace(record, corrections=now)
    extracted = before.extracted if before else row.old
    made = Correction(row.norm, row.field, extracted, row.new, row.why, row.by, row.at)
    return replace(record, corrections=_sorted((*kept, made)))


def _ordered(ties: Iterable[Tie]) -> tuple[Tie, ...]:
    return tuple(sorted(ties, key=lambda tie: tie.norm))


def _sorted(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    return tuple(sorted(corrections, key=lambda c: (c.norm, c.field)))


def _without(items: tuple[T, ...], matches: list[bool]) -> tuple[T, ...]:
    """Without the last one that matches."""
    last = max((number for number, match in enumerate(matches) if match), default=None)
    return tuple(item for number, item in enumerate(items) if number != last)
