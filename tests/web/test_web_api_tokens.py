"""Programs use the API with tokens: what each may, and that a change is made under its person's name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.store.accounts import AccountsFile, accounts_path
from dutybook.store.accounts.people import add
from dutybook.store.accounts.sessions import new_token

API = "/api/v1"
NOW = datetime.now(UTC)


@pytest.fixture
def accounts(database: Path) -> AccountsFile:
    return AccountsFile(accounts_path(database))


def bearing(accounts: AccountsFile, scope: str, person: str | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {new_token(accounts, 'x', scope, NOW, person=person)[1]}"}


def test_a_token_needs_no_session(stranger: TestClient, accounts: AccountsFile) -> None:
    reading, writing = bearing(accounts, "read"), bearing(accounts, "write")
    found = stranger.get(f"{API}/norms?limit=1", headers=reading)
    assert found.status_code == 200
    norm = found.json()["items"][0]["id"]
    assert stranger.get(f"{API}/about", headers=reading).json()["you"] == {"name": "anna", "role": "reader"}
    refused = stranger.patch(f"{API}/norms/{norm}/review", json={"owner": "x"}, headers=reading)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:dutybook:problem:not-allowed"
    assert "editor" in refused.json()["detail"]
    # A token's request cannot be made by another site, so it has no session's token to show.
    made = stranger.patch(f"{API}/norms/{norm}/review", json={"owner": "x"}, headers=writing)
    assert made.status_code == 200
    assert made.json()["record"]["changed_by"] == "anna"


def test_roles_bound_what_a_token_may(stranger: TestClient, accounts: AccountsFile) -> None:
    from dutybook.web.access import Door

    for name, role in (("Rita", "reader"), ("Emil", "editor"), ("Ada", "admin")):
        add(accounts, name, role, NOW)
    norm = stranger.get(f"{API}/norms?limit=1", headers=bearing(accounts, "read")).json()["items"][0]["id"]
    door: Door = stranger.app.state.access  # type: ignore[attr-defined]
    may = {
        "Rita": (403, 403, 403, 403),
        "Emil": (200, 201, 403, 403),
        "Ada": (200, 409, 201, 200),
    }
    alert = {"name": "a", "to": ["mailto:a@b.example#smtp=m.example:587&from=c@b.example"]}
    for name, expected in may.items():
        headers = bearing(accounts, "write", name)
        assert door.bearing(headers["authorization"].partition(" ")[2]) is not None
        got = (
            stranger.patch(f"{API}/norms/{norm}/review", json={"note": name}, headers=headers).status_code,
            stranger.post(f"{API}/searches", json={"name": "s"}, headers=headers).status_code,
            stranger.post(f"{API}/alerts", json=alert, headers=headers).status_code,
            stranger.get(f"{API}/doctor", headers=headers).status_code,
        )
        assert got == expected, name
    history = stranger.get(f"{API}/norms/{norm}/history", headers=bearing(accounts, "read")).json()["items"]
    assert {row["by"] for row in history} == {"Emil", "Ada"}


def test_a_token_that_is_not_from_here_is_refused(stranger: TestClient, accounts: AccountsFile) -> None:
    for given in ("Bearer x", "Bearer ", "Basic YTpi", "Bearer " + "x" * 5000):
        answer = stranger.get(f"{API}/norms", headers={"authorization": given})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert stranger.get(f"{API}/norms", headers=bearing(accounts, "feed")).status_code == 403
