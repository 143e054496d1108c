"""API operations on news and on saved searches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import ConfigDict, Field, StrictBool
from starlette.requests import Request

from dutybook.records import Step
from dutybook.resolve.claims import ClaimState
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts.alerts import filters_as_json
from dutybook.store.news import claims, entries, procedures
from dutybook.store.news.claims import ClaimRow
from dutybook.web.api.models import Answer, Body, of_row, page_of
from dutybook.web.api.parameters import (
    Code,
    Day,
    Flag,
    Name,
    Narrowing,
    Paged,
    Paging,
    Text,
    filters_of,
    make_page,
    refusing,
    slice_rows,
)
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing


@of_row(entries.Mention)
class Mention(Answer):
    """An act, and if possible a norm of it, that an item mentions in the words `quote`."""

    page: int | None
    how: str = Field(description="citation, number, title, name or wording.")


@of_row(ClaimRow)
class Claim(Answer):
    """A date that an item states in the `words` of the sentence `quote`, and what the act's own text or a later item says to it."""

    due: str = Field(description="A day, a month or a year.")
    page: int | None
    state: str = Field(description="expected, confirmed, partly, contradicted, moved, missed or unchecked.")
    reason: str = Field(
        description="Why it is not more than that: no_act, no_text, no_date, part, amended, denied, far, undated; empty for nothing."
    )


@of_row(procedures.StepRow)
class ProcedureStep(Answer):
    """What one document says of one step of an act in the making, in the sentence `quote`."""

    step: str = Field(
        description="proposed, consultation, general_approach, trilogue, adopted, published, in_force or withdrawn."
    )
    due: str | None = Field(
        description="A day, a month or a year; of a consultation the last day; null where the document names none."
    )
    status: str = Field(description="stated, reported, announced or superseded.")
    day: str = Field(description="The day of the document; empty where it has none.")
    page: int | None
    supersedes: str | None = Field(description="The date that it replaces.")
    superseded_by: str | None = Field(description="The document that replaces it.")


@of_row(procedures.ProcedureRow)
class Procedure(Answer):
    """An act in the making, or a document that asks for comments, as of today."""

    work: str | None = Field(description="The act; null for a document of no known act.")
    state: str | None = Field(description="The furthest step; null while all is announced.")
    since: str = Field(description="Its day, month or year; empty where not known.")
    open_until: str | None = Field(description="The last day of an open consultation.")


@of_row(entries.Item)
class NewsItem(Answer):
    """An item of the news."""


@of_row(entries.Entry)
class NewsEntry(Answer):
    """One event with all items that tell of it, the earliest first."""

    day: str | None


Claims = page_of("Claims", Claim, "A page of dates that news state, the newest item first.")
Procedures = page_of("Procedures", Procedure, "A page of acts in the making.")
News = page_of("News", NewsEntry, "A page of the news, the newest event first.")


@of_row(entries.Account)
class Account(Answer):
    """An item of an event, who published and wrote it, and whether it has much of its wording from an earlier item."""


@of_row(entries.ReportedNorm)
class ReportedNorm(Answer):
    """A norm that an item reports."""


@of_row(entries.Event)
class NewsEvent(Answer):
    """An event: who tells of it and when, the earliest first, and which norms they report."""


class SavedSearch(Answer):
    """A search with a name."""

    name: str
    words: str
    filters: dict[str, Any] = Field(description="The filters that are set, by their names as parameters.")
    reader: str
    created: str
    created_by: str
    broken: str = Field(description="Why it cannot be understood any more; empty where it can.")


SavedSearches = page_of("SavedSearches", SavedSearch, "A page of saved searches, by name.")


class Filters(Narrowing):
    """The filters of a search, as parameters have them."""

    model_config = ConfigDict(extra="forbid")

    all_versions: StrictBool = Field(
        False, description="Norms of every version and copy, not of the newest version alone."
    )


class NewSearch(Body):
    """A search to save."""

    name: Name
    filters: Filters = Field(default_factory=lambda: Filters())
    reader: Code | None = None
    replace: bool = Field(False, description="Put it in place of one of the same name.")


class Telling(Paging):
    """The parameters that select news."""

    work: Text | None = Field(None, description="About this act: a number or part of its short title.")
    since: Day | None = Field(None, description="Events from this day on.")
    all: Flag = Field(False, description="Also items that speak of no act and state no date.")


class Checking(Paging):
    """The parameters that select dates that news state."""

    work: Text | None = Field(None, description="About this act: a number or part of its short title.")
    state: list[ClaimState] = Field([], description="In one of these states today.")
    since: Day | None = Field(None, description="Of items from this day on.")


class Making(Paging):
    """The parameters that select acts in the making."""

    work: Text | None = Field(None, description="This act: a number, part of its short title, or its id.")
    state: list[Step] = Field([], description="In one of these states today.")
    ends_within: int | None = Field(
        None, ge=0, le=3650, description="With a consultation that ends within so many days."
    )


@operation("GET /news", "listNews", "news", "News about the law", News)
def news(request: Request, asked: Annotated[Telling, Query()]) -> dict[str, Any]:
    """The news by event, the newest first: which acts and norms they speak of, and whether the dates that they state are right."""
    narrowed: dict[str, Any] = {"since": asked.since.isoformat() if asked.since else None, "every": asked.all}
    today = request.app.state.settings.today()
    with reading(request) as register, refusing("work"):
        found = entries.news(register, asked.work, **narrowed, today=today, limit=asked.limit, offset=asked.offset)
        total = entries.number(register, asked.work, **narrowed)
    return make_page(request, asked, found, total)


@operation("GET /news/{id}", "getNewsEvent", "news", "Read an event in the news", NewsEvent, 404)
def event(request: Request, id: str) -> Any:
    """The event that an item (its document's id) tells of: who wrote of it and when, the acts and norms that it concerns."""
    with reading(request) as register:
        return entries.read_event(register, id, today=request.app.state.settings.today())


@operation("GET /claims", "listClaims", "news", "Dates that news state", Claims)
def list_claims(request: Request, asked: Annotated[Checking, Query()]) -> dict[str, Any]:
    """The dates that news state about acts, the newest item first, and what the acts' own texts or later items say to them."""
    since, today = asked.since.isoformat() if asked.since else None, request.app.state.settings.today()
    with reading(request) as register, refusing("work"):
        found = claims.claims(register, asked.work, states=asked.state, since=since, today=today)
    return make_page(request, asked, slice_rows(found, asked), len(found))


@operation("GET /procedures", "listProcedures", "news", "Acts in the making", Procedures)
def list_procedures(request: Request, asked: Annotated[Making, Query()]) -> dict[str, Any]:
    """Acts in the making with their state today and its dates; consultations that end soonest come first, then what moved last."""
    today = request.app.state.settings.today()
    with reading(request) as register, refusing("work"):
        found = procedures.procedures(
            register, asked.work, states=asked.state, ends_within=asked.ends_within, today=today
        )
    return make_page(request, asked, slice_rows(found, asked), len(found))


@operation("GET /searches", "listSearches", "searches", "Saved searches", SavedSearches)
def searches(request: Request, asked: Paged) -> dict[str, Any]:
    """Searches that were saved, by name."""
    with reading(request) as register:
        found = kept.saved_searches(register)
    return make_page(request, asked, [plain(one) for one in slice_rows(found, asked)], len(found))


@operation("GET /searches/{name}", "getSearch", "searches", "Read a saved search", SavedSearch, 404)
def search(request: Request, name: str) -> dict[str, Any]:
    """A saved search; its filters are those of GET /norms."""
    with reading(request) as register:
        return plain(kept.saved_search(register, name))


@operation("POST /searches", "saveSearch", "searches", "Save a search", SavedSearch, 403, 409, status_code=201)
def save(request: Request, body: NewSearch) -> dict[str, Any]:
    """Keep a search under a name, for alerts too. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        filters = filters_of(request, register, body.filters)
        made = kept.SavedSearch(body.name, filters, (body.reader or "").lower())
        kept.save_search(register, made, now=datetime.now(UTC), by=person.name, anew=body.replace)
        return plain(kept.saved_search(register, body.name))


@operation("DELETE /searches/{name}", "forgetSearch", "searches", "Forget a search", None, 403, 404, 409)
def forget(request: Request, name: str) -> None:
    """Remove a saved search, unless an alert rests on it. Needs the role editor."""
    changing_as_editor(request)
    with writing(request) as register:
        kept.forget_search(register, name)


def plain(search: kept.SavedSearch) -> dict[str, Any]:
    """The fields of a saved search as the model takes them."""
    names = ("name", "reader", "created", "created_by", "broken")
    fields = {name: getattr(search, name) for name in names}
    return fields | {"words": search.filters.words, "filters": json.loads(filters_as_json(search.filters))}
