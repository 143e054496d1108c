"""API operations on incidents: all clocks of one, and those that are kept with what was submitted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from dutybook.languages.incidents import MOMENTS, incident_kinds
from dutybook.pipeline import incidents as finding
from dutybook.pipeline.due_dates import normalise_event
from dutybook.records.incidents import DutyState
from dutybook.store import Register
from dutybook.store.incidents import incidents as kept
from dutybook.store.incidents.counting import count_incident, duty_to_dict, incident_to_dict
from dutybook.store.incidents.incidents import STATUSES, ReportChange, StoredIncident
from dutybook.web.api.models import Answer, Body, DeadlineKindWord, page_of
from dutybook.web.api.parameters import OneOf, Paging, Reader, Text, make_page, slice_page, slice_rows
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing

KindWord = Annotated[str, OneOf(incident_kinds())]
StatusWord = Annotated[str, OneOf(STATUSES)]
StateWord = Annotated[str, OneOf(tuple(state.value for state in DutyState))]
Moment = Annotated[Text, Field(examples=["2026-11-29 20:20"])]


class IncidentClock(Answer):
    """A time limit of a duty, with its end and the steps to it, or the reason why there is none."""

    quote: str
    kind: DeadlineKindWord
    value: str | None
    direction: str | None
    anchor: str | None
    moment: str = Field(
        description="What starts it: aware, occurred, classified, measure, handled or submitted; empty where the text leaves it open."
    )
    after: str = Field(description="Id of the duty whose submission starts it; empty where none does.")
    due: str | None = Field(description="ISO 8601: a day, or a moment where hours count.")
    steps: list[str]
    reason: str


class IncidentDuty(Answer):
    """A duty to notify, as it was found, with its clocks and what was done about it."""

    id: str
    norm: str
    document: str
    work: str | None
    title: str
    place: str
    language: str
    quote: str
    bearer: str
    recipient: str
    recipient_kind: str = Field(description="authority, or affected for others; empty where it is not said.")
    stage: str = Field(description="early, first, intermediate, progress or final; empty where it is not said.")
    condition: str
    contents: list[str]
    law: str | None
    doubts: list[str] = Field(
        description="What a person should look at: bearer, kind, recipient, moment, state or applies."
    )
    clocks: list[IncidentClock]
    state: StateWord
    due: str | None = Field(description="The earliest end of its clocks, ISO 8601.")
    submitted: str
    evidence: str
    dropped: bool
    note: str


class Incident(Answer):
    """An incident with its duties to notify, what is due first in front."""

    id: str
    title: str
    kinds: list[KindWord]
    aware: str
    occurred: str
    classified: str
    measure: str
    handled: str
    place: str
    law: str
    filters: dict[str, Any]
    status: StatusWord
    note: str
    revision: int
    changed: str
    changed_by: str
    duties: list[IncidentDuty]


Incidents = page_of("Incidents", Incident, "A page of incidents, what was noticed last in front.")
IncidentDuties = page_of("IncidentDuties", IncidentDuty, "A page of duties to notify, what is due first in front.")


class ClockQuery(Paging, Reader):
    """The parameters of the clocks of an incident that is not kept."""

    aware: Moment = Field(description="When it was noticed.")
    kind: list[KindWord] = Field([], description="Kinds of incident; all if none is given.")
    occurred: Moment | None = None
    classified: Moment | None = None
    measure: Moment | None = Field(None, description="When a corrective measure was available.")
    handled: Moment | None = None
    place: Text | None = Field(None, description="Whose public holidays and clocks count: DE, DE-BY, FR …")
    law: Text | None = Field(None, description="How periods count in acts of which that is not known.")
    work: Text | None = Field(None, description="Of this act: a number or part of its short title.")
    profile: Text | None = Field(None, description="Only what may apply to the profile of this name.")
    bearer_class: Text | None = Field(None, description="Of this class of bearers: business, person, any.")


class IncidentBody(Body):
    """What is said of an incident; what is left out stays, an empty text takes it away."""

    title: Text | None = None
    aware: Moment | None = None
    occurred: Moment | None = None
    classified: Moment | None = None
    measure: Moment | None = None
    handled: Moment | None = None
    place: Text | None = None
    law: Text | None = None
    note: Text | None = None
    status: StatusWord | None = None


class NewIncident(IncidentBody):
    """An incident to be kept, with the duties that the register has for it now."""

    aware: Moment
    kinds: list[KindWord] = Field([], max_length=20)
    filters: dict[Text, Text] = Field(
        {},
        max_length=10,
        description="Which norms are searched: work, profile, bearer_class, jurisdiction, language, tag …",
    )


class ReportBody(Body):
    """What was done about a duty; what is left out stays, an empty text takes it away."""

    submitted: Moment | None = Field(None, description="When the notification was submitted.")
    evidence: Text | None = Field(None, description="A path or address; it is never opened.")
    dropped: bool | None = Field(None, description="Whether it is none of yours; a note says why.")
    note: Text | None = None


class IncidentFilter(Paging):
    """The parameters of the list of incidents."""

    status: StatusWord | None = None


IncidentId = Annotated[str, Path(description="Id of an incident; its first four characters are enough.")]
DutyId = Annotated[str, Path(description="Id of a duty of it; its first four characters are enough.")]


@operation("GET /incident-clocks", "countIncident", "dates", "All clocks of an incident", IncidentDuties)
def clocks(request: Request, asked: Annotated[ClockQuery, Query()]) -> dict[str, Any]:
    """Whom to notify by when of an incident that is not kept, under every act of the register that asks for it."""
    filters = {name: value for name in ("work", "bearer_class", "profile") if (value := getattr(asked, name))}
    incident = finding.incident_change(
        {name: getattr(asked, name) for name in (*MOMENTS, "place", "law")} | {"kinds": tuple(asked.kind)}
    )
    query = finding.IncidentQuery(tuple(asked.kind), filters, asked.reader.lower())
    with reading(request) as register:
        rows = finding.preview_incident(register, incident, query, now=datetime.now(UTC))
    return slice_page(request, asked, [duty_to_dict(row) for row in rows])


@operation("GET /incidents", "listIncidents", "dates", "List incidents", Incidents)
def incidents(request: Request, asked: Annotated[IncidentFilter, Query()]) -> dict[str, Any]:
    """Incidents that are kept, each with its duties."""
    with reading(request) as register:
        found = kept.incidents(register, status=asked.status)
        rows = [_plain(register, one) for one in slice_rows(found, asked)]
    return make_page(request, asked, rows, len(found))


@operation("POST /incidents", "storeIncident", "dates", "Keep an incident", Incident, 403, status_code=201)
def store(request: Request, body: NewIncident) -> dict[str, Any]:
    """Keep an incident with the duties to notify that the register has for it. Needs the role editor."""
    person = changing_as_editor(request)
    given = body.model_dump() | {"kinds": tuple(body.kinds)}
    incident = finding.incident_change(given)
    with writing(request) as register:
        return _plain(register, finding.store_incident(register, incident, by=person.name, now=datetime.now(UTC)))


@operation("GET /incidents/{id}", "getIncident", "dates", "Read an incident", Incident, 404)
def incident(request: Request, id: IncidentId) -> dict[str, Any]:
    """An incident with its duties, their clocks, and what was submitted."""
    with reading(request) as register:
        return _plain(register, kept.incident_named(register, id))


@operation("PATCH /incidents/{id}", "changeIncident", "dates", "Say more of an incident", Incident, 403, 404)
def change(request: Request, id: IncidentId, body: IncidentBody) -> dict[str, Any]:
    """Say when what happened, close the incident or open it again. Needs the role editor."""
    person = changing_as_editor(request)
    wanted = finding.incident_change(body.model_dump())
    with writing(request) as register:
        one = kept.incident_named(register, id)
        return _plain(register, kept.change_incident(register, one.id, wanted, by=person.name, now=datetime.now(UTC)))


@operation("PATCH /incidents/{id}/duties/{duty}", "reportDuty", "dates", "Say what was submitted", Incident, 403, 404)
def report(request: Request, id: IncidentId, duty: DutyId, body: ReportBody) -> dict[str, Any]:
    """Say when a notification was submitted: clocks that wait for it begin to run. Needs the role editor."""
    person = changing_as_editor(request)
    given = body.model_dump()
    if given["submitted"]:
        given["submitted"] = normalise_event(given["submitted"])
    with writing(request) as register:
        one = kept.incident_named(register, id)
        kept.report_duty(register, one.id, duty, ReportChange(**given), by=person.name, now=datetime.now(UTC))
        return _plain(register, one)


def _plain(register: Register, one: StoredIncident) -> dict[str, Any]:
    return incident_to_dict(one, count_incident(register, one, now=datetime.now(UTC)))
