"""No odd file disappears: ``extract`` and ``ingest`` name each of them, and each file in it, with a true reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_files import READ, odd_files

from dutybook.ingest.files import LeftOut
from dutybook.pipeline.batch import ingest
from dutybook.pipeline.extraction import extract
from dutybook.pipeline.reading import ReadingOptions

ANALYSE = "batch_fakes:analyse_layout"


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[bytes, dict[str, str]]]:
    return odd_files()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, tuple[bytes, dict[str, str]]]) -> Path:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parent))
    made = tmp_path / "odd"
    made.mkdir()
    for name, (data, _) in files.items():
        (made / name).write_bytes(data)
    return made


def check(reported: dict[str, str], files: dict[str, tuple[bytes, dict[str, str]]], folder: Path) -> None:
    wanted = {
        f"{folder / name}!/{inner}" if inner else str(folder / name): reason
        for name, (_, reasons) in files.items()
        for inner, reason in reasons.items()
    }
    assert {source: reason for source, reason in reported.items() if source not in wanted} == {}
    assert {source: reason for source, reason in wanted.items() if reason not in reported.get(source, "")} == {}
    assert not any("internal error" in reason or str(folder) in reason for reason in reported.values())


def test_extract_names_them_all(folder: Path, files: dict[str, tuple[bytes, dict[str, str]]]) -> None:
    others: list[LeftOut] = []
    reported = {
        line.source: str(line.reason) or line.status
        for line in extract([folder], analyse=ANALYSE, left_out=others.append, workers=1)
    }
    check(reported | {other.source: str(other.reason) for other in others}, files, folder)


def test_ingest_names_them_all(folder: Path, files: dict[str, tuple[bytes, dict[str, str]]], tmp_path: Path) -> None:
    report = ingest([folder], tmp_path / "a.db", ReadingOptions(1, analyse=ANALYSE, version="fake"))
    reported = {unread.source: str(unread.reason) for unread in report.unread}
    reported |= {other.source: str(other.reason) for other in report.left_out}
    read = {
        f"{folder / name}!/{inner}" if inner else str(folder / name): READ
        for name, (_, reasons) in files.items()
        for inner, reason in reasons.items()
        if reason == READ
    }
    assert not read.keys() & reported.keys()
    check(reported | read, files, folder)
    assert report.read == len(read) + sum(unread.status == "partly read" for unread in report.unread)
    assert not report.problems
