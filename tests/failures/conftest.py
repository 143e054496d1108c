"""What tests of failures share: documents that are read quickly, an empty register on a server, a way to it that can be cut."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "alerts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipeline"))

from wire import Wire

import postgres_server
from dutybook.database_address import Address
from dutybook.pipeline import batch
from dutybook.pipeline.batch import IngestReport, ingest
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import open_register

FAKES = Path(__file__).resolve().parents[1] / "pipeline"
OPTIONS = ReadingOptions(workers=1, analyse="batch_fakes:analyse", version="fake")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of ours find the analysers of the tests, too."""
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FAKES), *(one for one in sys.path if one)]))


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """An empty register on the server of the run."""
    postgres_server.needed()
    monkeypatch.setenv("DUTYBOOK_FILES", str(tmp_path / "beside"))
    with postgres_server.dropped_after():
        yield Address(postgres_server.database_for(":memory:"))


@pytest.fixture
def wire(address: Address) -> Iterator[Wire]:
    """A way to the same register that can be cut."""
    with Wire(address) as made:
        yield made


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Six documents of two norms each."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"ok harbour{number} quay{number}")
    return folder


@pytest.fixture
def read(reading_here: None, texts: Path) -> Callable[..., IngestReport]:
    """Reads the documents in this process and stores them; takes the arguments of an ingest."""

    def run(database: Path | Address | str, **more: Any) -> IngestReport:
        return ingest([texts], database, replace(OPTIONS, **more.pop("options", {})), **more)

    return run


@pytest.fixture
def content(tmp_path: Path, read: Callable[..., IngestReport]) -> Callable[[Path | Address | str], None]:
    """Looks that a register is sound, and holds what a file holds into which nothing ever broke."""
    read(tmp_path / "undisturbed.db")

    def compare(database: Path | Address | str) -> None:
        with (
            open_register(tmp_path / "undisturbed.db", read_only=True) as wanted,
            open_register(database, create=False) as found,
        ):
            assert found.check() == []
            assert list(found.content()) == list(wanted.content())

    return compare


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is away is waited for only a moment."""
    monkeypatch.setattr(batch, "RESTART_SECONDS", 0.2)
    monkeypatch.setattr("dutybook.store.database.postgresql.connection.RESTART_SECONDS", 0.2)
