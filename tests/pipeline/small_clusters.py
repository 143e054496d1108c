"""A Dask cluster for tests, and what a register that it filled holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dutybook.store import open_register

distributed = pytest.importorskip("distributed", reason="the extra cluster is not installed")


@contextmanager
def two_workers() -> Iterator[Any]:
    """A cluster of two workers, which are processes of this machine."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=50,
    ) as running:
        yield running


def folder(path: Path, words: Sequence[str]) -> list[Path]:
    """The files of a new folder, one for each text."""
    path.mkdir()
    files = [path / f"{number:02}.txt" for number in range(len(words))]
    for file, text in zip(files, words, strict=True):
        file.write_text(text)
    return files


def content(database: Path) -> list[str]:
    """The content of a register, which is sound."""
    with open_register(database, create=False) as register:
        assert register.check() == []
        return list(register.content())
