"""Models of norms in lists, and of the parts of norms and documents: evidence, deadlines, citations, penalties, dates."""

from __future__ import annotations

from pydantic import Field

from dutybook.web.api.models.base import (
    Answer,
    BearerClassWord,
    Box,
    Confidence,
    DeadlineKindWord,
    DirectionWord,
    MaybeDay,
    ModalityWord,
    PageNumber,
    StrengthWord,
)
from dutybook.web.api.parameters import Day


class Evidence(Answer):
    """Which rule or model spoke, on which words, how surely, and why; where that stands."""

    name: str = Field(description="The rule or model.")
    version: str
    cue: str | None = Field(description="The words that speak for it.")
    confidence: Confidence
    why: str = Field(
        description="The reason: a chain of codes such as `bearer_unit=0.91; class_business=0.88`, or words."
    )
    page: PageNumber | None
    boxes: list[Box]
    fields: dict[str, Confidence] = Field(
        description="How probable it is that each field is right (norm, modality, strength, bearer, class, quote); empty where not known."
    )


class Cell(Answer):
    """Where in a table a norm stands; numbers count from 1."""

    table: int
    row: int
    column: int
    column_header: str
    row_header: str


class Event(Answer):
    """An event that somebody entered, and what follows from it for a deadline."""

    id: str
    deadline: str = Field(description="Id of the deadline.")
    norm: str = Field(description="Id of the norm.")
    document: str
    happened: str = Field(description="An ISO 8601 day, or a moment where hours count.")
    place: str | None = Field(description="By whose days off it was counted; null: the act's own.")
    law: str | None = Field(description="By which rules; null: the act's own.")
    due: Day = Field(description="The day of the first date.")
    dates: list[str] = Field(description="What follows: ISO 8601 days, or moments where hours count.")
    steps: list[str] = Field(description="How they were computed.")
    note: str
    created: str
    quote: str = Field(description="The words of the deadline.")
    kind: DeadlineKindWord
    value: str | None
    anchor: str | None
    norm_place: str
    title: str
    work: str | None
    language: str
    orphan: bool = Field(description="The register has its deadline no more.")


class Deadline(Answer):
    """A time limit of a norm."""

    id: str
    norm: str = Field(description="Id of the norm.")
    quote: str = Field(description="Its words, letter for letter.")
    kind: DeadlineKindWord
    value: str | None = Field(description="ISO 8601: a day, a period (P1M, PT72H), a recurrence (R/P1Y, --03-31).")
    direction: DirectionWord | None
    anchor: str | None = Field(description="What it counts from, as written.")
    due: MaybeDay = Field(
        description="The day that the text itself fixes, computed; null where it fixes none (see reason)."
    )
    reason: str = Field(description="Why no day is known; empty where one is.")
    steps: list[str] = Field(description="How the day was computed.")
    page: PageNumber | None
    evidence: Evidence | None
    starter: str | None = Field(description="Who sets off the period, in the words of the text.")
    starter_kind: str | None = Field(description="bearer, party, authority or act.")
    events: list[Event] = Field(description="Events that people entered, with the days that follow.")


class Amount(Answer):
    """An amount of money, a share, or both."""

    amount: float | None
    currency: str | None
    percent: float | None
    of: str | None


class Penalty(Answer):
    """A sanction."""

    id: str
    document: str
    quote: str
    page: PageNumber | None
    amounts: list[Amount]


class Citation(Answer):
    """What the text cites; `work` and `place` lead to it where they are known."""

    id: str
    document: str
    norm: str | None
    as_written: str
    work: str | None
    place: str | None
    resolved: bool
    page: PageNumber | None


class Definition(Answer):
    """A defined term that the norm uses."""

    id: str
    document: str
    term: str
    role: str | None = Field(description="Its English name.")
    actor: str | None
    place: str
    quote: str
    language: str
    page: PageNumber | None


class Fact(Answer):
    """A date in the life of an act."""

    id: str
    document: str
    type: str = Field(
        description="entry_into_force, application, transposition, expiry, transition, review or expected."
    )
    quote: str
    value: str | None = Field(description="ISO 8601 day or period as read.")
    due: MaybeDay = Field(description="The day, computed, and moved where a later act moves it.")
    steps: list[str]
    page: PageNumber | None
    place: str
    scope: list[str] = Field(description="Places that it is about.")
    outside: list[str] = Field(description="Places that it is not about.")
    reach: str = Field(description="Of which part it speaks: whole, some, unread or other.")
    about: str
    evidence: Evidence | None


class Rejected(Answer):
    """What looked like a norm and was none."""

    id: str
    document: str
    document_title: str
    source: str
    place: str
    quote: str
    reason: str
    page: PageNumber | None
    boxes: list[Box]
    evidence: Evidence | None


class Deviation(Answer):
    """Two language versions of a norm that say different things."""

    kind: str
    identity: str
    norm: str
    other: str
    place: str
    language: str
    other_language: str
    said: str
    other_said: str
    quote: str
    other_quote: str


class NormRow(Answer):
    """A norm with its document, act and deadlines."""

    id: str
    document: str
    document_title: str
    source: str
    work: str | None
    work_title: str | None
    place: str = Field(description="As lawyers cite it: “Art 5(2)(a)”, “§ 30 Abs. 2 Nr. 3”.")
    modality: ModalityWord
    strength: StrengthWord
    bearer: str | None
    bearer_class: BearerClassWord
    quote: str = Field(description="The words of the text, letter for letter.")
    action: str | None
    recipient: str | None
    condition: str | None
    exception: str | None
    stem: str | None = Field(description="Words before a list that belong to each of its items.")
    language: str
    page: PageNumber | None
    confidence: Confidence
    span: tuple[int, int] = Field(description="Half-open range of characters of the document's text.")
    boxes: list[Box]
    deadlines: list[Deadline]
    cell: Cell | None
    role: str | None = Field(description="The bearer's English name, the same in every language.")
    penalty: str | None = Field(description="Words of the penalties that sanction it, one a line.")
    applies_from: MaybeDay
    applies_until: MaybeDay
    applies_why: list[str]
    due: MaybeDay = Field(description="The earliest computed date of its deadlines.")
