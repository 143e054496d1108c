"""Models of answers. A field that a model declares itself keeps its type and its description; all others are taken from the row that it is made
from: parts are lists, days are days, and a row in a row is the model that was made for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import date
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from dutybook.records import DeadlineKind, Direction, Modality, norm_fields
from dutybook.records.norm_fields import NORM_FIELDS, NormField
from dutybook.store import rows
from dutybook.store import rows as deadline_rows
from dutybook.store.judgements import history, mentions, record
from dutybook.store.judgements.record import APPLICABILITIES, FINDINGS, PRIORITIES, STATUSES
from dutybook.store.versions import differences
from dutybook.web.api.parameters import Day, OneOf

ModalityWord = Annotated[str, OneOf(tuple(m.value for m in Modality))]
DeadlineKindWord = Annotated[str, OneOf(tuple(k.value for k in DeadlineKind))]
DirectionWord = Annotated[str, OneOf(tuple(d.value for d in Direction))]
StatusWord = Annotated[str, OneOf(STATUSES)]
ApplicabilityWord = Annotated[str, OneOf(APPLICABILITIES)]
PriorityWord = Annotated[str, OneOf(PRIORITIES)]
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


def page_of(name: str, row: type[BaseModel], about: str) -> type[Page]:
    """The model of a page of a list with these rows."""
    return create_model(name, __base__=Page, __doc__=about, __module__=row.__module__, items=(list[row], ...))  # type: ignore[valid-type]


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


M = TypeVar("M", bound=BaseModel)


def _one_of(field: NormField) -> Any:
    """The type of a field of a closed list."""
    word = Annotated[str, OneOf(field.choices)]
    return word | None if field.optional else word


#: Fields that are the same in all rows, and narrower than their types say.
_COMMON: dict[str, Any] = {
    "page": PageNumber | None,
    "confidence": Confidence,
    "boxes": list[Box],
    **{field.name: _one_of(field) for field in NORM_FIELDS if field.choices},
}
_MODELS: dict[type, type[BaseModel]] = {}


def of_row(row: type, *, without: Collection[str] = ()) -> Callable[[type[M]], type[M]]:
    """A class decorator that adds the fields of a row (a dataclass) to a model, but for those ``without``."""

    def complete(model: type[M]) -> type[M]:
        hints = _hints(row)
        own: dict[str, Any] = {name: (info.annotation, info) for name, info in model.model_fields.items()}
        names = [field.name for field in fields(row) if field.name not in without]
        taken: dict[str, Any] = {name: own.get(name) or _field(name, hints[name]) for name in names}
        made: type[BaseModel] = create_model(
            model.__name__, __base__=model.__bases__, __module__=model.__module__, __doc__=model.__doc__, **taken | own
        )
        _MODELS[row] = made
        return cast(type[M], made)

    return complete


def _field(name: str, hint: Any) -> tuple[Any, Any]:
    """The type and the description of a model's field."""
    if get_origin(hint) is not Annotated:
        return _COMMON.get(name) or _type(hint), ...
    inner, about = get_args(hint)
    described = Field(description=f"{about.text}.")
    if about.values:
        word = Annotated[str, OneOf(tuple(value.value for value in about.values))]
        return (word | None if NoneType in get_args(inner) else word), described
    return _type(inner), described


def _type(hint: Any) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if hint is date:
        return Day
    if hint in _MODELS:
        return _MODELS[hint]
    if origin in (Union, UnionType):
        return reduce(or_, (_type(part) for part in parts))
    if origin is tuple:
        return list[_type(parts[0])] if parts[-1] is ... else tuple[tuple(_type(part) for part in parts)]  # type: ignore[misc]
    return origin[tuple(_type(part) for part in parts)] if origin else hint


def _hints(row: type) -> dict[str, Any]:
    """The types of a row's fields; those of a generic base with what the row puts in place of its variables."""
    given: dict[Any, Any] = {}
    for base in getattr(row, "__orig_bases__", ()):
        given |= dict(zip(getattr(get_origin(base), "__parameters__", ()), get_args(base), strict=False))
    hints = get_type_hints(row, include_extras=True)
    return {name: _filled(hint, given) for name, hint in hints.items()}


def _filled(hint: Any, given: dict[Any, Any]) -> Any:
    variables = getattr(hint, "__parameters__", ())
    return hint[tuple(given[variable] for variable in variables)] if variables else hint


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
    occurred_at: str = Field(description="An ISO 8601 day, or a moment where hours count.")
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
    value: str | None = Field(
        description="ISO 8601: a day, a period (P1M, PT72H), a recurrence (R/P1Y, --03-31, ---15)."
    )
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
        description="entry_into_force, application, transposition, expiry, transition, review, comment_period or expected."
    )
    value: str | None = Field(description="ISO 8601 day or period as read.")
    due: MaybeDay = Field(description="The day, computed, and moved where a later act moves it.")
    scope: list[str] = Field(description="Places that it is about.")
    outside: list[str] = Field(description="Places that it is not about.")
    reach: str = Field(description="Of which part it speaks: whole, some, unread or other.")
    status: str = Field(
        description="How the day is known: stated, computed, announced, derived from a later act, or changed by one."
    )
    supersedes: MaybeDay = Field(description="The day before the later act.")
    by_document: str | None = Field(description="The document of the later act.")


@of_row(rows.RejectedRow)
class Rejected(Answer):
    """What looked like a norm and was none."""


@of_row(differences.DeviationRow)
class Deviation(Answer):
    """Two language versions of a norm that say different things."""


@of_row(rows.PeriodRow)
class Period(Answer):
    """A time from which a norm may apply."""

    applies_from: MaybeDay = Field(
        description="Its first day; null for a start by event, or where a later act leaves none."
    )
    applies_until: MaybeDay = Field(description="Its last day.")
    about: str = Field(description="For whom or what; empty for all cases that the others are not about.")
    fact: str = Field(description="The date of the act that says so.")
    status: str = Field(
        description="How the day is known: stated, computed, derived from a later act, or changed by one."
    )
    by_document: str | None = Field(description="The document of the later act.")


@of_row(norm_fields.ListPoint)
class ListPoint(Answer):
    """A point of the list that a norm introduces: its words at a half-open range of characters of the document's text."""


@of_row(rows.NormRow)
class NormRow(Answer):
    """A norm with its document, act and deadlines."""

    place: str = Field(description="As lawyers cite it: “Art 5(2)(a)”, “§ 30 Abs. 2 Nr. 3”.")
    quote: str = Field(description="The words of the text, letter for letter.")
    span: tuple[int, int] = Field(description="Half-open range of characters of the document's text.")
    cell: Cell | None
    penalty: str | None = Field(description="Words of the penalties that sanction it, one a line.")
    applies_earliest: MaybeDay = Field(description="The earliest day that is possible, where it depends.")
    depends_on: str | None = Field(
        description="What its first day depends on, one a line: a day and for whom or what it is."
    )
    due: MaybeDay = Field(description="The earliest computed date of its deadlines.")


@of_row(record.Note)
class Note(Answer):
    """A note."""


@of_row(record.Link)
class Link(Answer):
    """The organisation's own evidence; Dutybook never opens it."""


@of_row(record.ControlLink)
class ControlLink(Answer):
    """A control that serves a norm, or that somebody said does not."""

    control: str = Field(description="Id of the control.")
    label: str = Field(description="Its reference and title.")


@of_row(record.Correction)
class Correction(Answer):
    """What somebody put in place of what was extracted."""


@of_row(record.Proposal)
class Proposal(Answer):
    """A change that one person proposed and that awaits the approval of a second one."""

    norm: str = Field(description="The norm that it was said of.")
    change: str = Field(description="What it sets, as JSON: fields of a change of the record.")


@of_row(record.Record, without=("seen", "stands", "ties"))
class Record(Answer):
    """What people recorded about a norm. Texts are empty where nothing was recorded."""

    norm: str = Field(
        description="Id of the norm where the record stands now; another language or version may have another id."
    )
    status: StatusWord
    due: str = Field(description="The people's own day, ISO 8601.")
    priority: PriorityWord
    applicability: ApplicabilityWord
    control: str = Field(description="What makes sure that it is met: controls by name, one per line, then words.")
    control_words: str = Field(description="Those of its lines that name no control.")
    controls: list[ControlLink] = Field(description="Controls that serve the norm.")
    declined: list[ControlLink] = Field(description="Controls of which somebody said that they do not serve the norm.")
    finding: FindingWord = Field(description="What somebody thinks of the extraction; empty where nobody looked.")
    proposals: list[Proposal] = Field(description="Changes that await the approval of a second person.")
    why: str = Field(description="Why the status is “requires review”.")
    revision: int = Field(description="Number of its last change; the tag of the record.")


@of_row(mentions.Mention)
class Mention(Answer):
    """A note in which the person who asks is mentioned: `@` and the name."""

    norm: str = Field(description="The norm that the note is on.")
    text: str = Field(description="The note.")
    by: str = Field(description="Who wrote it.")
    at: str = Field(description="When (UTC).")


@of_row(history.HistoryRow)
class HistoryRow(Answer):
    """One change of one field, who made it and when (UTC)."""

    previous: str = Field(description="Hash of the row before it in the register's history.")
