"""The search page: words, facets, and one row for each norm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import BadFilter
from dutybook.searching import FACETS, MAX_LIMIT, Counts, Filters, Page
from dutybook.store import Register
from dutybook.store.documents.works import titles
from dutybook.web import render
from dutybook.web.registers import Registers
from dutybook.web.search_pool import SearchPool

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
_SINGLE = (
    "words",
    "place",
    "document",
    "owner",
    "as_of",
    "deadline_before",
    "deadline_after",
    "applies_on",
    "bearer",
    "role",
)
#: Facets of which one value is chosen at a time.
ONE = ("status", "review_state", "owner")
#: Names of filters in addresses.
FILTERS = frozenset(field.name for field in fields(Filters))


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
    registers: Registers = request.app.state.registers
    given = given_filters(asked)
    offset = number_of(request.query_params.get("offset"))
    every = request.query_params.get("more") == "1"
    language = render.language_of(request)
    problem = ""
    with registers.reading() as register:
        try:
            # Facets that are chosen are counted too, so that they can be taken back.
            names = [*ALWAYS, *(n for n in _MORE if every or given.get(n))]
            found = _found(register, given, request, offset, language, names)
        except BadFilter as error:
            problem, found, names = str(error), Page([], 0, False, {}), []
        acts = titles(register, [value for value, _, _ in found.facets.get("work", [])[:_VALUES]], language)
        empty = not problem and not found.total and not given and not register.summary().documents
    reader = render.reader_of(request)
    facets = {name: _choices(reader, name, found.facets.get(name, []), asked, given, acts) for name in names}
    return render.page(
        request,
        "search.html",
        {
            "given": given,
            "found": found,
            "facets": {name: choices for name, choices in facets.items() if choices},
            "problem": problem,
            "empty": empty,
            "every": every,
            "exports": [
                (f[1:], f"/export/register{f}?" + urlencode([(n, v) for n, v in asked if n in FILTERS]))
                for f in _FORMATS
            ],
            "all_formats": "/export?" + urlencode([(n, v) for n, v in asked if n in FILTERS]),
            "query": urlencode([(n, v) for n, v in asked if n in FILTERS]),
            "more_address": _address(asked, {"more": "1"}),
            "first": offset + 1,
            "last": offset + len(found.hits),
            "previous": _address(asked, {"offset": str(max(offset - LIMIT, 0))}) if offset else "",
            "next": _address(asked, {"offset": str(offset + LIMIT)}) if offset + len(found.hits) < found.total else "",
            "hidden": [(n, v) for n, v in asked if n not in ("words", "offset") and (n in FILTERS or n == "more")],
        },
        400 if problem else 200,
    )


def _found(
    register: Register, given: Mapping[str, Any], request: Request, offset: int, reader: str, facets: Sequence[str]
) -> Page:
    filters = Filters(today=request.app.state.settings.today(), **given)
    finder: SearchPool = request.app.state.search_pool
    return finder.page(register, filters, limit=LIMIT, offset=offset, reader=reader, facets=tuple(facets))


def given_filters(asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The filters in an address. Parameters that are not filters are left out."""
    given: dict[str, Any] = {}
    for name, value in asked:
        value = value.replace("\0", "").strip()
        if not value or name not in FILTERS:
            continue
        if name in FACETS:
            given[name] = (*given.get(name, ()), value)
        elif name in _SINGLE:
            given[name] = value
        elif name == "all_versions":
            given[name] = value == "1"
    for name in ONE:
        if isinstance(given.get(name), tuple):
            given[name] = given[name][0]
    return given


def _choices(
    reader: render.Reader,
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
