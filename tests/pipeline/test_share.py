"""Processes that no document waits for share in the last ones; what is found does not depend on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dutybook.pipeline.batch import ingest, version_of
from dutybook.pipeline.config import Config
from dutybook.pipeline.reading import ReadingOptions


@pytest.mark.parametrize(
    ("files", "workers", "each"),
    [(1, 1, [1]), (1, 4, [4]), (2, 4, [2, 2]), (2, 5, [2, 3]), (2, 2, [1, 1])],
)
def test_idle_processes_are_shared_out(tmp_path: Path, files: int, workers: int, each: list[int]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(files):
        (folder / f"{number}.txt").write_text(f"slow alpha{number}")
    seen: list[int] = []
    ingest(
        [folder],
        tmp_path / "a.db",
        ReadingOptions(workers=workers, analyse="batch_fakes:analyse_share", version="fake"),
        progress=lambda step: seen.append(step.norms),
    )
    assert sorted(seen) == each


def test_how_many_processes_read_a_document_is_no_part_of_its_version() -> None:
    assert version_of("1", Config(workers=8)) == version_of("1", Config())


@pytest.mark.parametrize(("tables", "norms"), [("fast", 1), ("pdfplumber", 2)])
def test_who_reads_tables_is_known_to_the_processes_that_read(tmp_path: Path, tables: str, norms: int) -> None:
    (tmp_path / "a.txt").write_text("ok alpha")
    seen: list[int] = []
    ingest(
        [tmp_path / "a.txt"],
        tmp_path / "a.db",
        ReadingOptions(workers=1, analyse="batch_fakes:analyse_tables", version="fake"),
        config=Config(tables=tables),
        progress=lambda step: seen.append(step.norms),
    )
    assert seen == [norms]


def test_who_reads_tables_is_part_of_a_documents_version() -> None:
    assert version_of("1", Config(tables="pdfplumber")) != version_of("1", Config())


@pytest.mark.parametrize("command", ["ingest", "extract"])
def test_the_option_is_passed_on(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from dutybook.cli.app import app
    from dutybook.pipeline import batch, extraction

    given: list[str] = []

    def stop(*_: object, config: Config, **__: object) -> None:
        given.append(config.tables)
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "ingest", stop)
    monkeypatch.setattr(extraction, "extract", stop)
    for option in ([], ["--tables", "pdfplumber"]):
        CliRunner().invoke(app, [command, str(tmp_path), *option])
    assert given == ["fast", "pdfplumber"]
    refused = CliRunner().invoke(app, [command, str(tmp_path), "--tables", "abacus"])
    assert refused.exit_code != 0
