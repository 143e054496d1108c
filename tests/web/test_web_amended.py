"""The page of the versions that result from amendments, and what an act's page says of its amendments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import dutybook
from analysed import analysed
from dutybook.pipeline.amended import keep_versions
from dutybook.store import open_register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

FOLDER = dutybook.samples().parent / "amended"


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("amended") / "register.db"
    with open_register(path) as register:
        for file in sorted(FOLDER.iterdir()):
            register.add(analysed(file))
    return path


@pytest.fixture
def client(acts: Path) -> Iterator[TestClient]:
    access = Access()
    app = create_app(Settings(acts, "anna", Path.cwd()), access)
    with TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"}) as opened:
        assert opened.get(f"/enter?key={access.key}", follow_redirects=False).status_code == 303
        yield opened


def test_changes_stand_with_what_made_them_and_how_they_read(client: TestClient) -> None:
    page = client.get("/acts/32032R0140/amended?language=en", headers={"accept-language": "en"}).text
    assert "From 1 Jun 2034" in page
    assert "by Art 1(3)(a)" in page
    assert "(b) keep the records of inspections for ten years;" in page
    assert "It is not clear to which place of the act it applies." in page


def test_a_consolidated_version_is_compared(client: TestClient) -> None:
    page = client.get("/acts/32032R0140/amended", headers={"accept-language": "en"}).text
    assert "38 of 40 provisions are the same, letter by letter." in page
    assert "Annex(1)" in page
    german = client.get("/acts/de:hafenrg/amended", headers={"accept-language": "de"}).text
    assert "16 von 16 Bestimmungen sind Buchstabe für Buchstabe gleich." in german


def test_a_version_that_was_made_says_so(client: TestClient, acts: Path) -> None:
    with open_register(acts) as register:
        (kept, *_), _ = keep_versions(register, "32032R0140")
        norm = register._select_value("SELECT id FROM norms WHERE document = ? ORDER BY position LIMIT 1", kept)
    for address in (f"/documents/{kept}", f"/norms/{norm}"):
        assert "This text was made by applying amendments" in client.get(address).text
    assert "made from its amendments" in client.get("/acts/32032R0140").text


def test_an_act_lists_its_amendments(client: TestClient) -> None:
    page = client.get("/acts/32032R0140", headers={"accept-language": "en"}).text
    assert "in the newest version" in page
    assert 'href="/acts/32032R0140/amended"' in page
    assert client.get("/acts/nothing/amended").status_code == 404
