"""The administration of accounts: who may sign in, with which role, and a log of what happened to accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dutybook.store.accounts import Unacceptable, log, people
from dutybook.store.accounts.people import ROLES
from dutybook.web import render
from dutybook.web.access import Door
from dutybook.web.account_access import JOIN
from dutybook.web.pages.sign_in import describe_refusal
from dutybook.web.request_values import administering, changing, number

router = APIRouter()

_ENTRIES = 100


@router.get("/people")
def show(request: Request) -> Response:
    """The list of all accounts."""
    administering(request)
    return _page(request)


@router.get("/people/log")
def history(request: Request) -> Response:
    """The log of the accounts, newest entry first."""
    administering(request)
    door: Door = request.app.state.access
    before = number(request.query_params.get("before"), 0, last=10**8) or None
    found = log.entries(door.accounts, _ENTRIES + 1, before)
    following = found[_ENTRIES - 1][0] if len(found) > _ENTRIES else None
    values = {"entries": [entry for _, entry in found[:_ENTRIES]], "following": following, "terminal": log.TERMINAL}
    return render.page(request, "people_log.html", values)


@router.post("/people")
async def add(request: Request) -> Response:
    """Add a person, and show the link by which that person sets a password."""
    administering(request)
    given = await changing(request)
    return await run_in_threadpool(_linked, request, _add, given)


@router.post("/people/reset")
async def reset(request: Request) -> Response:
    """Make a new link for setting a password. The old password no longer works."""
    administering(request)
    given = await changing(request)
    return await run_in_threadpool(_linked, request, _reset, given)


@router.post("/people/change")
async def change(request: Request) -> Response:
    """Change the role of an account, block or unblock it, or remove it."""
    administering(request)
    given = await changing(request)
    return await run_in_threadpool(_change, request, given)


def _add(door: Door, given: dict[str, str], by: str) -> tuple[people.Account, str]:
    return people.add(
        door.accounts, given.get("name", ""), given.get("role", ""), door.now(), by=by, again=given.get("again") == "1"
    )


def _reset(door: Door, given: dict[str, str], by: str) -> tuple[people.Account, str]:
    return people.reset(door.accounts, given.get("name", ""), door.now(), by=by)


def _linked(
    request: Request,
    making: Callable[[Door, dict[str, str], str], tuple[people.Account, str]],
    given: dict[str, str],
) -> Response:
    try:
        person, key = making(request.app.state.access, given, administering(request).name)
    except Unacceptable as error:
        values = {"problem": describe_refusal(request, error), "given": given, "former": error.code == "former"}
        return _page(request, values, 400)
    return _page(request, {"linked": person, "link": f"{request.base_url}{JOIN[1:]}?key={key}"})


def _change(request: Request, given: dict[str, str]) -> Response:
    door: Door = request.app.state.access
    name, by, now = given.get("name", ""), administering(request).name, door.now()
    try:
        match given.get("what"):
            case "role":
                people.set_role(door.accounts, name, given.get("role", ""), now, by=by)
            case "disable":
                people.disable(door.accounts, name, now, by=by)
            case "enable":
                people.enable(door.accounts, name, now, by=by)
            case "remove":
                people.remove(door.accounts, name, now, by=by)
    except Unacceptable as error:
        return _page(request, {"problem": describe_refusal(request, error)}, 400)
    return RedirectResponse("/people", 303)


def _page(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> Response:
    door: Door = request.app.state.access
    values: dict[str, Any] = {
        "people": people.people(door.accounts),
        "roles": ROLES,
        "problem": "",
        "given": {},
        "former": False,
        "linked": None,
        "link": "",
        "hours": int(people.LINK_FOR.total_seconds() // 3600),
    }
    return render.page(request, "people.html", {**values, **(more or {})}, status)
