"""The search page: words, facets, and one row for each norm; and saved searches, with how many norms each finds now and how many are new."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.searching import FACETS, MAX_LIMIT, Counts, Filters, Page, count
from dutybook.store import Register
from dutybook.store.alerts import alerts
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts.alerts import SavedSearch, filters_as_json
from dutybook.store.documents.works import titles
from dutybook.store.search.filters import values_of
from dutybook.web import render
from dutybook.web.access import Role
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.last_seen import MOST, LastSeen
from dutybook.web.pages.upload import start_page
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.registers import SearchPool
from dutybook.web.request_values import Given, clean, editing, page_links, person_of, reading, writing

router = APIRouter()

#: Results of a page.
LIMIT = 25
#: Facets that are always counted; the others only where they are asked for.
ALWAYS = ("modality", "topic", "work")
_MORE = tuple(name for name in FACETS if name not in ALWAYS)
#: What is offered to be saved; all formats of the command line can be asked for.
_FORMATS = (".xlsx", ".csv", ".ics", ".pdf", ".html")
#: Values of a facet that are shown.
_VALUES = 8
#: Facets of which one value is chosen at a time.
ONE = ("status", "review_state", "owner")
#: Names of filters in addresses.
FILTERS = frozenset(field.name for field in fields(Filters) if field.name != "today")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: whether it is chosen, how many norms have it, and the address that toggles it."""

    label: str
    number: int
    chosen: bool
    address: str


@router.get("/")
def results(request: Request) -> HTMLResponse:
    """The results of a search; without words, all norms in the order of the register."""
    asked = request.query_params.multi_items()
    given = given_filters(asked)
    offset = number_of(request.query_params.get("offset"))
    every = request.query_params.get("more") == "1"
    language = language_of(request)
    problem = ""
    with reading(request) as register:
        try:
            # Facets that are chosen are counted too, so that they can be taken back.
            names = [*ALWAYS, *(n for n in _MORE if every or given.get(n))]
            filters = Filters(today=request.app.state.settings.today(), **given)
            finder: SearchPool = request.app.state.search_pool
            found = finder.page(register, filters, limit=LIMIT, offset=offset, reader=language, facets=tuple(names))
        except BadFilter as error:
            problem, found, names = str(error), Page([], 0, False, {}), []
        acts = titles(register, [value for value, _, _ in found.facets.get("work", [])[:_VALUES]], language)
        empty = not problem and not found.total and not given and not register.summary().documents
    if empty and person_of(request).role >= Role.EDITOR and not person_of(request).reads_only:
        return start_page(request)
    reader = reader_of(request)
    facets = {name: _choices(reader, name, found.facets.get(name, []), asked, given, acts) for name in names}
    query = urlencode([(n, v) for n, v in asked if n in FILTERS])
    more, visible = offset + len(found.hits) < found.total, len(found.hits)
    values = {
        "given": given,
        "found": found,
        "facets": {name: choices for name, choices in facets.items() if choices},
        "problem": problem,
        "empty": empty,
        "every": every,
        "exports": [(f[1:], f"/export/register{f}?{query}") for f in _FORMATS],
        "all_formats": f"/export?{query}",
        "query": query,
        "more_address": _address(asked, {"more": "1"}),
        **page_links(offset, LIMIT, visible, more, lambda at: _address(asked, {"offset": str(at)})),
        "hidden": [(n, v) for n, v in asked if n not in ("words", "offset") and (n in FILTERS or n == "more")],
    }
    return render.page(request, "search.html", values, 400 if problem else 200)


def given_filters(asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The filters in an address. Parameters that are not filters are left out."""
    given: dict[str, Any] = {}
    for name, value in asked:
        value = value.replace("\0", "").strip()
        if not value or name not in FILTERS:
            continue
        if name in FACETS:
            given[name] = (*given.get(name, ()), value)
        else:
            given[name] = value == "1" if name == "all_versions" else value
    for name in ONE:
        if isinstance(given.get(name), tuple):
            given[name] = given[name][0]
    return given


def _choices(
    reader: Reader,
    name: str,
    counts: Counts,
    asked: Sequence[tuple[str, str]],
    given: Mapping[str, Any],
    acts: Mapping[str, str],
) -> list[Choice]:
    chosen = given.get(name, ())
    chosen = (chosen,) if isinstance(chosen, str) else chosen
    made: list[Choice] = []
    for value, label, number in counts:
        is_chosen = value in chosen
        if len(made) >= _VALUES and not is_chosen:
            continue
        rest = [(n, v) for n, v in asked if n != "offset" and (n, v) != (name, value)]
        if name in ONE:
            rest = [(n, v) for n, v in rest if n != name]
        address = "/?" + urlencode(rest if is_chosen else [*rest, (name, value)])
        known = reader.words.get(f"{name}.{value}", reader.value(name, value))
        if known == value:
            known = acts.get(value, label)
        made.append(Choice(known, number, is_chosen, address))
    return made


def _address(asked: Sequence[tuple[str, str]], new: Mapping[str, str]) -> str:
    return "/?" + urlencode([*((n, v) for n, v in asked if n not in new), *new.items()])


def number_of(text: str | None) -> int:
    """The whole number in a text, at most :data:`MAX_LIMIT`; 0 if it is none."""
    return min(int(text), MAX_LIMIT) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


#: Searches that are counted on one page.
_COUNTED = 60


@router.get("/searches")
def searches(request: Request) -> HTMLResponse:
    """The list of saved searches, with numbers."""
    return _searches_page(request)


@router.post("/searches")
def save_search(request: Request, given: Given) -> Response:
    """Save the search in the address under a name."""
    person = editing(request)
    asked = [(n, v) for n, v in parse_qsl(given.get("query", "")[:4000]) if n != "offset"]
    filters = Filters(**given_filters(asked))
    name = " ".join(clean(given.get("name", "")).split())[:80]
    now = datetime.now(UTC)
    try:
        with writing(request) as register:
            register.check_filters(filters)
            name = name or _fresh(filters, alerts.names(register), reader_of(request))
            kept.save_search(register, SavedSearch(name, filters), now=now, by=person.name)
            found = alerts.found_by(register, _today(request, filters), MOST)
    except BadRequest as error:
        return _searches_page(request, str(error), 409)
    _seen(request).see(person.name, name, found, now)
    return RedirectResponse("/searches?" + urlencode({"saved": name}), 303)


@router.get("/searches/open")
def open_search(request: Request) -> Response:
    """Show what a saved search finds, and mark it as seen."""
    name = request.query_params.get("name", "")
    with reading(request) as register:
        search = kept.saved_search(register, name)
        found = alerts.found_by(register, _today(request, search.filters), MOST)
    _seen(request).see(person_of(request).name, name, found, datetime.now(UTC))
    return RedirectResponse(search_address(search.filters), 303)


@router.post("/searches/{verb}")
def change_search(request: Request, verb: str, given: Given) -> Response:
    """Rename or remove a saved search."""
    person = editing(request)
    name, new = given.get("name", ""), " ".join(clean(given.get("new", "")).split())
    try:
        with writing(request) as register:
            if verb == "rename":
                alerts.rename_search(register, name, new)
            elif verb == "remove":
                kept.forget_search(register, name)
            else:
                raise Denied(404, "page")
    except BadRequest as error:
        return _searches_page(
            request, text_of(error, language_of(request)), 404 if isinstance(error, NotFound) else 409
        )
    _seen(request).rename(person.name, name, new if verb == "rename" else None)
    return RedirectResponse("/searches", 303)


def search_address(filters: Filters) -> str:
    """The address of the result page for these filters."""
    given: dict[str, Any] = json.loads(filters_as_json(filters))
    asked = [("words", filters.words)] if filters.words else []
    for name, value in given.items():
        asked += [(name, "1" if one is True else str(one)) for one in (value if isinstance(value, list) else [value])]
    return "/?" + urlencode(asked) if asked else "/"


def parts_of(reader: Reader, filters: Filters, acts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of a search for readers, as pairs of a name and a value. Searched words have an empty name."""
    words = reader.section("watching")
    parts = [("", words("searches.words", words=filters.words))] if filters.words else []
    for name, value in json.loads(filters_as_json(filters)).items():
        values = value if isinstance(value, list) else [value]
        label = words.get(f"filter.{name}", reader.words.get(f"facet.{name}", name))
        texts = [
            acts.get(str(one), reader.words.get(f"{name}.{one}", reader.value(name, "" if one is True else str(one))))
            for one in values
        ]
        parts.append((label, ", ".join(texts)))
    return parts


def acts_of(register: Register, filters: Filters, language: str) -> dict[str, str]:
    """The titles of the acts that a search names, by id."""
    return titles(register, list(values_of(filters.work)), language)


def _searches_page(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    reader = reader_of(request)
    person = person_of(request)
    rows = []
    with reading(request) as register:
        resting = alerts.resting(register)
        for number, name in enumerate(alerts.names(register)):
            row: dict[str, Any] = {"name": name, "alerts": resting.get(name, []), "total": None, "new": None, "at": ""}
            try:
                search = kept.saved_search(register, name)
                filters = _today(request, search.filters)
                row |= {"parts": parts_of(reader, filters, acts_of(register, filters, reader.language)), "problem": ""}
                if number < _COUNTED:
                    row["total"] = count(register, filters, semantic="off")
                    found = alerts.found_by(register, filters, MOST)
                    row["new"], row["at"] = _seen(request).new(person.name, name, found)
            except (BadFilter, ValueError) as error:
                row |= {"parts": [], "problem": str(error)}
            rows.append(row)
    values = {"rows": rows, "problem": problem, "saved": request.query_params.get("saved", "")}
    return render.page(request, "searches.html", values, status)


def _today(request: Request, filters: Filters) -> Filters:
    return replace(filters, today=request.app.state.settings.today())


def _seen(request: Request) -> LastSeen:
    seen: LastSeen = request.app.state.last_seen
    return seen


def _fresh(filters: Filters, taken: list[str], reader: Reader) -> str:
    """A name made of the filters, for a search that was saved without one."""
    summary = filters.words or " · ".join(value for _, value in parts_of(reader, filters, {}) if value)
    base = " ".join("".join(c if c.isprintable() else " " for c in summary).split())[:60] or reader.section("watching")(
        "searches.everything"
    )
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base} ({number})"
    return name
