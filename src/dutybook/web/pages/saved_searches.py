"""Saved searches: a list with how many norms each finds now and how many are new, and what is done with one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.searching import Filters, count
from dutybook.store.alerts import alerts
from dutybook.store.alerts.alerts import SavedSearch
from dutybook.web import render
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.last_seen import MOST, LastSeen
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.request_values import Given, clean, editing, person_of, reading, writing
from dutybook.web.search_address import VIEW, acts_of, given_filters, parts_of, search_address

router = APIRouter()

#: Searches that are counted on one page.
_COUNTED = 60


@router.get("/searches")
def searches(request: Request) -> HTMLResponse:
    """The list of saved searches, with numbers."""
    return _searches_page(request)


@router.post("/searches")
def save_search(request: Request, given: Given) -> Response:
    """Save the search in the address under a name, and go on to an alert on it if that is asked for."""
    person = editing(request)
    asked = [(n, v) for n, v in parse_qsl(given.get("query", "")[:4000]) if n != "offset"]
    filters = Filters(**given_filters(asked))
    name = " ".join(clean(given.get("name", "")).split())[:80]
    now = datetime.now(UTC)
    try:
        with writing(request) as register:
            register.check_filters(filters)
            name = name or _fresh(filters, alerts.names(register), reader_of(request))
            view = urlencode([(n, v) for n, v in asked if n in VIEW])
            alerts.save_search(register, SavedSearch(name, filters, view=view), now=now, by=person.name)
            found = alerts.found_by(register, _today(request, filters), MOST)
    except BadRequest as error:
        return _searches_page(request, str(error), 409)
    _seen(request).see(person.name, name, found, now)
    if given.get("then") == "alert":
        return RedirectResponse("/alerts/add?" + urlencode({"search": name}), 303)
    return RedirectResponse("/searches?" + urlencode({"saved": name}), 303)


@router.get("/searches/open")
def open_search(request: Request) -> Response:
    """Show what a saved search finds, and mark it as seen."""
    name = request.query_params.get("name", "")
    with reading(request) as register:
        search = alerts.saved_search(register, name)
        found = alerts.found_by(register, _today(request, search.filters), MOST)
    _seen(request).see(person_of(request).name, name, found, datetime.now(UTC))
    return RedirectResponse(search_address(search.filters, search.view), 303)


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
                alerts.forget_search(register, name)
            else:
                raise Denied(404, "page")
    except BadRequest as error:
        return _searches_page(
            request, text_of(error, language_of(request)), 404 if isinstance(error, NotFound) else 409
        )
    _seen(request).rename(person.name, name, new if verb == "rename" else None)
    return RedirectResponse("/searches", 303)


def _searches_page(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    reader = reader_of(request)
    person = person_of(request)
    rows = []
    with reading(request) as register:
        resting = alerts.resting(register)
        for number, name in enumerate(alerts.names(register)):
            row: dict[str, Any] = {"name": name, "alerts": resting.get(name, []), "total": None, "new": None, "at": ""}
            try:
                search = alerts.saved_search(register, name)
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
