"""Approval by a second person on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from builders import N, make_analysis
from dutybook.cli.app import app
from dutybook.store import open_register


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.add(make_analysis([N("Pilots must keep a log.", place="Art 6", bearer="Pilots")]), "1")
    return path


def run(database: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["--database", str(database), *words])
    assert result.exit_code == code, result.output
    return result.output


def test_one_proposes_and_another_one_decides(database: Path) -> None:
    with open_register(database) as register:
        norm = next(register.norms()).id[:12]
    assert run(database, "accounts", "second-person").strip() == "off"
    assert run(database, "accounts", "second-person", "on", "--by", "ada").strip() == "on"
    assert "status: compliant" in run(database, "review", norm, "--status", "compliant", "--by", "emil")
    assert "1 proposal awaits the approval" in run(database, "review", "--awaiting")
    run(database, "review", norm, "--approve", "--by", "emil", code=1)
    run(database, "review", norm, "--refuse", "--by", "berta", code=1)
    run(database, "review", norm, "--refuse", "--reason", "not yet", "--by", "berta")
    assert "0 proposals await" in run(database, "review", "--awaiting")
    run(database, "review", norm, "--status", "compliant", "--by", "emil")
    assert "compliant" in run(database, "review", norm, "--approve", "--by", "berta")
    history = run(database, "review", norm, "--history")
    assert "refused" in history
    assert "approved" in history
    run(database, "audit", "--verify")
