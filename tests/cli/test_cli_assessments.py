"""``dutybook assessments``: open, list, show, decide."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from dutybook.cli.app import app
from dutybook.store import open_register
from quay import flats


def test_a_change_is_assessed_in_the_shell(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        for flat in flats():
            register.write(flat)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["--database", str(path), "assessments", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    [item] = json.loads(run("open", "--today", "2033-06-01", "--json"))
    assert "Quay Safety Act" in run("list")
    assert "bearer changed" in run("show", item["id"][:6])
    assert "ben" in run("decide", item["id"], "--owner", "ben", "--due", "2033-07-05", "--by", "anna")
    assert "no quay" in run("decide", item["id"], "no effect", "--reason", "no quay", "--by", "ben")
    assert "0 items" in run("list")
    assert json.loads(run("show", item["id"], "--json"))["decision"] == "no effect"
    assert "Quay" in run("list", "--all")
