"""The pages of accounts: signing in, one's own account with its sessions and tokens, and the administration of all accounts."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import secrets
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dutybook.store.accounts import Unacceptable, base, people, sessions
from dutybook.store.accounts.identities import Identity, Membership
from dutybook.store.accounts.people import ROLES
from dutybook.store.accounts.sessions import ABSOLUTE
from dutybook.store.judgements.approval_rule import needs_second_person, set_second_person
from dutybook.web import render
from dutybook.web.access import Access, Door, client_of, session_of
from dutybook.web.account_access import (
    JOIN,
    OPENID,
    OPENID_RETURN,
    SHORTEST,
    SIGN_IN,
    AccountAccess,
    check_new_password,
)
from dutybook.web.error_responses import Denied
from dutybook.web.oidc import SIGN_IN_SECONDS, OpenIdSignIn, SignInFailed
from dutybook.web.reader import reader_of
from dutybook.web.request_values import Given, administering, form_of, number, own_path, person_of, reading, writing

_LOG = logging.getLogger(__name__)
#: What anybody who is inside may do; what needs accounts; the entrance of somebody who works alone.
router, several, alone = APIRouter(), APIRouter(), APIRouter()


async def _small_form(request: Request) -> dict[str, str]:
    return await form_of(request, fields=8, size=4000)


#: The fields of a form of a public page.
SmallForm = Annotated[dict[str, str], Depends(_small_form)]


@several.get(SIGN_IN)
def show_sign_in(request: Request, next: str = "/") -> Response:
    """The sign-in page. Somebody who has a session is sent on."""
    if request.state.person is not None:
        return RedirectResponse(_target(next), 303)
    door: AccountAccess = request.app.state.access
    who = door.header.identity(request.headers) if door.header else None
    if who is not None and door.header is not None:
        return _admitted(request, who, door.header.membership, _target(next))
    return _sign_in_page(request, next=_target(next))


def _admitted(request: Request, who: Identity, membership: Membership, target: str) -> Response:
    """Start a session for somebody whom a provider or proxy has signed in, or show the page that says why there is none."""
    door: AccountAccess = request.app.state.access
    left = session_of(request.headers, door.cookie)
    try:
        session = door.admit(who, membership, client_of(request.scope), agent_of(request), left)
    except Unacceptable as error:
        return _sign_in_page(request, 403, next=target, refusal=describe_refusal(request, error))
    return start_session(request, session, target) if session else _sign_in_page(request, 403, problem="old")


@several.get(OPENID)
def begin_openid(request: Request, next: str = "/") -> Response:
    """Send the browser to the OpenID provider, to come back signed in."""
    openid = _openid(request)
    try:
        where, kept = openid.begin(_target(next))
    except SignInFailed as error:
        return _openid_failed(request, error)
    answer = RedirectResponse(where, 303)
    # Lax, for the browser comes back from the provider's site.
    secure = request.url.scheme == "https"
    answer.set_cookie(
        _openid_cookie(request), kept, max_age=SIGN_IN_SECONDS, httponly=True, samesite="lax", path="/", secure=secure
    )
    return answer


@several.get(OPENID_RETURN)
def finish_openid(request: Request) -> Response:
    """Start a session for the person whom the provider has signed in."""
    openid, name = _openid(request), _openid_cookie(request)
    try:
        who, target = openid.finish(dict(request.query_params), session_of(request.headers, name))
    except SignInFailed as error:
        answer = _openid_failed(request, error)
    else:
        answer = _admitted(request, who, openid.provider.membership, _target(target))
    answer.delete_cookie(name, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")
    return answer


def _openid(request: Request) -> OpenIdSignIn:
    door: AccountAccess = request.app.state.access
    if door.openid is None:
        raise Denied(404, "page")
    return door.openid


def _openid_failed(request: Request, error: SignInFailed) -> Response:
    _LOG.warning("sign-in by OpenID Connect failed: %s", base.one_line(str(error), 500))
    status = 502 if error.code == "unreachable" else 403
    return _sign_in_page(request, status, refusal=reader_of(request).section("accounts")(f"oidc.{error.code}"))


def _openid_cookie(request: Request) -> str:
    """The name of the cookie that a browser keeps while its user is at the provider."""
    door: Door = request.app.state.access
    return f"{door.cookie}-openid"


@several.post(SIGN_IN)
def sign_in(request: Request, given: SmallForm) -> Response:
    """Start a session with the right name and password."""
    if not _of_this_browser(request, given):
        return _sign_in_page(request, 403, problem="old")
    door: AccountAccess = request.app.state.access
    name, target = given.get("name", ""), _target(given.get("next", ""))
    left = session_of(request.headers, door.cookie)
    session, wait = door.attempt(name, given.get("password", ""), client_of(request.scope), agent_of(request), left)
    if session is not None:
        return start_session(request, session, target)
    problem, seconds = "" if wait else "wrong", math.ceil(wait)
    page = _sign_in_page(request, 429 if wait else 401, next=target, name=name, problem=problem, wait=seconds)
    if wait:
        page.headers["retry-after"] = str(seconds)
    return page


@several.get(JOIN)
def invitation(request: Request, key: str = "") -> Response:
    """The page of an invitation link, on which a person sets a password."""
    person = _invited(request, key)
    return _join_page(request, person, key, status=200 if person else 404)


@several.post(JOIN)
def join(request: Request, given: SmallForm) -> Response:
    """Set the password and start a session."""
    if not _of_this_browser(request, given):
        return _sign_in_page(request, 403, problem="old")
    door: AccountAccess = request.app.state.access
    key = given.get("key", "")
    person = _invited(request, key)
    if person is None:
        return _join_page(request, None, key, status=404)
    try:
        check_new_password(given.get("password", ""), given.get("again", ""), person.name)
    except Unacceptable as error:
        return _join_page(request, person, key, describe_refusal(request, error), 400)
    session = door.join(key, given["password"], client_of(request.scope), agent_of(request))
    return start_session(request, session, "/") if session else _join_page(request, None, key, status=404)


def _invited(request: Request, key: str) -> people.Account | None:
    door: Door = request.app.state.access
    return people.invited(door.accounts, key, door.now())


def _sign_in_page(request: Request, status: int = 200, **values: Any) -> Response:
    door: AccountAccess = request.app.state.access
    provider = (door.provider.label or urlsplit(door.provider.issuer).hostname) if door.provider else ""
    known = {"next": "/", "name": "", "problem": "", "refusal": "", "wait": 0, "provider": provider}
    return _public_page(request, "sign_in.html", known | values, status)


def _join_page(
    request: Request, person: people.Account | None, key: str, problem: str = "", status: int = 200
) -> Response:
    values = {"name": person.name if person else "", "key": key, "problem": problem, "least": SHORTEST}
    return _public_page(request, "join.html", values, status)


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
    say = reader_of(request).section("accounts")
    return say(f"problem.{error.code}", **error.values)


def agent_of(request: Request) -> str:
    """The name that the browser gives itself, by which people recognise their sessions."""
    return request.headers.get("user-agent", "")[:200]


def _target(text: str) -> str:
    target = own_path(text)
    return "/" if target.partition("?")[0] in (SIGN_IN, JOIN, OPENID, OPENID_RETURN) else target


def _before(door: Door) -> str:
    return f"{door.cookie}-before"


def _public_page(request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
    """A page without a session. Its form works in this browser only, so that no other site can sign anybody in."""
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


_LONGEST_DAYS = 3650


@router.get("/account")
def show_account(request: Request) -> Response:
    """Show somebody's own account: password, tokens, sessions."""
    return _account_page(request)


@router.post("/account/tokens")
def make_token(request: Request, given: Given) -> Response:
    """Make a token. Only this answer shows its secret."""
    door: Door = request.app.state.access
    try:
        made, secret = sessions.new_token(
            door.accounts,
            given.get("name", ""),
            given.get("scope", ""),
            door.now(),
            person=_owner(request) or None,
            days=number(given.get("days"), 0, 1, _LONGEST_DAYS) or None,
            by=person_of(request).name,
        )
    except Unacceptable as error:
        return _account_page(request, {"problem_token": describe_refusal(request, error)}, 400)
    return _account_page(request, {"made": made, "secret": secret})


@router.post("/account/tokens/revoke")
def revoke_token(request: Request, given: Given) -> Response:
    """Revoke one of the person's own tokens."""
    door: Door = request.app.state.access
    number_of = number(given.get("id"), 0)
    try:
        sessions.revoke_token(door.accounts, number_of, door.now(), of=_owner(request), by=person_of(request).name)
    except Unacceptable as error:
        return _account_page(request, {"problem_token": describe_refusal(request, error)}, 404)
    return RedirectResponse("/account#tokens", 303)


@several.post("/account/password")
def change_password(request: Request, given: Given) -> Response:
    """Change the password. All other sessions end, and this one gets a new secret."""
    door: AccountAccess = request.app.state.access
    name = person_of(request).name
    try:
        check_new_password(given.get("password", ""), given.get("again", ""), name)
    except Unacceptable as error:
        return _account_page(request, {"problem_password": describe_refusal(request, error)}, 400)
    old = given.get("old", "")
    session, wait = door.change_password(name, old, given["password"], client_of(request.scope), agent_of(request))
    if session:
        return start_session(request, session, "/account")
    say = reader_of(request).section("accounts")
    if wait:
        page = _account_page(request, {"problem_password": say("wait", count=math.ceil(wait))}, 429)
        page.headers["retry-after"] = str(math.ceil(wait))
        return page
    return _account_page(request, {"problem_password": say("old_wrong")}, 400)


@several.post("/account/sessions")
def end_sessions(request: Request, given: Given) -> Response:
    """End one other session, or all others."""
    door: Door = request.app.state.access
    name, own = person_of(request).name, str(request.state.session)
    sessions.end(door.accounts, name, door.now(), number=given.get("number", "")[:16], kept=own)
    return RedirectResponse("/account#sessions", 303)


@several.post("/account/sign-out")
def sign_out(request: Request, _: Given) -> Response:
    """End this session, also on the server."""
    door: Door = request.app.state.access
    sessions.end(door.accounts, person_of(request).name, door.now(), session=str(request.state.session))
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(door.cookie, path="/", secure=request.url.scheme == "https", httponly=True)
    # Pages that a browser kept are the next person's no more.
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _owner(request: Request) -> str:
    """The owner of the tokens on the page; empty for somebody who works alone."""
    door: Door = request.app.state.access
    return person_of(request).name if door.several else ""


def _account_page(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> Response:
    door: Door = request.app.state.access
    session = request.state.session
    if session is None:
        raise Denied(403, "token_page")
    has_accounts = door.accounts.exists()
    name = person_of(request).name
    values: dict[str, Any] = {
        "several": door.several,
        "has_password": isinstance(door, AccountAccess) and door.has_password(name),
        "tokens": sessions.tokens(door.accounts, _owner(request)) if has_accounts else [],
        "sessions": sessions.sessions(door.accounts, name, door.now(), session) if door.several else [],
        "scopes": [s for s in sessions.SCOPES if s != "write" or person_of(request).may_edit],
        "least": SHORTEST,
        "made": None,
        "secret": "",
        "problem_token": "",
        "problem_password": "",
    }
    return render.page(request, "account_page.html", {**values, **(more or {})}, status)


_ENTRIES = 100


@several.get("/people")
def show_people(request: Request) -> Response:
    """The list of all accounts."""
    administering(request)
    return _people_page(request)


@several.get("/people/log")
def history(request: Request) -> Response:
    """The log of the accounts, newest entry first."""
    administering(request)
    door: Door = request.app.state.access
    before = number(request.query_params.get("before"), 0, last=10**8) or None
    found = base.log_entries(door.accounts, _ENTRIES + 1, before)
    following = found[_ENTRIES - 1][0] if len(found) > _ENTRIES else None
    values = {"entries": [entry for _, entry in found[:_ENTRIES]], "following": following, "terminal": base.TERMINAL}
    return render.page(request, "people_log.html", values)


@several.post("/people")
def add_person(request: Request, given: Given) -> Response:
    """Add a person, and show the link by which that person sets a password."""
    again = given.get("again") == "1"
    return _linked(request, partial(people.add, role=given.get("role", ""), again=again), given)


@several.post("/people/reset")
def reset_person(request: Request, given: Given) -> Response:
    """Make a new link for setting a password. The old password no longer works."""
    return _linked(request, people.reset, given)


def _linked(request: Request, making: Callable[..., tuple[people.Account, str]], given: dict[str, str]) -> Response:
    by, door = administering(request).name, request.app.state.access
    try:
        person, key = making(door.accounts, given.get("name", ""), now=door.now(), by=by)
    except Unacceptable as error:
        values = {"problem": describe_refusal(request, error), "given": given, "former": error.code == "former"}
        return _people_page(request, values, 400)
    return _people_page(request, {"linked": person, "link": f"{request.base_url}{JOIN[1:]}?key={key}"})


@several.post("/people/second-person")
def switch_second_person(request: Request, given: Given) -> Response:
    """Switch on or off that judgements need the approval of a second person."""
    by = administering(request).name
    with writing(request) as register:
        set_second_person(register, on=given.get("second_person") == "on", by=by)
    return RedirectResponse("/people", 303)


@several.post("/people/change")
def change_person(request: Request, given: Given) -> Response:
    """Change the role of an account, block or unblock it, or remove it."""
    by, door = administering(request).name, request.app.state.access
    set_role = partial(people.set_role, role=given.get("role", ""))
    changes: dict[str, Callable[..., people.Account]]
    changes = {"role": set_role, "disable": people.disable, "enable": people.enable, "remove": people.remove}
    try:
        if change := changes.get(given.get("what", "")):
            change(door.accounts, given.get("name", ""), now=door.now(), by=by)
    except Unacceptable as error:
        return _people_page(request, {"problem": describe_refusal(request, error)}, 400)
    return RedirectResponse("/people", 303)


def _people_page(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> Response:
    door: Door = request.app.state.access
    with reading(request) as register:
        second_person = needs_second_person(register)
    values: dict[str, Any] = {
        "people": people.people(door.accounts),
        "second_person": second_person,
        "roles": ROLES,
        "problem": "",
        "given": {},
        "former": False,
        "linked": None,
        "link": "",
        "hours": int(people.LINK_FOR.total_seconds() // 3600),
    }
    return render.page(request, "people.html", {**values, **(more or {})}, status)


@alone.get("/enter")
def enter(request: Request, key: str = "") -> Response:
    """Start a session with the right key."""
    access: Access = request.app.state.access
    session = access.enter(key)
    if session is None:
        return PlainTextResponse(
            "This link was used already, or is not from here. `dutybook serve` prints the next one in its terminal.",
            401,
        )
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        access.cookie, session, httponly=True, samesite="strict", path="/", secure=request.url.scheme == "https"
    )
    return answer
