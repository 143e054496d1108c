"""``dutybook incident`` and ``incidents``: from the table of clocks to the calendar."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dutybook.cli.app import app
from incident_acts import fill_incident_acts

NOTICED = "2031-06-10 09:30"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    fill_incident_acts(tmp_path / "register.db")
    return tmp_path / "register.db"


def run(database: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["--database", str(database), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_incident_in_the_shell(database: Path, tmp_path: Path) -> None:
    table = run(database, "incident", NOTICED, "--kind", "cybersecurity", "--place", "BE")
    assert "2031-06-11 10:00" in table
    assert "after submission of" in " ".join(table.split())
    rows = json.loads(run(database, "incident", NOTICED, "--kind", "personal-data", "--json"))
    assert [row["place"] for row in rows] == ["Art 8"]
    stored = run(database, "incident", NOTICED, "--store", "--title", "gate 3", "--place", "BE", "--by", "anna")
    found = re.search(r"gate 3\s+open\s+(\w{8})", stored)
    assert found
    one = found[1]
    assert "2031-07-14" in run(
        database, "incidents", "submit", one, "Art 7(1)(b)", "2031-06-12 15:00", "--evidence", "r.pdf"
    )
    assert "dropped" in run(database, "incidents", "drop", one, "Art 8", "--why", "no personal data")
    assert "classified" in run(database, "incidents", "set", one, "--classified", "2031-06-11 08:00", "--search")
    incident = json.loads(run(database, "incidents", "show", one, "--json"))
    assert {row["place"]: row["state"] for row in incident["duties"]}["Art 8"] == "dropped"
    file = tmp_path / "gate.ics"
    assert "2 dates" in run(database, "incidents", "calendar", one, str(file)) or file.read_bytes()
    run(database, "incidents", "close", one)
    audit = run(database, "audit", "--limit", "0")
    assert "added: gate 3" in audit
    assert "added: incident duty" in audit
    assert "closed" in run(database, "incidents", "list")
    run(database, "incidents", "reopen", one)
    assert "gate 3" in run(database, "incidents", "list", "--status", "open")


@pytest.mark.parametrize(
    "words", [["incident", "soon"], ["incident", NOTICED, "--kind", "flood"], ["incidents", "list", "--status", "x"]]
)
def test_a_wrong_word_gets_a_message(database: Path, words: list[str]) -> None:
    from dutybook.errors import DutybookError

    with pytest.raises(DutybookError):
        CliRunner().invoke(app, ["--database", str(database), *words], catch_exceptions=False)
