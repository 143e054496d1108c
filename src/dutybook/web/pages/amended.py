"""The text of an act that results from its amendments, version by version, and how a consolidated version compares with it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import NotFound
from dutybook.store import Register
from dutybook.store.documents.works import titles, work
from dutybook.store.versions.amended import AmendedAct, ComparedVersion, amended_act, compare_consolidated
from dutybook.web import render
from dutybook.web.document_window import make_slug
from dutybook.web.pages.acts import act_address, act_language
from dutybook.web.reader import language_of
from dutybook.web.request_values import reading, text_of

router = APIRouter()

#: So many differences of a consolidated version are shown.
_MOST_DIFFERENCES = 200


@router.get("/acts/{identity:path}/amended")
def amended(request: Request, identity: str) -> HTMLResponse:
    """The versions of an act that result from its amendments; the newest consolidated one is compared with what is made."""
    reader = language_of(request)
    with reading(request) as register, register.translated_errors():
        row = work(register, identity)
        language = act_language(row, text_of(request, "language"), reader)
        found = amended_act(register, row.id, language or None)
        names = titles(register, [row.id, *(known.work for known in found.amendments)], reader)
        compared = _compare_newest(register, found)
    values = {
        "act": row,
        "title": names.get(row.id) or row.title or row.id,
        "names": names,
        "address": act_address(row.id),
        "slug": make_slug,
        "languages_here": row.languages,
        "language": language,
        "found": found,
        "compared": compared,
        "differences": compared.differences[:_MOST_DIFFERENCES] if compared else (),
    }
    return render.page(request, "amended.html", values)


def _compare_newest(register: Register, found: AmendedAct) -> ComparedVersion | None:
    """The newest text next to what is made of the one before it; None where there is none, or no amending act is here."""
    if found.base is None or found.base.kind != "consolidated":
        return None
    try:
        compared = compare_consolidated(register, found.base.document)
    except NotFound:
        return None
    return compared if compared.acts else None
