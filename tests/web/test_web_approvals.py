"""Approval by a second person with three people: an administrator, and two editors."""

from __future__ import annotations

import re

import pytest
from web_office import Office, hidden


@pytest.fixture
def three(office: Office) -> Office:
    office.account("Berta", "editor")
    ada = office.signed_in("Ada")
    token = hidden(ada.get("/people").text)["token"]
    answer = ada.post("/people/second-person", data={"token": token, "second_person": "on"})
    assert answer.status_code == 303
    assert "It is on." in ada.get("/people").text
    return office


def test_what_one_editor_judges_another_one_approves(three: Office) -> None:
    emil, berta, anna = (three.signed_in(name) for name in ("Emil", "Berta", "Anna"))
    path = re.search(r'href="(/norms/\w+)"', emil.get("/search").text)[1]  # type: ignore[index]
    token = hidden(emil.get(path).text)["token"]
    emil.post(f"{path}/review", data={"token": token, "status": "applicable"})
    api = f"/api/v1{path}/review"
    record = emil.get(api).json()["record"]
    assert record["status"] == "unassessed"
    assert record["proposals"][0]["by"] == "Emil"
    assert "waits approval by a second person" in emil.get(path).text
    assert "awaits approval by a second person" in emil.get("/search?view=table").text
    assert "Your own proposal" in emil.get("/approvals").text
    assert "Approve or refuse" not in emil.get(path).text
    assert "Approve or refuse" in berta.get(path).text
    own = {"token": token, "norm": path.rpartition("/")[2], "proposal": record["proposals"][0]["id"]}
    refused = emil.post("/approvals", data={**own, "decision": "approve"})
    assert refused.status_code == 400
    assert "second person" in refused.text
    assert 'value="approve"' not in anna.get("/approvals").text
    form = hidden(berta.get("/approvals").text)
    assert berta.post("/approvals", data={**form, "decision": "refuse"}).status_code == 400
    assert berta.post("/approvals", data={**form, "decision": "approve"}).status_code == 303
    record = emil.get(api).json()["record"]
    assert (record["status"], record["proposals"]) == ("applicable", [])
    assert emil.get("/api/v1/audit/verify").json()["broken"] is None


def test_the_api_lists_and_decides(three: Office) -> None:
    emil, berta = three.signed_in("Emil"), three.signed_in("Berta")
    path = re.search(r'href="(/norms/\w+)"', emil.get("/search").text)[1]  # type: ignore[index]
    headers = {
        name: {"x-dutybook-token": hidden(b.get("/account").text)["token"]} for name, b in (("e", emil), ("b", berta))
    }
    api = f"/api/v1{path}/review"
    changed = emil.patch(api, json={"finding": "confirmed"}, headers=headers["e"]).json()
    assert changed["record"]["finding"] == ""
    (item,) = berta.get("/api/v1/approvals").json()["items"]
    assert item["proposal"]["change"] == '{"finding": "confirmed"}'
    own = emil.post(f"{api}/decision", json={"approve": True}, headers=headers["e"])
    assert own.status_code == 422
    without = berta.post(f"{api}/decision", json={"approve": False}, headers=headers["b"])
    assert without.status_code == 422
    done = berta.post(f"{api}/decision", json={"approve": True}, headers=headers["b"])
    assert done.json()["record"]["finding"] == "confirmed"


def test_only_administrators_switch_it(office: Office) -> None:
    emil = office.signed_in("Emil")
    token = hidden(emil.get("/account").text)["token"]
    assert emil.post("/people/second-person", data={"token": token, "second_person": "on"}).status_code == 403
