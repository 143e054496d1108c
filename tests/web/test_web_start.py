"""An empty register begins with a page that offers files to drop, the sample, a folder and a source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_office import BASE, Office

import dutybook
from dutybook.store import open_register
from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

SAMPLES = [path for path in dutybook.samples().iterdir() if path.suffix != ".tsv"]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.db"
    with open_register(path):
        pass
    return path


@pytest.fixture
def newcomer(empty: Path) -> Iterator[TestClient]:
    """A browser before an empty register, with folders that may be watched."""
    access = Access()
    settings = Settings(empty, "anna", Path.cwd(), watch_roots=(empty.parent,))
    with TestClient(create_app(settings, access), base_url=BASE, follow_redirects=False) as client:
        client.get(f"/enter?key={access.key}")
        yield client


def token(client: TestClient) -> str:
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    return access.token(client.cookies[COOKIE])


def test_the_start_page_offers_each_way_in(newcomer: TestClient) -> None:
    page = newcomer.get("/").text
    assert '<form class="upload"' in page
    assert f"{len(SAMPLES)} fictional documents" in page
    assert 'href="/watches/add?kind=folder"' in page
    assert 'href="/watches/add"' in page


def test_a_search_in_an_empty_register_is_answered_as_a_search(newcomer: TestClient) -> None:
    page = newcomer.get("/search?words=dock").text
    assert "Nothing found" in page
    assert "/start/samples" not in page


def test_the_sample_is_queued_as_an_upload(newcomer: TestClient) -> None:
    answer = newcomer.post("/start/samples", data={"token": token(newcomer)})
    assert answer.status_code == 303
    page = newcomer.get(answer.headers["location"]).text
    assert all(sample.name in page for sample in SAMPLES)
    cancelled = newcomer.post(f"{answer.headers['location']}/cancel", data={"token": token(newcomer)})
    assert cancelled.status_code == 303


def test_the_sample_needs_the_token_of_the_session(newcomer: TestClient) -> None:
    assert newcomer.post("/start/samples", data={"token": "of another"}).status_code == 403


def test_the_start_page_gives_way_to_the_register(newcomer: TestClient) -> None:
    files = [("files", ("duty.txt", b"Article 1\n\nThe keeper shall light the lamp.\n", "text/plain"))]
    location = newcomer.post("/upload", data={"token": token(newcomer)}, files=files).headers["location"]
    end = time.monotonic() + 120
    while "/start/samples" in newcomer.get("/").text:
        assert time.monotonic() < end, newcomer.get(location).text
        time.sleep(0.2)
    assert 'role="search"' in newcomer.get("/").text


def test_readers_are_asked_to_wait(empty: Path) -> None:
    office = Office(empty)
    office.account("Anna", "reader")
    office.account("Emil", "editor")
    page = office.signed_in("Anna").get("/").text
    assert "Ask someone with editing rights" in page
    assert "/start/samples" not in page
    emil = office.signed_in("Emil").get("/").text
    assert "/start/samples" in emil
    assert "/watches/add?kind=folder" not in emil
