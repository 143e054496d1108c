"""Saved searches: a filter under a name, how many norms it finds now and how many are new; an alert is one step away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadFilter, BadRequest, NotFound
from dutybook.searching import Filters, count
from dutybook.store import Register
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts import saved_searches
from dutybook.store.alerts.alerts import SavedSearch, filters_as_json
from dutybook.store.documents.works import titles
from dutybook.store.search.facets import values_of
from dutybook.web import render
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.last_seen import MOST, LastSeen
from dutybook.web.pages.search import given_filters
from dutybook.web.registers import Registers
from dutybook.web.request_values import changing, clean, editing, person_of

router = APIRouter()

#: Searches that are counted on one page.
_COUNTED = 60


@router.get("/searches")
def searches(request: Request) -> HTMLResponse:
    """The list of saved searches, with numbers."""
    return _page(request)


@router.post("/searches")
async def save(request: Request) -> Response:
    """Save the search in the address under a name."""
    person = editing(request)
    given = await changing(request)

    def keep() -> Response:
        asked = [(n, v) for n, v in parse_qsl(given.get("query", "")[:4000]) if n != "offset"]
        filters = Filters(**given_filters(asked))
        name = " ".join(clean(given.get("name", "")).split())[:80]
        registers: Registers = request.app.state.registers
        now = datetime.now(UTC)
        try:
            with registers.writing() as register:
                register.check_filters(filters)
                name = name or _fresh(filters, saved_searches.names(register), render.reader_of(request))
                kept.save_search(register, SavedSearch(name, filters), now=now, by=person.name)
                found = saved_searches.found_by(register, _today(request, filters), MOST)
        except BadRequest as error:
            return _page(request, str(error), 409)
        _seen(request).see(person.name, name, found, now)
        return RedirectResponse("/searches?" + urlencode({"saved": name}), 303)

    return await run_in_threadpool(keep)


@router.get("/searches/open")
def open_(request: Request) -> Response:
    """Show what a saved search finds, and mark it as seen."""
    name = request.query_params.get("name", "")
    registers: Registers = request.app.state.registers
    with registers.reading() as register:
        search = kept.saved_search(register, name)
        found = saved_searches.found_by(register, _today(request, search.filters), MOST)
    _seen(request).see(person_of(request).name, name, found, datetime.now(UTC))
    return RedirectResponse(address_of(search.filters), 303)


@router.post("/searches/{verb}")
async def change(request: Request, verb: str) -> Response:
    """Rename or remove a saved search."""
    person = editing(request)
    given = await changing(request)
    name, new = given.get("name", ""), " ".join(clean(given.get("new", "")).split())

    def do() -> Response:
        registers: Registers = request.app.state.registers
        try:
            with registers.writing() as register:
                if verb == "rename":
                    saved_searches.rename_search(register, name, new)
                elif verb == "remove":
                    kept.forget_search(register, name)
                else:
                    raise Denied(404, "page")
        except BadRequest as error:
            return _page(
                request, text_of(error, render.language_of(request)), 404 if isinstance(error, NotFound) else 409
            )
        _seen(request).rename(person.name, name, new if verb == "rename" else None)
        return RedirectResponse("/searches", 303)

    return await run_in_threadpool(do)


def address_of(filters: Filters) -> str:
    """The address of the result page for these filters."""
    import json

    given: dict[str, Any] = json.loads(filters_as_json(filters))
    asked = [("words", filters.words)] if filters.words else []
    for name, value in given.items():
        asked += [(name, "1" if one is True else str(one)) for one in (value if isinstance(value, list) else [value])]
    return "/?" + urlencode(asked) if asked else "/"


def parts_of(reader: render.Reader, filters: Filters, acts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of a search for readers, as pairs of a name and a value. Searched words have an empty name."""
    import json

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


def _page(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    registers: Registers = request.app.state.registers
    reader = render.reader_of(request)
    person = person_of(request)
    rows = []
    with registers.reading() as register:
        resting = saved_searches.resting(register)
        for number, name in enumerate(saved_searches.names(register)):
            row: dict[str, Any] = {"name": name, "alerts": resting.get(name, []), "total": None, "new": None, "at": ""}
            try:
                search = kept.saved_search(register, name)
                filters = _today(request, search.filters)
                row |= {"parts": parts_of(reader, filters, acts_of(register, filters, reader.language)), "problem": ""}
                if number < _COUNTED:
                    row["total"] = count(register, filters, semantic="off")
                    found = saved_searches.found_by(register, filters, MOST)
                    row["new"], row["at"] = _seen(request).new(person.name, name, found)
            except (BadFilter, ValueError) as error:
                row |= {"parts": [], "problem": str(error)}
            rows.append(row)
    values = {"rows": rows, "problem": problem, "saved": request.query_params.get("saved", "")}
    return render.page(request, "searches.html", values, status)


def _today(request: Request, filters: Filters) -> Filters:
    from dataclasses import replace

    day: date = request.app.state.settings.today()
    return replace(filters, today=day)


def _seen(request: Request) -> LastSeen:
    seen: LastSeen = request.app.state.last_seen
    return seen


def _fresh(filters: Filters, taken: list[str], reader: render.Reader) -> str:
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
