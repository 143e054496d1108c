"""The calendar: a month as a grid and as a list, with overdue and next dates above it; a year as an image; and the address of a calendar file."""

from __future__ import annotations

from calendar import Calendar as Months
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from math import sqrt
from urllib.parse import urlencode, urlsplit

from babel.dates import format_date, get_day_names
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from dutybook.errors import BadFilter
from dutybook.public_address import public_address
from dutybook.records import BearerClass
from dutybook.store import Register
from dutybook.store.accounts import Unacceptable, sessions
from dutybook.store.deadlines.agenda import Agenda, AgendaQuery, AgendaRow, agenda, by_day
from dutybook.store.documents.works import ActRow, acts, short_names
from dutybook.store.judgements import reviews
from dutybook.store.profiles.for_us import FOR_US, YES
from dutybook.web import render
from dutybook.web.access import Door
from dutybook.web.pages.accounts import describe_refusal
from dutybook.web.reader import language_of, words_of
from dutybook.web.registers import Registers
from dutybook.web.request_values import Given, clean, number, offset_of, page_links, person_of, registers_of, text_of

router = APIRouter()

#: Days ahead in the lists on top, rows of each of these two lists, rows of a month, entries in a cell of the grid.
AHEAD, _TOP, MONTH_ROWS, CELL = 90, 4, 60, 3
#: What a calendar is narrowed to, and the classes of bearers.
NARROWING = ("work", "bearer_class", "owner", "for_us")
CLASSES = tuple(one.value for one in BearerClass)
#: Acts that a field offers by name.
OFFERED = 100
LAST_YEAR = 9998


@dataclass(frozen=True, slots=True)
class Day:
    """A day (None outside the month), its dates, how many more it has, and the address that shows them all."""

    day: date | None
    rows: tuple[AgendaRow, ...] = ()
    more: int = 0
    whole: str = ""


@router.get("/calendar")
def calendar(request: Request) -> HTMLResponse:
    """A month of the whole register, of an act or of an owner."""
    registers = registers_of(request)
    language, today = language_of(request), request.app.state.settings.today()
    year = number(request.query_params.get("year"), today.year, 1, LAST_YEAR)
    month = number(request.query_params.get("month"), today.month, 1, 12)
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    narrowed = filters_of(request)
    problem = ""
    with registers.reading() as register:
        offered = offered_in(registers, register, language)
        due = partial(agenda_of, registers, register)
        month_query = query_of(narrowed, first, last, language, today, limit=MONTH_ROWS)
        top_query = replace(month_query, limit=_TOP, open_only=True)
        try:
            found = due(month_query)
            past = today - timedelta(days=1)
            overdue = due(replace(top_query, first=date.min, last=past, newest_first=True, ours=True))
            coming = due(replace(top_query, first=today, last=today + timedelta(days=AHEAD)))
        except BadFilter as error:
            problem, found, overdue, coming = str(error), Agenda(), Agenda(), Agenda()
        names = names_in(registers, register, language, offered, found, overdue, coming)

    def at(day: date) -> str:
        return "/calendar?" + urlencode({**narrowed, "year": day.year, "month": day.month})

    def all_of(day: date) -> str:
        return "/search?" + urlencode(
            {**narrowed, "deadline_after": day.isoformat(), "deadline_before": day.isoformat()}
        )

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
        "acts": names,
        "owners": owners_in(registers, register),
        "classes": CLASSES,
        "previous": at(first - timedelta(days=1)) if first > date(1, 1, 1) else "",
        "next": at(last + timedelta(days=1)) if year < LAST_YEAR else "",
        "this_month": at(today) if (year, month) != (today.year, today.month) else "",
        "feed": feed_of(request, narrowed),
        "year_address": "/calendar/year?" + urlencode({**narrowed, "year": first.year}),
        "all_overdue": "/calendar/list?" + urlencode({**narrowed, "of": "overdue"}),
        "all_coming": "/calendar/list?" + urlencode({**narrowed, "of": "coming"}),
    }
    return render.page(request, "calendar.html", values, 400 if problem else 200, section="calendar_page")


#: Rows on a page of a list.
_LISTED = 50


@router.get("/calendar/list")
def listed(request: Request) -> HTMLResponse:
    """All that is overdue, the latest first, or all that comes, page by page."""
    registers = registers_of(request)
    language, today = language_of(request), request.app.state.settings.today()
    narrowed, offset = filters_of(request), offset_of(request)
    overdue = text_of(request, "of") == "overdue"
    first, last = (date.min, today - timedelta(days=1)) if overdue else (today, today + timedelta(days=AHEAD))
    problem = ""
    with registers.reading() as register:
        query = query_of(narrowed, first, last, language, today, limit=offset + _LISTED)
        try:
            found = agenda(register, replace(query, open_only=True, ours=overdue, newest_first=overdue))
        except BadFilter as error:
            problem, found = str(error), Agenda()
        names = names_in(registers, register, language, (), found)
    rows = found.rows[offset : offset + _LISTED]
    asked = {**narrowed, "of": "overdue" if overdue else "coming"}
    values = {
        "which": asked["of"],
        "acts": names,
        "rows": rows,
        "total": found.total,
        "ahead": AHEAD,
        "problem": problem,
        "back": "/calendar?" + urlencode(narrowed),
        **page_links(
            offset,
            _LISTED,
            len(rows),
            found.total > offset + len(rows),
            lambda start: "/calendar/list?" + urlencode({**asked, "offset": start}),
        ),
    }
    return render.page(request, "calendar_list.html", values, 400 if problem else 200, section="calendar_page")


@router.get("/calendar.ics")
def file(request: Request) -> RedirectResponse:
    """The same selection with the dates of all months, as a calendar file."""
    return RedirectResponse(feed_of(request, filters_of(request)), 307)


def feed_of(request: Request, narrowed: Mapping[str, str]) -> str:
    """The path of the calendar feed for the same selection. A calendar program needs a token to read it."""
    return "/feeds/calendar.ics?" + urlencode({**narrowed, "lang": language_of(request)})


def filters_of(request: Request) -> dict[str, str]:
    """The filters in the address."""
    return _narrowed({name: text_of(request, name) for name in NARROWING})


def _narrowed(given: Mapping[str, str]) -> dict[str, str]:
    """The filters of a calendar among given values. Values that there are not are left out."""
    found = {name: value for name in NARROWING if (value := given.get(name, ""))}
    if found.get("bearer_class", CLASSES[0]) not in CLASSES:
        del found["bearer_class"]
    if found.get("for_us", YES) not in FOR_US:
        del found["for_us"]
    return found


def owners_in(registers: Registers, register: Register) -> list[str]:
    """The owners that the form offers, cached until somebody writes to the register."""
    return registers.once(("owners",), lambda: reviews.owners(register))


def offered_in(registers: Registers, register: Register, language: str) -> list[ActRow]:
    """The acts that the form offers by name, cached until somebody writes to the register."""
    found, _ = registers.once(("offered", language), lambda: acts(register, language, limit=OFFERED))
    return found


def names_in(
    registers: Registers, register: Register, language: str, offered: Iterable[ActRow], *found: Agenda
) -> dict[str, str]:
    """What the acts that a calendar offers or shows are called, cached until somebody writes to the register."""
    works = tuple(sorted({act.id for act in offered} | {row.work for each in found for row in each.rows if row.work}))
    return registers.once(("names of acts", works, language), lambda: short_names(register, works, language))


def query_of(
    narrowed: Mapping[str, str], first: date, last: date, language: str, today: date, *, limit: int
) -> AgendaQuery:
    """The query for what is due from ``first`` to ``last`` in the selection of an address."""
    return AgendaQuery(
        first,
        last,
        reader=language,
        today=today,
        work=narrowed.get("work"),
        owner=narrowed.get("owner"),
        bearer_class=narrowed.get("bearer_class"),
        for_us=narrowed.get("for_us"),
        limit=limit,
    )


def agenda_of(registers: Registers, register: Register, query: AgendaQuery) -> Agenda:
    """What is due, as the store's ``agenda`` returns it (or raises BadFilter), cached until somebody writes."""
    return registers.once(("agenda", query), lambda: agenda(register, query))


def _weekdays(language: str) -> list[tuple[str, str]]:
    """The short and long names of the days of the week, from Monday on."""
    short, whole = (get_day_names(width, "stand-alone", language) for width in ("abbreviated", "wide"))
    return [(str(short[n]), str(whole[n])) for n in range(7)]


def _weeks(
    first: date, found: Agenda, rows_by_day: Mapping[str, list[AgendaRow]], all_of: Callable[[date], str]
) -> list[list[Day]]:
    """The month as rows of seven days, from Monday on. What does not fit into a cell is in the list or in a search."""
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


#: Measures of the picture: left edge of the days, width and height of a day, and the largest radius of a dot.
LEFT, WIDTH, HEIGHT, TOP, LARGEST = 96, 31, 38, 34, 14


@dataclass(frozen=True, slots=True)
class Dot:
    """A day with dates: its centre, its radius, how many dates it has, and the address of the day."""

    day: date
    x: float
    y: float
    radius: float
    number: int
    address: str
    past: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A row: its name, how many dates it has, its address, and the left edges of its weekends."""

    name: str
    y: float
    number: int
    address: str
    days: int
    weekends: tuple[float, ...]


@router.get("/calendar/year")
def year(request: Request) -> HTMLResponse:
    """A year of the whole register, of an act or of an owner."""
    registers = registers_of(request)
    language, today = language_of(request), request.app.state.settings.today()
    chosen = number(request.query_params.get("year"), today.year, 1, LAST_YEAR)
    narrowed = filters_of(request)
    problem = ""
    with registers.reading() as register:
        offered = offered_in(registers, register, language)
        try:
            first, last = date(chosen, 1, 1), date(chosen, 12, 31)
            query = query_of(narrowed, first, last, language, today, limit=0)
            found = agenda_of(registers, register, query)
        except BadFilter as error:
            problem, found = str(error), Agenda()
        names = names_in(registers, register, language, offered)
    counts = {date.fromisoformat(day): n for day, n in found.counts.items()}

    def address(**at: int) -> str:
        return "/calendar?" + urlencode({**narrowed, **at})

    months = [_month_row(chosen, month, counts, language, address(year=chosen, month=month)) for month in range(1, 13)]
    most = max(counts.values(), default=1)
    dots = [
        Dot(
            day,
            LEFT + (day.day - 0.5) * WIDTH,
            TOP + (day.month - 0.5) * HEIGHT,
            round(4 + (LARGEST - 4) * sqrt(n / most), 1),
            n,
            f"{address(year=day.year, month=day.month)}#d{day}",
            day < today,
        )
        for day, n in sorted(counts.items())
    ]
    values = {
        "narrowed": narrowed,
        "problem": problem,
        "year": chosen,
        "months": months,
        "dots": dots,
        "today": (LEFT + (today.day - 0.5) * WIDTH, TOP + (today.month - 0.5) * HEIGHT)
        if today.year == chosen
        else None,
        "width": LEFT + 31 * WIDTH + 48,
        "height": TOP + 12 * HEIGHT + 8,
        "columns": [(n, LEFT + (n - 0.5) * WIDTH) for n in range(1, 32)],
        "day_width": WIDTH,
        "day_height": HEIGHT,
        "total": found.total,
        "offered": offered,
        "acts": names,
        "owners": owners_in(registers, register),
        "classes": CLASSES,
        "month_address": address(year=chosen, month=today.month if chosen == today.year else 1),
        "previous": _year_address(narrowed, chosen - 1) if chosen > 1 else "",
        "next": _year_address(narrowed, chosen + 1) if chosen < LAST_YEAR else "",
        "this_year": _year_address(narrowed, today.year) if chosen != today.year else "",
        "feed": feed_of(request, narrowed),
    }
    return render.page(request, "year.html", values, 400 if problem else 200, section="calendar_page")


def _year_address(narrowed: dict[str, str], chosen: int) -> str:
    return "/calendar/year?" + urlencode({**narrowed, "year": chosen})


def _month_row(year: int, month: int, counts: dict[date, int], language: str, address: str) -> Month:
    first_weekday, days = monthrange(year, month)
    weekends = tuple(LEFT + (day - 1) * WIDTH for day in range(1, days + 1) if (first_weekday + day - 1) % 7 >= 5)
    total = sum(n for day, n in counts.items() if day.month == month)
    name = format_date(date(year, month, 1), "LLL", language)
    return Month(name, TOP + (month - 0.5) * HEIGHT, total, address, days, tuple(float(x) for x in weekends))


@router.post("/calendar/feed")
def make(request: Request, given: Given) -> HTMLResponse:
    """Make a token for feeds, and show the address with it. It contains the token, so it is shown only once."""
    narrowed = _narrowed({name: clean(given.get(name, "")) for name in NARROWING})
    door: Door = request.app.state.access
    person, words = person_of(request).name, words_of(request, "calendar_page")
    back = "/calendar" + (f"?{urlencode(narrowed)}" if narrowed else "")
    name = " · ".join((words("feed_name"), *narrowed.values()))[:80]
    try:
        # A calendar asks for years: it ends when its owner says so.
        _, secret = sessions.new_token(
            door.accounts, name, "feed", door.now(), person=person if door.several else None, by=person
        )
    except Unacceptable as error:
        values = {"problem": describe_refusal(request, error), "back": back, "near": False}
        return render.page(request, "feed.html", values, 400, "calendar_page")
    path = f"{feed_of(request, narrowed)}&token={secret}"
    address = f"{public_address() or str(request.base_url).rstrip('/')}{path}"
    host = urlsplit(address).hostname or ""
    values = {
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}",
        "near": host in ("localhost", "::1") or host.startswith("127."),
        "problem": "",
        "back": back,
    }
    return render.page(request, "feed.html", values, section="calendar_page")
