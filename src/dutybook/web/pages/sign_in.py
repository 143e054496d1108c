"""The pages that need no session: signing in, and setting a password through a link."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dutybook.store.accounts import Unacceptable
from dutybook.store.accounts.people import invited
from dutybook.store.accounts.sessions import ABSOLUTE
from dutybook.web import render
from dutybook.web.access import Door
from dutybook.web.account_access import JOIN, SHORTEST, SIGN_IN, AccountAccess, check_new_password
from dutybook.web.guard import client_of, session_of
from dutybook.web.request_values import form_of, own_path

router = APIRouter()

_FIELDS = 8
_SIZE = 4000


@router.get(SIGN_IN)
def show(request: Request, next: str = "/") -> Response:
    """The sign-in page. Somebody who has a session is sent on."""
    if request.state.person is not None:
        return RedirectResponse(_target(next), 303)
    return _page(request, "sign_in.html", {"next": _target(next), "name": "", "problem": "", "wait": 0})


@router.post(SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Start a session with the right name and password."""
    given = await form_of(request, _FIELDS, _SIZE)
    if not _of_this_browser(request, given):
        return _page(request, "sign_in.html", {"next": "/", "name": "", "problem": "old", "wait": 0}, 403)
    return await run_in_threadpool(_sign_in, request, given)


def _sign_in(request: Request, given: dict[str, str]) -> Response:
    door: AccountAccess = request.app.state.access
    name, target = given.get("name", ""), _target(given.get("next", ""))
    left = session_of(request.headers, door.cookie)
    session, wait = door.attempt(name, given.get("password", ""), client_of(request.scope), agent_of(request), left)
    if session is not None:
        return start_session(request, session, target)
    values = {"next": target, "name": name, "problem": "" if wait else "wrong", "wait": math.ceil(wait)}
    page = _page(request, "sign_in.html", values, 429 if wait else 401)
    if wait:
        page.headers["retry-after"] = str(math.ceil(wait))
    return page


@router.get(JOIN)
def invitation(request: Request, key: str = "") -> Response:
    """The page of an invitation link, on which a person sets a password."""
    door: AccountAccess = request.app.state.access
    person = invited(door.accounts, key, door.now())
    values = {"name": person.name if person else "", "key": key, "problem": "", "least": SHORTEST}
    return _page(request, "join.html", values, 200 if person else 404)


@router.post(JOIN)
async def join(request: Request) -> Response:
    """Set the password and start a session."""
    given = await form_of(request, _FIELDS, _SIZE)
    if not _of_this_browser(request, given):
        return _page(request, "sign_in.html", {"next": "/", "name": "", "problem": "old", "wait": 0}, 403)
    return await run_in_threadpool(_join, request, given)


def _join(request: Request, given: dict[str, str]) -> Response:
    door: AccountAccess = request.app.state.access
    key = given.get("key", "")
    person = invited(door.accounts, key, door.now())
    values = {"name": person.name if person else "", "key": key, "problem": "", "least": SHORTEST}
    if person is None:
        return _page(request, "join.html", values, 404)
    try:
        check_new_password(given.get("password", ""), given.get("again", ""), person.name)
    except Unacceptable as error:
        return _page(request, "join.html", {**values, "problem": describe_refusal(request, error)}, 400)
    session = door.join(key, given["password"], client_of(request.scope), agent_of(request))
    return start_session(request, session, "/") if session else _page(request, "join.html", {**values, "name": ""}, 404)


def start_session(request: Request, session: str, target: str) -> Response:
    """The response that gives the browser its session."""
    door: Door = request.app.state.access
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        door.cookie,
        session,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        # Who follows a link from a mail has signed in already; what changes something needs more than the cookie.
        samesite="lax",
        path="/",
        secure=request.url.scheme == "https",
    )
    answer.delete_cookie(_before(door), path="/", secure=request.url.scheme == "https", httponly=True)
    return answer


def describe_refusal(request: Request, error: Unacceptable) -> str:
    """Why an input was refused, in the reader's language."""
    say = render.reader_of(request).section("accounts")
    return say(f"problem.{error.code}", **error.values)


def agent_of(request: Request) -> str:
    """The name that the browser gives itself, by which people recognise their sessions."""
    return request.headers.get("user-agent", "")[:200]


def _target(text: str) -> str:
    target = own_path(text)
    return "/" if target.partition("?")[0] in (SIGN_IN, JOIN) else target


def _before(door: Door) -> str:
    return f"{door.cookie}-before"


def _page(request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
    """A page for somebody without a session. Its form only works in the browser that got it, so that no other site
    can sign anybody in.
    """
    door: Door = request.app.state.access
    before = session_of(request.headers, _before(door))
    fresh = before if before and len(before) < 100 else secrets.token_urlsafe(32)
    page = render.page(request, template, {**values, "before": _token(fresh)}, status)
    if fresh != before:
        page.set_cookie(
            _before(door), fresh, httponly=True, samesite="strict", path="/", secure=request.url.scheme == "https"
        )
    return page


def _of_this_browser(request: Request, given: dict[str, str]) -> bool:
    before = session_of(request.headers, _before(request.app.state.access))
    return bool(before) and hmac.compare_digest(_token(before or "").encode(), given.get("before", "").encode())


def _token(before: str) -> str:
    return hmac.new(before.encode("utf-8", "replace"), b"dutybook sign-in", hashlib.sha256).hexdigest()
