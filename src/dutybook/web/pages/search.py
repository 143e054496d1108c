"""The page of results: words, filters, and a row for each norm; and the page with all values of a facet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import BadFilter
from dutybook.records.findings import Doubt
from dutybook.searching import FACETS, Filters, Hit, Page
from dutybook.store import Register
from dutybook.store.documents.works import short_names
from dutybook.store.judgements import reviews
from dutybook.store.judgements.record import APPLICABILITIES, PRIORITIES, STATUSES, Record
from dutybook.store.profiles.proposals import for_us_states
from dutybook.store.search.terms import fold
from dutybook.web import render
from dutybook.web.error_responses import Denied
from dutybook.web.filter_panel import MANY, VALUES, act_names, chips_of, choices_of, group_facets, names_counted
from dutybook.web.pages.bulk import cell_text
from dutybook.web.reader import language_of, reader_of
from dutybook.web.registers import SearchPool
from dutybook.web.request_values import number, page_links, reading, text_of
from dutybook.web.result_table import COLUMNS, ROWS, View, headers_of, keep_view, sorts_of, switch_of, view_of
from dutybook.web.search_address import DAYS, FILTERS, PAGE, SearchAddress, given_filters

router = APIRouter()

#: Results of a page of the list.
LIMIT = 25
#: Formats offered below the results; the page of exports has all.
_FORMATS = (".xlsx", ".csv", ".ics", ".pdf", ".html")


@dataclass(frozen=True, slots=True)
class Row:
    """A norm that was found, with the short name of its act, its doubtful fields by name, its record, and whether it is for us (empty
    where there are no profiles).
    """

    hit: Hit
    act: str
    doubts: dict[str, Doubt]
    record: Record
    for_us: str = ""


@router.get(PAGE)
def results(request: Request) -> HTMLResponse:
    """The results of a search; without words, all norms in the order of the register."""
    address = SearchAddress.of(request.query_params.multi_items())
    given = given_filters(address.asked)
    offset = number(request.query_params.get("offset"), 0)
    reader = reader_of(request)
    view = view_of(request, address)
    limit = ROWS if view.is_table else LIMIT
    problem = ""
    with reading(request) as register:
        try:
            found = find(request, register, given, limit, offset, tuple(names_counted(given)), view.order)
        except BadFilter as error:
            problem, found = str(error), Page([], 0, False, {})
        acts = act_names(register, found.facets, given, reader.language)
        rows = rows_of(register, found.hits, reader.language)
        empty = not problem and not found.total and not given and not register.summary().documents
    more, visible = offset + len(found.hits) < found.total, len(found.hits)
    values = {
        "given": given,
        "found": found,
        "rows": rows,
        "groups": group_facets(reader, address, given, found.facets, acts),
        "chips": chips_of(reader, address, given, acts),
        "reset": str(address.reset()),
        "days": DAYS,
        "problem": problem,
        "meant_address": str(address.having(words=found.did_you_mean)) if found.did_you_mean else "",
        "empty": empty,
        "exports": [(f[1:], f"/export/register{f}?{address.query}") for f in _FORMATS],
        "all_formats": f"/export?{address.query}",
        "query": address.query,
        "saved_query": _with_view(address, view),
        "view": view,
        **switch_of(address, view),
        "headers": headers_of(address, view),
        "columns": COLUMNS,
        "sorts": sorts_of(address, view),
        "hidden_for_columns": address.hidden("columns", "view"),
        "here_again": str(address) + _at(address, offset),
        "done": [text for text in request.query_params.getlist("done") if text.isalnum()][:ROWS],
        "changed": number(request.query_params.get("changed"), 0),
        "refused": text_of(request, "problem"),
        "statuses": STATUSES,
        "applicabilities": APPLICABILITIES,
        "priorities": PRIORITIES,
        "cell_text": cell_text,
        **page_links(offset, limit, visible, more, lambda at: str(address) + _at(address, at)),
        "hidden": address.hidden("words"),
        "hidden_for_days": address.hidden("bearer", *DAYS),
    }
    page = render.page(request, "search.html", values, 400 if problem else 200, section="search_page")
    keep_view(page, address, view)
    return page


def _with_view(address: SearchAddress, view: View) -> str:
    """The filters and the view, as a saved search keeps them."""
    columns = [("columns", column.name) for column in view.columns] if view.is_table else []
    order = [("sort", view.order)] if view.order else []
    filters = [(n, v) for n, v in address.asked if n in FILTERS]
    return urlencode([*filters, *([("view", view.kind)] if view.is_table else []), *columns, *order])


def _at(address: SearchAddress, offset: int) -> str:
    return f"{'&' if address.asked else '?'}offset={offset}" if offset else ""


def find(
    request: Request,
    register: Register,
    given: dict[str, Any],
    limit: int,
    offset: int,
    facets: tuple[str, ...],
    order: str = "",
) -> Page:
    """A page of results with the counts of facets. Raises BadFilter."""
    filters = Filters(today=request.app.state.settings.today(), **given)
    finder: SearchPool = request.app.state.search_pool
    reader = language_of(request)
    return finder.page(register, filters, limit=limit, offset=offset, reader=reader, facets=facets, order=order)


def rows_of(register: Register, hits: list[Hit], language: str) -> list[Row]:
    """The rows of norms that were found."""
    records = reviews.records(register, [hit.id for hit in hits])
    doubts = register.doubts([hit.id for hit in hits])
    acts = short_names(register, dict.fromkeys(hit.work for hit in hits if hit.work), language)
    ours = for_us_states(register, [hit.id for hit in hits])
    return [
        Row(
            hit,
            acts.get(hit.work or "") or hit.work_title or hit.document_title or hit.source,
            {doubt.field: doubt for doubt in doubts.get(hit.id, ())},
            records.get(hit.id, Record("")),
            ours.get(hit.id, ""),
        )
        for hit in hits
    ]


@router.get(VALUES)
def values(request: Request) -> HTMLResponse:
    """All values of a facet for a search, those with some letters in them if any are typed."""
    name = request.query_params.get("facet", "")
    if name not in FACETS:
        raise Denied(404, "page")
    sought = text_of(request, "q")
    address = SearchAddress.of(request.query_params.multi_items())
    given = given_filters(address.asked)
    reader = reader_of(request)
    problem = ""
    with reading(request) as register:
        try:
            counts = find(request, register, given, 0, 0, (name,)).facets[name]
        except BadFilter as error:
            problem, counts = str(error), []
        acts = act_names(register, {name: counts}, given, reader.language, len(counts))
    every = choices_of(reader, address, name, counts, given, acts)
    meant = [choice for choice in every if fold(sought) in fold(choice.label)]
    made = {
        "facet": name,
        "choices": meant[:MANY],
        "left_out": len(meant) - MANY,
        "searchable": len(every) > 1,
        "sought": sought,
        "problem": problem,
        "back": str(address),
        "hidden": [*address.asked, ("facet", name)],
    }
    template = "values_part.html" if request.headers.get("hx-request") else "values.html"
    return render.page(request, template, made, 400 if problem else 200, section="search_page")
