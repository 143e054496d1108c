"""``dutybook amended``: versions that result from amendments, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dutybook
from dutybook.cli import run

FOLDER = dutybook.samples().parent / "amended"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, reading_here: None) -> Path:
    folder = tmp_path_factory.mktemp("amended")
    for path in FOLDER.glob("regulation*"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert run(["--database", str(folder / "a.db"), "ingest", "--workers", "1", str(folder)]) == 0
    return folder / "a.db"


def _printed(database: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(["--database", str(database), *arguments]) == code
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_the_versions_of_an_act_with_their_reasons(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed(database, capsys, "amended", "Automated Mooring")
    assert "Art 8(2) replaced by Art 1(5) of 32034R0902" in printed
    assert "Art 6(3) deleted by Art 1(1)(a) of 32034R1755" in printed
    assert "not applied  Art 1(3) of 32034R1755: it is not clear to which place of the act it applies" in printed
    found = json.loads(_printed(database, capsys, "amended", "32032R0140", "--on", "2034-07-01", "--json"))
    assert [version["day"] for version in found["versions"]] == ["2034-06-01"]
    assert found["versions"][0]["changes"][0]["places"] == ["Art 2(4)"]


def test_a_consolidated_version_is_compared(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = _printed(database, capsys, "amended", "32032R0140", "--against", "regulation-mooring-2035")
    assert "38 of 40 provisions the same, letter by letter" in printed
    assert "Annex(1) different" in printed


def test_a_version_is_written_and_kept(database: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "made.xml"
    assert "2 versions kept" in _printed(database, capsys, "amended", "32032R0140", "--keep", "--out", str(out))
    assert "akomaNtoso" in out.read_text(encoding="utf-8")
    assert "made from 2034-06-01 until 2034-12-31" in _printed(database, capsys, "works", "32032R0140")
    assert "within 24 hours" in _printed(database, capsys, "search", "mooring failure", "--as-of", "2034-09-01")


def test_what_cannot_be_done_is_said(database: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "no version was made" in _printed(database, capsys, "amended", "32032R0140", "--on", "2030-01-01", code=2)
    assert "--against compares" in _printed(
        database, capsys, "amended", "32032R0140", "--against", "regulation-mooring-2035", "--keep", code=1
    )
    folder = str(tmp_path / "none" / "made.xml")
    assert "cannot be written" in _printed(database, capsys, "amended", "32032R0140", "--out", folder, code=2)


def test_a_consolidated_version_is_compared_when_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reading_here: None
) -> None:
    database = tmp_path / "b.db"
    for pattern in ("hafenruhegesetz.de.md", "hafenruhegesetz-a*"):
        files = [str(path) for path in FOLDER.glob(pattern)]
        assert run(["--database", str(database), "ingest", "--workers", "1", *files]) == 0
    printed = _printed(database, capsys, "ingest", "--workers", "1", str(FOLDER / "hafenruhegesetz-2035.de.md"))
    assert "16 of 16 provisions are what the amending acts here make of the text before" in printed
