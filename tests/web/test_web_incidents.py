"""Incidents in the browser and the API: all clocks are shown, an incident is kept, a submission starts the clock that hangs on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_requests import client_of
from icalendar import Calendar
from starlette.testclient import TestClient

from dutybook.languages.reader import reader_words
from incident_acts import fill_incident_acts

NOTICED = "aware.day=2031-06-10&aware.time=09:30&kind=cybersecurity&place=BE"


@pytest.fixture
def locks(tmp_path: Path) -> Iterator[TestClient]:
    """A person who may edit, over a register with an act that asks for notifications."""
    fill_incident_acts(tmp_path / "register.db")
    with client_of(tmp_path / "register.db") as client:
        yield client


def token(client: TestClient, address: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def test_an_incident_goes_from_its_form_to_its_last_report(locks: TestClient) -> None:
    page = locks.get(f"/incidents/add?{NOTICED}").text
    assert "Art 7(1)(a)" in page
    assert "11 Jun 2031" in page
    assert "the lock concerned" in page
    assert "Art 8" not in page, "of another kind"
    form = {"token": token(locks, f"/incidents/add?{NOTICED}"), "aware.day": "2031-06-10", "aware.time": "09:30"}
    kept = locks.post("/incidents", data=form | {"kind.cybersecurity": "1", "place": "be", "title": "gate 3"})
    assert kept.status_code == 303
    address = kept.headers["location"]
    page = locks.get(address).text
    assert "gate 3" in page
    assert "after the submission under Art 7(1)(b)" in page
    duty = re.search(r'action="(/incidents/\w+/duties/\w+)"(?:(?!action=).)*Art 7\(1\)\(b\)</a>', page, re.DOTALL)
    assert duty
    report = {"token": token(locks, address), "day": "2031-06-12", "time": "15:00", "evidence": "https://x.example/1"}
    assert locks.post(duty[1], data=report).status_code == 303
    page = locks.get(address).text
    assert "14 Jul 2031" in page, "a month after the submission, a Saturday, is a Monday"
    assert 'href="https://x.example/1"' in page
    assert locks.post(address, data={"token": token(locks, address), "status": "closed"}).status_code == 303
    assert "closed" in locks.get("/incidents").text


def test_a_calendar_of_an_incident_can_be_fetched(locks: TestClient) -> None:
    made = locks.post("/api/v1/incidents", json={"aware": "2031-06-10 09:30", "place": "BE"}).json()
    answer = locks.get(f"/incidents/{made['id']}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.content).walk("VEVENT")


def test_what_makes_no_sense_is_told_on_the_form(locks: TestClient) -> None:
    answer = locks.get("/incidents/add?aware.day=2031-06-10&place=Atlantis")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert locks.get("/incidents/ffff").status_code == 404


def test_an_evidence_that_is_no_address_becomes_no_link(locks: TestClient) -> None:
    made = locks.post("/api/v1/incidents", json={"aware": "2031-06-10 09:30"}).json()
    duty = made["duties"][0]["id"]
    said = {"evidence": "javascript:alert(1)", "note": "<b>x</b>"}
    assert locks.patch(f"/api/v1/incidents/{made['id']}/duties/{duty}", json=said).status_code == 200
    page = locks.get(f"/incidents/{made['id']}").text
    assert 'href="javascript:' not in page
    assert "<b>x</b>" not in page


def test_the_api_counts_keeps_changes_and_reports(locks: TestClient) -> None:
    clocks = locks.get("/api/v1/incident-clocks?aware=2031-06-10%2009:30&kind=cybersecurity&place=BE").json()
    assert [row["place"] for row in clocks["items"][:2]] == ["Art 7(1)(a)", "Art 7(1)(b)"]
    body = {
        "aware": "2031-06-10 09:30",
        "place": "BE",
        "kinds": ["cybersecurity"],
        "filters": {"bearer_class": "business"},
    }
    made = locks.post("/api/v1/incidents", json=body).json()
    first = next(row["id"] for row in made["duties"] if row["place"] == "Art 7(1)(b)")
    told = locks.patch(f"/api/v1/incidents/{made['id']}/duties/{first}", json={"submitted": "2031-06-12 15:00"}).json()
    assert next(row["due"] for row in told["duties"] if row["place"] == "Art 7(1)(c)") == "2031-07-14"
    told = locks.patch(f"/api/v1/incidents/{made['id']}", json={"status": "closed", "note": "done"}).json()
    assert (told["status"], told["note"], told["aware"]) == ("closed", "done", "2031-06-10T09:30")
    assert locks.get("/api/v1/incidents?status=open").json()["total"] == 0
    assert locks.get(f"/api/v1/incidents/{made['id']}").json()["filters"] == {"bearer_class": "business"}
    assert locks.patch(f"/api/v1/incidents/{made['id']}/duties/{first}", json={"dropped": True}).status_code == 422
    assert locks.post("/api/v1/incidents", json={"aware": "soon"}).status_code == 422


@pytest.mark.parametrize("language", ["de", "fr"])
def test_all_texts_are_there_in_each_language(language: str, locks: TestClient) -> None:
    assert set(reader_words("incidents", "en")) == reader_words("incidents", language).own
    locks.cookies.set("dutybook-language", language)
    page = locks.get(f"/incidents/add?{NOTICED}").text
    assert reader_words("incidents", language)("stage.early") in page
