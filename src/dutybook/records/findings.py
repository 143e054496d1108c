"""What extraction finds: norms, deadlines, facts, penalties, citations, each with its evidence, and which fields of a
finding may be wrong; and the result of analysing one file, which is everything that the database stores of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from dutybook.records.coverage import Coverage
from dutybook.records.dates import Amendment, ApplicationTime, Computation, DateChange, Reach
from dutybook.records.documents import Document, Relation, Work, WorkNumber
from dutybook.records.layout import Layout
from dutybook.records.norm_fields import BearerClass, Modality, NormFields, Strength
from dutybook.records.provisions import Provision
from dutybook.records.spans import Box, Part, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which rule or model said so (``name`` with ``version``), on which words, how surely (0 to 1), and why.

    ``fields`` are the probabilities that single fields of the finding are right, by name, where they are known.
    """

    name: str
    version: str
    cue: Span | None
    confidence: float
    why: str = ""
    fields: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The table cell a norm stands in; all three numbers count from 1, rows with the table's head, tables by document.

    ``column_header`` is the head's text above the cell, ``row_header`` that of the first column beside it, each with
    single white space and empty where there is none.
    """

    table: int
    row: int
    column: int
    column_header: str = ""
    row_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm(NormFields[Part, Span]):
    """One statement that makes conduct required, forbidden, allowed or exempt. Its quote is ``span.of(text)``.

    ``cell`` is its place in a table, None for text outside of tables. ``definitions`` are the ids of the terms that its words
    use, ``bearer_definition`` that of its bearer. ``penalties`` are the ids of those that sanction it, ``applies_by`` those of the
    facts that say when it applies. ``times`` has all days that may be its first where it is not one for all cases.
    """

    id: str
    provision: str
    place: str
    span: Span
    evidence: Evidence
    modality: Modality
    strength: Strength
    bearer_class: BearerClass
    cell: CellPlace | None = None
    definitions: tuple[str, ...] = ()
    bearer_definition: str | None = None
    penalties: tuple[str, ...] = ()
    applies_by: tuple[str, ...] = ()
    times: tuple[ApplicationTime, ...] = ()


class DeadlineKind(StrEnum):
    FIXED = "fixed"
    PERIOD = "period"
    RECURRING = "recurring"
    DURATION = "duration"
    IMMEDIATE = "immediate"
    VAGUE = "vague"


class Direction(StrEnum):
    AFTER = "after"
    BEFORE = "before"


class StarterKind(StrEnum):
    """Who brings about the event that starts a deadline: whoever must act, somebody else, an authority, the act itself."""

    BEARER = "bearer"
    PARTY = "party"
    AUTHORITY = "authority"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a norm must be fulfilled. ``due`` only where the text alone fixes it; ``reason`` says what is missing.

    ``basis`` is what ``due`` was computed from, ``steps`` the same in words. ``starter`` are the words for who brings about the
    event that ``anchor`` names, where words name it; for the act's own dates the anchor itself.
    """

    id: str
    norm: str
    span: Span
    kind: DeadlineKind
    value: str | None
    direction: Direction | None
    anchor: Part | None
    evidence: Evidence
    due: date | None = None
    steps: tuple[str, ...] = ()
    reason: str = ""
    basis: Computation | None = None
    starter: Part | None = None
    starter_kind: StarterKind | None = None


class FactType(StrEnum):
    ENTRY_INTO_FORCE = "entry_into_force"
    APPLICATION = "application"
    TRANSPOSITION = "transposition"
    EXPIRY = "expiry"
    TRANSITION = "transition"
    REVIEW = "review"
    COMMENT_PERIOD = "comment_period"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Fact:
    """A date or period in the life of the act (or, in news, an announced event); ``provision`` and ``place``: where it stands.

    ``scope`` are the places that it is about ("Chapter III Section 4", "Art 6(1)", "Art 102-109"), empty for the whole act, and
    ``outside`` those left out of it. ``reach`` says how far that goes; unless it is ``whole``, ``about`` are the words that
    limit it or could not be read. ``basis`` is what ``due`` was computed from, ``steps`` the same in words.
    """

    id: str
    type: FactType
    span: Span
    value: str | None
    evidence: Evidence
    due: date | None = None
    steps: tuple[str, ...] = ()
    provision: str = ""
    place: str = ""
    scope: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    reach: Reach = Reach.WHOLE
    about: str = ""
    basis: Computation | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A fine's ceiling: an ``amount`` with ``currency``, or a ``percent`` ``of`` something (``turnover``)."""

    amount: float | None = None
    currency: str | None = None
    percent: float | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """A punishment that a sentence threatens or, where it is ``imposed``, tells to have been imposed in a single case."""

    id: str
    span: Span
    amounts: tuple[Amount, ...]
    evidence: Evidence
    imposed: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to a provision or an act. ``work`` is a work's id where it is known, ``place`` as in Provision."""

    id: str
    span: Span
    as_written: str
    work: str | None
    place: str | None
    resolved: bool
    evidence: Evidence


class Step(StrEnum):
    """How far an act in the making has come, in this order; ``withdrawn`` ends it at any time."""

    PROPOSED = "proposed"
    CONSULTATION = "consultation"
    GENERAL_APPROACH = "general_approach"
    TRILOGUE = "trilogue"
    ADOPTED = "adopted"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """A step of an act in the making that a text reports or announces, in the words ``span``; the sentence is ``sentence``.

    ``value`` is its day, month or year (ISO 8601), None where the text names none; of a consultation it is the last day. ``is_reached``: it has
    been taken when the text was written; what is announced may come otherwise.
    """

    id: str
    step: Step
    span: Span
    sentence: Span
    value: str | None
    is_reached: bool
    evidence: Evidence


#: How the ids of acts begin that are known by name alone.
NAMED_ACT: Final = "name:"


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act that a text about the law names, where neither a number nor a well-known name leads to it.

    ``name`` are the words (white space single), ``act`` is the same for all names of one act in one language, whatever their
    inflection: ``name:de:tabaksteuergesetz``. ``language`` is that of the name. ``is_draft``: the text says that it is not adopted.
    """

    id: str
    span: Span
    name: str
    act: str
    language: str
    is_draft: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Definition:
    """A term that the act defines: ``span`` is the whole definition, ``term`` the words it defines.

    ``place`` and ``nth`` (which term of that place, from 1) are the same in every language version of an act. ``actor`` is the
    class of who is defined, None for things.
    """

    id: str
    provision: str
    place: str
    nth: int
    span: Span
    term: Part
    actor: BearerClass | None
    language: str
    evidence: Evidence

    @property
    def number(self) -> str:
        """What tells it from the other definitions of a work, in every language: ``Art 4(7)#1``."""
        return f"{self.place}#{self.nth}"


@dataclass(frozen=True, slots=True)
class Rejection:
    """What looked like a norm and is none, with the reason. ``duty``: its words command or forbid, whatever they are about."""

    id: str
    provision: str
    span: Span
    reason: str
    evidence: Evidence
    duty: bool = False


def small(term: str) -> str:
    """A term as a role is written: small letters, single white space; abbreviations stay ("CASP")."""
    return " ".join(w if sum(c.isupper() for c in w) > 1 else w.casefold() for w in term.split())


#: What :attr:`Evidence.fields` may name: the norm as such, and its fields.
NAMES: Final = ("norm", "modality", "strength", "bearer", "class", "quote", "legal_status")
#: A field that is less probably right than this is doubtful, below the second number strongly so.
DOUBTFUL: Final = 0.8
STRONGLY: Final = 0.6


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful field and how probable it is that it is right (0 to 1)."""

    field: str
    probability: float

    @property
    def strong(self) -> bool:
        return self.probability < STRONGLY


def doubts_of(fields: Mapping[str, float]) -> tuple[Doubt, ...]:
    """Which fields of a finding may be wrong, by how probable it is that each of them is right; the least probable first.

    >>> [d.field for d in doubts_of({"bearer": 0.54, "class": 0.79, "modality": 0.97})]
    ['bearer', 'class']
    """
    found = [Doubt(name, p) for name, p in fields.items() if p < DOUBTFUL]
    return tuple(sorted(found, key=lambda doubt: (doubt.probability, doubt.field)))


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document with all that was found in it; ``layout`` is None where nothing could be read."""

    document: Document
    work: Work | None
    layout: Layout | None
    provisions: tuple[Provision, ...] = ()
    norms: tuple[Norm, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    facts: tuple[Fact, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    citations: tuple[Citation, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    definitions: tuple[Definition, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    date_changes: tuple[DateChange, ...] = ()
    numbers: tuple[WorkNumber, ...] = ()
    relations: tuple[Relation, ...] = ()
    procedure_steps: tuple[ProcedureStep, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    named_acts: tuple[NamedAct, ...] = ()

    def boxes_for(self, span: Span) -> tuple[Box, ...]:
        """Boxes of a span on the pages; empty for formats without pages."""
        return self.layout.boxes_for(span) if self.layout else ()

    def page_of(self, span: Span) -> int | None:
        """The page on which a span begins; None for formats without pages."""
        return self.layout.page_of(span.start) if self.layout else None

    def quote(self, span: Span) -> str:
        """The words of a span, white space made single."""
        return " ".join(span.of(self.document.text).split())
