"""The news page: events in the news, the acts that they mention, and whether the dates that they state are right."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import BadFilter
from dutybook.store.documents.works import short_names
from dutybook.store.news.claims import STATES
from dutybook.store.news.claims import claims as claims_of
from dutybook.store.news.entries import acts_of, read_event
from dutybook.store.news.entries import news as news_of
from dutybook.store.news.procedures import STATES as STEPS
from dutybook.store.news.procedures import procedures as procedures_of
from dutybook.store.search.filters import as_date
from dutybook.web import render
from dutybook.web.reader import language_of
from dutybook.web.request_values import number, reading, text_of

router = APIRouter()

#: Events that are shown at first and with each "more", and at most.
LIMIT, _MOST = 30, 600
_MOST_DAYS = 3650


@router.get("/news")
def news(request: Request) -> HTMLResponse:
    """The newest events, of all acts or of one."""
    language = language_of(request)
    work, since = text_of(request, "act"), text_of(request, "since")
    every = request.query_params.get("all") == "1"
    limit = number(request.query_params.get("limit"), LIMIT, 1, _MOST)
    problem = ""
    with reading(request) as register:
        try:
            day = as_date(since or None, "since")
            found = news_of(
                register,
                work or None,
                since=day.isoformat() if day else None,
                every=every,
                today=request.app.state.settings.today(),
                limit=limit + 1,
            )
        except BadFilter as error:
            problem, found = str(error), []
        speaking = {m.work for entry in found for item in entry.items for m in item.mentions}
        announced = {x.work for entry in found for item in entry.items for x in item.claims if x.work}
        names = short_names(register, sorted(speaking | announced), language)
    query = {"act": work, "since": since, "all": "1" if every else ""}
    more = {name: value for name, value in query.items() if value} | {"limit": str(min(limit + LIMIT, _MOST))}
    values = {
        "entries": found[:limit],
        "names": names,
        "asked": query,
        "problem": problem,
        "more": "/news?" + urlencode(more) if len(found) > limit and limit < _MOST else "",
    }
    return render.page(request, "news.html", values, 400 if problem else 200)


@router.get("/claims")
def claims(request: Request) -> HTMLResponse:
    """The dates that news state, and what the acts' own texts or later items say to them."""
    work, state = text_of(request, "act"), text_of(request, "state")
    limit = number(request.query_params.get("limit"), LIMIT, 1, _MOST)
    problem = ""
    with reading(request) as register:
        try:
            today = request.app.state.settings.today()
            found = claims_of(register, work or None, states=[state] if state else [], today=today)
        except BadFilter as error:
            problem, found = str(error), []
        names = short_names(register, sorted({x.work for x in found[:limit] if x.work}), language_of(request))
    query = {name: value for name, value in (("act", work), ("state", state)) if value}
    more = query | {"limit": str(min(limit + LIMIT, _MOST))}
    values = {
        "claims": found[:limit],
        "names": names,
        "states": STATES,
        "asked": {"act": work, "state": state},
        "problem": problem,
        "more": "/claims?" + urlencode(more) if len(found) > limit and limit < _MOST else "",
    }
    return render.page(request, "claims.html", values, 400 if problem else 200)


@router.get("/procedures")
def procedures(request: Request) -> HTMLResponse:
    """Acts in the making: how far each has come according to the documents, and consultations that end soon."""
    work, state, within = (text_of(request, name) for name in ("act", "state", "within"))
    limit = number(request.query_params.get("limit"), LIMIT, 1, _MOST)
    days = number(within, 0, 0, _MOST_DAYS) if within else None
    problem = ""
    with reading(request) as register:
        try:
            today = request.app.state.settings.today()
            found = procedures_of(
                register, work or None, states=[state] if state else [], ends_within=days, today=today
            )
        except BadFilter as error:
            problem, found = str(error), []
        names = short_names(register, sorted({x.work for x in found[:limit] if x.work}), language_of(request))
    query = {name: value for name, value in (("act", work), ("state", state), ("within", within)) if value}
    more = query | {"limit": str(min(limit + LIMIT, _MOST))}
    values = {
        "procedures": found[:limit],
        "names": names,
        "states": STEPS,
        "asked": {"act": work, "state": state, "within": within},
        "problem": problem,
        "more": "/procedures?" + urlencode(more) if len(found) > limit and limit < _MOST else "",
    }
    return render.page(request, "procedures.html", values, 400 if problem else 200)


@router.get("/news/{item}")
def event(request: Request, item: str) -> HTMLResponse:
    """An event: who wrote of it and when, and the acts and norms that it concerns."""
    with reading(request) as register:
        found = read_event(register, item, today=request.app.state.settings.today())
        acts = acts_of(found.entry)
        names = short_names(register, sorted(acts), language_of(request))
    days = [account.item.day for account in found.accounts if account.item.day]
    values = {
        "event": found,
        "acts": acts,
        "names": names,
        "days": (min(days), max(days)) if days else None,
        "titles": {account.item.document: account.item.title for account in found.accounts},
    }
    return render.page(request, "event.html", values)
