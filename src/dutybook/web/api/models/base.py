"""What all models of the API share, and values that many of them contain."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dutybook.records import DeadlineKind, Direction, Modality
from dutybook.store.judgements.record import APPLICABILITIES, FINDINGS, STATUSES
from dutybook.web.api.parameters import Day, OneOf

ModalityWord = Annotated[str, OneOf(tuple(m.value for m in Modality))]
DeadlineKindWord = Annotated[str, OneOf(tuple(k.value for k in DeadlineKind))]
DirectionWord = Annotated[str, OneOf(tuple(d.value for d in Direction))]
StatusWord = Annotated[str, OneOf(STATUSES)]
ApplicabilityWord = Annotated[str, OneOf(APPLICABILITIES)]
FindingWord = Annotated[str, OneOf(FINDINGS)]
ReadWord = Annotated[str, OneOf(("read", "partly read", "unreadable"))]
Confidence = Annotated[float, Field(ge=0, le=1)]
PageNumber = Annotated[int, Field(ge=1)]
#: Where the day of something is not known.
MaybeDay = Day | None


class Answer(BaseModel):
    """A part of an answer, made from a row of the register. It has all of the row's public fields and no others."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Body(BaseModel):
    """What a request sends. Unknown fields are refused, and a number is no substitute for true or false."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Answer):
    """A page of a list."""

    total: int = Field(ge=0, description="Rows of the whole list.")
    limit: int = Field(ge=1, description="Rows that a page has at most.")
    offset: int = Field(ge=0, description="Rows before this page.")
    next: str | None = Field(description="Address of the next page; null on the last one.")
    previous: str | None = Field(description="Address of the page before; null on the first one.")


class Box(Answer):
    """A rectangle on a page, in points (1/72 inch) from the page's top left corner."""

    page: PageNumber
    x0: float
    top: float
    x1: float
    bottom: float


class FieldError(Answer):
    """What is wrong with one parameter or field."""

    in_: Annotated[str, OneOf(("query", "path", "header", "cookie", "body"))] = Field(
        alias="in", description="Where it stands."
    )
    name: str = Field(description="Its name; of a field of the body the way to it, parted by dots.")
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="What kind of problem it is: a stable URN.")
    title: str = Field(description="The same in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What happened, and what to do.")
    errors: list[FieldError] | None = Field(default=None, description="Which parameters or fields are meant.")
    current: Any | None = Field(default=None, description="With 412: what stands there now.")
