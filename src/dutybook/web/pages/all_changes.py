"""The latest changes over all acts, with one row for each text that changed something."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.store.documents.works import titles
from dutybook.store.versions.recent_changes import ChangedText, recent_changes
from dutybook.web import render
from dutybook.web.pages.acts import address_of
from dutybook.web.pages.changes import KINDS
from dutybook.web.registers import Registers
from dutybook.web.request_values import offset_of

router = APIRouter()

LIMIT = 40


@router.get("/changes")
def all_changes(request: Request) -> HTMLResponse:
    """The newest texts that changed norms."""
    registers: Registers = request.app.state.registers
    offset = offset_of(request)
    with registers.reading() as register:
        found = recent_changes(register, LIMIT + 1, offset)
        names = titles(register, sorted({row.work for row in found}), render.language_of(request))
    values = {
        "rows": [(row, names.get(row.work, row.work), _address(row), _counts(row)) for row in found[:LIMIT]],
        "first": offset + 1,
        "last": offset + min(len(found), LIMIT),
        "previous": f"/changes?offset={max(offset - LIMIT, 0)}" if offset else "",
        "next": f"/changes?offset={offset + LIMIT}" if len(found) > LIMIT else "",
        "page_words": render.words_of(request, "changes_page"),
    }
    return render.page(request, "all_changes.html", values)


def _address(row: ChangedText) -> str:
    if row.corrigendum:
        return f"{address_of(row.work)}/changes?" + urlencode({"language": row.language, "kind": "corrected"})
    asked = {"language": row.language, "from": row.old, "to": row.document}
    return f"{address_of(row.work)}/changes?" + urlencode(asked)


def _counts(row: ChangedText) -> list[tuple[str, int, str]]:
    """The kinds of change in order, how many norms have each, and the address that shows only these."""
    address = _address(row)
    return [
        (kind, row.counts[kind], address if row.corrigendum else f"{address}&{urlencode({'kind': kind})}")
        for kind in KINDS
        if row.counts.get(kind)
    ]
