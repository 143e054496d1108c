"""A workbook that was exported comes back through the browser: what it changes is shown first, and then taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient
from web_office import BASE, Office, hidden

from dutybook.export import export
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.web.access import COOKIE, Access
from dutybook.web.uploads import waiting as waiting_files
from dutybook.web.uploads.waiting import WaitingFiles
from dutybook.workbook_import.records import Report


def workbook(database: Path, folder: Path, **values: object) -> tuple[Path, str]:
    """An exported workbook in which the first row of the register says something else; the id of its norm."""
    path = folder / "register.xlsx"
    with open_register(database, read_only=True) as register:
        export(register, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Register"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in values.items():
        sheet.cell(2, heads[heading]).value = value
    book.save(path)
    return path, str(sheet.cell(2, heads["Id"]).value)


def send(client: TestClient, path: Path, token: str) -> Any:
    files = {"files": (path.name, path.read_bytes())}
    return client.post("/import", data={"token": token}, files=files, headers={"origin": BASE})


@pytest.fixture
def token(client: TestClient, access: Access) -> str:
    return access.token(client.cookies[COOKIE])


def test_changes_are_displayed_before_they_are_applied(
    client: TestClient, database: Path, tmp_path: Path, token: str
) -> None:
    path, norm = workbook(database, tmp_path, Owner="Berta", Status="compliant", Priority="high")
    sent = send(client, path, token)
    assert sent.status_code == 303
    page = client.get(sent.headers["location"]).text
    assert "3 cells would change; norms concerned: 1" in page
    assert "Berta" in page
    with open_register(database, read_only=True) as register:
        assert reviews.record(register, norm) is None, "nothing is written before somebody says so"
    done = client.post(sent.headers["location"], data={"token": token}, headers={"origin": BASE})
    assert done.status_code == 303
    assert "3 cells were changed, in your name; norms concerned: 1" in client.get(done.headers["location"]).text
    with open_register(database, read_only=True) as register:
        record = reviews.record(register, norm)
        assert record is not None
        assert (record.owner, record.status, record.priority, record.changed_by) == (
            "Berta",
            "compliant",
            "high",
            "anna",
        )


def test_a_conflict_has_both_values_and_is_resolved_on_the_page(
    client: TestClient, database: Path, tmp_path: Path, token: str
) -> None:
    path, norm = workbook(database, tmp_path, Owner="Berta")
    with open_register(database) as register:
        reviews.change(register, [norm], Change(owner="Carl"), by="carl")
    address = send(client, path, token).headers["location"]
    page = client.get(address).text
    assert "One conflict is left" in page
    assert "Berta" in page
    assert "Carl" in page
    client.post(address, data={"token": token, "take": "mine"}, headers={"origin": BASE})
    with open_register(database, read_only=True) as register:
        record = reviews.record(register, norm)
        assert record is not None
        assert record.owner == "Berta"


def test_what_is_no_workbook_is_refused_in_words(client: TestClient, tmp_path: Path, token: str) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_bytes(b"Dear all")
    answer = client.get(send(client, path, token).headers["location"])
    assert answer.status_code == 400
    assert "it is no workbook, or damaged" in answer.text
    assert client.post("/import", data={"token": token}, headers={"origin": BASE}).status_code == 415
    assert client.get("/import/none").status_code == 404
    assert send(client, path, "wrong").status_code == 403


def test_a_workbook_is_its_sender_s_and_readers_send_none(office: Office, database: Path, tmp_path: Path) -> None:
    emil, ada = office.signed_in("Emil"), office.signed_in("Ada")
    path, _ = workbook(database, tmp_path, Owner="Berta")
    address = send(emil, path, hidden(emil.get("/import").text)["token"]).headers["location"]
    assert emil.get(address).status_code == 200
    assert ada.get(address).status_code == 404
    assert office.signed_in("Anna").get("/import").status_code == 403
    office.app.state.workbooks.close()


def test_old_workbooks_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_files, "_MOST", 2)
    waiting: WaitingFiles[Report] = WaitingFiles()
    made = []
    for number in range(3):
        part = tmp_path / f"{number}.part"
        part.write_bytes(b"x")
        made.append(waiting.add(part, "workbook.xlsx", "anna"))
    assert [one.path.exists() for one in made] == [False, True, True]
    waiting.close()
    assert not made[2].path.exists()
