"""Assessments in the browser and the API: opened, read, decided; they stand in the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_requests import client_of
from starlette.testclient import TestClient

from dutybook.languages.reader import reader_words
from dutybook.store import open_register
from quay import flats


@pytest.fixture
def quays(tmp_path: Path) -> Iterator[TestClient]:
    """A person who may edit, over a register with an act that changed."""
    with open_register(tmp_path / "register.db") as register:
        for flat in flats():
            register.write(flat)
    with client_of(tmp_path / "register.db") as client:
        yield client


def token(client: TestClient, address: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def test_an_item_is_opened_decided_and_gone_from_the_queue(quays: TestClient) -> None:
    assert "Nothing to assess" in quays.get("/assessments").text
    assert quays.post("/assessments", data={"token": token(quays, "/assessments")}).status_code == 303
    queue = quays.get("/assessments").text
    found = re.search(r'href="(/assessments/\w+)">Quay Safety Act', queue)
    assert found
    page = quays.get(found[1]).text
    assert "<ins>" in page
    form = {"token": token(quays, found[1]), "decision": "to be adapted", "reason": "new bearer", "owner": "ben"}
    assert quays.post(found[1], data=form | {"due": "2033-07-05", "revision": "1"}).status_code in (400, 409, 412)
    assert quays.post(found[1], data=form | {"due": "2033-07-05"}).status_code == 303
    assert "ben" in quays.get("/assessments?owner=be").text
    assert found[1] in quays.get("/calendar?year=2033&month=7").text
    done = {"token": token(quays, found[1]), "decision": "adapted", "reason": "rules rewritten"}
    assert quays.post(found[1], data=done).status_code == 303
    assert "Quay Safety Act" not in quays.get("/assessments").text
    assert "rules rewritten" in quays.get("/assessments?all=1").text


def test_the_api_does_the_same(quays: TestClient) -> None:
    [item] = quays.post("/api/v1/assessments").json()["items"]
    assert quays.get("/api/v1/assessments").json()["total"] == 1
    address = f"/api/v1/assessments/{item['id']}"
    assert quays.get(address).json()["norms"]
    assert quays.patch(address, json={"decision": "no effect"}).status_code == 422
    assert quays.patch(address, json={"owner": "x", "revision": item["revision"] + 1}).status_code == 412
    told = quays.patch(
        address, json={"decision": "no effect", "reason": "no quay", "revision": item["revision"]}
    ).json()
    assert (told["decision"], told["open"]) == ("no effect", False)
    assert quays.get("/api/v1/assessments?open=true").json()["total"] == 0
    assert quays.get("/api/v1/assessments?open=false").json()["total"] == 1


@pytest.mark.parametrize("language", ["de", "fr"])
def test_all_texts_of_assessments_are_in_each_language(language: str) -> None:
    assert set(reader_words("assessments", "en")) == reader_words("assessments", language).own
