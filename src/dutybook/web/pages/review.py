"""The queue: findings that nobody judged, the least sure first, one key each for right, wrong and later."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.store import Filters
from dutybook.store.evidence_places import parts_of
from dutybook.store.review_lists import queue
from dutybook.web import render
from dutybook.web.pages.search import given_filters, number_of
from dutybook.web.registers import Registers

router = APIRouter()

#: So far one may look into the queue without judging.
_FURTHEST = 500


@router.get("/review")
def review(request: Request) -> HTMLResponse:
    """The next finding. ``later`` counts those that were put off."""
    registers: Registers = request.app.state.registers
    later = min(number_of(request.query_params.get("later")), _FURTHEST)
    given = given_filters(request.query_params.multi_items())
    given.pop("words", None)
    with registers.reading() as register:
        norms, total = queue(register, Filters(today=request.app.state.settings.today(), **given), limit=later + 1)
        norm = norms[later] if later < len(norms) else None
        detail = register.norm(norm.id) if norm else None
        parts = parts_of(register, norm.id) if norm else []
    values = {"norm": norm, "detail": detail, "parts": parts, "total": total, "later": later}
    return render.page(request, "review.html", values)
