"""The pages of controls: the list, a control with the norms that it serves, and linking on the page of a norm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.searching.control_suggestions import suggestions
from dutybook.store import Filters, Register
from dutybook.store.controls import controls, coverage, evidence
from dutybook.store.controls.controls import CATEGORIES, STATUSES, ControlChange
from dutybook.store.controls.items import item_history
from dutybook.store.documents.norm_context import parts_of
from dutybook.store.judgements import reviews
from dutybook.suggestions import near_matches
from dutybook.web import render
from dutybook.web.reader import language_of
from dutybook.web.request_values import (
    Given,
    clean,
    editing,
    number,
    reading,
    registers_of,
    revision_of,
    text_of,
    writing,
)

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
    for name, known in (("category", CATEGORIES), ("status", STATUSES)):
        asked[name] = asked[name] if asked[name] in known else ""
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
            made = controls.add_control(register, _change_of(given), by=by)
    except BadRequest as error:
        return _list(request, str(error), given)
    return RedirectResponse(f"/controls/{made.id}", 303)


def _change_of(given: Mapping[str, str]) -> ControlChange:
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
        history = item_history(register, control.id)
        today = request.app.state.settings.today()
        items = [(item, item.state(today)) for item in evidence.evidence_of_control(register, control.id)]
    values: dict[str, Any] = {
        "control": control,
        "served": served[:limit],
        "total": len(served),
        "evidence": items,
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
            controls.change_control(register, control.id, _change_of(given), by=by, revision=revision_of(given))
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
        # The norm may no longer be in the register: its record has it all the same.
        served = next((s for s in controls.served_norms(register, control.id) if s.norm == given.get("unlink")), None)
        if served is None or served.missing:
            raise NotFound("this norm is not linked any more")
        controls.unlink_norms(register, control.id, [served.norm], by=by, why=clean(given.get("reason", "")))
    return RedirectResponse(f"/controls/{control.id}#norms", 303)


@dataclass(frozen=True, slots=True)
class UnknownControl:
    """What was typed where a control is to be named, and the controls that are called much like it."""

    name: str
    near: tuple[str, ...]


def link_control(register: Register, norm: str, given: Mapping[str, str], by: str) -> UnknownControl | None:
    """Link the control that a form names to a norm (full id), a new one where it is to be made; or unlink one.

    Returns:
        what is wrong with the name, where nothing was done; else None.
    """
    if unlinked := given.get("unlink", ""):
        controls.unlink_norms(register, controls.find_control(register, clean(unlinked)).id, [norm], by=by)
        return None
    name = clean(given.get("control", ""))
    if not name:
        return UnknownControl("", ())
    try:
        control = controls.find_control(register, name)
    except NotFound:
        if given.get("make") != "1":
            labels = [row.control.label for row in controls.list_controls(register)]
            return UnknownControl(name, tuple(near_matches(name, labels, 3)))
        control = controls.add_control(register, ControlChange(title=name), by=by)
    controls.link_norms(register, control.id, [norm], by=by)
    return None


def controls_on(register: Register, norm: str) -> dict[str, Any]:
    """What the page of a norm shows of its controls: those that serve it, and the names that are offered."""
    record = reviews.record(register, norm)
    linked = controls.controls_by_id(register, [link.control for link in record.controls]) if record else []
    own = {control.id for control in linked}
    offered = [row.control for row in controls.list_controls(register)[:_OFFERED] if row.control.id not in own]
    links = record.links if record else ()
    kept = {item.id: item for item in evidence.evidence_by_id(register, [link.item for link in links if link.item])}
    return {
        "links": [(link, kept.get(link.item)) for link in links],
        "linked": sorted(linked, key=lambda control: control.label),
        "offered": offered,
    }


#: Acts of a page of coverage, and norms of a state.
_ACTS, _NORMS = 200, 100


@router.get("/coverage")
def show_coverage(request: Request) -> HTMLResponse:
    """Which duties controls cover, act by act, and the norms in one state."""
    work, document, state = (text_of(request, name) for name in ("work", "document", "state"))
    state = state if state in coverage.STATES else ""
    limit = number(request.query_params.get("limit"), _NORMS, 1, 10_000)
    filters = Filters(work=work or None, document=document or None, today=request.app.state.settings.today())
    reader, registers, problem = language_of(request), registers_of(request), ""
    with registers.reading() as register:
        try:
            acts = registers.once(
                ("coverage", filters, reader), lambda: coverage.coverage(register, filters, reader=reader)
            )
            ids = coverage.norms_in_state(register, [state], filters, reader=reader) if state else []
        except BadFilter as error:
            acts, ids, problem = [], [], str(error)
        norms = register.norms_by_id(ids[:limit])
    values = {
        "acts": acts[:_ACTS],
        "states": coverage.STATES,
        "totals": {one: sum(act.states[one] for act in acts) for one in coverage.STATES},
        "asked": {"work": work, "document": document, "state": state},
        "norms": norms,
        "total": len(ids),
        "limit": limit + _NORMS,
        "problem": problem,
    }
    return render.page(request, "coverage.html", values, 400 if problem else 200, section="controls_page")


#: The most suggestions that may be put off.
_FURTHEST = 500


@router.get("/control-suggestions")
def suggest(request: Request) -> HTMLResponse:
    """The next suggestion, the nearest in meaning first; ``later`` counts those that were put off."""
    later = number(request.query_params.get("later"), 0, 0, _FURTHEST)
    name = text_of(request, "control")
    registers, problem, found = registers_of(request), "", []
    with registers.reading() as register:
        try:
            wanted = [controls.find_control(register, name)] if name else None
            found = registers.once(("suggested controls", name), lambda: suggestions(register, wanted))
        except BadRequest as error:
            problem = str(error)
        one = found[later] if later < len(found) else None
        values: dict[str, Any] = {
            "one": one,
            "parts": parts_of(register, one.norm.id) if one else [],
            "total": len(found),
            "later": later,
            "problem": problem,
            "here_again": _suggestions_address(name, later),
            "next_address": _suggestions_address(name, later + 1),
            "first_address": _suggestions_address(name, 0),
        }
    return render.page(request, "control_suggestions.html", values, section="controls_page")


def _suggestions_address(control: str, later: int) -> str:
    query = {name: value for name, value in (("control", control), ("later", str(later) if later else "")) if value}
    return "/control-suggestions" + (f"?{urlencode(query)}" if query else "")


@router.post("/control-suggestions")
def decide(request: Request, given: Given) -> Response:
    """Link the control that was suggested, or say that it does not serve the norm."""
    by = editing(request).name
    with writing(request) as register:
        control = controls.find_control(register, clean(given.get("control", "")))
        norm = register.norm(given.get("norm", "")).norm.id
        if given.get("answer") == "link":
            controls.link_norms(register, control.id, [norm], by=by)
        else:
            controls.decline_norms(register, control.id, [norm], by=by)
    following = given.get("next", "")
    kept = re.fullmatch(r"/control-suggestions(?:\?[\w=&%+.-]{0,500})?", following)
    return RedirectResponse(following if kept else "/control-suggestions", 303)
