"""Acts known by name alone in the browser and the API: in the list of acts, on a page of their own, in news and at documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.pipeline.analyse import analyse
from dutybook.records import Family, Genre, RawDocument, Work
from dutybook.store import open_register
from dutybook.store.documents.flatten import flatten
from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

NEWS = """Ministers <script>alert(1)</script> want stronger ports
Northport, 12 February 2031

A planned “Port Accelerator Act” will be presented in May, the Ports Office said on Wednesday. It follows the GDPR. Operators of quays must then report their cranes to the harbour master.
"""
ACT = """Port Accelerator Act

Article 1

1. Operators of quays shall report their cranes to the harbour master.
"""
ID = "name:en:port-accelerator-act"
PAGE = "/acts/name%3Aen%3Aport-accelerator-act"
WORK = Work("32032R0777", "regulation", "EU", "32032R0777", "Port Accelerator Act")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    made = analyse(RawDocument("news.txt", NEWS.encode()))
    document = replace(made.document, genre=Genre.NEWS, family=Family.NEWS)
    with open_register(path) as register:
        register.write(flatten(replace(made, document=document)))
    return path


@pytest.fixture
def client(database: Path) -> Iterator[TestClient]:
    access = Access()
    app = create_app(Settings(database, "anna", Path.cwd(), today=lambda: date(2031, 3, 1)), access)
    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as client:
        client.cookies.set(COOKIE, access.enter(access.key) or "")
        yield client


def test_the_list_of_acts_leads_to_those_known_by_name(client: TestClient) -> None:
    assert "/acts?named=1" in client.get("/acts").text
    page = client.get("/acts?named=1").text
    assert "Port Accelerator Act" in page
    assert PAGE in page.replace("%3a", "%3A") or "/acts/name:en" in page
    assert "not adopted" in page
    assert "Port Accelerator Act" not in client.get("/acts?named=1&words=lighthouse").text


def test_its_page_says_who_names_it_since_when(client: TestClient) -> None:
    page = client.get(PAGE).text
    assert "<h1" in page
    assert "Port Accelerator Act" in page
    assert "<script>alert(1)" not in page
    assert "12 Feb" in page
    assert client.get("/acts/name%3Aen%3Alighthouse-act").status_code == 404
    german = client.get(PAGE, headers={"accept-language": "de"}).text
    assert "Genannt von" in german


def test_documents_and_news_show_it_with_the_acts_that_are_known(client: TestClient) -> None:
    news = client.get("/news").text
    assert "Port Accelerator Act" in news
    assert "General Data Protection Regulation" in news
    document = client.get("/api/v1/documents").json()["items"][0]["id"]
    page = client.get(f"/documents/{document}").text
    assert "Port Accelerator Act" in page
    assert "General Data Protection Regulation" in page
    assert "Port Accelerator Act" in client.get("/news?act=port+accelerator").text


def test_it_leads_to_the_act_once_that_is_here(client: TestClient, database: Path) -> None:
    act = analyse(RawDocument("act.txt", ACT.encode()))
    document = replace(act.document, work=WORK.id, genre=Genre.EU_ACT, family=Family.EU_ACT)
    with open_register(database) as register:
        register.write(flatten(replace(act, document=document, work=WORK)))
    assert 'href="/acts/32032R0777"' in client.get(PAGE).text
    assert 'href="/acts/32032R0777"' in client.get("/news").text
    assert "/acts?named=1" not in client.get("/acts").text


def test_the_api_lists_them(client: TestClient) -> None:
    answer = client.get("/api/v1/coming-acts").json()
    assert answer["total"] == 1
    (act,) = answer["items"]
    assert (act["id"], act["draft"], act["since"], act["work"]) == (ID, True, "2031-02-12", None)
    assert client.get("/api/v1/coming-acts?words=lighthouse").json()["total"] == 0
    assert client.get(f"/api/v1/news?work={ID}").json()["total"] == 1
