"""Profiles in the browser and the API: entered, asked in an interview, proposals confirmed and answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from starlette.testclient import TestClient
from web_office import BASE

from builders import HARBOUR, N, make_analysis
from dutybook.store import open_register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

NORMS = [
    N("Payment institutions shall keep a log of the quays.", place="Art 5", bearer="Payment institutions"),
    N("The harbour office shall publish the log.", place="Art 6", bearer="harbour office", bearer_class="authority"),
    N("The log shall be <b>complete</b>.", place="Art 7"),
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[TestClient]:
    """A browser over a register of one act."""
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.add(make_analysis(NORMS, work=HARBOUR))
    access = Access()
    app = create_app(Settings(path, "anna", Path.cwd()), access)
    with TestClient(app, base_url=BASE, headers={"accept-language": "en"}, follow_redirects=False) as client:
        assert client.get(f"/enter?key={access.key}").status_code == 303
        yield client


def send(client: TestClient, path: str, **fields: object) -> str:
    """Send a form and give the address that it leads to."""
    token = re.search(r'name="token" value="([^"]+)"', client.get("/profiles").text)
    assert token
    answer = client.post(path, data={"token": token[1], **fields})
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])


def test_a_profile_is_entered_interviewed_and_its_proposals_are_confirmed(small: TestClient) -> None:
    assert "No profile yet" in small.get("/profiles").text
    address = send(small, "/profiles", name="Quay Pay")
    page = small.get(address).text
    assert "It is law of EU; the profile says nothing of its countries." in page
    asked = small.get(f"{address}/interview?work=32031R0777").text
    assert asked.count("<fieldset>") == 3
    assert "In which countries" in asked
    then = send(
        small,
        f"{address}/interview",
        work="32031R0777",
        countries="de, fr",
        complete="yes",
        **{"role.2": "yes|payment institution|"},
    )
    assert then == f"{address}/proposals?work=32031R0777"
    applies = small.get(then).text
    assert "It addresses what the profile is: payment institution." in applies
    norm = re.search(r'name="norm" value="([0-9a-f]+)"', applies)
    assert norm
    assert "done=1" in send(
        small, f"{address}/proposals?work=32031R0777", work="32031R0777", norm=norm[1], do="confirm"
    )
    shown = small.get(f"{address}/proposals?work=32031R0777&verdict=applies&all=1").text
    assert "recorded: yes" in shown
    assert "&lt;b&gt;complete" in small.get(f"{address}/proposals?work=32031R0777&verdict=ask").text
    found = small.get("/search?for_us=confirmed").text
    assert "keep a log" in found
    assert "publish the log" not in found


def test_what_is_asked_needs_an_answer_with_a_reason(small: TestClient) -> None:
    address = send(small, "/profiles", name="Quay Pay", countries="DE", yes="payment institution", complete="1")
    asked = small.get(f"{address}/proposals?work=32031R0777&verdict=ask").text
    norm = re.search(r'name="norm" value="([0-9a-f]+)"', asked)
    token = re.search(r'name="token" value="([^"]+)"', asked)
    assert norm
    assert token
    fields = {"token": token[1], "norm": norm[1], "work": "32031R0777"}
    refused = small.post(f"{address}/proposals?work=32031R0777", data={**fields, "do": "no"})
    assert refused.status_code == 400
    assert "a reason is needed" in refused.text
    assert small.post(f"{address}/proposals", data={**fields, "do": "no", "reason": "we keep none"}).status_code == 303
    assert small.post(f"{address}/proposals", data={"norm": norm[1], "do": "no"}).status_code == 403


def test_a_profile_is_changed_with_its_terms_and_removed(small: TestClient) -> None:
    address = send(small, "/profiles", name="Quay Pay", countries="DE", yes="Zahlungsinstitut\nharbour pilot")
    send(small, address, name="Quay Pay AG", countries="DE", turnover="2,5", yes="payment institution")
    page = small.get(address).text
    assert "Quay Pay AG" in page
    assert 'value="2.5"' in page
    assert "harbour pilot" not in re.sub(r"(?s)<details.*", "", page)
    assert send(small, address, do="remove", name="x") == "/profiles"
    assert small.get(address).status_code == 404


def test_pages_speak_german_and_french(small: TestClient) -> None:
    address = send(small, "/profiles", name="Quay Pay", countries="DE", yes="payment institution", complete="1")
    german = small.get(f"{address}/proposals?work=32031R0777", headers={"accept-language": "de"}).text
    assert "Die Norm richtet sich an das, was das Profil ist: Zahlungsinstitut." in german
    french = small.get(address, headers={"accept-language": "fr"}).text
    assert "Proposé, pas encore confirmé." in french


def test_the_api_has_the_same(small: TestClient) -> None:
    token = re.search(r'name="token" value="([^"]+)"', small.get("/profiles").text)
    assert token
    small.headers["x-dutybook-token"] = token[1]
    body = {"name": "Quay Pay", "countries": ["DE"], "yes": ["payment institution"], "complete": True}
    made = small.post("/api/v1/profiles", json=body)
    assert (made.status_code, made.json()["answers"][0]["term"]) == (201, "payment institution")
    assert small.post("/api/v1/profiles", json=body).status_code == 409
    acts = small.get("/api/v1/profiles/Quay%20Pay/acts").json()["items"]
    assert [(a["work"], a["applies"], a["no"], a["ask"]) for a in acts] == [("32031R0777", 1, 1, 1)]
    found = small.get("/api/v1/profiles/Quay%20Pay/proposals?reader=de").json()["items"]
    assert [(one["place"], one["verdict"]) for one in found] == [
        ("Art 5", "applies"),
        ("Art 6", "no"),
        ("Art 7", "ask"),
    ]
    assert all(one["reason"] and one["basis"]["quote"] for one in found)
    confirmed = small.post("/api/v1/profiles/Quay%20Pay/confirm", json={"norms": [found[0]["norm"]]})
    assert confirmed.json() == {"norms": 1}
    assert small.get("/api/v1/norms?for_us=confirmed").json()["total"] == 1
    changed = small.patch("/api/v1/profiles/Quay%20Pay", json={"employees": None, "revision": 0})
    assert changed.status_code == 412
    assert small.get("/api/v1/profiles/Quay%20Pay/interviews/32031R0777").json()["items"] == []
    assert small.delete("/api/v1/profiles/Quay%20Pay").status_code == 204


def test_calendar_norm_and_files_say_for_whom_it_is(small: TestClient) -> None:
    address = send(small, "/profiles", name="Quay Pay", countries="DE", yes="payment institution", complete="1")
    assert '<select name="for_us">' in small.get("/calendar?for_us=yes").text
    norm = re.search(r"/norms/([0-9a-f]+)", small.get(f"{address}/proposals?work=32031R0777").text)
    assert norm
    page = small.get(f"/norms/{norm[1]}").text
    assert "Proposed, not confirmed by anybody." in page
    assert "It addresses what the profile is: payment institution." in page
    assert "For us: proposed, not confirmed" in small.get("/search?for_us=yes").text
