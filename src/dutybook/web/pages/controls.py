"""The pages of controls: the list, a control with the norms that it serves, and linking on the page of a norm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, NotFound
from dutybook.store import Register
from dutybook.store.controls import controls
from dutybook.store.controls.controls import CATEGORIES, STATUSES, Control, ControlChange
from dutybook.store.judgements import reviews
from dutybook.web import render
from dutybook.web.request_values import Given, clean, editing, number, reading, text_of, writing

router = APIRouter()

#: Rows of a page of controls or of norms that are served, and of the history.
_ROWS, _HISTORY = 100, 50
#: Names that are offered while one is typed.
_OFFERED = 500
_FIELDS = ("reference", "title", "description", "category", "status", "owner", "review_date")


@router.get("/controls")
def list_all(request: Request) -> HTMLResponse:
    """Controls and policies with the number of norms that each serves."""
    return _list(request)


def _list(request: Request, problem: str = "", given: Mapping[str, str] | None = None) -> HTMLResponse:
    asked = {name: text_of(request, name) for name in ("words", "category", "status", "owner")}
    if asked["category"] not in CATEGORIES or asked["status"] not in STATUSES:
        asked |= {name: "" for name in ("category", "status") if asked[name] not in (*CATEGORIES, *STATUSES)}
    limit = number(request.query_params.get("limit"), _ROWS, 1, 10_000)
    with reading(request) as register:
        found = controls.list_controls(register, **asked)
    values = {
        "rows": found[:limit],
        "total": len(found),
        "limit": limit + _ROWS,
        "asked": asked,
        "categories": CATEGORIES[1:],
        "statuses": STATUSES,
        "problem": problem,
        "given": given or {},
    }
    return render.page(request, "controls.html", values, 409 if problem else 200, section="controls_page")


@router.post("/controls")
def add(request: Request, given: Given) -> Response:
    """Enter a control."""
    by = editing(request).name
    try:
        with writing(request) as register:
            made = controls.add_control(register, _said(given), by=by)
    except BadRequest as error:
        return _list(request, str(error), given)
    return RedirectResponse(f"/controls/{made.id}", 303)


def _said(given: Mapping[str, str]) -> ControlChange:
    """The fields of a form.

    Raises:
        BadRequest: one of them cannot be meant.
    """
    texts = {name: given[name].replace("\r\n", "\n").replace("\0", "") for name in _FIELDS if name in given}
    return ControlChange(**{name: text.strip() for name, text in texts.items()})


@router.get("/controls/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """A control with the norms that it serves, and its history."""
    return _show(request, identity)


def _show(request: Request, identity: str, problem: str = "", given: Mapping[str, str] | None = None) -> HTMLResponse:
    limit = number(request.query_params.get("limit"), _ROWS, 1, 10_000)
    with reading(request) as register:
        control = controls.find_control(register, clean(identity))
        served = controls.served_norms(register, control.id)
        history = controls.control_history(register, control.id)
    values: dict[str, Any] = {
        "control": control,
        "served": served[:limit],
        "total": len(served),
        "limit": limit + _ROWS,
        "history": history[: -_HISTORY - 1 : -1],
        "categories": CATEGORIES[1:],
        "statuses": STATUSES,
        "problem": problem,
        "given": given or {},
    }
    return render.page(request, "control.html", values, 409 if problem else 200, section="controls_page")


@router.post("/controls/{identity}")
def change(request: Request, identity: str, given: Given) -> Response:
    """Change a control that nobody else changed since the form was shown."""
    by = editing(request).name
    try:
        with writing(request) as register:
            control = controls.find_control(register, clean(identity))
            revision = given.get("revision", "")
            controls.change_control(
                register, control.id, _said(given), by=by, revision=int(revision) if revision.isdigit() else None
            )
    except NotFound:
        raise
    except BadRequest as error:
        return _show(request, identity, str(error), given)
    return RedirectResponse(f"/controls/{control.id}", 303)


@router.post("/controls/{identity}/norms")
def unlink(request: Request, identity: str, given: Given) -> Response:
    """Say that a control does not serve a norm any more."""
    by = editing(request).name
    with writing(request) as register:
        control = controls.find_control(register, clean(identity))
        # The norm may be in the register no more: its record has it all the same.
        served = next((s for s in controls.served_norms(register, control.id) if s.norm == given.get("unlink")), None)
        if served is None or served.missing:
            raise NotFound("this norm is not linked any more")
        controls.unlink_norms(register, control.id, [served.norm], by=by, why=clean(given.get("reason", "")))
    return RedirectResponse(f"/controls/{control.id}#norms", 303)


@router.post("/norms/{identity}/controls")
def link(request: Request, identity: str, given: Given) -> Response:
    """Link a control to a norm, a new one of this name where it is to be made; or unlink one."""
    by = editing(request).name
    with writing(request) as register:
        norm = register.norm(identity).norm
        if unlinked := given.get("unlink", ""):
            controls.unlink_norms(register, controls.find_control(register, clean(unlinked)).id, [norm.id], by=by)
        else:
            control = _named(register, clean(given.get("control", "")), by, make=given.get("make") == "1")
            controls.link_norms(register, control.id, [norm.id], by=by)
    return RedirectResponse(f"/norms/{norm.id}#controls", 303)


def _named(register: Register, name: str, by: str, *, make: bool) -> Control:
    if not name:
        raise BadRequest("write the reference or the title of a control")
    try:
        return controls.find_control(register, name)
    except NotFound:
        if not make:
            raise
        return controls.add_control(register, ControlChange(title=name), by=by)


def controls_on(register: Register, norm: str) -> dict[str, Any]:
    """What the page of a norm shows of its controls: those that serve it, and the names that are offered."""
    record = reviews.record(register, norm)
    linked = controls.controls_by_id(register, [link.control for link in record.controls]) if record else []
    own = {control.id for control in linked}
    offered = [row.control for row in controls.list_controls(register)[:_OFFERED] if row.control.id not in own]
    return {"linked": sorted(linked, key=lambda control: control.label), "offered": offered}
