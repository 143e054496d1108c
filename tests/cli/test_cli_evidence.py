"""``dutybook evidence`` and ``control coverage``, ``suggest``: what a shell sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register


@pytest.fixture
def norm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = tmp_path / "r.db"
    with open_register(path) as register:
        register.add(make_analysis([N("Pilots must keep a log of each passage.", place="Art 6", bearer="Pilots")]))
        (made,) = register.norms()
    monkeypatch.setenv("DUTYBOOK_DATABASE", str(path))
    monkeypatch.setenv("DUTYBOOK_USER", "anna")
    return made.id


def test_evidence_from_a_file_to_its_end(norm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log.txt").write_text("kept")
    assert run(["control", "add", "Log"]) == 0
    options = ["--valid-until", "2031-03-31", "--norm", norm[:8], "--control", "log"]
    assert run(["evidence", "add", "Log of May", "--file", str(tmp_path / "log.txt"), *options]) == 0
    out = capsys.readouterr().out
    assert "r.evidence/" in out
    assert "Art 6" in out
    assert run(["evidence", "list", "--expires-within", "30", "--today", "2031-03-10", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["title"], row["state"]) == ("Log of May", "expiring")
    assert run(["evidence", "list", "--expires-within", "5", "--today", "2031-03-10"]) == 0
    assert "0 pieces" in capsys.readouterr().out
    assert run(["evidence", "change", "log of may", "--valid-until", ""]) == 0
    assert run(["evidence", "show", "log of may", "--history"]) == 0
    assert "valid until: 2031-03-31 → (none)" in capsys.readouterr().out
    assert run(["show", norm]) == 0
    assert "Log of May: r.evidence/" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evidence", "add", "x"], "--link ADDRESS or --file"),
        (["evidence", "add", "x", "--file", "nowhere.pdf"], "no file"),
        (["evidence", "add", "x", "--link", "a", "--norm", "ffff"], "ffff"),
        (["evidence", "change", "x", "--owner", "ben"], "no evidence"),
        (["control", "coverage", "--state", "lost"], "no state"),
        (["control", "suggest", "nothing"], "no control"),
    ],
)
@pytest.mark.usefixtures("norm")
def test_what_cannot_be_meant_is_said(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(arguments) == 2
    assert message in capsys.readouterr().err
    assert run(["evidence", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_coverage_names_the_gap(norm: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", norm, "--applicability", "yes"]) == 0
    capsys.readouterr()
    assert run(["control", "coverage", "--json"]) == 0
    (act,) = json.loads(capsys.readouterr().out)
    assert act["gap"] == 1
    assert run(["control", "coverage", "--gaps"]) == 0
    assert "Pilots must keep a log" in capsys.readouterr().out
    assert run(["control", "suggest"]) == 0
    assert "0 suggestions" in capsys.readouterr().out
