"""API operations on assessments: what changes of the law mean, decided by people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from dutybook.store import Register
from dutybook.store import assessments as kept
from dutybook.store.assessments import DECISIONS, KINDS, Assessment, AssessmentChange
from dutybook.web.api.models import Answer, Body, page_of
from dutybook.web.api.parameters import Flag, OneOf, Paging, Text, make_page, slice_page, slice_rows
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing

Decision = Annotated[str, OneOf(DECISIONS)]


class AssessedNorm(Answer):
    """A norm that changed, and what people said of it."""

    kind: str
    old_norm: str | None
    new_norm: str | None
    old_place: str | None
    new_place: str | None
    old_quote: str | None
    new_quote: str | None
    place: str
    owner: str
    status: str
    controls: list[str]


class AssessmentItem(Answer):
    """A change of the law that is to be assessed, with the norms that changed."""

    id: str
    kind: Annotated[str, OneOf(KINDS)] = Field(
        description="changed: norms changed between two texts; new: a new act; amended: a later act amends it, and its amended text is not here."
    )
    work: str
    title: str
    document: str
    old: str
    language: str
    day: str
    opened: str
    due: str
    owner: str
    decision: Decision
    reason: str
    revision: int
    changed: str
    changed_by: str
    open: bool
    owners: list[str]
    controls: list[str]
    norms: list[AssessedNorm]


AssessmentItems = page_of("AssessmentItems", AssessmentItem, "A page of items, what is due first in front.")


class AssessmentFilter(Paging):
    """The parameters of the list."""

    open: Flag = Field(True, description="Only what is not decided, or still to be adapted.")
    owner: Text | None = Field(None, description="Part of the name of who decides.")


class AssessmentBody(Body):
    """What is said of an item; what is left out stays, an empty text takes it away. A decision needs a reason."""

    decision: Decision | None = None
    reason: Text | None = None
    owner: Text | None = None
    due: Text | None = Field(None, examples=["2032-01-31"])
    revision: int | None = Field(None, description="Nothing is written if the item changed after this revision.")


AssessmentId = Annotated[str, Path(description="Id of an item; its first four characters are enough.")]


@operation("GET /assessments", "listAssessments", "review", "What is to be assessed", AssessmentItems)
def assessments(request: Request, asked: Annotated[AssessmentFilter, Query()]) -> dict[str, Any]:
    """Changes of the law that are to be assessed, each with the norms that changed."""
    with reading(request) as register:
        found = kept.list_assessments(register, open_only=asked.open, owner=asked.owner or "")
        rows = [_plain(register, item) for item in slice_rows(found, asked)]
    return make_page(request, asked, rows, len(found))


@operation("POST /assessments", "openAssessments", "review", "Open items for changes", AssessmentItems, 403)
def open_items(request: Request) -> dict[str, Any]:
    """Open an item for each changed text, new act and missing amendment that has none. Needs the role editor."""
    changing_as_editor(request)
    with writing(request) as register:
        made = kept.open_assessments(register, today=request.app.state.settings.today(), now=datetime.now(UTC))
        rows = [_plain(register, item) for item in made]
    return slice_page(request, Paging(limit=max(len(rows), 1)), rows)


@operation("GET /assessments/{id}", "getAssessment", "review", "Read an item", AssessmentItem, 404)
def assessment(request: Request, id: AssessmentId) -> dict[str, Any]:
    """A change of the law with the norms that it changed, their owners and controls."""
    with reading(request) as register:
        return _plain(register, kept.assessment_named(register, id))


@operation("PATCH /assessments/{id}", "changeAssessment", "review", "Decide on an item", AssessmentItem, 403, 404, 412)
def change(request: Request, id: AssessmentId, body: AssessmentBody) -> dict[str, Any]:
    """Decide, give the item to somebody, or move its day. Needs the role editor."""
    person = changing_as_editor(request)
    given = body.model_dump()
    revision = given.pop("revision")
    wanted = AssessmentChange(**given)
    with writing(request) as register:
        item = kept.assessment_named(register, id)
        changed = kept.change_assessment(
            register, item.id, wanted, by=person.name, now=datetime.now(UTC), revision=revision
        )
        return _plain(register, changed)


def _plain(register: Register, item: Assessment) -> dict[str, Any]:
    return kept.assessment_to_dict(item, kept.affected_norms(register, item))
