"""API operations on controls and policies: list, add and change them, and link them to norms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from dutybook.errors import NotFound
from dutybook.searching.control_suggestions import suggestions
from dutybook.store import Filters
from dutybook.store.controls import controls, coverage
from dutybook.store.controls.controls import CATEGORIES, STATUSES, ControlChange
from dutybook.store.controls.items import item_history
from dutybook.web.api.models import Answer, ApplicabilityWord, Body, HistoryRow, NormRow, StatusWord, of_row, page_of
from dutybook.web.api.parameters import Code, Day, OneOf, Paged, Paging, Text, make_page, slice_page, slice_rows
from dutybook.web.api.problems import Refusal
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing

CategoryWord = Annotated[str, OneOf(CATEGORIES)]
ControlStatusWord = Annotated[str, OneOf(STATUSES)]


@of_row(controls.Control)
class Control(Answer):
    """A control or policy. Texts are empty where nothing was said."""

    category: CategoryWord = Field(description="A policy is a control of this category; empty where nobody said.")
    status: ControlStatusWord = Field(description="Only active ones cover a norm.")
    review_date: str = Field(description="When it is to be looked at again, ISO 8601.")
    source: str = Field(description="What it was imported from.")
    revision: int = Field(description="Number of its last change.")


class ListedControl(Answer):
    """A control, and how many norms it serves."""

    control: Control
    norms: int


@of_row(controls.ServedNorm)
class ServedNorm(Answer):
    """A norm that a control serves, where its record stands now."""

    review: str = Field(description="Id of the record.")
    norm: str = Field(description="Id of the norm.")
    status: StatusWord
    applicability: ApplicabilityWord
    missing: bool = Field(description="The register has the norm no more.")


class ControlDetail(Answer):
    """A control with the norms that it serves."""

    control: Control
    norms: list[ServedNorm]


Controls = page_of("Controls", ListedControl, "A page of controls, by reference and title.")
ControlHistory = page_of("ControlHistory", HistoryRow, "A page of the history of a control, the newest change first.")


class ControlFields(Body):
    """The fields of a control. Those that are left out stay as they are; an empty text takes a value away."""

    reference: Text | None = Field(None, description="The organisation's own number.")
    title: Text | None = None
    description: Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")] | None = None
    category: CategoryWord | None = None
    status: ControlStatusWord | None = None
    owner: Text | None = None
    review_date: Day | Annotated[str, OneOf(("",))] | None = None


class NewControl(ControlFields):
    """A control to be entered."""

    title: Text = Field(examples=["Yearly recovery test"])


class ControlUpdate(ControlFields):
    """A change of a control; `revision` refuses it where somebody changed the control after this one."""

    revision: int | None = Field(None, description="The control's revision as it was read.")


class NormsToLink(Body):
    """Norms that a control serves."""

    norms: list[Text] = Field(min_length=1, max_length=1_000, description="Ids of norms.")
    reason: Text = ""


class Linked(Answer):
    """How many norms were linked that were not before."""

    linked: int


class ControlFilter(BaseModel):
    """Which controls."""

    words: Text = Field("", description="Words of reference, title and description; all must be there.")
    category: CategoryWord = ""
    status: Annotated[str, OneOf(("", *STATUSES))] = Field("", description="Without it all but the retired ones.")
    owner: Text = Field("", description="Part of the name of who looks after it.")


class ControlListing(ControlFilter, Paging):
    """The parameters of the list of controls."""


ControlId = Annotated[str, Path(description="Id of a control or its beginning, its reference or its title.")]


@operation("GET /controls", "listControls", "controls", "List controls and policies", Controls)
def list_all(request: Request, asked: Annotated[ControlListing, Query()]) -> dict[str, Any]:
    """Controls and policies by reference and title, with the number of norms that each serves."""
    with reading(request) as register:
        found = controls.list_controls(
            register, words=asked.words, category=asked.category, status=asked.status, owner=asked.owner
        )
    return make_page(request, asked, slice_rows(found, asked), len(found))


@operation("POST /controls", "addControl", "controls", "Enter a control", Control, 403, 409, status_code=201)
def add(request: Request, body: NewControl) -> controls.Control:
    """Enter a control or policy. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        return controls.add_control(register, _change_of(body), by=person.name, now=datetime.now(UTC))


@operation("GET /controls/{id}", "getControl", "controls", "Read a control", ControlDetail, 404)
def show(request: Request, id: ControlId) -> dict[str, Any]:
    """A control with the norms that it serves."""
    with reading(request) as register:
        control = controls.find_control(register, id)
        return {"control": control, "norms": controls.served_norms(register, control.id)}


@operation("PATCH /controls/{id}", "changeControl", "controls", "Change a control", Control, 403, 404, 409)
def change(request: Request, id: ControlId, body: ControlUpdate) -> controls.Control:
    """Change the fields of a control. Needs the role editor."""
    person = changing_as_editor(request)
    wanted = _change_of(body)
    if not wanted.values:
        raise Refusal(422, "say what to change: title, status, owner …")
    with writing(request) as register:
        control = controls.find_control(register, id)
        return controls.change_control(
            register, control.id, wanted, by=person.name, now=datetime.now(UTC), revision=body.revision
        )


@operation(
    "GET /controls/{id}/history", "getControlHistory", "controls", "The history of a control", ControlHistory, 404
)
def history(request: Request, id: ControlId, asked: Paged) -> dict[str, Any]:
    """The changes of a control and of its links to norms, the newest first."""
    with reading(request) as register:
        rows = item_history(register, controls.find_control(register, id).id)[::-1]
    return slice_page(request, asked, rows)


@operation("POST /controls/{id}/norms", "linkNorms", "controls", "Link norms to a control", Linked, 403, 404)
def link(request: Request, id: ControlId, body: NormsToLink) -> dict[str, int]:
    """Say that a control serves norms; what is linked already stays so. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        control = controls.find_control(register, id)
        norms = [register.norm(norm).norm.id for norm in body.norms]
        made = controls.link_norms(register, control.id, norms, by=person.name, now=datetime.now(UTC), why=body.reason)
    return {"linked": made}


@operation(
    "DELETE /controls/{id}/norms/{norm}", "unlinkNorm", "controls", "Unlink a norm from a control", None, 403, 404
)
def unlink(request: Request, id: ControlId, norm: Annotated[str, Path(description="Id of a norm.")]) -> None:
    """Say that a control does not serve a norm any more. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        control = controls.find_control(register, id)
        full = register.norm(norm).norm.id
        if not controls.unlink_norms(register, control.id, [full], by=person.name, now=datetime.now(UTC)):
            raise NotFound("the control does not serve this norm")


def _change_of(body: ControlFields) -> ControlChange:
    given = body.model_dump(exclude_unset=True, exclude={"revision"})
    if given.get("review_date") is not None:
        given["review_date"] = str(given["review_date"])
    return ControlChange(**given)


class Coverage(Answer):
    """How many duties of an act are in each state: an active control serves them, only others do, they apply and nothing does …"""

    work: str = Field(description="Id of the act; empty for a document without one.")
    document: str
    title: str
    gap: int
    planned: int
    unassessed: int
    covered: int
    not_applicable: int


CoveragePage = page_of("CoveragePage", Coverage, "A page of acts with the states of their duties, by title.")


class SuggestedControl(Answer):
    """A control that may serve a norm."""

    control: Control
    norm: NormRow
    similarity: float = Field(description="How near the two are in meaning, up to 1.")


SuggestedControls = page_of(
    "SuggestedControls", SuggestedControl, "A page of suggestions, the nearest in meaning first."
)


class CoverageOf(Paging):
    """The parameters of coverage."""

    work: Text | None = Field(None, description="The act: an official number or part of its short title.")
    reader: Code = Field("en", description="Count norms in this language where they are there in it.")


@operation("GET /coverage", "getCoverage", "controls", "Which duties controls cover", CoveragePage)
def get_coverage(request: Request, asked: Annotated[CoverageOf, Query()]) -> dict[str, Any]:
    """Obligations and prohibitions by act and by whether controls serve them; each once, whatever its languages."""
    with reading(request) as register:
        acts = coverage.coverage(register, Filters(work=asked.work), reader=asked.reader)
    rows = [
        {"work": act.work, "document": act.document, "title": act.title}
        | {state.replace(" ", "_"): act.states[state] for state in coverage.STATES}
        for act in slice_rows(acts, asked)
    ]
    return make_page(request, asked, rows, len(acts))


@operation(
    "GET /control-suggestions", "suggestControls", "controls", "Norms that controls may serve", SuggestedControls, 404
)
def suggest(request: Request, asked: Paged) -> dict[str, Any]:
    """Norms that controls may serve by what both mean. Needs vectors (`dutybook index`)."""
    with reading(request) as register:
        found = suggestions(register)
    return make_page(request, asked, slice_rows(found, asked), len(found))


@operation(
    "POST /controls/{id}/declined",
    "declineNorms",
    "controls",
    "Decline a suggestion",
    None,
    403,
    404,
    status_code=204,
    response_class=Response,
)
def decline(request: Request, id: ControlId, body: NormsToLink) -> None:
    """Say that a control does not serve norms, so that they are not suggested again. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        control = controls.find_control(register, id)
        norms = [register.norm(norm).norm.id for norm in body.norms]
        controls.decline_norms(register, control.id, norms, by=person.name, now=datetime.now(UTC), why=body.reason)
