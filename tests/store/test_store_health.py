"""Doctor finds what is wrong with a register, and repairs what can be made anew, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.store import open_register, schema
from dutybook.store.database import disks
from dutybook.store.deadlines import events
from dutybook.store.maintenance import health
from dutybook.store.maintenance.copies import rows_digest


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with open_register(path) as register:
        for number in range(3):
            norm = N("Operator shall report within 72 hours.", bearer="Operator", deadline="within 72 hours")
            register.add(make_analysis([norm], salt=str(number), source=str(number), title=f"Act {number}"), "1")
        row = next(register.norms())
        event = events.event_of(
            row, row.deadlines[0], events.Counted(occurred_at="2033-01-10", dates=["2033-01-13"], steps=["entered"])
        )
        events.store(register, [event])
    return path


def alter(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def findings(path: Path, *, deep: bool = False) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"ok": [], "note": [], "bad": []}
    for finding in health.examine(path, deep=deep):
        found[finding.state].append(f"{finding.what}: {finding.says}")
    return found


def content(path: Path) -> tuple[list[str], dict[str, str]]:
    with open_register(path) as register:
        assert register.check() == []
        people = {table: rows_digest(register._connection, table) for table in schema.PEOPLE_TABLES}
        return list(register.content()), people


def test_a_sound_register(register: Path) -> None:
    before = content(register)
    found = findings(register, deep=True)
    assert (found["note"], found["bad"]) == ([], [])
    assert "journal: write-ahead log" in found["ok"]
    assert any(line.startswith("derived rows: 1 of 1 works looked at") for line in found["ok"])
    assert content(register) == before


DAMAGE: dict[str, tuple[tuple[str, ...], str]] = {
    "a view is gone": (("DROP VIEW obligations",), "the view obligations is missing"),
    "a view says something else": (
        ("DROP VIEW unreadable_documents", "CREATE VIEW unreadable_documents AS SELECT 1 AS source"),
        "the view unreadable_documents is not Dutybook's",
    ),
    "an index is gone": (("DROP INDEX norms_bearer",), "the index norms_bearer is missing"),
    "the search index is empty": (
        ("INSERT INTO norms_fts(norms_fts) VALUES ('delete-all')",),
        "search index: 0 entries for 3 norms",
    ),
    "a derived row is gone": (("DELETE FROM versions",), "versions do not follow from the content"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_can_be_made_anew_is_found_and_repaired(
    register: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    statements, says = DAMAGE[name]
    with closing(sqlite3.connect(register)) as connection:
        if name == "a derived row is gone" and not connection.execute("SELECT count(*) FROM versions").fetchone()[0]:
            pytest.skip("no step of this state makes versions")
    before = content(register)
    alter(register, *statements)
    bad = findings(register)["bad"]
    assert any(says in line and "--repair" in line for line in bad), bad
    front = ["--database", str(register), "doctor"]
    assert run(front) == 1
    assert says in capsys.readouterr().out
    assert run([*front, "--repair"]) == 0
    assert "kept in" in capsys.readouterr().out
    assert findings(register, deep=True)["bad"] == []
    assert content(register) == before
    (kept,) = register.parent.glob("a.before-repair.*.db")
    assert any(says in line for line in findings(kept)["bad"])


def test_a_wrong_row_of_an_index_is_repaired(register: Path) -> None:
    before = content(register)
    with closing(sqlite3.connect(register, isolation_level=None)) as connection:
        # The index of documents by work loses its entries: what it was made of stays.
        connection.execute("PRAGMA writable_schema = ON")
        sql = "UPDATE sqlite_master SET sql = 'CREATE INDEX norms_bearer ON norms(quote)' WHERE name = 'norms_bearer'"
        connection.execute(sql)
    bad = findings(register)["bad"]
    assert any("norms_bearer" in line for line in bad), bad
    assert run(["--database", str(register), "doctor", "--repair"]) in (0, 1)
    assert content(register) == before


def test_damage_of_the_file_is_not_repaired(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_register(register) as opened:
        page = opened._connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'norms'").fetchone()[0]
    data = bytearray(register.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    register.write_bytes(data)
    assert any("dutybook restore" in line for line in findings(register)["bad"])
    assert run(["--database", str(register), "doctor", "--repair"]) == 2
    assert "put a backup back" in capsys.readouterr().err
    assert register.read_bytes() == data


Change = Callable[[Path, pytest.MonkeyPatch], object]


def no_room(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "free", lambda _folder: 10)


def on_a_network(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "network_disk", lambda _path: "nfs4 at /mnt/team")
