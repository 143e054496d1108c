"""A record of a norm as values, and how each row of its history changes it: the one place that says what a row means.

What is written to the tables and what a replay of the history gives both come from :func:`apply_row`, so they are equal by
construction; ``dutybook doctor`` compares them all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Protocol, TypeVar

from dutybook.errors import Defect
from dutybook.records.norm_fields import CORRECTABLE

T = TypeVar("T")

STATUSES = ("unassessed", "requires review", "not applicable", "applicable", "compliant", "non-compliant")
#: Statuses of what needs nobody's attention, and of what somebody has taken on.
DONE = ("not applicable", "compliant")
TAKEN_ON = ("requires review", "applicable", "non-compliant")
APPLICABILITIES = ("unassessed", "yes", "partly", "no")
PRIORITIES = ("", "high", "medium", "low")
#: What somebody thinks of the extraction; empty where nobody looked.
FINDINGS = ("", "confirmed", "rejected", "corrected")
#: Deadlines are corrected by their value, or by the day on which they end.
DEADLINE, DUE = "deadline", "due"
#: What ``--correct`` takes.
FIELDS = (*CORRECTABLE, DEADLINE, DUE)
#: Parts the tags of a record.
TAGS_APART = ", "


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
    """Evidence: a path or address, which is never opened by us; ``item`` is the evidence of its own that it is, empty for a link alone."""

    label: str
    target: str
    by: str
    at: str
    item: str = ""

    @property
    def line(self) -> str:
        """The label and the address, or the address alone."""
        return f"{self.label}: {self.target}" if self.label else self.target


@dataclass(frozen=True, slots=True)
class ControlLink:
    """A control (id) that serves a norm, or that somebody said does not; ``label`` is what it is called now."""

    control: str
    by: str
    at: str
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that awaits the approval of a second person. ``change`` are fields of :class:`~dutybook.store.judgements.change.Change` and their values, as JSON."""

    id: str
    norm: str
    change: str
    reason: str
    by: str
    at: str

    @property
    def values(self) -> list[tuple[str, str]]:
        """What it sets, as names and values; of corrections the field that is corrected."""
        given = json.loads(self.change)
        found = [(name, given[name]) for name in ("status", "applicability", "finding") if name in given]
        return [*found, *given.get("correct", {}).items()]

    @property
    def line(self) -> str:
        """Who proposed what, as a line: ``status: applicable (2026-03-02 anna)``."""
        values = "; ".join(f"{name}: {value or '—'}" for name, value in self.values)
        return f"{values} ({self.at[:10]} {self.by})"


@dataclass(frozen=True, slots=True)
class Record:
    """What people said of a norm. Texts are empty where nothing was said; days are ISO 8601.

    ``tags`` are parted by commas, in order. ``norm`` is where it stands now, ``ties`` are all norms it was said of or came to. ``why`` says why the status is
    "requires review". ``controls`` serve the norm, ``declined`` ones do not; ``proposals`` await the approval of a second person. ``control_words`` are for what is no control of its own. ``revision``, ``changed`` and ``changed_by``: number, time (UTC) and author of its last change.
    """

    id: str
    norm: str = ""
    status: str = "unassessed"
    owner: str = ""
    reviewer: str = ""
    due: str = ""
    review_date: str = ""
    priority: str = ""
    applicability: str = "unassessed"
    applicability_reason: str = ""
    applicability_by: str = ""
    applicability_on: str = ""
    control_words: str = ""
    tags: str = ""
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
    controls: tuple[ControlLink, ...] = ()
    declined: tuple[ControlLink, ...] = ()
    proposals: tuple[Proposal, ...] = ()

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

    @property
    def control(self) -> str:
        """What makes sure that it is met: the controls by name, one per line, then the words."""
        return "\n".join(
            [*sorted(link.label for link in self.controls), *([self.control_words] if self.control_words else ())]
        )

    @property
    def evidence(self) -> str:
        """The links as text, one per line (:attr:`Link.line`)."""
        return "\n".join(link.line for link in self.links)

    @property
    def is_taken_on(self) -> bool:
        """Whether somebody took it on and is not done with it: only then a date that has passed is overdue."""
        return not self.is_done and bool(
            self.owner or self.due or self.status in TAKEN_ON or self.applicability in ("yes", "partly")
        )

    @property
    def is_done(self) -> bool:
        """Whether nobody has to see to it any more, or never had to."""
        return self.status in DONE or self.applicability == "no" or self.finding == "rejected"

    @property
    def awaited(self) -> frozenset[str]:
        """The fields of which a new value awaits approval: status, applicability, finding (also for corrections)."""
        names = {name for proposal in self.proposals for name, _ in proposal.values}
        return frozenset(name if name in ("status", "applicability") else "finding" for name in names)

    def correction(self, norm: str, field: str) -> Correction | None:
        """What was put in place of a field of one of its norms."""
        return next((c for c in self.corrections if (c.norm, c.field) == (norm, field)), None)


def tag_names(text: str) -> tuple[str, ...]:
    """The tags that a text names, each once, in order.

    >>> tag_names("payments, DORA ,payments")
    ('DORA', 'payments')
    """
    return tuple(sorted({tag.strip() for tag in text.split(",") if tag.strip()}, key=str.casefold))


_TIE = tuple(f.name for f in fields(Tie))

#: The field of a row that links a control.
CONTROL = "control"
#: Fields that a row with the action "set" may name.
PLAIN = frozenset(
    {
        *("status", "owner", "reviewer", "due", "review_date", "priority", "applicability", "applicability_reason"),
        *("applicability_by", "applicability_on", "control_words", "tags", "finding", "finding_reason", "why"),
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
    def item(self) -> str: ...
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
            comparison = json.loads(row.new or "{}")
            return replace(record, stands=comparison["stands"], seen=tuple(comparison["seen"]))
        case "reread":
            return replace(record, ties=_reread(record.ties, row))
        case "set" if row.field in PLAIN:
            return replace(record, **{row.field: row.new or ""})  # type: ignore[arg-type]
        case "noted" | "unnoted":
            return replace(record, notes=_with_note(record.notes, row))
        case "linked" | "unlinked" if row.field == CONTROL:
            return replace(record, controls=_with_control(record.controls, row, there=row.action == "linked"))
        case "declined" | "undeclined":
            return replace(record, declined=_with_control(record.declined, row, there=row.action == "declined"))
        case "linked" | "unlinked":
            return replace(record, links=_with_link(record.links, row))
        case "corrected" | "withdrawn" | "extracted":
            return _corrected(record, row)
        case "proposed" | "approved" | "refused" | "retracted":
            return replace(record, proposals=_with_proposal(record.proposals, row))
    raise Defect(f"the history has a row of an unknown kind ({row.action}, {row.field}). Please report this.")


def replay(identity: str, rows: Iterable[Row]) -> Record:
    """The record that its rows, in order, make; without revision and last change, which the rows' own columns say."""
    record = Record(identity)
    for row in rows:
        record = apply_row(record, row)
    return record


def tie_json(tie: Tie, stands: str = "", seen: Iterable[str] = ()) -> str:
    """A norm as the history keeps it, with the version that the record was compared with."""
    values = {name: getattr(tie, name) for name in _TIE}
    return json.dumps({**values, "stands": stands, "seen": list(seen)}, ensure_ascii=False)


def _read(text: str | None) -> tuple[Tie, str, tuple[str, ...]]:
    values = json.loads(text or "{}")
    return Tie(*(values[name] for name in _TIE)), values["stands"], tuple(values["seen"])


def _reread(ties: tuple[Tie, ...], row: Row) -> tuple[Tie, ...]:
    """The ties with what a later reading says of the norm of a row."""
    name = row.field if row.field in ("modality", "strength") else "bearer"
    return tuple(replace(t, **{name: row.new or ""}) if t.norm == row.norm else t for t in ties)  # type: ignore[arg-type]


def _with_note(notes: tuple[Note, ...], row: Row) -> tuple[Note, ...]:
    """The notes with the one of a row, or without the last one of its words."""
    if row.action == "noted":
        return (*notes, Note(row.new or "", row.by, row.at))
    return _without(notes, [note.text == row.old for note in notes])


def _with_link(links: tuple[Link, ...], row: Row) -> tuple[Link, ...]:
    """The links to evidence with the one of a row, or without the last one of its label and address."""
    if row.action == "linked":
        label, target = json.loads(row.new or "[]")
        return (*links, Link(label, target, row.by, row.at, row.item))
    gone = json.loads(row.old or "[]")
    return _without(links, [[link.label, link.target] == gone for link in links])


def _with_proposal(proposals: tuple[Proposal, ...], row: Row) -> tuple[Proposal, ...]:
    """The proposals with the one of a row, or without the one that it decides."""
    if row.action == "proposed":
        return (*proposals, Proposal(row.item, row.norm, row.new or "{}", row.why, row.by, row.at))
    return tuple(p for p in proposals if p.id != row.item)


def _with_control(links: tuple[ControlLink, ...], row: Row, *, there: bool) -> tuple[ControlLink, ...]:
    """The links with the one of a row, or without it, by control."""
    others = [link for link in links if link.control != row.item]
    made = [ControlLink(row.item, row.by, row.at, row.new or "")] if there else []
    return tuple(sorted([*others, *made], key=lambda link: link.control))


def _tied(record: Record, row: Row) -> Record:
    """The norm ``row.old`` was found again under another id."""
    tie = _read(row.new)[0]
    return replace(
        record,
        norm=tie.norm if record.norm == row.old else record.norm,
        ties=_ordered(tie if t.norm == row.old else t for t in record.ties),
        corrections=_sorted(replace(c, norm=tie.norm) if c.norm == row.old else c for c in record.corrections),
        proposals=tuple(replace(p, norm=tie.norm) if p.norm == row.old else p for p in record.proposals),
    )


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
