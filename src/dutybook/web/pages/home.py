"""The overview: dates that are due next, norms to review, changes since the last visit, norms of one's own, news and coming law."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.store import Filters, Register
from dutybook.store.alerts import alerts
from dutybook.store.deadlines.agenda import AgendaQuery
from dutybook.store.documents.works import short_names
from dutybook.store.judgements.review_queue import least_sure
from dutybook.store.judgements.review_queue import number as number_of
from dutybook.store.news.entries import news
from dutybook.store.news.procedures import procedures
from dutybook.store.overview import arrived_since, coming_law, count_open, due_next, judged_since
from dutybook.web import render
from dutybook.web.access import Role
from dutybook.web.last_seen import FIRST, LastSeen
from dutybook.web.pages.calendar import AHEAD, agenda_of
from dutybook.web.pages.upload import start_page
from dutybook.web.reader import language_of
from dutybook.web.registers import Registers
from dutybook.web.request_values import person_of, registers_of

router = APIRouter()

#: Rows of each list.
ROWS = 5
#: Acts in the making, those whose consultation ends soonest first.
MAKING = 3
_IN_THE_MAKING = ("proposed", "consultation", "general_approach", "trilogue", "adopted")


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """The overview; as long as the register is empty, the start page."""
    registers, person = registers_of(request), person_of(request)
    today: date = request.app.state.settings.today()
    language, now = language_of(request), datetime.now(UTC)
    seen: LastSeen = request.app.state.last_seen
    with registers.reading() as register:
        if not registers.once(("documents",), lambda: register.summary().documents):
            if person.role >= Role.EDITOR and not person.reads_only:
                return start_page(request)
            return render.page(request, "home.html", {"empty": True}, section="home_page")
        before = seen.visit(person.name, now)
        since = before or now - FIRST
        arrived, arrivals = arrived_since(register, since, ROWS)
        mine = due_next(register, today, ROWS, owner=person.name)
        values: dict[str, Any] = {
            "empty": False,
            "today": today,
            **_due(registers, register, today, language),
            **_to_review(registers, register, today),
            "before": before,
            "since": since,
            "first_days": FIRST.days,
            "arrived": arrived,
            "arrivals": arrivals,
            "judged": judged_since(register, since, person.name, ROWS),
            "mine": mine,
            "open_mine": count_open(register, person.name),
            "searches": alerts.names(register)[:ROWS],
            "news": registers.once(("news", ROWS), lambda: news(register, limit=ROWS)),
            "making": registers.once(
                ("making", today), lambda: procedures(register, states=_IN_THE_MAKING, today=today)[:MAKING]
            ),
            "coming": registers.once(("coming", today, language), lambda: coming_law(register, today, language, ROWS)),
        }
        rows = [*values["due"], *mine, *arrived, *values["coming"], *values["making"], *values["least_sure"]]
        works = {row.work for row in rows if row.work} | {
            mention.work for entry in values["news"] for item in entry.items for mention in item.mentions
        }
        values["acts"] = short_names(register, works, language)
    return render.page(request, "home.html", values, section="home_page")


def _due(registers: Registers, register: Register, today: date, language: str) -> dict[str, Any]:
    """The next dates of norms that somebody took on; where nobody took on any, of the whole register."""
    ours = registers.once(("due next", today), lambda: due_next(register, today, ROWS))
    taken_on = registers.once(("taken on",), lambda: count_open(register).total())
    if taken_on:
        return {"due": ours, "due_of_all": False}
    query = AgendaQuery(today, today + timedelta(days=AHEAD), reader=language, today=today, open_only=True, limit=ROWS)
    return {"due": agenda_of(registers, register, query).rows, "due_of_all": True}


def _to_review(registers: Registers, register: Register, today: date) -> dict[str, Any]:
    filters = Filters(today=today)
    total = registers.once(("to review", filters), lambda: number_of(register, filters))
    first = registers.once(
        ("first to review", filters), lambda: least_sure(register, filters, limit=3, offset=0, total=total)
    )
    return {"to_review": total, "least_sure": first}
