"""Models of norms in lists, and of the parts of norms and documents: evidence, deadlines, citations, penalties, dates."""

from __future__ import annotations

from pydantic import Field

from dutybook.store import rows
from dutybook.store.deadlines import rows as deadline_rows
from dutybook.store.versions import differences
from dutybook.web.api.models.base import (
    Answer,
    Confidence,
    DeadlineKindWord,
    DirectionWord,
    MaybeDay,
)
from dutybook.web.api.models.rows import of_row
from dutybook.web.api.parameters import Day


@of_row(deadline_rows.EvidenceRow)
class Evidence(Answer):
    """Which rule or model spoke, on which words, how surely, and why; where that stands."""

    name: str = Field(description="The rule or model.")
    cue: str | None = Field(description="The words that speak for it.")
    why: str = Field(
        description="The reason: a chain of codes such as `bearer_unit=0.91; class_business=0.88`, or words."
    )
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


@of_row(deadline_rows.EventRow)
class Event(Answer):
    """An event that somebody entered, and what follows from it for a deadline."""

    deadline: str = Field(description="Id of the deadline.")
    norm: str = Field(description="Id of the norm.")
    happened: str = Field(description="An ISO 8601 day, or a moment where hours count.")
    place: str | None = Field(description="By whose days off it was counted; null: the act's own.")
    law: str | None = Field(description="By which rules; null: the act's own.")
    due: Day = Field(description="The day of the first date.")
    dates: list[str] = Field(description="What follows: ISO 8601 days, or moments where hours count.")
    steps: list[str] = Field(description="How they were computed.")
    quote: str = Field(description="The words of the deadline.")
    kind: DeadlineKindWord
    orphan: bool = Field(description="The register has its deadline no more.")


@of_row(deadline_rows.DeadlineRow)
class Deadline(Answer):
    """A time limit of a norm."""

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
    starter: str | None = Field(description="Who sets off the period, in the words of the text.")
    starter_kind: str | None = Field(description="bearer, party, authority or act.")
    events: list[Event] = Field(description="Events that people entered, with the days that follow.")


@of_row(rows.AmountRow)
class Amount(Answer):
    """An amount of money, a share, or both."""


@of_row(rows.PenaltyRow)
class Penalty(Answer):
    """A sanction."""


@of_row(rows.CitationRow)
class Citation(Answer):
    """What the text cites; `work` and `place` lead to it where they are known."""


@of_row(rows.DefinitionRow)
class Definition(Answer):
    """A defined term that the norm uses."""

    role: str | None = Field(description="Its English name.")


@of_row(rows.FactRow)
class Fact(Answer):
    """A date in the life of an act."""

    type: str = Field(
        description="entry_into_force, application, transposition, expiry, transition, review or expected."
    )
    value: str | None = Field(description="ISO 8601 day or period as read.")
    due: MaybeDay = Field(description="The day, computed, and moved where a later act moves it.")
    scope: list[str] = Field(description="Places that it is about.")
    outside: list[str] = Field(description="Places that it is not about.")
    reach: str = Field(description="Of which part it speaks: whole, some, unread or other.")


@of_row(rows.RejectedRow)
class Rejected(Answer):
    """What looked like a norm and was none."""


@of_row(differences.DeviationRow)
class Deviation(Answer):
    """Two language versions of a norm that say different things."""


@of_row(rows.NormRow)
class NormRow(Answer):
    """A norm with its document, act and deadlines."""

    place: str = Field(description="As lawyers cite it: “Art 5(2)(a)”, “§ 30 Abs. 2 Nr. 3”.")
    quote: str = Field(description="The words of the text, letter for letter.")
    span: tuple[int, int] = Field(description="Half-open range of characters of the document's text.")
    cell: Cell | None
    penalty: str | None = Field(description="Words of the penalties that sanction it, one a line.")
    due: MaybeDay = Field(description="The earliest computed date of its deadlines.")
