"""Bytes that somebody or something changed in a register are found, and never called an internal error."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import NotARegister, RegisterError
from dutybook.store import open_register
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.reviews import change
from dutybook.store.maintenance import backups, health

QUOTE = "Keeper shall light the beacon within 72 hours."


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with open_register(path) as register:
        for number in range(2):
            norm = N(QUOTE, bearer="Keeper", deadline="within 72 hours")
            register.add(
                make_analysis([norm], salt=str(number), source=f"act-{number}.txt", title=f"Act {number}"), "1"
            )
        assert register.check() == []
    return path


def flip(path: Path, table: str, column: str, new: str) -> None:
    """Change five bytes of a value as a disk would: without SQLite's knowing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (old,) = connection.execute(f"SELECT {column} FROM {table} ORDER BY rowid LIMIT 1").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    data = path.read_bytes()
    whole = old.encode()
    at = data.index(whole)
    bad = new.encode("latin-1")
    path.write_bytes(data[:at] + bad + data[at + len(bad) :])


@pytest.mark.parametrize(("table", "column"), [("texts", "text"), ("norms", "quote")])
def test_five_bytes_of_a_text_are_found(
    register: Path, table: str, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flip(register, table, column, "Keyed")
    with closing(sqlite3.connect(register)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with open_register(register) as opened:
        assert any("is not what was read of it" in problem for problem in opened.check())
    findings = list(health.examine(register))
    assert any(f.state == "bad" and "dutybook restore BACKUP" in f.says for f in findings)
    assert run(["--database", str(register), "doctor"]) == 1
    assert "act-" in capsys.readouterr().out
    with pytest.raises(RegisterError, match="not what was read of it"):
        backups.back_up(register, register.parent / "copy.db")
    assert not (register.parent / "copy.db").exists()


def test_bytes_that_are_no_text_are_said_to_be_damage(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(register, isolation_level=None)) as connection:
        connection.execute("UPDATE norms SET quote = CAST(x'fffefffeff' AS TEXT)")
    assert run(["--database", str(register), "search", "beacon"]) == 2
    error_output = capsys.readouterr().err
    assert "is damaged" in error_output
    assert "internal error" not in error_output


def test_damaged_json_is_said_to_be_damage(register: Path) -> None:
    with closing(sqlite3.connect(register, isolation_level=None)) as connection:
        connection.execute("UPDATE norms SET boxes = '[{'")
    with pytest.raises(NotARegister, match="is damaged"), open_register(register) as opened:
        list(opened.norms())
    with open_register(register.parent / "b.db") as sound:
        sound.add(make_analysis([N(QUOTE, bearer="Keeper")]), "1")
    with pytest.raises(KeyError), open_register(register.parent / "b.db"):
        raise KeyError("a mistake of ours stays one")


def test_what_people_correct_is_no_damage(register: Path) -> None:
    with open_register(register) as opened:
        norm = next(opened.norms()).id
        change(
            opened, [norm], Change(correct={"bearer": "Owner", "modality": "permission"}, reason="misread"), by="anna"
        )
        assert opened.check() == []
    assert backups.back_up(register, register.parent / "copy.db").copy.rows
