"""A copy of a register into another database that is killed, or whose server goes, half-way: nothing is there, and it can be made again."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from wire import Wire

from dutybook import cli
from dutybook.database_address import Address
from dutybook.errors import RegisterUnreachable
from dutybook.pipeline import batch
from dutybook.store import open_register
from dutybook.store.accounts import accounts_of, people
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance import moving

KILLED = """
import os, signal, sys
from dutybook.database_address import database_named
from dutybook.store.maintenance import moving

def look(table, rows):
    if table == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

moving.copy_register(database_named(sys.argv[1]), database_named(sys.argv[2]), look)
"""


@pytest.fixture
def filled(tmp_path: Path, read: Callable[..., batch.IngestReport]) -> Path:
    """A register in a file, with something that people said."""
    path = tmp_path / "filled.db"
    read(path)
    with open_register(path) as register:
        norm = next(iter(register.norms())).id
        for owner in ("anna", "ben"):
            reviews.change(register, [norm], Change(owner=owner), by="anna")
    return path


def state(database: Any) -> tuple[list[str], list[object]]:
    with open_register(database, create=False) as register:
        assert register.check() == []
        return list(register.content()), list(reviews.read_history(register))


@pytest.mark.parametrize("table", ["documents", "history"])
@pytest.mark.parametrize("back", [False, True], ids=["to the server", "to a file"])
def test_a_copy_that_is_killed_leaves_nothing_and_is_made_again(
    filled: Path, address: Address, tmp_path: Path, table: str, back: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    source: Any = filled
    target: Any = address
    if back:
        moving.copy_register(filled, address)
        source, target = address, tmp_path / "back.db"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(source), str(target), table], capture_output=True, text=True, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert state(target) == ([], [])
    assert cli.run(["db", "copy", str(source), str(target)]) == 0
    assert "copied and checked" in capsys.readouterr().out
    assert state(target) == state(filled)


@pytest.mark.parametrize("words", [b'COPY "norms"', b"COMMIT"])
@pytest.mark.parametrize("stays", [False, True])
def test_a_copy_whose_server_goes(
    filled: Path, address: Address, capsys: pytest.CaptureFixture[str], words: bytes, stays: bool
) -> None:
    with Wire(address) as wire:
        wire.cut_at(words, stays=stays)
        assert cli.run(["db", "copy", str(filled), wire.address]) == 2
        assert wire.cuts == 1
        said = capsys.readouterr().err
        assert "Traceback" not in said
        assert ("nobody knows" if stays and words == b"COMMIT" else "run the same command again") in said
        assert state(address) == ([], [])
        wire.down = False
        assert cli.run(["db", "copy", str(filled), wire.address]) == 0
    assert state(address) == state(filled)


def test_a_copy_from_a_server_that_goes_leaves_nothing(filled: Path, address: Address, tmp_path: Path) -> None:
    moving.copy_register(filled, address)
    with Wire(address) as wire:

        def look(table: str, _: int) -> None:
            if table == "documents":
                wire.cut()

        with pytest.raises(RegisterUnreachable, match="does not answer"):
            moving.copy_register(Address(wire.address), tmp_path / "back.db", look)
        assert state(tmp_path / "back.db") == ([], [])
        moving.copy_register(Address(wire.address), tmp_path / "back.db")
    assert state(tmp_path / "back.db") == state(filled)


def test_a_copy_that_ends_between_the_accounts_and_the_register_is_made_again(
    filled: Path, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add(accounts_of(filled), "Anna", "admin", datetime(2031, 1, 1, tzinfo=UTC))
    immediate = moving.immediate

    @contextmanager
    def broken(connection: Any) -> Iterator[None]:
        with immediate(connection):
            yield
            raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(moving, "immediate", broken)
        with pytest.raises(RuntimeError):
            moving.copy_register(filled, address)
    assert state(address) == ([], [])
    assert moving.copy_register(filled, address).people == 1
    assert state(address) == state(filled)
    assert [person.name for person in people.people(accounts_of(address))] == ["Anna"]
