"""The pages of evidence: the list with what ends first, a form for a link or a file, one piece with what it is of, and its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, NotFound
from dutybook.store.controls import controls, evidence
from dutybook.store.controls.evidence import EvidenceChange, EvidenceItem
from dutybook.store.controls.items import item_history
from dutybook.web import render
from dutybook.web.error_responses import Wrong
from dutybook.web.request_values import Given, clean, editing, number, reading, revision_of, text_of, writing
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.receiving import receive_form

router = APIRouter()

_ROWS = 100
_FIELDS = ("title", "target", "valid_until", "owner", "description")


@router.get("/evidence")
def list_all(request: Request) -> HTMLResponse:
    """Evidence, what ends first coming first."""
    return _list(request)


def _list(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    words = text_of(request, "words")
    limit = number(request.query_params.get("limit"), _ROWS, 1, 10_000)
    today = request.app.state.settings.today()
    with reading(request) as register:
        found = evidence.list_evidence(register, words=words)
    values = {
        "rows": [(item, item.state(today)) for item in found[:limit]],
        "total": len(found),
        "limit": limit + _ROWS,
        "asked": words,
        "norm": text_of(request, "norm"),
        "control": text_of(request, "control"),
        "problem": problem,
    }
    return render.page(request, "evidence_list.html", values, status, section="controls_page")


@router.post("/evidence")
async def add(request: Request) -> Response:
    """Keep a link, or a file that is sent, of the norm or the control from whose page the form came."""

    def keep(arrived: Arrived, by: str) -> str:
        fields, files = arrived.fields, [(sent, part) for sent, part in arrived.files if part is not None]
        with writing(request) as register:
            if len(files) > 1 or not (files or fields.get("target", "").strip()):
                raise Wrong("evidence.one")
            wanted = _change_of({name: value for name, value in fields.items() if value.strip()})
            targets = evidence.find_targets(
                register, filter(None, [fields.get("norm")]), filter(None, [fields.get("control")])
            )
            if files:
                sent, part = files[0]
                made = evidence.add_file(register, part, wanted, by=by, name=sent.name)
            else:
                made = evidence.add_link(register, wanted, by=by)
            evidence.link(register, made.id, *targets, by=by)
            return _address_of(made, *targets)

    return await receive_form(request, keep, _list)


def _address_of(item: EvidenceItem, norms: list[str], linked: list[str]) -> str:
    """The address of the norm or control that evidence was linked to, else its own."""
    if norms:
        return f"/norms/{norms[0]}#evidence"
    return f"/controls/{linked[0]}#evidence" if linked else f"/evidence/{item.id}"


def _change_of(given: Mapping[str, str]) -> EvidenceChange:
    """The fields of a form.

    Raises:
        BadRequest: one of them cannot be meant.
    """
    texts: dict[str, Any] = {name: given[name].replace("\r\n", "\n").strip() for name in _FIELDS if name in given}
    if days := given.get("remind_days", "").strip():
        if not re.fullmatch(r"\d{1,4}", days):
            raise BadRequest("a reminder comes 0 to 3650 days before.")
        texts["remind_days"] = int(days)
    return EvidenceChange(**texts)


@router.get("/evidence/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """A piece of evidence with the norms and controls that it is of, and its history."""
    return _show(request, identity)


def _show(request: Request, identity: str, problem: str = "") -> HTMLResponse:
    today = request.app.state.settings.today()
    with reading(request) as register:
        item = evidence.find_evidence(register, clean(identity))
        values: dict[str, Any] = {
            "item": item,
            "state": item.state(today),
            "norms": evidence.linked_norms(register, item.id),
            "controls": controls.controls_by_id(register, evidence.linked_controls(register, item.id)),
            "history": item_history(register, item.id)[::-1][:50],
            "problem": problem,
        }
    return render.page(request, "evidence.html", values, 409 if problem else 200, section="controls_page")


@router.post("/evidence/{identity}")
def change(request: Request, identity: str, given: Given) -> Response:
    """Change evidence that nobody else changed since the form was shown."""
    by = editing(request).name
    try:
        with writing(request) as register:
            item = evidence.find_evidence(register, clean(identity))
            fields = {name: value for name, value in given.items() if name != "target" or item.kind == evidence.LINK}
            evidence.change_evidence(register, item.id, _change_of(fields), by=by, revision=revision_of(given))
    except NotFound:
        raise
    except BadRequest as error:
        return _show(request, identity, str(error))
    return RedirectResponse(f"/evidence/{item.id}", 303)


@router.post("/evidence/{identity}/links")
def unlink(request: Request, identity: str, given: Given) -> Response:
    """Take evidence off a norm or a control, and go back to the page from which the form came."""
    by = editing(request).name
    with writing(request) as register:
        item = evidence.find_evidence(register, clean(identity))
        back = f"/evidence/{item.id}"
        if norm := clean(given.get("norm", "")):
            # The norm may no longer be in the register: the record has it all the same.
            linked = {one for one, _, _ in evidence.linked_norms(register, item.id)}
            norm = norm if norm in linked else register.norm(norm).norm.id
            evidence.unlink_norms(register, item.id, [norm], by=by)
            back = f"/norms/{norm}#evidence" if given.get("from") == "norm" else back
        if control := clean(given.get("control", "")):
            control = controls.find_control(register, control).id
            evidence.set_control(register, item.id, control, there=False, by=by)
            back = f"/controls/{control}#evidence" if given.get("from") == "control" else back
    return RedirectResponse(back, 303)


@router.post("/evidence/{identity}/remove")
def remove(request: Request, identity: str, given: Given) -> Response:
    """Remove evidence that nobody changed since the page was shown."""
    by = editing(request).name
    try:
        with writing(request) as register:
            item = evidence.find_evidence(register, clean(identity))
            evidence.remove_evidence(register, item.id, by=by, revision=revision_of(given))
    except NotFound:
        raise
    except BadRequest as error:
        return _show(request, identity, str(error))
    return RedirectResponse("/evidence", 303)


@router.get("/evidence/{identity}/file")
def send_file(request: Request, identity: str) -> FileResponse:
    """The file of a piece of evidence, to be saved: never shown as a page of ours."""
    with reading(request) as register:
        item = evidence.find_evidence(register, clean(identity))
        path = evidence.file_of(register, item)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name.partition("-")[2])
