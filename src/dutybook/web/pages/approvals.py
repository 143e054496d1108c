"""The page of what awaits the approval of a second person, and the setting that asks for one."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest
from dutybook.pipeline.due_dates import recount_events
from dutybook.store.judgements import approvals, reviews
from dutybook.store.judgements.approval_rule import needs_second_person, same_person
from dutybook.store.judgements.record import DEADLINE
from dutybook.web import render
from dutybook.web.request_values import Given, clean, editing, number, person_of, reading, writing

router = APIRouter()

#: Proposals on a page.
_ROWS = 50


@router.get("/approvals")
def show_approvals(request: Request) -> HTMLResponse:
    """What awaits approval, the longest first."""
    return _page(request)


@router.post("/approvals")
def decide(request: Request, given: Given) -> Response:
    """Approve or refuse one proposal."""
    by = editing(request).name
    try:
        with writing(request) as register:
            norm = register.norm(given.get("norm", "")).norm.id
            record = reviews.record(register, norm)
            proposal = given.get("proposal", "")
            changes = [one.change for one in record.proposals if one.id == proposal] if record else []
            approve = given.get("decision") == "approve"
            reason = clean(given.get("reason", ""))
            approvals.decide(register, norm, approve=approve, by=by, reason=reason, proposal=proposal)
            if approve and any(DEADLINE in json.loads(change).get("correct", {}) for change in changes):
                recount_events(register, norm)
    except BadRequest as error:
        return _page(request, problem=str(error))
    return RedirectResponse("/approvals", 303)


def _page(request: Request, problem: str = "") -> HTMLResponse:
    offset = number(request.query_params.get("offset"), 0, 0, 10**6)
    by = person_of(request).name
    with reading(request) as register:
        found, total = approvals.awaiting(register, limit=_ROWS, offset=offset)
        norms = {norm.id: norm for norm in register.norms_by_id([one.proposal.norm for one in found])}
        rule = needs_second_person(register)
    items = [(one, norms.get(one.proposal.norm), same_person(one.proposal.by, by)) for one in found]
    following = offset + _ROWS if offset + _ROWS < total else None
    values = {"items": items, "total": total, "following": following, "rule": rule, "problem": problem}
    return render.page(request, "approvals.html", values, 400 if problem else 200, section="approvals")
