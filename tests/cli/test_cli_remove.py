"""On the command line: documents that leave the register, and what is said before that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.add(make_analysis([N("Each pilot shall report a fog.")], source="fog-act.txt"))
        register.add(make_analysis([N("Sails shall be dried by the crew.")], source="sails-act.txt"))
    return path


def sources(database: Path) -> list[str]:
    with open_register(database) as register:
        return [row.source for row in register.documents()]


def test_nothing_goes_without_yes(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--database", str(database), "remove", "fog-act"]) == 0
    assert "1 document with 1 norm would be removed; to do it, add --yes" in capsys.readouterr().out
    assert len(sources(database)) == 2
    assert run(["--database", str(database), "remove", "fog-act", "--yes"]) == 0
    assert "1 document with 1 norm removed" in capsys.readouterr().out
    assert sources(database) == ["sails-act.txt"]


def test_an_age_chooses_documents(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--database", str(database), "remove", "--older-than", "365", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == []
    assert run(["--database", str(database), "remove", "--before", "2999-01-01", "--json", "--yes"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["removed"], len(found["documents"]), found["norms"]) == (True, 2, 2)
    assert sources(database) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name documents, or an age"),
        (["fog-act", "--before", "2030-01-01"], "name documents, or an age"),
        (["fog-act", "--genre", "news"], "name documents, or an age"),
        (["--before", "2030-01-01", "--older-than", "3"], "not both"),
        (["--before", "May"], "takes a day"),
        (["act"], "names 2 documents"),
        (["no such"], "no document in the register matches"),
    ],
)
def test_what_is_not_clear_removes_nothing(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["--database", str(database), "remove", *arguments, "--yes"]) != 0
    assert words in capsys.readouterr().err
    assert len(sources(database)) == 2
