"""A year as an image: a row for each month and a dot for each day on which something is due, larger where more is."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from math import sqrt
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import BadFilter
from dutybook.store.deadlines.agenda import Agenda
from dutybook.web import render
from dutybook.web.pages.calendar import agenda_of, feed_of, filters_of, offered_in, query_of
from dutybook.web.registers import Registers
from dutybook.web.request_values import number

router = APIRouter()

#: Measures of the picture: left edge of the days, width and height of a day, and the largest radius of a dot.
LEFT, WIDTH, HEIGHT, TOP, LARGEST = 96, 31, 38, 34, 14
_LAST_YEAR = 9998


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
    registers: Registers = request.app.state.registers
    language, today = render.language_of(request), request.app.state.settings.today()
    chosen = number(request.query_params.get("year"), today.year, 1, _LAST_YEAR)
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
    counts = {date.fromisoformat(day): n for day, n in found.counts.items()}

    def address(**at: int) -> str:
        return "/calendar?" + urlencode({**narrowed, **at})

    months = [_month(chosen, month, counts, language, address(year=chosen, month=month)) for month in range(1, 13)]
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
        "month_address": address(year=chosen, month=today.month if chosen == today.year else 1),
        "previous": _year_address(narrowed, chosen - 1) if chosen > 1 else "",
        "next": _year_address(narrowed, chosen + 1) if chosen < _LAST_YEAR else "",
        "this_year": _year_address(narrowed, today.year) if chosen != today.year else "",
        "feed": feed_of(request, narrowed),
        "page_words": render.words_of(request, "calendar_page"),
    }
    return render.page(request, "year.html", values, 400 if problem else 200)


def _year_address(narrowed: dict[str, str], chosen: int) -> str:
    return "/calendar/year?" + urlencode({**narrowed, "year": chosen})


def _month(year: int, month: int, counts: dict[date, int], language: str, address: str) -> Month:
    first_weekday, days = monthrange(year, month)
    weekends = tuple(LEFT + (day - 1) * WIDTH for day in range(1, days + 1) if (first_weekday + day - 1) % 7 >= 5)
    total = sum(n for day, n in counts.items() if day.month == month)
    name = format_date(date(year, month, 1), "LLL", language)
    return Month(name, TOP + (month - 0.5) * HEIGHT, total, address, days, tuple(float(x) for x in weekends))
