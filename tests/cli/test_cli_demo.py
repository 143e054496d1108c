"""``dutybook demo`` runs the main job, and ``serve`` makes a register where none is."""

from __future__ import annotations

import socket
from pathlib import Path

import openpyxl
import pytest

import dutybook
from dutybook.cli import run
from dutybook.cli import serve as serving_command


@pytest.fixture
def few_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the samples: the steps are the subject, not how much is read."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for name in ("seehafendatengesetz.de.md", "news-shipping-banks.en.html"):
        (folder / name).write_bytes((dutybook.samples() / name).read_bytes())
    amended = dutybook.samples().parent / "amended"
    (tmp_path / "amended").mkdir()
    for name in ("regulation-mooring.en.md", "regulation-mooring-amendment-1.en.md"):
        (tmp_path / "amended" / name).write_bytes((amended / name).read_bytes())
    monkeypatch.setattr(dutybook, "samples", lambda: folder)


@pytest.mark.usefixtures("few_samples", "reads_here")
def test_the_demo_reads_searches_and_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "try"
    assert run(["demo", "--folder", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "2 files: 2 read" in printed
    assert "must report major ICT-related incidents" in printed
    assert "Art 8(2) replaced by Art 1(5) of 32034R0902" in printed
    assert printed.rstrip().endswith("serve --port 0")
    assert openpyxl.load_workbook(folder / "register.xlsx", read_only=True).sheetnames
    assert run(["--database", str(folder / "dutybook.db"), "search", "incident"]) == 0


@pytest.mark.usefixtures("few_samples", "reads_here")
def test_the_demo_can_be_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(["demo", "--folder", str(tmp_path / "try")]) == 0
    assert "2 unchanged" in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run(["demo", "--folder", str(tmp_path / "file" / "below")]) == 2
    assert "name another place with --folder" in capsys.readouterr().err


def test_serve_makes_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dutybook.cli import serving

    def close(_: object, sockets: list[socket.socket]) -> None:
        for one in sockets:
            one.close()

    monkeypatch.setattr(serving.Listening, "run", close)
    monkeypatch.setattr(serving_command.signal, "signal", lambda *_: None)
    path = tmp_path / "new.db"
    assert run(["--database", str(path), "serve", "--port", "0"]) == 0
    assert run(["--database", str(path), "summary"]) == 0
