"""The list of all documents, those that could not be read first."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.store import DocumentRow
from dutybook.web import render
from dutybook.web.registers import Registers
from dutybook.web.request_values import offset_of, text_of

router = APIRouter()

#: Documents of a page.
LIMIT = 100


@router.get("/documents")
def documents(request: Request) -> HTMLResponse:
    """The list, or the documents whose title, act or file has the words of the search."""
    registers: Registers = request.app.state.registers
    words, offset = text_of(request, "words"), offset_of(request)
    with registers.reading() as register:
        rows = register.documents()
    sought = words.casefold().split()
    found = [row for row in rows if all(word in _named(row) for word in sought)]
    found.sort(
        key=lambda row: (row.status == "read", (row.work_title or row.title or row.source).casefold(), row.language)
    )
    page = found[offset : offset + LIMIT]

    def page_at(at: int) -> str:
        return "/documents?" + urlencode({"words": words, "offset": at})

    values = {
        "documents": page,
        "words_sought": words,
        "every": len(rows),
        "total": len(found),
        "first": offset + 1,
        "last": offset + len(page),
        "previous": page_at(max(offset - LIMIT, 0)) if offset else "",
        "next": page_at(offset + LIMIT) if offset + len(page) < len(found) else "",
        "page_words": render.words_of(request, "document_page"),
    }
    return render.page(request, "documents.html", values)


def _named(row: DocumentRow) -> str:
    return (
        f"{row.title} {row.work_title or ''} {row.work or ''} {row.source.rpartition('/')[2]} {row.language}".casefold()
    )
