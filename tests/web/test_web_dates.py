"""Dates in the browser: counted from an event on the page of a norm, ours where they are overdue, by class, owner and act."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_office import BASE

from dutybook.export import export
from dutybook.pipeline.due_dates import EventDetails, due
from dutybook.store import Register, open_register
from dutybook.store.deadlines.agenda import AgendaQuery, agenda
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.search.filters import Filters
from dutybook.web.access import COOKIE, Access

TODAY = date.today()


@pytest.fixture
def token(client: TestClient, access: Access) -> str:
    return access.token(client.cookies[COOKIE])


def starting(database: Path) -> str:
    """A norm whose deadline begins with an event."""
    with open_register(database, read_only=True) as register:
        found = register._select(
            "SELECT norm FROM deadlines x JOIN norms n ON n.id = x.norm WHERE x.kind = 'period' AND x.value = 'PT12H'"
            " AND n.language = 'en'"
        )
        return str(found[0][0])


def test_a_norm_counts_from_an_event_and_keeps_it(client: TestClient, database: Path, token: str) -> None:
    norm = starting(database)
    page = client.get(f"/norms/{norm}").text
    assert "Count from an event" in page
    asked = {"event": "2033-10-29", "time": "20:20", "place": "DE-BY"}
    if options := re.findall(r'<option value="([0-9a-f]{16})"[^>]*>[^<]*12 hours', page):
        asked["deadline"] = options[0]
    counted = client.get(f"/norms/{norm}", params=asked).text
    assert "12 hours end at 2033-10-30 08:00" in counted
    assert "Save this event" in counted
    kept = client.post(
        f"/norms/{norm}/events", data={**asked, "token": token, "note": "incident 17"}, headers={"origin": BASE}
    )
    assert (kept.status_code, kept.headers["location"]) == (303, f"/norms/{norm}#due")
    page = client.get(f"/norms/{norm}").text
    assert "incident 17" in page
    assert "incident 17" not in client.get("/calendar?year=2033&month=10").text
    assert "from an event" in client.get("/calendar?year=2033&month=10").text
    event = re.findall(rf"/norms/{norm}/events/(\w+)/forget", page)[0]
    gone = client.post(f"/norms/{norm}/events/{event}/forget", data={"token": token}, headers={"origin": BASE})
    assert gone.status_code == 303
    assert "incident 17" not in client.get(f"/norms/{norm}").text


def test_what_cannot_be_counted_says_why(client: TestClient, database: Path) -> None:
    page = client.get(f"/norms/{starting(database)}", params={"event": "someday"}).text
    assert 'role="alert"' in page


def dated(register: Register) -> str:
    """A norm whose deadline is a day."""
    return next(norm.id for norm in register.norms() if norm.due and norm.language == "en")


def test_overdue_is_only_what_somebody_took_on(database: Path) -> None:
    late = date(2099, 1, 1)
    with open_register(database) as register:
        query = AgendaQuery(date.min, late - timedelta(days=1), "en", TODAY, ours=True)
        assert agenda(register, query).total == 0
        assert register.number(Filters(due_window="overdue", today=late)) == 0
        norm = dated(register)
        reviews.change(register, [norm], Change(owner="Berta"), by="anna")
        assert agenda(register, query).total >= 1
        assert register.number(Filters(due_window="overdue", today=late)) >= 1
        reviews.change(register, [norm], Change(status="compliant"), by="anna")
        assert agenda(register, query).total == 0


def test_a_calendar_is_narrowed_by_class_owner_and_act(client: TestClient, database: Path) -> None:
    with open_register(database) as register:
        reviews.change(register, [dated(register)], Change(owner="Berta"), by="anna")
    page = client.get("/calendar", params={"bearer_class": "business"}).text
    assert 'name="bearer_class"' in page
    assert re.search(r'<option value="business" selected>', page)
    assert '<option value="Berta">' in page, "owners are offered"
    assert "bearer_class=business" in re.findall(r'href="(/feeds/calendar.ics[^"]*)"', page)[0]
    assert client.get("/calendar/year", params={"bearer_class": "authority", "owner": "Berta"}).status_code == 200
    assert client.get("/calendar", params={"bearer_class": "none such"}).status_code == 200
    listed = client.get("/calendar/list", params={"of": "coming", "owner": "nobody"})
    assert listed.status_code == 200
    assert "Overdue" in client.get("/calendar/list", params={"of": "overdue"}).text


def test_days_of_our_own_are_in_month_year_and_file_alike(client: TestClient, database: Path, tmp_path: Path) -> None:
    with open_register(database) as register:
        norm = next(n.id for n in register.norms() if not n.deadlines and n.language == "en")
        reviews.change(register, [norm], Change(owner="Berta", due="2040-05-17"), by="anna")
    assert "17 May 2040" in client.get("/calendar?year=2040&month=5").text.replace("May 17, 2040", "17 May 2040")
    assert "2040-05-17" in client.get("/calendar/year?year=2040").text
    with open_register(database, read_only=True) as register:
        export(register, tmp_path / "a.ics")
        month = agenda(register, AgendaQuery(date(2031, 1, 1), date(2040, 12, 31), "en", TODAY, limit=500))
    # Lines are folded after 75 bytes (RFC 5545, 3.1).
    text = (tmp_path / "a.ics").read_text("utf-8").replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20400517" in text
    assert "Own date" in text
    days = set(re.findall(r"DTSTART;VALUE=DATE:(\d{8})", text))
    expected = {row.day.replace("-", "") for row in month.rows if row.origin in ("own", "act")}
    assert expected <= days


def test_an_address_says_how_to_subscribe(client: TestClient, token: str) -> None:
    page = client.post("/calendar/feed", data={"token": token}, headers={"origin": BASE}).text
    for words in ("Subscribe from web", "From URL", "webcal://", "works on this machine only"):
        assert words in page


def test_events_are_counted_anew_when_a_deadline_is_corrected(client: TestClient, database: Path, token: str) -> None:
    norm = starting(database)
    with open_register(database) as register:
        (deadline,) = [d for d in register.norm(norm).norm.deadlines if d.value == "PT12H"]
        due(register, deadline.id, "2033-10-28 08:00", place="DE-BY", store=EventDetails("incident 17"))
    fixed = {f"fix:deadline:{deadline.id}": "PT24H", "reason": "misread", "judge": "corrected", "token": token}
    assert client.post(f"/norms/{norm}/review", data=fixed, headers={"origin": BASE}).status_code == 303
    with open_register(database, read_only=True) as register:
        (now,) = [d for d in register.norm(norm).norm.deadlines if d.id == deadline.id]
        assert now.value == "PT24H"
        assert now.events[0].dates[0].startswith("2033-10-29T09:00"), "a day after the first full hour"
