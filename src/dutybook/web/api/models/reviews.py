"""Models of what people record about norms: the record, its history, and a change to it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from dutybook.store.judgements import history, record
from dutybook.store.judgements.change import FIELDS
from dutybook.web.api.models.base import Answer, ApplicabilityWord, Body, FindingWord, Page, StatusWord
from dutybook.web.api.models.parts import NormRow
from dutybook.web.api.models.rows import of_row
from dutybook.web.api.parameters import Day, OneOf, Text

Long = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]


@of_row(record.Note)
class Note(Answer):
    """A note."""


@of_row(record.Link)
class Link(Answer):
    """The organisation's own evidence; Dutybook never opens it."""


@of_row(record.Correction)
class Correction(Answer):
    """What somebody put in place of what was extracted."""


@of_row(record.Record, without=("seen", "stands", "ties"))
class Record(Answer):
    """What people recorded about a norm. Texts are empty where nothing was recorded."""

    norm: str = Field(
        description="Id of the norm where the record stands now; another language or version may have another id."
    )
    status: StatusWord
    due: str = Field(description="The people's own day, ISO 8601.")
    applicability: ApplicabilityWord
    finding: FindingWord = Field(description="What somebody thinks of the extraction; empty where nobody looked.")
    why: str = Field(description="Why the status is “requires review”.")
    revision: int = Field(description="Number of its last change; the tag of the record.")


@of_row(history.HistoryRow)
class HistoryRow(Answer):
    """One change of one field, who made it and when (UTC)."""

    previous: str = Field(description="Hash of the row before it in the register's history.")


class HistoryPage(Page):
    """A page of a history, the newest change first."""

    items: list[HistoryRow]


class RecordState(Answer):
    """The review record of a norm; null if there is none yet. The header ETag is its tag."""

    norm: str = Field(description="Id of the norm that was asked for.")
    record: Record | None


class Changed(Answer):
    """A change that was made. The header ETag is the record's new tag."""

    norm: str
    changed: bool = Field(description="False: the record had these values already.")
    record: Record


class Queued(Answer):
    """A norm that is still to be reviewed, and its record."""

    norm: NormRow
    record: Record | None


class Queue(Page):
    """A page of the queue, the least sure findings first."""

    items: list[Queued]


class NewLink(Body):
    """A link to evidence of one's own."""

    label: Text = ""
    target: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")] = Field(
        description="A path or address; never opened."
    )


class ReviewChange(Body):
    """A change of a record. Fields that are left out stay as they are; an empty text removes a value."""

    status: StatusWord | None = None
    owner: Text | None = None
    reviewer: Text | None = None
    due: Day | Annotated[str, OneOf(("",))] | None = Field(None, description="A day of one's own.")
    review_date: Day | Annotated[str, OneOf(("",))] | None = None
    applicability: ApplicabilityWord | None = Field(None, description="partly and no need a reason.")
    reason: Long | None = Field(None, description="Why: of applicability, of a rejection, of a correction.")
    control: Long | None = None
    note: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*\S[^\x00]*$")] | None = (
        Field(None, description="A note to add.")
    )
    links: list[NewLink] = Field([], max_length=20)
    finding: Annotated[str, OneOf(("", "confirmed", "rejected"))] | None = Field(
        None, description="rejected needs a reason; empty takes either back."
    )
    correct: dict[Annotated[str, OneOf(FIELDS)], Text] = Field(
        {}, description="Fields and what they should be, with a reason; an empty text: nothing."
    )
    deadline: Text | None = Field(
        None, description="Which deadline is corrected, by its words or id, where a norm has several."
    )
