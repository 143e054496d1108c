"""The calendar: a month as a grid and as a list, overdue and next dates above it, and all dates as a calendar file."""

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

#: Days ahead in the lists on top, rows of each of these two lists, rows of a month, entries in a cell of the grid.
AHEAD, _TOP, _MONTH, CELL = 90, 4, 60, 3
#: Acts that a field offers by name.
OFFERED = 100
_LAST_YEAR = 9998


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid or list (None outside the month), its dates, how many more it has, and the address that shows
    them all.
    """

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
    narrowed = filters_of(request)
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

    rows_by_day = by_day(found.rows)
    days = [
        Day(here, tuple(rows), found.counts[day] - len(rows), all_of(here))
        for day, rows in rows_by_day.items()
        for here in (date.fromisoformat(day),)
    ]
    values = {
        "narrowed": narrowed,
        "problem": problem,
        "today": today,
        "first": first,
        "month_name": format_date(first, "LLLL y", language),
        "weekdays": _weekdays(language),
        "weeks": _weeks(first, found, rows_by_day, all_of),
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
    """The same selection with the dates of all months, as a calendar file."""
    return RedirectResponse(feed_of(request, filters_of(request)), 307)


def feed_of(request: Request, narrowed: Mapping[str, str]) -> str:
    """The path of the calendar feed for the same selection. A calendar program needs a token to read it."""
    return "/feeds/calendar.ics?" + urlencode({**narrowed, "lang": render.language_of(request)})


def filters_of(request: Request) -> dict[str, str]:
    """The filters in the address."""
    found = {name: text_of(request, name) for name in ("work", "owner")}
    return {name: value for name, value in found.items() if value}


def offered_in(registers: Registers, register: Register, language: str) -> list[ActRow]:
    """The acts that the form offers by name, cached until somebody writes to the register."""
    found, _ = registers.once(("offered", language), lambda: acts(register, language, limit=OFFERED))
    return found


def query_of(
    narrowed: Mapping[str, str], first: date, last: date, language: str, today: date, *, limit: int
) -> AgendaQuery:
    """The query for what is due from ``first`` to ``last`` in the selection of an address."""
    work, owner = narrowed.get("work"), narrowed.get("owner")
    return AgendaQuery(first, last, reader=language, today=today, work=work, owner=owner, limit=limit)


def agenda_of(registers: Registers, register: Register, query: AgendaQuery) -> Agenda:
    """What is due, as :func:`dutybook.store.deadlines.agenda.agenda` returns it, cached until somebody writes to the
    register.

    Raises:
        BadFilter: as in that function.
    """
    return registers.once(("agenda", query), lambda: agenda(register, query))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _weekdays(language: str) -> list[tuple[str, str]]:
    """The short and long names of the days of the week, from Monday on."""
    short, whole = (get_day_names(width, "stand-alone", language) for width in ("abbreviated", "wide"))
    return [(str(short[n]), str(whole[n])) for n in range(7)]


def _weeks(
    first: date, found: Agenda, rows_by_day: Mapping[str, list[AgendaRow]], all_of: Callable[[date], str]
) -> list[list[Day]]:
    """The month as rows of seven days, from Monday on. What does not fit into a cell is in the list, or only in a
    search.
    """
    weeks = []
    for week in Months().monthdayscalendar(first.year, first.month):
        cells = []
        for number_of in week:
            if not number_of:
                cells.append(Day(None))
                continue
            here = first.replace(day=number_of)
            rows, count = rows_by_day.get(here.isoformat(), []), found.counts.get(here.isoformat(), 0)
            fits = count if count <= min(CELL, len(rows)) else min(CELL - 1, len(rows))
            whole = f"#d{here}" if rows else all_of(here)
            cells.append(Day(here, tuple(rows[:fits]), count - fits, whole))
        weeks.append(cells)
    return weeks
