"""The list of documents, and the page of one: its provisions as a tree, its pages or its text, and the norms in the margin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, DutybookError, NotFound
from dutybook.records import Modality
from dutybook.store import DocumentRow, Register
from dutybook.store.documents.norm_context import sanctioned_norms
from dutybook.store.documents.view import PlaceRow, SheetRow, counts, places, reasons, rejections, sheets, source_of
from dutybook.store.documents.works import short_names
from dutybook.store.folders import hide_folder_in
from dutybook.store.judgements.additions import Addition, add_norm
from dutybook.store.news.coming_acts import named_by
from dutybook.store.rows import GapRow, PenaltyRow
from dutybook.store.versions.amended import is_made
from dutybook.store.watches import watch_items
from dutybook.web import render
from dutybook.web.document_window import (
    REJECTED,
    SHEETS,
    build_leaves,
    build_pieces,
    build_tree,
    find_children,
    find_cuts,
    find_window,
    make_slug,
)
from dutybook.web.drawing import DPI, Drawer
from dutybook.web.request_values import (
    Given,
    clean,
    editing,
    kind_choices,
    number,
    offset_of,
    page_links,
    reading,
    text_of,
    writing,
)

router = APIRouter()

KINDS = (*(m.value for m in Modality), REJECTED)
#: Rejected candidates and dates that are listed at once.
_LISTED = 12
#: So many acts that a text about the law names are listed.
_MOST_ACTS = 40
#: So many paragraphs that are no part of an article are shown.
_MOST_BOILERPLATE = 500


@dataclass(frozen=True, slots=True)
class _Margin:
    """The notes in the margin: norms of the ``chosen`` modalities (all if there are none), and rejected candidates if ``rejected``."""

    chosen: list[str]
    rejected: bool

    @classmethod
    def of(cls, kinds: list[str]) -> _Margin:
        """The margin for the kinds that a reader chose; without a choice it has everything."""
        chosen = [k for k in kinds if k != REJECTED]
        # No modality is called "none": if only rejected candidates were chosen, no norm is shown.
        return cls(chosen or (["none"] if kinds else []), not kinds or REJECTED in kinds)


@router.get("/documents/{identity}")
def document(request: Request, identity: str) -> HTMLResponse:
    """A window of a document, from a page (``page``), a character of its text (``from``) or a place (``at``) on."""
    asked = request.query_params
    kinds = [k for k in KINDS if k in {clean(v) for v in asked.getlist("kind")}]
    margin = _Margin.of(kinds)
    with reading(request) as register:
        row = _row(register, identity)
        paged = sheets(register, identity)
        rows = places(register, identity)
        at = _at(rows, text_of(request, "at"))
        as_text = not paged or asked.get("view") == "text"
        values = (
            _text_window(register, row, rows, at, number(asked.get("from"), 0, last=10**8), margin)
            if as_text
            else _page_window(register, identity, paged, rows, at, asked.get("page"), margin)
        )
        kept = [("view", "text")] if as_text and paged else []
        address = partial(_address, identity, [*kept, *(("kind", kind) for kind in kinds)])
        found, gone = counts(register, identity)
        values |= _describe(register, row, paged)
        # They stand at the beginning of a document alone: pages deep in it stay small.
        values["facts"] = [] if values["previous"] else register.facts(row.id)
        values["penalties"] = [] if values["previous"] else _list_penalties(register, row.id)
        values |= _list_rejected(
            register, identity, number(asked.get("rejected"), 0), text_of(request, "why"), gone, address
        )
    where = [(n, clean(v)) for n, v in asked.multi_items() if n in ("page", "from", "at")]

    def with_kinds(rest: list[str]) -> str:
        return _address(identity, [*kept, *where, *(("kind", kind) for kind in rest)])

    values |= {
        "tree": build_tree(rows, values["current"]),
        "paged": bool(paged),
        "sheets": len(paged),
        "as_text": as_text,
        "kept": urlencode(kept),
        "kinds": kinds,
        "choices": kind_choices(KINDS, {**found, REJECTED: gone}, kinds, with_kinds),
        "previous": address(**values["previous"]) if values["previous"] else "",
        "next": address(**values["next"]) if values["next"] else "",
        "modalities": [m.value for m in Modality],
        "other_view": f"/documents/{identity}" + ("" if as_text else "?view=text"),
        "slug": make_slug,
    }
    return render.page(request, "document.html", values, section="document_page")


def _address(identity: str, query: Sequence[tuple[str, str]], **new: object) -> str:
    """The address of the page with what the reader chose (``query``), and with what is ``new`` in it."""
    encoded = urlencode([*query, *new.items()])
    return f"/documents/{identity}" + (f"?{encoded}" if encoded else "")


def _describe(register: Register, row: DocumentRow, paged: Sequence[SheetRow]) -> dict[str, Any]:
    """What the page says of the document as a whole, above its text."""
    return {
        "document": row,
        "act_name": short_names(register, [row.work], row.language).get(row.work, "") if row.work else "",
        "boilerplate": register.boilerplate(row.id)[:_MOST_BOILERPLATE],
        "pages_with_reasons": [(s.number, s.reasons) for s in paged if s.reasons],
        "gaps": _group_gaps(register.gaps(row.id) if row.gaps else []),
        "acts": named_by(register, row.id)[:_MOST_ACTS],
        "came_from": watch_items.address(register, row.id),
        "made": is_made(register, row.id),
    }


def _list_penalties(register: Register, identity: str) -> list[tuple[PenaltyRow, list[tuple[str, str]]]]:
    """The penalties of a document in order, each with the ids and places of the norms that it sanctions."""
    norms = sanctioned_norms(register, identity)
    return [(penalty, norms.get(penalty.id, [])) for penalty in register.penalties(identity)]


def _list_rejected(
    register: Register, identity: str, first: int, why: str, total: int, address: Callable[..., str]
) -> dict[str, Any]:
    """The rejected candidates from the ``first`` on, of the reason ``why`` or of all, and the addresses of those before and after them."""
    by_reason = reasons(register, identity)
    listed = dict(by_reason).get(why, 0) if why else total
    chosen = {"why": why} if why else {}
    return {
        "rejected": rejections(register, identity, _LISTED, first, why),
        "reasons": by_reason,
        "why_chosen": why,
        "rejected_total": total,
        "rejected_next": address(rejected=first + _LISTED, **chosen) if first + _LISTED < listed else "",
        "rejected_previous": address(rejected=max(first - _LISTED, 0), **chosen) if first else "",
    }


def _group_gaps(gaps: Sequence[GapRow]) -> list[tuple[int | None, str, list[GapRow]]]:
    """What was not searched by page and kind, in the order of the text."""
    groups: dict[tuple[int | None, str], list[GapRow]] = {}
    for gap in gaps:
        groups.setdefault((gap.page, gap.kind), []).append(gap)
    return [(page, kind, found) for (page, kind), found in groups.items()]


@router.post("/documents/{identity}/norms")
def take_in(request: Request, identity: str, given: Given) -> Response:
    """Make a norm of a rejected sentence of the document; the page of the norm is shown next."""
    by = editing(request).name
    addition = Addition(given.get("modality", Modality.OBLIGATION.value), why=given.get("reason", "").strip())
    with writing(request) as register:
        sentence = register.rejection(given.get("rejected", ""))
        if sentence.document != identity:
            raise BadRequest("this sentence is not one of the document")
        norm = add_norm(register, sentence.id, addition, by=by)
    return RedirectResponse(f"/norms/{norm}", 303)


@router.get("/documents/{identity}/tree")
def branch(request: Request, identity: str) -> HTMLResponse:
    """The entries inside one entry of the tree, for a page that is open already."""
    with reading(request) as register:
        _row(register, identity)
        nodes = find_children(places(register, identity), text_of(request, "of"))
    kept = "view=text" if text_of(request, "view") == "text" else ""
    values = {
        "nodes": nodes,
        "identity": identity,
        "kept": kept,
    }
    return render.page(request, "branch.html", values, section="document_page")


def _row(register: Register, identity: str) -> DocumentRow:
    found = [row for row in register.documents(identity) if row.id == identity] if identity.isalnum() else []
    if not found:
        raise NotFound(f"there is no document {identity} in the register")
    return found[0]


def _at(rows: Sequence[PlaceRow], named: str) -> PlaceRow | None:
    """The provision at a place, written as in a citation or an address; else the nearest one above it."""
    wanted = make_slug(named)
    while wanted:
        for row in rows:
            if make_slug(row.place) == wanted:
                return row
        wanted = wanted.rpartition("-")[0]
    return None


def _text_window(
    register: Register,
    row: DocumentRow,
    rows: Sequence[PlaceRow],
    at: PlaceRow | None,
    start: int,
    margin: _Margin,
) -> dict[str, Any]:
    """A window of the text, from a place or a character on."""
    starts = find_cuts(register, row.id, rows, row.characters)
    begin, end, before = find_window(starts, row.characters, at.start if at else start)
    made = build_pieces(register, row.id, rows, starts, (begin, end), margin.chosen, rejected=margin.rejected)
    return {
        "leaves": [],
        "pieces": made,
        "current": at.start if at else begin,
        "previous": {"from": before} if before >= 0 else None,
        "next": {"from": end} if end < row.characters else None,
    }


def _page_window(
    register: Register,
    identity: str,
    paged: Sequence[SheetRow],
    rows: Sequence[PlaceRow],
    at: PlaceRow | None,
    page: str | None,
    margin: _Margin,
) -> dict[str, Any]:
    """A window of the pages: from the named page, or from that of a place on."""
    first = number(page, (at.page or 1) if at else 1, 1, max(len(paged), 1))
    made = build_leaves(register, identity, paged, rows, first, margin.chosen, rejected=margin.rejected)
    end = made[-1].sheet.number + 1 if made else first
    begun = [r.start for r in rows if r.page is not None and r.page >= first]
    return {
        "leaves": made,
        "pieces": [],
        "current": at.start if at else begun[0] if begun else None,
        "previous": {"page": max(first - SHEETS, 1)} if first > 1 else None,
        "next": {"page": end} if end <= len(paged) else None,
    }


#: Documents of a page.
DOCUMENTS = 100


@router.get("/documents")
def documents(request: Request) -> HTMLResponse:
    """The list, or the documents whose title, act or file has the words of the search."""
    words, offset = text_of(request, "words"), offset_of(request)
    with reading(request) as register:
        rows = register.documents()
    sought = words.casefold().split()
    found = [row for row in rows if all(word in _named(row) for word in sought)]
    found.sort(
        key=lambda row: (row.status == "read", (row.work_title or row.title or row.source).casefold(), row.language)
    )
    page = found[offset : offset + DOCUMENTS]
    with reading(request) as register:
        names = {
            language: short_names(
                register, {row.work for row in page if row.work and row.language == language}, language
            )
            for language in {row.language for row in page}
        }

    def page_at(at: int) -> str:
        return "/documents?" + urlencode({"words": words, "offset": at})

    values = {
        "documents": page,
        "names": names,
        "words_sought": words,
        "every": len(rows),
        "total": len(found),
        **page_links(offset, DOCUMENTS, len(page), offset + len(page) < len(found), page_at),
    }
    return render.page(request, "documents.html", values, section="document_page")


def _named(row: DocumentRow) -> str:
    return (
        f"{row.title} {row.work_title or ''} {row.work or ''} {row.source.rpartition('/')[2]} {row.language}".casefold()
    )


@router.get("/documents/{identity}/pages/{number}.png")
async def image(request: Request, identity: str, number: int) -> Response:
    """A page of a document in the register. No file other than the document's own is ever opened."""

    def source_row() -> tuple[str, str] | None:
        with reading(request) as register:
            return source_of(register, identity)

    row = await run_in_threadpool(source_row)
    if row is None or not 1 <= number <= 100_000:
        return PlainTextResponse("There is no such page.", 404)
    drawer: Drawer = request.app.state.drawer
    source: Path = request.app.state.settings.folder / row[0]
    tag = f'"{row[1][:32]}-{number}-{DPI:.0f}"'
    headers = {"cache-control": "private, max-age=86400", "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        # No thread waits: they are for who can be answered at once.
        data = await asyncio.shield(asyncio.wrap_future(drawer.begin_page(source, row[1], number)))
    except DutybookError as error:
        return PlainTextResponse(hide_folder_in(str(error), str(source)), 404)
    return Response(data, media_type="image/png", headers=headers)
