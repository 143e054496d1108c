"""API operations on documents, and on findings in them that are not norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from dutybook.store import Register, rows
from dutybook.store.documents import view
from dutybook.store.documents import view as lists
from dutybook.store.documents.view import provisions as provisions_of
from dutybook.store.ids import is_named, only_id
from dutybook.store.watches import watch_items
from dutybook.web.api.models import Answer, Fact, Penalty, ReadWord, Rejected, of_row, page_of
from dutybook.web.api.norms import _Png, draw_page
from dutybook.web.api.parameters import OneOf, Paged, Paging, Text, Whole, make_page, make_refusal, slice_rows
from dutybook.web.api.routing import operation, reading


class Reason(Answer):
    """Why something was not read, or not wholly."""

    code: str = Field(
        description="The same for the same cause, whatever the sentence says: needs_password, part.page …"
    )
    kind: str = Field(
        description="What sort of failure it is where nothing was read: encrypted, too large …; else empty."
    )
    values: dict[str, Any] = Field(description="What stands in the sentence: numbers, names, reasons of their own.")
    text: str = Field(description="The sentence, in English.")


@of_row(rows.DocumentRow)
class DocumentRow(Answer):
    """A document; `reason` says why it is unreadable or only partly read, `reasons` the same by code."""

    status: ReadWord
    problems: list[str] = Field(description="What was not read in it, and what to know of it.")
    reasons: list[Reason]
    address: str = Field(description="Where it came from, if a watch fetched it; else empty.")


Documents = page_of("Documents", DocumentRow, "A page of documents, by title.")


@of_row(view.ProvisionRow)
class Provision(Answer):
    """A provision; `parent` is the id of the one that it stands in. `norms` are the ids of norms in it, in order."""

    zone: str = Field(description="enacting terms, recitals, annex …")
    start: int = Field(description="Half-open range of characters of the document's text.")
    depth: int = Field(ge=0, description="How many provisions it stands in.")


class Document(Answer):
    """A document with how many of each finding it has."""

    document: DocumentRow
    provisions: int
    facts: int
    penalties: int
    rejected: int


Provisions = page_of(
    "Provisions",
    Provision,
    "A page of the provisions of a document, in its order: a tree, described by `parent` and `depth`.",
)


class TextOf(Answer):
    """The text of a document that all spans count in; a part of it from `start` to `end`."""

    document: str
    characters: int
    start: int
    end: int
    text: str


RejectedPage = page_of("RejectedPage", Rejected, "A page of what looked like a norm and was none.")


FactsPage = page_of("FactsPage", Fact, "A page of dates of acts.")


PenaltiesPage = page_of("PenaltiesPage", Penalty, "A page of penalties.")


DocumentId = Annotated[
    str, Path(description="Id of a document; its first four characters are enough where no other begins so.")
]
_MOST_TEXT = 100_000


class Listing(Paging):
    """The parameters that select documents."""

    document: Text | None = Field(None, description="Part of a title or file name, or an id.")
    status: list[Annotated[str, OneOf(("read", "partly read", "unreadable"))]] = Field(
        [], description="How far they were read."
    )


class OfDocument(Paging):
    """The parameter that names a document."""

    document: Text | None = Field(
        None, description="Id of a document or its beginning, part of its title or source; all if not given."
    )


@operation("GET /documents", "listDocuments", "documents", "List documents", Documents)
def documents(request: Request, asked: Annotated[Listing, Query()]) -> dict[str, Any]:
    """What was read, and what was not, with the reason."""
    with reading(request) as register:
        found = [row for row in register.documents(asked.document) if not asked.status or row.status in asked.status]
        came_from = watch_items.addresses(register)
    items = [with_address(row, came_from.get(row.id, "")) for row in slice_rows(found, asked)]
    return make_page(request, asked, items, len(found))


@operation("GET /documents/{id}", "getDocument", "documents", "Read a document", Document, 404)
def document(request: Request, id: DocumentId) -> dict[str, Any]:
    """A document, how far it was read, and how many findings of each kind it has."""
    with reading(request) as register:
        row = find_document(register, id)
        counts = {
            kind: lists.number(register, kind, row.id) for kind in ("provisions", "facts", "penalties", "rejected")
        }
        return {"document": with_address(row, watch_items.address(register, row.id)), **counts}


@operation("GET /documents/{id}/provisions", "listProvisions", "documents", "Provisions of a document", Provisions, 404)
def provisions(request: Request, id: DocumentId, asked: Paged) -> dict[str, Any]:
    """The tree of provisions in the order of the text, with the norms that stand in each."""
    with reading(request) as register:
        found, total = provisions_of(register, find_document(register, id).id, asked.limit, asked.offset)
    return make_page(request, asked, found, total)


@operation("GET /documents/{id}/text", "getText", "documents", "Text of a document", TextOf, 404)
def text(
    request: Request,
    id: DocumentId,
    start: Annotated[Whole, Query(ge=0, le=1_000_000_000, description="First character.")] = 0,
    length: Annotated[Whole, Query(ge=1, le=_MOST_TEXT, description="So many characters at most.")] = 20_000,
) -> dict[str, Any]:
    """A part of the text that all spans count in."""
    with reading(request) as register:
        row = find_document(register, id)
        whole = "" if row.status == "unreadable" else register.text(row.id)
    piece = whole[start : start + length]
    first = min(start, len(whole))
    return {"document": row.id, "characters": len(whole), "start": first, "end": first + len(piece), "text": piece}


@operation(
    "GET /documents/{id}/pages/{number}.png", "getPage", "documents", "Look at a page", None, 404, response_class=_Png
)
def page(
    request: Request,
    id: DocumentId,
    number: Annotated[Whole, Path(ge=1, le=100_000, description="Number of the page, from 1.")],
) -> Response:
    """A page as a picture; only of PDFs and pictures, as long as the file is the one that was read."""
    with reading(request) as register:
        row = find_document(register, id)
    return draw_page(request, row.id, number)


@operation("GET /rejected", "listRejected", "findings", "What was rejected", RejectedPage)
def rejected(request: Request, asked: Annotated[OfDocument, Query()]) -> dict[str, Any]:
    """What looked like a norm and was judged to be none, with the reason."""
    return _listed(request, asked, lists.rejected)


@operation("GET /facts", "listFacts", "findings", "Dates of acts", FactsPage)
def facts(request: Request, asked: Annotated[OfDocument, Query()]) -> dict[str, Any]:
    """Dates in the life of acts, as their documents tell them."""
    return _listed(request, asked, lists.facts)


@operation("GET /penalties", "listPenalties", "findings", "Penalties", PenaltiesPage)
def penalties(request: Request, asked: Annotated[OfDocument, Query()]) -> dict[str, Any]:
    """Fines and other sanctions."""
    return _listed(request, asked, lists.penalties)


def _listed(request: Request, asked: OfDocument, rows_of: Callable[..., tuple[list[Any], int]]) -> dict[str, Any]:
    with reading(request) as register:
        if asked.document is not None and not register.documents(asked.document):
            raise make_refusal(
                "document", f"no document in the register matches {asked.document!r}; GET /api/v1/documents lists them"
            )
        found, total = rows_of(register, asked.document, asked.limit, asked.offset)
    return make_page(request, asked, found, total)


def find_document(register: Register, identity: str) -> rows.DocumentRow:
    """The document with this id, or the only one whose id begins so; NotFound for none or several."""
    found = {row.id: row for row in register.documents(identity.lower()) if is_named(row.id, identity)}
    return found[only_id(list(found), identity, "document", "GET /api/v1/documents lists them.")]


def with_address(row: rows.DocumentRow, address: str) -> dict[str, Any]:
    """The fields of a document as the model takes them."""
    reasons = [{"kind": "", **reason.plain()} for reason in row.reasons]
    return {name: getattr(row, name) for name in row.__dataclass_fields__} | {"address": address, "reasons": reasons}
