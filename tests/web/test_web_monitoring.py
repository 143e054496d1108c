"""Health checks, figures for Prometheus, and the log as lines of JSON."""

from __future__ import annotations

import json
import logging
import shlex
import socket
import sys
import urllib.request
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.main import get_command
from web_office import BASE, Office

from dutybook.cli.app import app
from dutybook.cli.serving import parse_metrics_address
from dutybook.errors import BadRequest, MissingExtra
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.monitoring import FRESH, Health, JsonFormatter
from dutybook.web.registers import Registers
from dutybook.web.settings import Settings


def test_health_is_answered_to_strangers_of_any_host(stranger: TestClient) -> None:
    answer = stranger.get("/healthz", headers={"host": "10.0.0.7:8765"})
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert stranger.head("/healthz").text == ""
    assert stranger.get("/healthz/more").status_code == 401
    assert stranger.post("/healthz").status_code == 401


def test_a_register_that_is_gone_is_reported(stranger: TestClient, database: Path) -> None:
    database.rename(database.with_name("elsewhere.db"))
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "the register cannot be read\n")
    assert str(database.parent) not in answer.text


def test_an_answer_counts_for_a_second(database: Path) -> None:
    now = 10.0
    health = Health(Registers(database), lambda: now)
    assert health.check()
    moved = database.rename(database.with_name("elsewhere.db"))
    assert health.check()
    now += FRESH
    assert not health.check()
    moved.rename(database)
    now += FRESH
    assert health.check()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def read_metrics(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _, value in (x.rpartition(" ") for x in lines if not x.startswith("#"))}


def test_prometheus_gets_figures_without_names(database: Path) -> None:
    pytest.importorskip("prometheus_client", reason="the extra metrics is not installed")
    port, access = free_port(), Access()
    app = create_app(Settings(database, "anna", Path.cwd(), metrics=("127.0.0.1", port)), access)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        client.get(f"/enter?key={access.key}")
        client.get("/search?q=crane")
        client.get("/norms/secret-name")
        client.get("/secret-name")
        found = read_metrics(port)
        assert found['dutybook_requests_total{area="/search",method="GET",status="200"}'] == 1
        assert found['dutybook_requests_total{area="/norms",method="GET",status="404"}'] == 1
        assert found['dutybook_requests_total{area="other",method="GET",status="404"}'] == 1
        assert found['dutybook_request_seconds_count{area="/search"}'] == 1
        assert found["dutybook_register_up"] == 1
        with Registers(database).reading() as register:
            assert found["dutybook_norms"] == register.summary().norms > 0
            assert found['dutybook_documents{status="read"}'] <= register.summary().documents
        assert found["dutybook_register_bytes"] == database.stat().st_size
        assert found["process_resident_memory_bytes"] > 0 or sys.platform != "linux"
        assert not [name for name in found if "crane" in name or "secret" in name]
        database.rename(database.with_name("elsewhere.db"))
        assert read_metrics(port)["dutybook_register_up"] == 0
    with pytest.raises(OSError, match="refused"):
        read_metrics(port)


def test_watches_and_deliveries_are_counted(office: Office) -> None:
    metrics = pytest.importorskip("dutybook.web.metrics", reason="the extra metrics is not installed")
    registers = Registers(office.database)
    families = {family.name: family for family in metrics.RegisterCollector(registers).collect()}
    states = {s.labels["state"]: s.value for s in families["dutybook_watches"].samples}
    assert states == {"well": 0, "failing": 0, "paused": 0}
    assert {s.labels["state"] for s in families["dutybook_deliveries"].samples} >= {"outbox"}
    assert metrics._age("2020-01-01T00:00:00+00:00") > metrics._age("2024-01-01T00:00:00") > 0


def test_a_port_that_is_taken_is_named(database: Path) -> None:
    metrics = pytest.importorskip("dutybook.web.metrics", reason="the extra metrics is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadRequest, match="cannot be had"):
            metrics.Metrics(Registers(database)).serve("127.0.0.1", taken.getsockname()[1])


def test_addresses_of_metrics_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.cli.serving.find_spec", lambda name: name)
    assert parse_metrics_address("127.0.0.1:9109") == ("127.0.0.1", 9109)
    assert parse_metrics_address("[::1]:9109") == ("::1", 9109)
    for wrong in ("9109", "localhost:9109", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:x"):
        with pytest.raises(BadRequest, match="such as 127"):
            parse_metrics_address(wrong)
    monkeypatch.setattr("dutybook.cli.serving.find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match="metrics"):
        parse_metrics_address("127.0.0.1:9109")


def test_requests_are_logged_without_what_people_look_for(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="dutybook.web.requests"):
        client.get("/search?q=crane")
    record = caplog.records[-1]
    line = json.loads(JsonFormatter().format(record))
    assert line["area"] == "/search"
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "info")
    assert line["milliseconds"] > 0
    assert line["time"].endswith("Z")
    assert "crane" not in json.dumps(line)


def test_an_unexpected_error_is_logged_by_kind_and_place_alone() -> None:
    try:
        raise ValueError("The operator shall, says a document")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] == "ValueError"
    assert line["place"].startswith("test_web_monitoring.py:")
    assert "operator" not in json.dumps(line)


def test_the_unit_of_the_documentation_names_options_that_exist() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "operate.md").read_text("utf-8")
    # systemd allows a key several times, as ini files do not.
    lines = [line for line in page.partition("```ini")[2].partition("```")[0].splitlines() if "=" in line]
    (command,) = [line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart=")]
    program, name, *arguments = shlex.split(command)
    assert (Path(program).name, name) == ("dutybook", "serve")
    known = {option for parameter in get_command(app).commands["serve"].params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= known
