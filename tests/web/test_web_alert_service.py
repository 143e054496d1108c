"""Alerts are looked after while the server runs: when its job is started, and when not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysed import analysed
from dutybook.alerts import management
from dutybook.alerts.collection import collect
from dutybook.alerts.settings import local_zone
from dutybook.store import Filters, Register, open_register
from dutybook.store.documents.flatten import flatten
from dutybook.web.alert_service import AT_LEAST, JOB, AlertService
from dutybook.web.registers import Registers

NOW = datetime(2031, 5, 6, 9, tzinfo=UTC)


class Jobs:
    """Takes note of what is started."""

    def __init__(self) -> None:
        self.started: list[tuple[str, dict[str, Any]]] = []
        self.state: Any = None

    def start(self, key: str, order: dict[str, Any]) -> None:
        self.started.append((key, order))

    def outcome(self, _: str) -> Any:
        return self.state


@pytest.fixture
def register(tmp_path: Path) -> Register:
    made = open_register(tmp_path / "a.db")
    made.write(flatten(analysed("seehafendatengesetz.de.md"), "1"))
    return made


def service(register: Register, jobs: Jobs) -> AlertService:
    return AlertService(Registers(Path(register.path)), jobs, "https://dutybook.example")  # type: ignore[arg-type]


def test_it_runs_for_documents_that_no_run_has_seen_and_once_an_hour(register: Register) -> None:
    jobs = Jobs()
    looking = service(register, jobs)
    assert not looking.is_wanted(register, NOW), "without alerts there is nothing to do"
    wanted = management.Wanted("all", Filters(), (), every="now", only_here=True)
    management.add(register, wanted, now=NOW, by="anna")
    collect(register, now=NOW)
    looking.run()
    assert jobs.started[0][0] == JOB
    assert jobs.started[0][1]["address"] == "https://dutybook.example"
    now = datetime.now(UTC)
    assert not looking.is_wanted(register, now)
    assert looking.is_wanted(register, now + AT_LEAST)
    register.write(flatten(analysed("news-crane-control.de.html"), "1"))
    assert looking.is_wanted(register, now), "a document came"
    jobs.state = SimpleNamespace(going=True, problem="")
    assert not looking.is_wanted(register, now), "it is running"
    jobs.state = SimpleNamespace(going=False, problem="no disk")
    assert not looking.is_wanted(register, now), "what failed is tried again after a while"
    assert looking.is_wanted(register, now + timedelta(minutes=2))


def test_the_zone_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert local_zone() == "Europe/Berlin"
    monkeypatch.setenv("TZ", "nowhere")
    assert local_zone()
