"""API operations on dates: what is due in a period, when a deadline ends after a given event, and stored events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from dutybook.errors import NotFound
from dutybook.pipeline.due_dates import DueDate as ComputedDate
from dutybook.pipeline.due_dates import EventDetails
from dutybook.pipeline.due_dates import due as due_of
from dutybook.store import Register
from dutybook.store.deadlines import events as kept
from dutybook.store.deadlines.agenda import Agenda as StoredAgenda
from dutybook.store.deadlines.agenda import AgendaQuery
from dutybook.store.deadlines.agenda import AgendaRow as StoredAgendaRow
from dutybook.store.deadlines.agenda import agenda as agenda_of
from dutybook.web.api.models import Answer, Body, Deadline, Event, of_row, page_of
from dutybook.web.api.norms import NormId
from dutybook.web.api.parameters import (
    Day,
    Flag,
    Paged,
    Paging,
    Reader,
    Text,
    make_page,
    make_refusal,
    refusing,
    slice_page,
    slice_rows,
)
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing


@of_row(StoredAgendaRow)
class AgendaRow(Answer):
    """One day of one norm or act."""

    day: Day
    origin: str = Field(
        description="text: the norm's words; event: an event that somebody entered; own: a day that somebody set; act: a date of the act; incident: a duty to notify; assessment: a change to be assessed (document is its id)."
    )
    kind: str = Field(
        description="The modality; for an act the type of the date, for incidents and assessments the origin."
    )


Agenda = page_of("Agenda", AgendaRow, "A page of what is due, the earliest first.")


class DueDate(Answer):
    """A deadline with the date that was computed for it, or the reason why there is none."""

    deadline: Deadline
    due: str | None = Field(description="ISO 8601: a day, or a moment where hours count.")
    dates: list[str]
    steps: list[str]
    reason: str
    law: str | None
    place: str | None
    stored: Event | None


class DueDates(Answer):
    """The deadlines of a norm, counted."""

    norm: str
    place_in_act: str
    items: list[DueDate]


Events = page_of("Events", Event, "A page of stored events, the one that is due first in front.")


#: Years that an agenda spans at most.
_YEARS = 50
Moment = Annotated[
    Text,
    Field(
        description="When it happened: 2026-03-02, or 2026-03-02 14:00 where hours count.",
        examples=["2026-03-02 14:00"],
    ),
]


class Between(Paging, Reader):
    """The parameters of an agenda: the period, and whose dates."""

    first: Day | None = Field(None, alias="from", description="First day; today if not given.")
    last: Day | None = Field(None, alias="to", description="Last day; a year after the first if not given.")
    work: Text | None = Field(None, description="Of this act: a number or part of its short title.")
    owner: Text | None = Field(None, description="Part of the name of who looks after it.")
    open: Flag = Field(False, description="Leave out what people are done with, and dates of acts.")


class NewEvent(Body):
    """An event that starts a deadline, to be kept: searches, calendars and exports then have its dates."""

    event: Moment
    place: Text | None = Field(None, description="Whose public holidays and clocks count: DE, DE-BY, FR …")
    law: Text | None = Field(None, description="How periods are counted; as the act wants if not given.")
    note: Text = Field("", description="What it was, in your words.")


@operation("GET /deadlines/due", "getAgenda", "dates", "What is due", Agenda)
def agenda(request: Request, asked: Annotated[Between, Query()]) -> dict[str, Any]:
    """All that is due from one day to another, the earliest first: by the texts that stand today, by stored events, by people's own days, and for the acts."""
    with reading(request) as register, refusing("work"):
        found = find_agenda(register, asked, request.app.state.settings.today())
    return make_page(request, asked, slice_rows(found.rows, asked), found.total)


def find_agenda(register: Register, asked: Between, today: date) -> StoredAgenda:
    """What is due in a period: all rows up to the end of the page that is asked for.

    Raises:
        Refusal: the period makes no sense.
        BadFilter: no act in the register is named so.
    """
    first = asked.first or today
    last = asked.last or date.fromordinal(min(first.toordinal() + 365, date.max.toordinal()))
    if last < first:
        raise make_refusal("to", "it is before the first day")
    if last.year - first.year > _YEARS:
        raise make_refusal("to", f"ask for {_YEARS} years at most")
    query = AgendaQuery(
        first,
        last,
        reader=asked.reader.lower(),
        today=today,
        work=asked.work,
        owner=asked.owner,
        open_only=asked.open,
        limit=asked.offset + asked.limit,
    )
    return agenda_of(register, query)


@operation("GET /norms/{id}/due", "getDue", "dates", "When a norm's deadlines end", DueDates, 404)
def due(
    request: Request,
    id: NormId,
    event: Annotated[
        Text | None, Query(description="When what starts the deadline happened: 2026-03-02, or 2026-03-02 14:00.")
    ] = None,
    place: Annotated[Text | None, Query(description="Whose public holidays and clocks count: DE, DE-BY, FR …")] = None,
    law: Annotated[
        Text | None, Query(description="How periods are counted: reg1182, bgb …; as the act wants if not given.")
    ] = None,
    since: Annotated[
        Day | None, Query(description="For what returns: dates from this day on; today if not given.")
    ] = None,
) -> dict[str, Any]:
    """The deadlines of a norm (or the one whose id is given), counted step by step from the text or from an event."""
    today = since or request.app.state.settings.today()
    with reading(request) as register:
        return describe_due(register, id, due_of(register, id, event or None, place=place, law=law, since=today))


@operation("POST /norms/{id}/events", "storeEvent", "dates", "Store an event", DueDates, 403, 404, status_code=201)
def store(request: Request, id: NormId, body: NewEvent) -> dict[str, Any]:
    """Keep the event that starts the deadlines of a norm (or the one whose id is given). Needs the role editor."""
    changing_as_editor(request)
    now = datetime.now(UTC)
    with writing(request) as register:
        made = due_of(
            register,
            id,
            body.event,
            place=body.place,
            law=body.law,
            since=request.app.state.settings.today(),
            store=EventDetails(body.note, now),
        )
        return describe_due(register, id, made)


@operation("GET /events", "listEvents", "dates", "Stored events", Events)
def events(request: Request, asked: Paged) -> dict[str, Any]:
    """All stored events, those too whose deadline the register has no more."""
    with reading(request) as register:
        found = kept.stored(register)
    return slice_page(request, asked, found)


@operation("DELETE /events/{id}", "forgetEvent", "dates", "Forget an event", None, 403, 404)
def forget(request: Request, id: str) -> None:
    """Remove a stored event by its full id. Needs the role editor."""
    changing_as_editor(request)
    with writing(request) as register:
        if not kept.forget(register, id):
            raise NotFound(f"there is no stored event {id!r}; GET /api/v1/events lists them")


def describe_due(register: Register, identity: str, made: Sequence[ComputedDate]) -> dict[str, Any]:
    """The computed dates of a norm (or of one deadline) as their model takes them."""
    norm, _ = kept.deadlines_named(register, identity)
    return {"norm": norm.id, "place_in_act": norm.place, "items": [_plain(row) for row in made]}


def _plain(made: ComputedDate) -> dict[str, Any]:
    names = ("deadline", "steps", "reason", "law", "place", "stored")
    fields = {name: getattr(made, name) for name in names}
    return fields | {
        "due": made.due.isoformat() if made.due else None,
        "dates": [day.isoformat() for day in made.dates],
    }
