"""``dutybook control``: what a shell sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "r.db"
    with open_register(path) as register:
        register.add(
            make_analysis(
                [
                    N("Pilots must keep a log of each passage.", place="Art 6", bearer="Pilots"),
                    N("Agents shall warn the harbour office.", place="Art 8", bearer="Agents"),
                ]
            )
        )
    monkeypatch.setenv("DUTYBOOK_DATABASE", str(path))
    monkeypatch.setenv("DUTYBOOK_USER", "anna")
    return path


def ids(database: Path) -> list[str]:
    with open_register(database) as register:
        return [norm.id for norm in register.norms()]


def test_a_control_from_its_beginning_to_its_history(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = ids(database)
    assert run(["control", "add", "Log of passages", "--reference", "AC-1", "--owner", "ben"]) == 0
    assert run(["control", "link", "ac-1", first[:8], "--reason", "agreed"]) == 0
    assert "1 norm linked" in capsys.readouterr().out
    assert run(["control", "link", "AC-1", "--all", "--bearer", "agents"]) == 0
    assert run(["control", "change", "AC-1", "--status", "active"]) == 0
    capsys.readouterr()
    assert run(["control", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["reference"], row["status"], row["norms"]) == ("AC-1", "active", 2)
    assert run(["control", "show", "Log of passages"]) == 0
    out = capsys.readouterr().out
    assert "Art 6" in out
    assert "serves 2 norms" in out
    assert run(["control", "unlink", "AC-1", second]) == 0
    assert run(["control", "show", "AC-1", "--json"]) == 0
    printed = capsys.readouterr().out
    assert [norm["place"] for norm in json.loads(printed[printed.index("{") :])["norms"]] == ["Art 6"]
    assert run(["control", "show", "AC-1", "--history"]) == 0
    history = capsys.readouterr().out
    for words in (
        "added: Log of passages",
        "linked control: AC-1 Log of passages (agreed)",
        "status: planned → active",
    ):
        assert words in history
    assert run(["review", first, "--undo"]) == 0
    assert run(["audit", "--verify"]) == 0
    assert run(["doctor"]) in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nothing"], "no control"),
        (["add", " "], "title"),
        (["add", "x", "--status", "done"], "planned"),
        (["link", "AC-1"], "which norms"),
        (["link", "AC-1", "--all"], "whole register"),
        (["link", "AC-1", "ffff"], "ffff"),
        (["change", "AC-1"], "what to change"),
    ],
)
def test_what_cannot_be_meant_is_said(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["control", "add", "Log of passages", "--reference", "AC-1"]) == 0
    assert run(["control", *arguments]) == 2
    assert message in capsys.readouterr().err
