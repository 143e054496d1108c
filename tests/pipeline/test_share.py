"""Processes that no document waits for share in the last ones; what is found does not depend on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dutybook.pipeline.batch import ingest, version_of
from dutybook.pipeline.config import Config


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
        workers=workers,
        analyse="batch_fakes:analyse_share",
        version="fake",
        progress=lambda step: seen.append(step.norms),
    )
    assert sorted(seen) == each


def test_how_many_processes_read_a_document_is_no_part_of_its_version() -> None:
    assert version_of("1", Config(workers=8)) == version_of("1", Config())
