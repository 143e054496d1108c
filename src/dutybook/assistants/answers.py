"""What the tools answer with. Models are those of the web API, without what only a screen needs; fields are declared there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic_core import to_json

from dutybook.web.api import acts, dates, documents, models, norms, reviews
from dutybook.web.api.models import Answer, PageNumber

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

#: An answer has this many characters of JSON at most: what an assistant can take in, and no more of the register than was asked for.
MOST_CHARACTERS = 60_000
#: Fields that only a screen needs: where words stand on a page, and in the text.
_ON_SCREEN = frozenset({"boxes", "span", "marks", "rank"})


class Trimmed(Answer):
    """A part of an answer that has fewer fields than what it is made from."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


def fields_of(source: type[BaseModel], *, without: Collection[str] = ()) -> Callable[[type[M]], type[M]]:
    """A class decorator that adds the fields of another model, but for those of a screen and those ``without``."""

    def complete(model: type[M]) -> type[M]:
        own: dict[str, Any] = {name: (info.annotation, info) for name, info in model.model_fields.items()}
        taken: dict[str, Any] = {
            name: own.get(name) or (info.annotation, info)
            for name, info in source.model_fields.items()
            if name not in _ON_SCREEN and name not in without
        }
        made: type[BaseModel] = create_model(
            model.__name__, __base__=model.__bases__, __module__=model.__module__, __doc__=model.__doc__, **taken | own
        )
        return cast(type[M], made)

    return complete


def address_of(kind: str, identity: str) -> str:
    """The address of a resource: ``dutybook://norm/3fa9…``."""
    return f"dutybook://{kind}/{quote(identity, safe=':')}"


class Listed(Trimmed):
    """A part of a list."""

    total: int = Field(description="Rows of the whole list.")
    next_offset: int | None = Field(description="The offset at which the list goes on; null at its end.")


@fields_of(models.Deadline, without=("evidence", "norm"))
class TimeLimit(Trimmed):
    """A time limit of a norm, with its words and the page on which they stand."""


@fields_of(norms.Hit, without=("identity",))
class FoundNorm(Trimmed):
    """A norm that was found: its words, the page on which they stand, and who must do what by when."""

    uri: str = Field(description="Address of the norm as a resource.")
    deadlines: list[TimeLimit]


class FoundNorms(Listed):
    """Norms that were found, the best match first."""

    items: list[FoundNorm]
    more: bool = Field(description="There are more than `total`: narrow the search.")
    without_text: list[norms.NoText] = Field(description="With as_of: acts of which no text that stood then is here.")
    hints: list[str] = Field(
        description="What helps to find more: words that were probably meant, filters that no norm meets, why meaning was not searched."
    )


@fields_of(models.NormRow)
class ReadNorm(Trimmed):
    """A norm, its words, and the page on which they stand."""

    deadlines: list[TimeLimit]


@fields_of(models.Fact, without=("evidence",))
class DateOfAct(Trimmed):
    """A date in the life of an act, with the words that say so and their page."""


@fields_of(norms.Norm, without=("parts", "images", "evidence", "history"))
class NormAnswer(Trimmed):
    """All that is known of one norm."""

    uri: str
    norm: ReadNorm
    dates: list[DateOfAct] = Field(description="What says from when and until when it applies.")
    doubtful: list[str] = Field(description="Fields that may be wrong, the least sure first.")
    left_out: dict[str, int] = Field(
        {}, description="How many rows of a list are left out, since the answer would be too long."
    )


@fields_of(models.Rejected, without=("evidence",))
class RejectedCandidate(Trimmed):
    """What looked like a norm and was judged to be none."""


@fields_of(models.Evidence)
class Spoke(Trimmed):
    """Which rule or model spoke, on which words, and how surely."""


@fields_of(norms.Explained)
class Explanation(Trimmed):
    """Why something was found (`kind` norm), or was judged to be no norm (`kind` rejected)."""

    norm: ReadNorm | None
    rejected: RejectedCandidate | None
    evidence: Spoke | None
    dates: list[DateOfAct]
    because: str = Field(description="The reason in words.")
    doubtful: list[str] = Field(description="Fields that may be wrong, the least sure first.")


@fields_of(dates.DueDate)
class Computed(Trimmed):
    """A time limit with the date that was computed for it, or the reason why there is none."""

    deadline: TimeLimit


@fields_of(dates.DueDates)
class DueAnswer(Trimmed):
    """The time limits of a norm, counted; its words, and the page on which they stand."""

    uri: str
    quote: str
    page: PageNumber | None
    document_title: str
    source: str
    items: list[Computed]


@fields_of(acts.Change)
class Changed(Trimmed):
    """One change, with the words before and after it and the pages on which they stand."""

    old_page: PageNumber | None
    new_page: PageNumber | None


class Compared(Listed):
    """What changed from one version of an act to another, and what corrigenda put right."""

    act: str = Field(description="Id of the act.")
    uri: str
    old: acts.Compared | None = Field(description="Null where there are only corrigenda.")
    new: acts.Compared | None
    items: list[Changed]
    corrections: list[acts.Corrected]


class LatestChange(Changed):
    """A change and the text that brought it."""

    uri: str = Field(description="Address of the act as a resource.")
    work: str = Field(description="Id of the act.")
    title: str = Field(description="Name of the act.")
    document: str = Field(description="Id of the text that brought it.")
    language: str
    since: str | None = Field(description="The day from which that text stands; null where not known.")


class LatestChanges(Listed):
    """Changes of acts, those of the newest text first."""

    items: list[LatestChange]


@fields_of(acts.Act)
class ActAnswer(Trimmed):
    """An act with its numbers, versions, relations, dates, and where its languages say different things."""

    uri: str
    facts: list[DateOfAct] = Field(description="Dates of the newest text, the earliest first.")
    left_out: dict[str, int] = Field(
        {}, description="How many rows of a list are left out, since the answer would be too long."
    )


class Works(Listed):
    """Acts by title. If one alone was named, `act` has all that is known of it."""

    items: list[acts.ActRow]
    act: ActAnswer | None


@fields_of(dates.AgendaRow)
class DayDue(Trimmed):
    """One day of one norm or act, with the words that say so and their page."""

    uri: str = Field(description="Address of the norm, of the act or of the document as a resource.")


class Calendar(Listed):
    """What is due, the earliest first."""

    items: list[DayDue]


@fields_of(reviews.Changed)
class Reviewed(Trimmed):
    """What was recorded of a norm, with its history."""

    uri: str
    quote: str
    page: PageNumber | None
    record: models.Record | None
    history: list[models.HistoryRow] = Field(description="The last changes of the record, the newest first.")


class DocumentAnswer(Trimmed):
    """A document, and its text or a part of it."""

    uri: str
    document: documents.DocumentRow
    text: documents.TextOf


def size_of(value: object) -> int:
    """Characters of a value as JSON."""
    return len(to_json(value).decode())


def fit_rows(rows: Iterable[T], most: int = MOST_CHARACTERS) -> list[T]:
    """The first rows that fit into an answer, at least one."""
    kept: list[T] = []
    left = most
    for row in rows:
        left -= size_of(row)
        if left < 0 and kept:
            break
        kept.append(row)
    return kept


def fit_lists(answer: M, most: int = MOST_CHARACTERS) -> M:
    """An answer whose longest lists are cut until it fits; ``left_out`` says how many rows are gone from which list."""
    lists = {name: value for name in type(answer).model_fields if isinstance(value := getattr(answer, name), list)}
    whole = {name: len(value) for name, value in lists.items()}
    while size_of(answer) > most and any(lists.values()):
        longest = max(lists, key=lambda name: size_of(lists[name]))
        lists[longest] = lists[longest][: len(lists[longest]) // 2]
        gone = {name: whole[name] - len(value) for name, value in lists.items() if len(value) < whole[name]}
        answer = answer.model_copy(update={longest: lists[longest], "left_out": gone})
    return answer
