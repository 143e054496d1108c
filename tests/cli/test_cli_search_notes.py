"""What ``search`` says where hardly anything was found, and what ``show`` and ``explain`` have beside a norm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook import cli
from dutybook.records import ProvisionKind, Zone
from dutybook.store import Filters, open_register

RECITAL = (
    "A breach of data that nobody hears of does harm for long, so an operator who notices a breach should notify it."
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "r.db"
    given = make_analysis(
        [
            N(RECITAL, place="Recital 7", norm=False),
            N("Seals bask on the quay.", place="Recital 8", norm=False),
            N("The operator shall notify every breach of data.", place="Art 3"),
        ]
    )
    provisions = tuple(
        replace(p, kind=ProvisionKind.RECITAL, zone=Zone.RECITAL, heading="") if p.place.startswith("Recital") else p
        for p in given.provisions
    )
    with open_register(path) as register:
        register.add(replace(given, provisions=provisions), "1")
    return path


def run(database: Path, *arguments: str) -> int:
    return cli.run(["--database", str(database), *arguments])


def test_a_misspelt_word_is_put_right(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(database, "search", "breech") == 0
    captured = capsys.readouterr()
    assert "0 norms" in captured.out
    assert "did you mean: breach" in captured.err
    assert "Index it: dutybook index" in captured.err
    assert run(database, "search", "breech", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["did_you_mean"], found["without_meaning"], found["loosened"]) == ("breach", "not_indexed", False)


def test_all_but_one_word_is_said(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(database, "search", "notify breach promptly") == 0
    captured = capsys.readouterr()
    assert "1 norm" in captured.out
    assert "no norm has all the words: these have all but one" in captured.err


def test_nothing_is_added_where_norms_are_found(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(database, "search", "breach") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["show", "explain"])
def test_recitals_stand_with_the_norm(database: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_register(database) as register:
        norm = register.rank(Filters(), limit=1)[0][0]
    assert run(database, command, norm) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Recital 7 (likeness 0." in out
    assert "Recital 8" not in out
    assert run(database, command, norm, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["place"] for row in found["recitals"]] == ["Recital 7"]
    assert found["guidance"] == []
