"""Documents: the list, and one with its norms along its provisions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import NotFound
from dutybook.store import Filters
from dutybook.web import render
from dutybook.web.registers import Registers

router = APIRouter()

_NORMS = 2_000
_REJECTED = 200


@router.get("/documents")
def documents(request: Request) -> HTMLResponse:
    """All documents, those that could not be read first."""
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        rows = register.documents()
    rows.sort(
        key=lambda row: (row.status == "read", (row.work_title or row.title or row.source).casefold(), row.language)
    )
    return render.page(request, "documents.html", {"documents": rows})


@router.get("/documents/{identity}")
def document(request: Request, identity: str) -> HTMLResponse:
    """One document with its norms, its dates and what was rejected."""
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        found = [row for row in register.documents() if row.id == identity]
        if not found:
            raise NotFound(f"there is no document {identity} in the register")
        values = {
            "document": found[0],
            "norms": list(register.norms(Filters(document=identity), limit=_NORMS)),
            "facts": register.facts(identity),
            "rejected": register.rejected(identity, _REJECTED),
        }
    return render.page(request, "document.html", values)
