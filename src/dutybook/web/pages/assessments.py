"""The pages of assessments: the queue of changes of the law, and one of them with what changed, whom it concerns and what was decided."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.store import assessments as kept
from dutybook.store.assessments import DECISIONS, AssessmentChange
from dutybook.store.controls.items import item_history
from dutybook.web import render
from dutybook.web.pages.changes import merge_changes
from dutybook.web.request_values import Given, clean, editing, number, reading, text_of, writing

router = APIRouter()


@router.get("/assessments")
def assessments(request: Request) -> HTMLResponse:
    """The queue: what is due first in front."""
    everything = request.query_params.get("all") == "1"
    owner = text_of(request, "owner")
    with reading(request) as register:
        found = kept.list_assessments(register, open_only=not everything, owner=owner)
    today = request.app.state.settings.today().isoformat()
    values = {"items": found, "everything": everything, "owner": owner, "today": today}
    return render.page(request, "assessments.html", values, section="assessments")


@router.post("/assessments")
def open_items(request: Request, _: Given) -> Response:
    """Open an item for each change that has none."""
    editing(request)
    with writing(request) as register:
        kept.open_assessments(register, today=request.app.state.settings.today(), now=datetime.now(UTC))
    return RedirectResponse("/assessments", 303)


@router.get("/assessments/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """An item: what changed in words, the norms with their owners and controls, the decision and its history."""
    with reading(request) as register, register.translated_errors():
        item = kept.assessment_named(register, identity)
        affected = kept.affected_norms(register, item)
        history = item_history(register, item.id)
    owners, controls = kept.owners_and_controls(affected)
    records = {norm: one.record for one in affected for norm in (one.change.new_norm, one.change.old_norm) if norm}
    by_place = {one.change.place: one.record for one in affected if one.record}
    values = {
        "item": item,
        "changed": merge_changes(one.change for one in affected),
        "records": records,
        "by_place": by_place,
        "owners": owners,
        "controls": controls,
        "decisions": DECISIONS,
        "history": history[::-1],
    }
    return render.page(request, "assessment.html", values, section="assessments")


@router.post("/assessments/{identity}")
def change(request: Request, identity: str, given: Given) -> Response:
    """Decide on an item, give it to somebody, or move its day."""
    person = editing(request)
    wanted = AssessmentChange(
        **{name: clean(given[name]) for name in ("decision", "reason", "owner", "due") if name in given}
    )
    revision = number(given.get("revision"), -1)
    with writing(request) as register:
        item = kept.assessment_named(register, identity)
        kept.change_assessment(
            register,
            item.id,
            wanted,
            by=person.name,
            now=datetime.now(UTC),
            revision=None if revision < 0 else revision,
        )
    return RedirectResponse(f"/assessments/{item.id}", 303)
