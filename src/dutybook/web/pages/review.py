"""The review queue: findings that nobody has judged yet, the least certain first, with one key for each judgement."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import NotFound
from dutybook.store import Filters, NormRow, Register
from dutybook.store.documents.norm_context import parts_of
from dutybook.store.judgements import reviews
from dutybook.store.judgements.review_queue import judged, least_sure
from dutybook.store.judgements.review_queue import number as number_of
from dutybook.web import render
from dutybook.web.evidence import evidence_of
from dutybook.web.forms import fields_of
from dutybook.web.pages.search import given_filters
from dutybook.web.registers import Registers
from dutybook.web.request_values import number, person_of, text_of

router = APIRouter()

#: So far one may look into the queue without judging.
_FURTHEST = 500


@router.get("/review")
def review(request: Request) -> HTMLResponse:
    """The next finding. ``later`` counts those that were put off; ``done`` is the norm that was judged last."""
    registers: Registers = request.app.state.registers
    settings = request.app.state.settings
    later = number(request.query_params.get("later"), 0, 0, _FURTHEST)
    given = given_filters(request.query_params.multi_items())
    given.pop("words", None)
    by = person_of(request).name
    with registers.reading() as register:
        filters = Filters(today=settings.today(), **given)
        total = registers.once(("to review", filters), lambda: number_of(register, filters))

        def found() -> list[NormRow]:
            return least_sure(register, filters, limit=1, offset=later, total=total)

        norm = next(iter(registers.once(("queue", filters, later), found)), None)
        detail = register.norm(norm.id) if norm else None
        nothing = not total and not given and not register.summary().documents
        values: dict[str, Any] = {
            "norm": norm,
            "detail": detail,
            "doubts": {doubt.field: doubt for doubt in detail.doubts} if detail else {},
            "parts": parts_of(register, norm.id) if norm else [],
            "evidence": evidence_of(register, norm) if norm else None,
            "fields": fields_of(detail.norm) if detail else [],
            "done": _done(register, text_of(request, "done")),
            "today": judged(register, settings.today().isoformat(), by),
        }
    kept = [(n, v) for n, v in request.query_params.multi_items() if n not in ("later", "done")]
    values |= {
        "total": total,
        "later": later,
        "here_again": _address(kept, later),
        "next_address": _address(kept, later + 1),
        "first_address": _address(kept, 0),
        "page_words": render.words_of(request, "review_page"),
        "nothing": nothing,
        "norm_words": render.words_of(request, "norm_page"),
    }
    return render.page(request, "review.html", values)


def _address(kept: list[tuple[str, str]], later: int) -> str:
    query = [*kept, *([("later", str(later))] if later else [])]
    return "/review" + (f"?{urlencode(query)}" if query else "")


def _done(register: Register, identity: str) -> tuple[NormRow, str] | None:
    """The norm that was judged last, and the judgement; None if it was undone."""
    if not identity:
        return None
    try:
        norm = register.norm(identity).norm
    except NotFound:
        return None
    record = reviews.record(register, norm.id)
    return (norm, record.finding) if record and record.finding else None
