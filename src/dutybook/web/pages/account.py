"""The page of one's own account: password, sessions, tokens. Somebody who works alone has only tokens."""

from __future__ import annotations

import math
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dutybook.store.accounts import Unacceptable, sessions, tokens
from dutybook.web import render
from dutybook.web.access import Door
from dutybook.web.account_access import SHORTEST, SIGN_IN, AccountAccess, check_new_password
from dutybook.web.error_responses import Denied
from dutybook.web.guard import client_of
from dutybook.web.pages.sign_in import agent_of, describe_refusal, start_session
from dutybook.web.request_values import changing, number, person_of

#: What anybody who is inside may do.
router = APIRouter()
#: What somebody with an account may do besides.
several = APIRouter()

_LONGEST_DAYS = 3650


@router.get("/account")
def show(request: Request) -> Response:
    """The page."""
    return _page(request)


@router.post("/account/tokens")
async def make_token(request: Request) -> Response:
    """Make a token. Only this answer shows its secret."""
    given = await changing(request)
    return await run_in_threadpool(_make_token, request, given)


def _make_token(request: Request, given: dict[str, str]) -> Response:
    door: Door = request.app.state.access
    try:
        made, secret = tokens.new(
            door.accounts,
            given.get("name", ""),
            given.get("scope", ""),
            door.now(),
            person=_owner(request) or None,
            days=number(given.get("days"), 0, 1, _LONGEST_DAYS) or None,
            by=person_of(request).name,
        )
    except Unacceptable as error:
        return _page(request, {"problem_token": describe_refusal(request, error)}, 400)
    return _page(request, {"made": made, "secret": secret})


@router.post("/account/tokens/revoke")
async def revoke_token(request: Request) -> Response:
    """Revoke one of the person's own tokens."""
    given = await changing(request)
    return await run_in_threadpool(_revoke_token, request, given)


def _revoke_token(request: Request, given: dict[str, str]) -> Response:
    door: Door = request.app.state.access
    number_of = number(given.get("id"), 0)
    try:
        tokens.revoke(door.accounts, number_of, door.now(), of=_owner(request), by=person_of(request).name)
    except Unacceptable as error:
        return _page(request, {"problem_token": describe_refusal(request, error)}, 404)
    return RedirectResponse("/account#tokens", 303)


@several.post("/account/password")
async def change_password(request: Request) -> Response:
    """Change the password. All other sessions end, and this one gets a new secret."""
    given = await changing(request)
    return await run_in_threadpool(_change_password, request, given)


def _change_password(request: Request, given: dict[str, str]) -> Response:
    door: AccountAccess = request.app.state.access
    name = person_of(request).name
    try:
        check_new_password(given.get("password", ""), given.get("again", ""), name)
    except Unacceptable as error:
        return _page(request, {"problem_password": describe_refusal(request, error)}, 400)
    old = given.get("old", "")
    session, wait = door.change_password(name, old, given["password"], client_of(request.scope), agent_of(request))
    if session:
        return start_session(request, session, "/account")
    say = render.reader_of(request).section("accounts")
    if wait:
        page = _page(request, {"problem_password": say("wait", count=math.ceil(wait))}, 429)
        page.headers["retry-after"] = str(math.ceil(wait))
        return page
    return _page(request, {"problem_password": say("old_wrong")}, 400)


@several.post("/account/sessions")
async def end_sessions(request: Request) -> Response:
    """End one other session, or all others."""
    given = await changing(request)
    door: Door = request.app.state.access
    name, own = person_of(request).name, str(request.state.session)
    which = given.get("number", "")
    await run_in_threadpool(sessions.end, door.accounts, name, door.now(), number=which[:16], kept=own)
    return RedirectResponse("/account#sessions", 303)


@several.post("/account/sign-out")
async def sign_out(request: Request) -> Response:
    """End this session, also on the server."""
    await changing(request)
    door: Door = request.app.state.access
    name, own = person_of(request).name, str(request.state.session)
    await run_in_threadpool(sessions.end, door.accounts, name, door.now(), session=own)
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(door.cookie, path="/", secure=request.url.scheme == "https", httponly=True)
    # Pages that a browser kept are the next person's no more.
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _owner(request: Request) -> str:
    """The owner of the tokens on the page; empty for somebody who works alone."""
    door: Door = request.app.state.access
    return person_of(request).name if door.several else ""


def _page(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> Response:
    door: Door = request.app.state.access
    session = request.state.session
    if session is None:
        raise Denied(403, "token_page")
    has_accounts = door.accounts.exists()
    name = person_of(request).name
    values: dict[str, Any] = {
        "several": door.several,
        "tokens": tokens.tokens(door.accounts, _owner(request)) if has_accounts else [],
        "sessions": sessions.sessions(door.accounts, name, door.now(), session) if door.several else [],
        "scopes": [s for s in tokens.SCOPES if s != "write" or person_of(request).may_edit],
        "least": SHORTEST,
        "made": None,
        "secret": "",
        "problem_token": "",
        "problem_password": "",
    }
    return render.page(request, "account_page.html", {**values, **(more or {})}, status)
