"""Whoever mistypes a value is asked whether they meant one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.records import Work
from dutybook.searching import WITHOUT_MEANING
from dutybook.store import open_register
from dutybook.suggestions import did_you_mean, near_matches

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("suggestions") / "some.db"
    with open_register(path) as register:
        norms = [
            N("A deployer shall keep logs.", place="Art 1", bearer="deployer"),
            N("A provider of buoys shall report.", place="Art 2", bearer="provider of buoys"),
        ]
        register.add(make_analysis(norms), "1")
        other = Work("32032R0111", "regulation", "EU", "32032R0111", "Lighthouse Regulation")
        register.add(make_analysis([N("Keepers shall wait.", bearer="Keepers")], work=other, title="Lighthouse Regulation", source="light.txt", salt="x"), "1")  # fmt: skip
    return path


def error_of(database: Path, capsys: Capture, *arguments: str) -> str:
    run(["--database", str(database), *arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "asks"),
    [
        (["search", "--bearer", "deplyer"], "no norm in the register names a bearer with 'deplyer' in it: did you mean 'deployer'?"),
        (["search", "--bearer", "provder"], "did you mean 'provider'"),
        (["search", "--jurisdiction", "UE"], "no norm in the register is of the jurisdiction 'UE': there is EU"),
        (["search", "--language", "fi"], "no norm in the register is in the language 'fi': there is en"),
        (["export", "-", "--format", "csv", "--bearer", "deplyer"], "did you mean 'deployer'?"),
        (["search", "--topic", "reportng"], "Did you mean 'reporting'?"),
        (["search", "--modality", "obligations"], "Did you mean 'obligation'?"),
        (["search", "--strength", "musst"], "Did you mean 'must'?"),
        (["search", "--status", "aplicable"], "Did you mean 'applicable'?"),
        (["search", "--language", "german"], "Did you mean de (German)?"),
        (["search", "--language", "français"], "Did you mean fr (français)?"),
        (["search", "--work", "Lighthose Regulation"], "Did you mean 'Lighthouse Regulation'?"),
        (["search", "--work", "32032R0112"], "Did you mean '32032R0111'?"),
        (["diff", "Lighthose"], "Did you mean 'Lighthouse'?"),
        (["diff", "Lighthouse", "--kind", "tightend"], "Did you mean 'tightened'?"),
        (["search", "x", "--semantic", "onyl"], "Did you mean 'only'?"),
        (["export", "a.xslx"], "Did you mean '.xlsx'?"),
        (["export", "-", "--format", "jsonnl"], "Did you mean 'jsonl'?"),
        (["schema", "obligation"], "Did you mean 'obligations'?"),
        (["serch", "x"], "Did you mean 'search'"),
        (["watch", "ad"], "Did you mean 'add'?"),
        (["search", "--modalty", "x"], "--modality"),
    ],
)  # fmt: skip
def test_a_mistyped_value_is_asked_about(arguments: list[str], asks: str, database: Path, capsys: Capture) -> None:
    assert asks in error_of(database, capsys, *arguments)


def test_a_value_that_is_there_is_not_asked_about(database: Path, capsys: Capture) -> None:
    # Words that are not found bring the note on a missing index, and nothing else.
    arguments = ["--bearer", "deployer", "--language", "EN"]
    message = error_of(database, capsys, "search", "lanterns", *arguments)
    assert message == f"{WITHOUT_MEANING['not_indexed']}\n"
    assert error_of(database, capsys, "search", *arguments) == ""


def test_names_of_searches_are_compared(database: Path, capsys: Capture) -> None:
    assert error_of(database, capsys, "search", "logs", "--save", "incidents") == ""
    assert "Did you mean 'incidents'?" in error_of(database, capsys, "search", "--saved", "insidents")


def test_what_is_unlike_everything_is_not_guessed() -> None:
    assert did_you_mean("zzz", ["obligation"]) == ""
    assert near_matches("", ["obligation"]) == []
    assert near_matches("OBLIGATON", ["Obligation", "obligation"]) == ["Obligation"]
