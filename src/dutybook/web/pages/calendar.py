"""What is due when: a month as a grid and as a list, what is overdue and what comes next on top, and all of it as a calendar file."""

from __future__ import annotations

from calendar import Calendar as Months
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from dutybook.errors import BadFilter
from dutybook.store import Register
from dutybook.store.deadlines.agenda import Agenda, AgendaQuery, AgendaRow, agenda, by_day
from dutybook.store.documents.works import ActRow, acts
from dutybook.web import render
from dutybook.web.registers import Registers
from dutybook.web.request_values import number, text_of

router = APIRouter()

#: Days ahead that are shown on top, and rows of each of the two lists there; rows of a month; entries in a cell of the grid.
AHEAD, _TOP, _MONTH, CELL = 90, 4, 60, 3
#: Acts that a field offers by name.
OFFERED = 100
_LAST_YEAR = 9998


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid or the list (None outside of the month), what is due, how much more there is, and the address of all of it."""

    day: date | None
    rows: tuple[AgendaRow, ...] = ()
    more: int = 0
    whole: str = ""


@router.get("/calendar")
def calendar(request: Request) -> HTMLResponse:
    """A month of the whole register, of an act or of an owner."""
    registers: Registers = request.app.state.registers
    language, today = render.language_of(request), request.app.state.settings.today()
    year = number(request.query_params.get("year"), today.year, 1, _LAST_YEAR)
    month = number(request.query_params.get("month"), today.month, 1, 12)
    first = date(year, month, 1)
    last = _next_month(first) - timedelta(days=1)
    narrowed = narrowed_by(request)
    problem = ""
    with registers.reading() as register:
        offered = offered_in(registers, register, language)
        due = partial(agenda_of, registers, register)
        month_query = query_of(narrowed, first, last, language, today, limit=_MONTH)
        top_query = replace(month_query, limit=_TOP, open_only=True)
        try:
            found = due(month_query)
            overdue = due(replace(top_query, first=date.min, last=today - timedelta(days=1), newest_first=True))
            coming = due(replace(top_query, first=today, last=today + timedelta(days=AHEAD)))
        except BadFilter as error:
            problem, found, overdue, coming = str(error), Agenda(), Agenda(), Agenda()

    def at(day: date) -> str:
        return "/calendar?" + urlencode({**narrowed, "year": day.year, "month": day.month})

    def all_of(day: date) -> str:
        return "/?" + urlencode({**narrowed, "deadline_after": day.isoformat(), "deadline_before": day.isoformat()})

    told = by_day(found.rows)
    days = [
        Day(here, tuple(rows), found.counts[day] - len(rows), all_of(here))
        for day, rows in told.items()
        for here in (date.fromisoformat(day),)
    ]
    values = {
        "narrowed": narrowed,
        "problem": problem,
        "today": today,
        "first": first,
        "month_name": format_date(first, "LLLL y", language),
        "weekdays": _weekdays(language),
        "weeks": _weeks(first, found, told, all_of),
        "days": days,
        "total": found.total,
        "left_out": found.total - len(found.rows),
        "overdue": overdue,
        "coming": coming,
        "ahead": AHEAD,
        "offered": offered,
        "previous": at(first - timedelta(days=1)) if first > date(1, 1, 1) else "",
        "next": at(last + timedelta(days=1)) if year < _LAST_YEAR else "",
        "this_month": at(today) if (year, month) != (today.year, today.month) else "",
        "feed": feed_of(request, narrowed),
        "year_address": "/calendar/year?" + urlencode({**narrowed, "year": first.year}),
        "page_words": render.words_of(request, "calendar_page"),
        "all_overdue": "/?" + urlencode({**narrowed, "due_window": "overdue"}),
        "all_coming": "/?" + urlencode({**narrowed, "due_window": str(AHEAD)}),
    }
    return render.page(request, "calendar.html", values, 400 if problem else 200)


@router.get("/calendar.ics")
def file(request: Request) -> RedirectResponse:
    """The same dates, with those of every other month, for the calendar program of the reader."""
    return RedirectResponse(feed_of(request, narrowed_by(request)), 307)


def feed_of(request: Request, narrowed: Mapping[str, str]) -> str:
    """The path of the feed of what an address narrows to; a program that subscribes to it needs a token besides."""
    return "/feeds/calendar.ics?" + urlencode({**narrowed, "lang": render.language_of(request)})


def narrowed_by(request: Request) -> dict[str, str]:
    """The filters that an address names."""
    found = {name: text_of(request, name) for name in ("work", "owner")}
    return {name: value for name, value in found.items() if value}


def offered_in(registers: Registers, register: Register, language: str) -> list[ActRow]:
    """Acts that a field offers by name, remembered until somebody writes."""
    found, _ = registers.once(("offered", language), lambda: acts(register, language, limit=OFFERED))
    return found


def query_of(
    narrowed: Mapping[str, str], first: date, last: date, language: str, today: date, *, limit: int
) -> AgendaQuery:
    """What is due from ``first`` to ``last``, of what an address narrows to."""
    work, owner = narrowed.get("work"), narrowed.get("owner")
    return AgendaQuery(first, last, reader=language, today=today, work=work, owner=owner, limit=limit)


def agenda_of(registers: Registers, register: Register, query: AgendaQuery) -> Agenda:
    """What is due, as :func:`dutybook.store.deadlines.agenda.agenda` has it, remembered until somebody writes.

    Raises:
        BadFilter: as there.
    """
    return registers.once(("agenda", query), lambda: agenda(register, query))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _weekdays(language: str) -> list[tuple[str, str]]:
    """Short and whole names, from Monday on."""
    short, whole = (get_day_names(width, "stand-alone", language) for width in ("abbreviated", "wide"))
    return [(str(short[n]), str(whole[n])) for n in range(7)]


def _weeks(
    first: date, found: Agenda, told: Mapping[str, list[AgendaRow]], all_of: Callable[[date], str]
) -> list[list[Day]]:
    """The month as rows of seven days, from Monday on. What does not fit into a cell stands in the list, or only in a search."""
    weeks = []
    for week in Months().monthdayscalendar(first.year, first.month):
        cells = []
        for number_of in week:
            if not number_of:
                cells.append(Day(None))
                continue
            here = first.replace(day=number_of)
            rows, count = told.get(here.isoformat(), []), found.counts.get(here.isoformat(), 0)
            fits = count if count <= min(CELL, len(rows)) else min(CELL - 1, len(rows))
            whole = f"#d{here}" if rows else all_of(here)
            cells.append(Day(here, tuple(rows[:fits]), count - fits, whole))
        weeks.append(cells)
    return weeks
