"""``dutybook diff``: what changed, in words, as JSON, and what cannot be compared."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.store import open_register
from quay import QUAY, corrigendum_of_the_act, flats

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("diff") / "quay.db"
    with open_register(path) as register:
        for flat in flats():
            register.write(flat)
    return path


def ask(database: Path, *arguments: str) -> int:
    return run(["--database", str(database), "diff", *arguments])


def test_the_last_two_versions(database: Path, capsys: Capture) -> None:
    assert ask(database, QUAY.id) == 0
    out = capsys.readouterr().out
    assert "2032-03-01 → 2033-04-01 (en)" in out
    assert "Operators" not in out.partition("Art 2")[0]
    assert "bearer changed  harbour master → port police" in out
    assert "renumbered  Art 3 → Art 4" in out
    assert out.rstrip().endswith("2 changes: 1 bearer changed, 1 renumbered")


def test_days_choose_versions(database: Path, capsys: Capture) -> None:
    assert ask(database, "quay safety", "--from", "2031-06-01", "--to", "2032-12-31") == 0
    out = capsys.readouterr().out
    assert "tightened  within five days → within two days" in out
    assert "[-five-] {+two+}" in out


def test_kinds_and_json(database: Path, capsys: Capture) -> None:
    assert ask(database, QUAY.id, "--to", "2032-12-31", "--kind", "deadline-moved", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    (change,) = answer["difference"]["changes"]
    assert (change["kind"], change["new_place"]) == ("deadline moved", "Art 1(3)")
    assert answer["difference"]["old"]["language"] == "en"
    assert answer["corrections"] == []


def test_two_documents(database: Path, capsys: Capture) -> None:
    with open_register(database, read_only=True) as register:
        first, _, third = (v.document for v in register.differences.versions(QUAY.id) if v.language == "en")
        german = next(v.document for v in register.differences.versions(QUAY.id) if v.language == "de")
    assert ask(database, first[:8], third[:8]) == 0
    assert "bearer changed" in capsys.readouterr().out
    assert ask(database, third[:8]) == 0
    assert "2032-03-01 → 2033-04-01" in capsys.readouterr().out
    assert ask(database, first[:8], german[:8]) == 1
    assert "--languages" in capsys.readouterr().err


def test_languages(database: Path, capsys: Capture) -> None:
    assert ask(database, QUAY.id, "--languages") == 0
    out = capsys.readouterr().out
    assert "Art 1(2)  deadline: en within five days (P5D), de innerhalb von neun Tagen (P9D)" in out
    assert ask(database, QUAY.id, "--languages", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert run(["--database", str(database), "show", found["norm"]]) == 0
    assert "deviates  deadline: de says innerhalb von neun Tagen (P9D)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nothing such"], 2, "no act or document"),
        ([QUAY.id, "--kind", "turned"], 1, "there is no kind of change 'turned'"),
        ([QUAY.id, "--from", "yesterday"], 1, "yesterday"),
        ([QUAY.id, "--to", "2020-01-01"], 2, "no version stands on 2020-01-01"),
        ([QUAY.id, "--to", "2031-06-01"], 2, "is the first one here"),
        ([QUAY.id, "--from", "2034-01-01", "--to", "2035-01-01"], 2, "one version stood on both days"),
        ([QUAY.id, "--language", "de"], 2, "no two versions"),
        ([QUAY.id, "--languages", "--kind", "added"], 1, "--languages shows deviations"),
    ],
)
def test_what_cannot_be_compared(database: Path, capsys: Capture, arguments: list[str], code: int, says: str) -> None:
    assert ask(database, *arguments) == code
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err


def test_a_corrigendum_without_its_act(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "c.db"
    flat = corrigendum_of_the_act()
    with open_register(path) as register:
        register.write(flat)
    for named in (QUAY.id, flat.document[:8]):
        assert ask(path, named) == 0
        out = capsys.readouterr().out
        assert "Art 3  corrected  en  no text in the register has these words" in out
        assert "[-a-] {+any+} moored vessel" in out


def test_the_examples_of_the_help_run(database: Path, capsys: Capture) -> None:
    assert run(["diff", "--help"]) == 0
    examples = re.findall(r"Example: dutybook diff (.*)", capsys.readouterr().out)
    assert len(examples) == 3
    for example in examples:
        arguments = [QUAY.id if a == "32019R2088" else a for a in shlex.split(example)]
        arguments = ["2031-06-01" if a == "2020-01-01" else "2032-06-01" if a == "2024-06-01" else a for a in arguments]
        assert ask(database, *arguments) == 0
