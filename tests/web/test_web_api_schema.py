"""The API against its own description: what schemathesis thinks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schema_run import problems

from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings


def run(database: Path, **how: int | bool) -> tuple[list[str], int]:
    access = Access()
    app = create_app(Settings(database, "anna", Path.cwd()), access)
    session = access.enter(access.key) or ""
    headers = {"Cookie": f"{COOKIE}={session}", "X-Dutybook-Token": access.token(session), "Host": "127.0.0.1:8765"}
    return problems(app, headers, **how)  # type: ignore[arg-type]


def test_the_api_does_what_its_description_says(database: Path) -> None:
    # That each verb asks for a session is seen one by one in test_web_api.py.
    found, requests = run(database, examples=2, coverage=False, stateful=0, auth=False)
    assert found == []
    assert requests > 80


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", [8, 1977])
def test_the_api_does_so_whatever_is_sent(database: Path, seed: int) -> None:
    found, requests = run(database, examples=40, coverage=True, stateful=20, auth=True, seed=seed)
    assert found == []
    assert requests > 5_000
