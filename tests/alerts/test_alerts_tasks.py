"""Open tasks leave as CSV for Jira, as to-dos and as requests: each under a key that stays, and sent once a change."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from dutybook.alerts.tasks import webhook_target
from dutybook.cli.app import app
from dutybook.errors import BadFilter, BadRequest, DeliveryError
from dutybook.export.tasks import TEMPLATES, jira_csv, link_in, task_body, todo_calendar
from dutybook.store import open_register
from dutybook.store.assessments import (
    AssessmentChange,
    change_assessment,
    list_assessments,
    open_assessments,
)
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.tasks import Task, open_tasks, task_deliveries
from quay import flats

NOW = datetime(2033, 6, 1, 9, tzinfo=UTC)
BASE = "https://duties.example"
TASK = Task(
    id="norm-0123456789abcdef",
    kind="norm",
    source="0123",
    title="=HYPERLINK(1) Quay Safety Act Art 4",
    description="The operator shall\ntest the brakes.",
    due="2033-07-05T14:30",
    owner="ben",
    priority="high",
    path="/norms/0123",
    revision=7,
    tags=("two words",),
)
OPTIONS = {
    "jira": {"project": "DUTY"},
    "planner": {"plan": "p1", "bucket": "b1"},
    "servicenow": {"group": "legal"},
    "plain": {},
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A register with a change to assess and a norm that somebody took on."""
    path = tmp_path / "register.db"
    with open_register(path) as register:
        for flat in flats():
            register.write(flat)
        open_assessments(register, today=date(2033, 6, 1), now=NOW)
        norm = next(iter(register.norms()))
        reviews.change(register, [norm.id], Change(owner="ben", due="2033-06-20", priority="low"), by="anna", now=NOW)
    return path


def test_a_csv_for_jira_has_a_row_a_task_and_executes_nothing() -> None:
    [heads, row] = csv.reader(io.StringIO(jira_csv([TASK], BASE).decode("utf-8-sig")))
    cells = dict(zip(heads[:8], row, strict=False))
    assert cells["Summary"] == "'=HYPERLINK(1) Quay Safety Act Art 4"
    assert (cells["Due Date"], cells["Priority"], cells["External issue ID"]) == ("2033-07-05 14:30", "High", TASK.id)
    assert cells["Description"].endswith("https://duties.example/norms/0123")
    assert heads[8:] == ["Labels"] * 4
    assert row[8:10] == ["dutybook", "two-words"]


def test_todos_keep_their_identifier_and_number() -> None:
    [todo] = Calendar.from_ical(
        todo_calendar(
            [
                TASK,
            ],
            now=NOW,
            base=BASE,
        )
    ).walk("VTODO")
    assert (str(todo["uid"]), todo["sequence"], todo["priority"]) == (f"{TASK.id}@dutybook", 7, 1)
    assert todo["due"].dt == datetime(2033, 7, 5, 14, 30)
    assert str(todo["url"]) == f"{BASE}/norms/0123"
    [todo] = Calendar.from_ical(todo_calendar([replace(TASK, due="2033-07-05", priority="")], now=NOW)).walk("VTODO")
    assert todo["due"].dt == date(2033, 7, 5)
    assert "url" not in todo


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_each_template_has_the_key_or_text_and_the_link_back(template: str) -> None:
    body = task_body(template, TASK, BASE, OPTIONS[template]).decode()
    assert f"{BASE}/norms/0123" in body
    assert "2033-07-05" in body
    assert TASK.id in body or template == "planner"
    assert json.loads(task_body(template, replace(TASK, due="", priority=""), "", OPTIONS[template]))


def test_a_template_says_what_it_needs() -> None:
    with pytest.raises(BadRequest, match="project"):
        task_body("jira", TASK, BASE, {})
    with pytest.raises(BadRequest, match="There are"):
        task_body("paper", TASK, BASE, {})
    with pytest.raises(BadRequest):
        webhook_target("mailto:a@b.example")


@pytest.mark.parametrize(
    ("answer", "link"),
    [
        (b'{"key": "DUTY-7", "self": "https://x"}', "DUTY-7"),
        (b'{"result": {"number": "TASK01", "sys_id": "a"}}', "TASK01"),
        (b'{"id": "abc"}', "abc"),
        (b"[]", ""),
        (b"<html>", ""),
        (b"\xff", ""),
        (b'{"key": 7}', ""),
    ],
)
def test_the_number_of_a_task_is_read_from_an_answer(answer: bytes, link: str) -> None:
    assert link_in(answer) == link


class _Service(BaseHTTPRequestHandler):
    """Takes tasks, as a service that keeps them."""

    got: ClassVar[list[tuple[str, str, dict[str, object]]]] = []
    status = 201

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.got.append((self.headers["idempotency-key"], self.headers.get("authorization", ""), body))
        answer = json.dumps({"key": f"DUTY-{len(self.got)}"}).encode()
        self.send_response(self.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    _Service.got, _Service.status = [], 201
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/issue#private=yes"
    server.shutdown()
    server.server_close()
    thread.join()


def run(database: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["--database", str(database), "tasks", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_tasks_are_sent_once_a_change_with_a_key_and_come_back_with_a_number(
    database: Path, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIRA", "Basic abc")
    to = ("send", "--to", f"{service}&auth=env:JIRA", "--template", "jira", "--set", "project=DUTY")
    assert "2 tasks sent" in run(database, *to)
    assert "0 tasks sent" in run(database, *to)
    assert len(_Service.got) == 2
    assert {auth for _, auth, _ in _Service.got} == {"Basic abc"}
    assert "DUTY-1" in run(database, "list")
    with open_register(database) as register:
        [item] = list_assessments(register)
        change_assessment(register, item.id, AssessmentChange(owner="eve"), by="anna")
    assert "1 task sent" in run(database, *to)
    keys = [key for key, *_ in _Service.got]
    assert len(set(keys)) == 3
    assert keys[2].rpartition("-")[0] in {key.rpartition("-")[0] for key in keys[:2]}
    with open_register(database, read_only=True) as register:
        assert all("abc" not in one.target for one in task_deliveries(register))


def test_a_service_that_refuses_is_told_and_asked_again(database: Path, service: str) -> None:
    _Service.status = 400
    with pytest.raises(DeliveryError, match="answered 400"):
        run(database, "send", "--to", service)
    _Service.status = 200
    assert "2 tasks sent" in run(database, "send", "--to", service)


def test_files_and_lists_of_tasks(database: Path, tmp_path: Path) -> None:
    assert "2 tasks" in run(database, "export", str(tmp_path / "tasks.csv"))
    assert "1 task" in run(database, "export", str(tmp_path / "tasks.ics"), "--owner", "BEN")
    assert [task["kind"] for task in json.loads(run(database, "list", "--kind", "norm", "--json"))] == ["norm"]
    assert '"project"' in run(
        database, "send", "--to", "https://x.example/h", "--template", "jira", "--set", "project=D", "--dry"
    )
    with pytest.raises(BadFilter):
        run(database, "export", str(tmp_path / "tasks.txt"))
    with pytest.raises(BadFilter):
        run(database, "list", "--kind", "chore")
    with open_register(database, read_only=True) as register:
        assert [task.due for task in open_tasks(register, now=NOW)] == ["2033-06-20", "2033-07-01"]
