"""``dutybook timeline``: a table, JSON, a picture."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_register(path) as register:
        norms = [
            N("A permit must follow by 2 August 2031 \x1b[31m now.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
            N("An operator shall report within 72 hours.", place="Art 7", bearer="operator", deadline="within 72 hours"),
        ]  # fmt: skip
        analysis = make_analysis(norms)
        register.add(replace(analysis, document=replace(analysis.document, published="2030-01-10")), "1")
    return path


def timeline(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), "timeline", *arguments])


def test_a_table(database: Path, capsys: Capture) -> None:
    assert timeline(database, "--work", "harbour", "--today", "2031-01-01") == 0
    out = capsys.readouterr().out
    assert out.startswith("Harbour Data Act (32031R0777), en: 2 dates\n")
    assert re.search(r"2030-01-10 +act +Published", out)
    assert re.search(r"2031-08-02 +obligation +A permit must follow by 2 August 2031 .* Art 6", out)
    assert out.endswith("1 from 2031-01-01 on; 1 further deadline without a date of its own\n")
    assert "\x1b" not in out


def test_json(database: Path, capsys: Capture) -> None:
    assert timeline(database, "--document", "harbour.txt", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert [(i["day"], i["kind"]) for i in made["items"]] == [("2030-01-10", "act"), ("2031-08-02", "obligation")]


def test_a_picture(database: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.svg"
    assert timeline(database, "--work", "harbour", "--svg", str(path), "--today", "2031-01-01") == 0
    assert capsys.readouterr().out == f"{path}: 2 dates\n"
    text = "".join(ET.parse(path).getroot().itertext())
    assert "today, 1 Jan 2031" in text
    assert "\x1b" not in text
    before = path.read_bytes()
    assert timeline(database, "--work", "harbour", "--svg", str(path), "--today", "2031-01-01") == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 1, "name the act"),
        (["--work", "pilotage"], 1, "no act in the register"),
        (["--work", "harbour", "--language", "fr"], 1, "there is: en"),
        (["--work", "harbour", "--language", "french"], 1, "there is: en"),
        (["--work", "harbour", "--svg", "a.png"], 1, ".svg"),
        (["--work", "harbour", "--svg", "no/such/a.svg"], 2, "does not exist"),
        (["--work", "harbour", "--today", "soon"], 1, "no date"),
    ],
)
def test_mistakes_get_a_message_and_a_code(
    arguments: list[str],
    code: int,
    says: str,
    database: Path,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert timeline(database, *arguments) == code
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


def test_the_example_of_the_help_runs(
    database: Path, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["timeline", "--help"]) == 0
    (example,) = re.findall(r"Example: dutybook (timeline .*)", capsys.readouterr().out)
    assert run(["--database", str(database), *shlex.split(example)]) == 0
    assert (tmp_path / "timeline.svg").is_file()
