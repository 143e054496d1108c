"""``show``, ``explain`` and ``rejected`` say what may be wrong, and reasons in words; JSON keeps probabilities and codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.store import open_register
from quay_doubts import REPORT, doubtful

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    doubtful(tmp_path / "a.db").close()
    return tmp_path / "a.db"


def ids(database: Path) -> dict[str, str]:
    with open_register(database, read_only=True) as register:
        return {row.place: row.id for row in (*register.norms(), *register.rejected())}


@pytest.mark.parametrize("command", ["show", "explain"])
def test_doubtful_fields_have_a_line(database: Path, capsys: Capture, command: str) -> None:
    norms = ids(database)
    assert run(["--database", str(database), command, norms["Art 3"]]) == 0
    assert "doubtful  bearer (0.54), class of bearer (0.61)\n" in capsys.readouterr().out
    for sure in ("Art 4", "Art 6"):
        assert run(["--database", str(database), command, norms[sure]]) == 0
        assert "doubtful" not in capsys.readouterr().out


def test_reasons_are_told_in_words(database: Path, capsys: Capture) -> None:
    known = ids(database)
    assert run(["--database", str(database), "explain", known["Art 3"]]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "the network reads an obligation (0.97); the sentence names the bearer (0.54); its words were recognised" in out
    )
    reasons = "the network finds no norm here (0.83); the items below state the norms"
    for command in (["rejected"], ["show", known["Art 7"]], ["explain", known["Art 7"]]):
        assert run(["--database", str(database), *command]) == 0
        assert reasons in " ".join(capsys.readouterr().out.split())


def test_json_keeps_probabilities_and_codes(database: Path, capsys: Capture) -> None:
    known = ids(database)
    assert run(["--database", str(database), "explain", known["Art 3"], "--json"]) == 0
    evidence = json.loads(capsys.readouterr().out)["evidence"]
    assert (evidence["fields"], evidence["why"]) == (dict(REPORT.fields), REPORT.why)
    assert run(["--database", str(database), "rejected", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["reason"] == "label_none=0.83; carried_by_items"
