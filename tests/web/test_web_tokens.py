"""Programs sign in with tokens: for the API and for feeds, for as long as they are valid, with no more than their person may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.routing import Mount
from starlette.testclient import TestClient

from dutybook.store.accounts import AccountsFile, accounts_path
from dutybook.store.accounts.people import add, disable, set_role
from dutybook.store.accounts.sessions import new_token, revoke_token
from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.request_values import editing
from dutybook.web.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture
def accounts(database: Path) -> AccountsFile:
    return AccountsFile(accounts_path(database))


@pytest.fixture
def program(database: Path, access: Access) -> Iterator[TestClient]:
    app = create_app(Settings(database, "anna", Path.cwd()), access)
    api: FastAPI = next(route.app for route in app.routes if isinstance(route, Mount) and route.name == "api")

    @api.get("/probe")
    @app.get("/feeds/probe")
    @app.post("/feeds/probe")
    def _who(request: Request) -> dict[str, object]:
        state = request.state
        return {"by": state.person.name, "role": int(state.person.role), "session": state.session, "scope": state.scope}

    @api.post("/probe")
    def _change(request: Request) -> dict[str, object]:
        return {"by": editing(request).name}

    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as client:
        yield client


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_speaks_for_its_person(program: TestClient, accounts: AccountsFile) -> None:
    add(accounts, "Berta", "editor", NOW)
    reading, writing = (new_token(accounts, "x", scope, NOW, person="berta")[1] for scope in ("read", "write"))
    assert program.get("/api/v1/probe", headers=bearing(reading)).json() == {
        "by": "Berta",
        "role": 2,
        "session": None,
        "scope": "read",
    }
    assert program.get("/api/v1/probe", headers=bearing(writing)).json()["role"] == 2
    # No form's token is asked of a program.
    assert program.post("/api/v1/probe", headers=bearing(writing)).json() == {"by": "Berta"}
    assert program.post("/api/v1/probe", headers=bearing(reading)).status_code == 403


def test_who_is_alone_has_tokens_too(program: TestClient, accounts: AccountsFile) -> None:
    token = new_token(accounts, "script", "write", NOW)[1]
    assert program.get("/api/v1/probe", headers=bearing(token)).json()["by"] == "anna"


def test_a_token_opens_nothing_else(program: TestClient, accounts: AccountsFile) -> None:
    token = new_token(accounts, "script", "write", NOW)[1]
    feed = new_token(accounts, "calendar", "feed", NOW)[1]
    assert program.get("/", headers=bearing(token)).status_code == 401
    assert program.get("/feeds/probe", headers=bearing(token)).status_code == 401
    assert program.get(f"/feeds/probe?token={token}").status_code == 403
    assert program.get("/api/v1/probe", headers=bearing(feed)).status_code == 403
    assert program.get(f"/api/v1/probe?token={feed}").status_code == 401
    assert program.get(f"/search?token={feed}").status_code == 401
    assert program.get(f"/feeds/probe?token={feed}").json() == {
        "by": "anna",
        "role": 3,
        "session": None,
        "scope": "feed",
    }
    assert program.post(f"/feeds/probe?token={feed}").status_code == 401


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer dutybook_guessed", "Bearer x", "bearer \xff"]
)
def test_what_is_no_token_is_told_so(program: TestClient, said: str) -> None:
    answer = program.get("/api/v1/probe", headers={"authorization": said.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_token_ends(program: TestClient, accounts: AccountsFile) -> None:
    add(accounts, "root", "admin", NOW)
    add(accounts, "Berta", "editor", NOW)
    old = new_token(accounts, "old", "read", datetime(2020, 1, 1, tzinfo=UTC), person="Berta", days=1)[1]
    _token, good = new_token(accounts, "good", "write", NOW, person="Berta", days=1)
    assert program.get("/api/v1/probe", headers=bearing(old)).status_code == 401
    assert program.get("/api/v1/probe", headers=bearing(good)).status_code == 200
    set_role(accounts, "Berta", "reader", NOW)
    assert program.post("/api/v1/probe", headers=bearing(good)).status_code == 403
    disable(accounts, "Berta", NOW)
    assert program.get("/api/v1/probe", headers=bearing(good)).status_code == 401
    other = new_token(accounts, "other", "read", NOW)
    revoke_token(accounts, other[0].id, NOW)
    assert program.get("/api/v1/probe", headers=bearing(other[1])).status_code == 401
    assert good.encode() not in accounts.path.read_bytes()


def test_a_browser_shows_its_token_in_a_header(program: TestClient, access: Access) -> None:
    program.get(f"/enter?key={access.key}")
    token = access.token(program.cookies[COOKIE])
    assert program.get("/api/v1/probe").json()["scope"] is None
    assert program.post("/api/v1/probe").status_code == 403
    assert program.post("/api/v1/probe", headers={"x-dutybook-token": "0" * 64}).status_code == 403
    assert program.post("/api/v1/probe", headers={"x-dutybook-token": token}).json() == {"by": "anna"}
    other = {"x-dutybook-token": token, "sec-fetch-site": "same-site"}
    assert program.post("/api/v1/probe", headers=other).status_code == 403
