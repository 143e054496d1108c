"""Makes a private calendar address for a reader. It contains a token, so it is shown only once."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from dutybook.store.accounts import Unacceptable, tokens
from dutybook.web import render
from dutybook.web.access import Door
from dutybook.web.pages.calendar import feed_of
from dutybook.web.pages.sign_in import describe_refusal
from dutybook.web.request_values import changing, clean, person_of

router = APIRouter()


@router.post("/calendar/feed")
async def make(request: Request) -> HTMLResponse:
    """Make a token for feeds, and show the address with it."""
    given = await changing(request)
    narrowed = {name: value for name in ("work", "owner") if (value := clean(given.get(name, "")))}
    return await run_in_threadpool(_make, request, narrowed)


def _make(request: Request, narrowed: dict[str, str]) -> HTMLResponse:
    door: Door = request.app.state.access
    person, words = person_of(request).name, render.words_of(request, "calendar_page")
    back = "/calendar" + (f"?{urlencode(narrowed)}" if narrowed else "")
    name = " · ".join((words("feed_name"), *narrowed.values()))[:80]
    try:
        # A calendar asks for years: it ends when its owner says so.
        _, secret = tokens.new(
            door.accounts, name, "feed", door.now(), person=person if door.several else None, by=person
        )
    except Unacceptable as error:
        values = {"problem": describe_refusal(request, error), "page_words": words, "back": back}
        return render.page(request, "feed.html", values, 400)
    path = f"{feed_of(request, narrowed)}&token={secret}"
    values = {"address": f"{request.base_url}{path[1:]}", "problem": "", "page_words": words, "back": back}
    return render.page(request, "feed.html", values)
