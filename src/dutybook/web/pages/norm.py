"""The page of one norm: the sentence with its parts, the evidence, and what people say of it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, NotFound
from dutybook.store import Register, reviews
from dutybook.store.evidence_places import page_size, parts_of
from dutybook.store.news_lists import of_norm
from dutybook.store.review_change import Change
from dutybook.store.review_state import APPLICABILITIES, STATUSES
from dutybook.web import render
from dutybook.web.asking import changing, editing
from dutybook.web.registers import Registers

router = APIRouter()

_HISTORY = 30
_FIELDS = ("status", "owner", "due", "applicability", "reason", "note")


@router.get("/norms/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """Everything about a norm."""
    return _page(request, identity)


@router.post("/norms/{identity}/review")
async def say(request: Request, identity: str) -> Response:
    """Say something of a norm; a record that somebody else changed meanwhile is not overwritten."""
    from starlette.concurrency import run_in_threadpool

    editing(request)
    given = await changing(request)
    return await run_in_threadpool(_say, request, identity, given)


def _say(request: Request, identity: str, given: dict[str, str]) -> Response:
    registers: Registers = request.app.state.registers
    try:
        with registers.writing() as register:
            norm = register.norm(identity).norm.id
            wanted = _wanted(register, norm, given)
            if not wanted.says_nothing:
                since = given.get("since", "")
                reviews.change(
                    register,
                    [norm],
                    wanted,
                    by=editing(request).name,
                    unchanged_since=since if since.isdigit() else None,
                )
    except BadRequest as error:
        return _page(request, identity, problem=str(error), given=given)
    return RedirectResponse(_next(given.get("next", ""), norm), 303)


def _next(wanted: str, norm: str) -> str:
    """Back to the queue for who came from there; nowhere else."""
    return wanted if re.fullmatch(r"/review(?:\?later=\d{1,3})?", wanted) else f"/norms/{norm}#work"


def _wanted(register: Register, norm: str, given: dict[str, str]) -> Change:
    """What a form changes: fields that say something else than the record does."""
    before = reviews.record(register, norm)
    if given.get("judge") in ("confirmed", "rejected", "taken back"):
        judged = given["judge"]
        return Change(finding="" if judged == "taken back" else judged, reason=given.get("reason", "").strip() or None)
    plain = {}
    for name in ("status", "owner", "due", "applicability"):
        value = given.get(name)
        held = (
            getattr(before, name) if before else {"status": "unassessed", "applicability": "unassessed"}.get(name, "")
        )
        if value is not None and value.strip() != held:
            plain[name] = value.strip()
    reason = given.get("reason", "").strip()
    if "applicability" not in plain and reason and before and reason != before.applicability_reason:
        plain["applicability"] = before.applicability
    note = given.get("note", "").strip()
    return Change(**plain, reason=reason or None, note=note or None)  # type: ignore[arg-type]


def _page(request: Request, identity: str, problem: str = "", given: dict[str, str] | None = None) -> HTMLResponse:
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        kind, full = register.kind_of(identity)
        if kind != "norms":
            raise NotFound(f"{identity} is no norm but was rejected: dutybook show {full[:12]}")
        detail = register.norm(full)
        norm = detail.norm
        parts = parts_of(register, full)
        size = page_size(register, norm.document, norm.page) if norm.page else None
        history = []
        if detail.review:
            history = reviews.history_of(register, full)[1]
        values = {
            "detail": detail,
            "norm": norm,
            "parts": parts,
            # A title is no heading above its own text.
            "crumbs": [h for h in detail.headings if h.strip() not in (norm.document_title, norm.work_title or "")],
            "kinds": list(dict.fromkeys(name for name, _, _ in parts)),
            "size": size,
            "boxes": [box for box in norm.boxes if size and box["page"] == size.number],
            "deviations": register.differences.deviations(norm=full),
            "languages_of": _siblings(register, full),
            "news": of_norm(register, full),
            "history": list(reversed(history))[:_HISTORY],
            "since": str(history[-1].seq) if history else "",
            "statuses": STATUSES,
            "applicabilities": APPLICABILITIES,
            "problem": problem,
            "given": given or {},
        }
    return render.page(request, "norm.html", values, 409 if problem else 200)


def _siblings(register: Register, norm: str) -> list[tuple[str, str]]:
    """Language and id of the norm's other texts of the versions that stand."""
    from dutybook.store import Filters

    row = register.connection.execute("SELECT identity FROM norm_facets WHERE norm = ?", (norm,)).fetchone()
    if row is None:
        return []
    found = register.siblings([row[0]], Filters())[row[0]]
    return [(s.language, s.norm) for s in found if s.norm != norm]
