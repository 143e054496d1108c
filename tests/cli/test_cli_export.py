"""``dutybook export`` and ``schema``: what can be told to a format, and what is said where it cannot."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "dutybook.db"
    with open_register(path) as register:
        norms = [
            N("A permit must follow by 2 August 2031.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
            N("An operator must not sell data.", place="Art 8", modality="prohibition", bearer="operator"),
        ]  # fmt: skip
        register.add(make_analysis(norms), "1")
    return path


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


def test_a_report_speaks_the_readers_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["export", "a.html", "--work", "32031R0777", "--reader", "de", "--title", "Bericht für die Leitung"]) == 0
    )
    assert printed(capsys) == "a.html: 2 rows"
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<h1>Bericht für die Leitung</h1>" in page
    assert "2. August 2031" in page
    assert "Stand: " in page, "days left are counted from today"


def test_every_format_is_written_by_its_extension(tmp_path: Path) -> None:
    for name in ("a.md", "a.pdf", "a.parquet", "a.yaml", "a.csv"):
        assert run(["export", name, "--reader", "fr"]) == 0
        assert (tmp_path / name).stat().st_size > 500


def test_a_table_can_have_commas(tmp_path: Path) -> None:
    assert run(["export", "a.csv", "--delimiter", ","]) == 0
    assert "modality,bearer," in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.csv", "--delimiter", "x"], "'x' cannot stand between cells"),
        (["a.xlsx", "--delimiter", ","], "only .csv has an option 'delimiter': leave it out for a.xlsx"),
        (["a.csv", "--title", "x"], "only .html, .md, .pdf, .yaml have an option 'title'"),
    ],
)
def test_what_a_format_cannot_be_told(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", *arguments]) == 1
    assert words in printed(capsys)
    assert not (tmp_path / arguments[0]).exists()


def test_schemas_of_lines_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--json-lines", "export"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:dutybook:schema:register-line:1"
    assert run(["schema", "--json-lines", "colour"]) == 2
    assert "There are: export, extract" in printed(capsys)


def test_a_pipe_gets_what_a_file_gets(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for form in ("csv", "jsonl", "xlsx", "parquet"):
        assert run(["export", "-", "--format", form, "--modality", "prohibition"]) == 0
        captured = capfdbinary.readouterr()
        assert captured.err == b"-: 1 row\n"
        assert captured.out
        if form in ("csv", "jsonl"):
            assert run(["export", f"a.{form}", "--modality", "prohibition"]) == 0
            assert captured.out == (tmp_path / f"a.{form}").read_bytes()
            capfdbinary.readouterr()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("-")] == []


def test_a_terminal_is_not_sent_bytes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for form in ("xlsx", "parquet", "pdf"):
        assert run(["export", "-", "--format", form]) == 1
        assert f"{form} is no text, so a terminal cannot show it" in printed(capsys)


def test_a_pipe_needs_a_format_and_a_file_has_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "-"]) == 1
    assert "--format csv. There are: csv, html" in printed(capsys)
    assert run(["export", "a.csv", "--format", "csv"]) == 1
    assert "leave --format out for a.csv" in printed(capsys)
    assert run(["export", "-", "--format", "csv", "--work", "nothing"]) == 1
    assert printed(capsys).startswith("dutybook: no act")
    assert not Path("a.csv").exists()
