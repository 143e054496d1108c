"""Registers of every released format open: nothing is lost, everything works, and a killed migration leaves old or new."""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.errors import RegisterUnwritable
from dutybook.reasons import BEFORE, Reason
from dutybook.searching import search
from dutybook.store import Filters, open_register, schema
from dutybook.store.database import disks, migrations
from dutybook.store.documents.view import sheets
from dutybook.store.maintenance import rebuilding

RELEASED = Path(__file__).resolve().parent / "released"
FORMATS = range(1, 10)
#: Columns that are made again, so that a migration may change them.
MADE_AGAIN = {("norms", "terms"), ("norms", "row")}

Rows = dict[str, tuple[list[str], list[tuple[object, ...]]]]


def unpacked(format: int, folder: Path) -> Path:
    path = folder / "register.db"
    path.write_bytes(lzma.decompress((RELEASED / f"format-{format}.db.xz").read_bytes()))
    return path


def rows(path: Path, columns: dict[str, list[str]] | None = None) -> Rows:
    """Rows of all tables that hold content or what people entered, and of the diary; of these ``columns``."""
    found: Rows = {}
    with closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in (*schema.CONTENT_TABLES, *schema.PEOPLE_TABLES, "runs"):
            if table in tables and (columns is None or table in columns):
                has = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                names = [n for n in (columns[table] if columns else has) if (table, n) not in MADE_AGAIN]
                assert set(names) <= set(has), (table, names)
                chosen = ", ".join(f'"{name}"' for name in names)
                found[table] = (names, sorted(connection.execute(f"SELECT {chosen} FROM {table}"), key=repr))
    return found


def test_every_format_that_is_current_was_released_or_is_the_current_one() -> None:
    assert [*FORMATS, migrations.CURRENT] == list(range(1, migrations.CURRENT + 1))


@pytest.mark.parametrize("format", FORMATS)
def test_a_register_of_each_format_loses_nothing(tmp_path: Path, format: int) -> None:
    path = unpacked(format, tmp_path)
    before = rows(path)
    assert len(before["norms"][1]) > 70
    assert format < 6 or (before["events"][1] and before["calendar_entries"][1])
    with open_register(path) as register:
        assert register.check() == []
        assert register._connection.execute("PRAGMA user_version").fetchone()[0] == migrations.CURRENT
        assert rebuilding.stale(register._connection) == ()
        assert register.count() == len(before["norms"][1])
        for words in ("Hafen*", "outsourcing"):
            hits = search(register, words, limit=5)
            assert len(hits) >= 3, words
            assert register.norm(hits[0].id).norm.quote
        assert register.count(Filters(words="Hafen*", language="en")) == 0
        # What is derived is what a register that was filled today would have.
        made = list(register.content())
        register._connection.execute("BEGIN IMMEDIATE")
        rebuilding.forget(register._connection)
        register._connection.execute("COMMIT")
        assert rebuilding.rebuild(register._connection)
        assert list(register.content()) == made
    after = rows(path, {table: names for table, (names, _) in before.items()})
    assert after == before


@pytest.mark.parametrize("format", FORMATS)
def test_the_old_file_is_kept_beside_it(tmp_path: Path, format: int) -> None:
    path = unpacked(format, tmp_path)
    before = rows(path)
    open_register(path, read_only=True).close()
    (kept,) = tmp_path.glob(f"register.format-{format}.*.db")
    assert rows(kept) == before
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == format
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert os.name == "nt" or kept.stat().st_mode & 0o777 == 0o600
    open_register(path).close()
    assert sorted(file.name for file in tmp_path.iterdir()) == [path.name, kept.name]


def test_the_command_says_what_it_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = unpacked(5, tmp_path)
    assert run(["--database", str(path), "summary"]) == 0
    told = capsys.readouterr().err
    (kept,) = tmp_path.glob("register.format-5.*.db")
    assert told == (
        f"dutybook: {path} is brought from format 5 to {migrations.CURRENT}; as it was, it is kept in {kept}\n"
    )
    assert run(["--database", str(path), "summary"]) == 0
    assert capsys.readouterr().err == ""


def test_without_space_for_the_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = unpacked(6, tmp_path)
    before = rows(path)
    monkeypatch.setattr(disks, "free", lambda _folder: 1000)
    for read_only in (True, False):
        with pytest.raises(RegisterUnwritable, match=r"format 6 .* MB in .* Nothing was changed"):
            open_register(path, read_only=read_only)
    assert rows(path) == before
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith("db")] == ["register.db"]
    monkeypatch.setenv(migrations.NO_COPY, "1")
    with open_register(path) as register:
        assert register.check() == []
    assert [file.name for file in tmp_path.iterdir()] == ["register.db"]


def test_two_processes_open_an_old_register_at_once(tmp_path: Path) -> None:
    path = unpacked(1, tmp_path)
    code = "import sys; from dutybook.store import open_register; print(open_register(sys.argv[1]).count())"
    command = [sys.executable, "-c", code, str(path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60) for process in both] == [("76\n", "")] * 3
    assert len(list(tmp_path.glob("register.format-*.db"))) == 1


# Each child is killed before another statement of migration and rebuilding; then the file is looked at and opened again.
KILLED = """
import json, os, shutil, signal, sqlite3, sys
from pathlib import Path
from dutybook.store import open_register
from dutybook.store.database import connection, migrations
from dutybook.store.maintenance import rebuilding

source, folder, every = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
path = folder / "a.db"
opened = connection.open_file
rebuilding._UNITS = 1

def migrate(kill_at):
    count = 0
    def trace(statement):
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
    def traced(name, read_only):
        made = opened(name, read_only)
        made.set_trace_callback(trace)
        return made
    connection.open_file = traced
    open_register(path).close()
    connection.open_file = opened
    return count

def clear():
    for file in folder.iterdir():
        file.unlink()
    shutil.copy(source, path)

clear()
total = migrate(0)
result = {"total": total, "old": 0, "new": 0, "wrong": []}
for number in range(1, total + 1, every):
    clear()
    pid = os.fork()
    if not pid:
        migrate(number)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        result["wrong"].append([number, "was not killed"])
    raw = sqlite3.connect(path)
    version = raw.execute("PRAGMA user_version").fetchone()[0]
    sound = raw.execute("PRAGMA integrity_check").fetchone()[0]
    raw.close()
    result["new" if version == migrations.CURRENT else "old"] += 1
    if version not in (int(sys.argv[4]), migrations.CURRENT) or sound != "ok":
        result["wrong"].append([number, version, sound])
    with open_register(path, read_only=True) as register:
        if rebuilding.stale(register._connection) or register.count() != int(sys.argv[5]):
            result["wrong"].append([number, "not finished"])
    if number % 7 == 0 or number > total - 3:
        with open_register(path) as register:
            if register.check():
                result["wrong"].append([number, register.check()])
print(json.dumps(result))
"""


def kill(path: Path, folder: Path, format: int, every: int) -> dict[str, object]:
    folder.mkdir()
    norms = len(rows(path)["norms"][1])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), *map(str, (path, folder, every, format, norms))],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_killed_in_the_middle_it_is_old_or_new_and_goes_on(tmp_path: Path) -> None:
    path = unpacked(1, tmp_path)
    found = kill(path, tmp_path / "killed", 1, 29)
    assert found["wrong"] == []
    assert found["old"]
    assert found["new"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("format", FORMATS)
def test_killed_before_each_statement(tmp_path: Path, format: int) -> None:
    path = unpacked(format, tmp_path)
    found = kill(path, tmp_path / "killed", format, 1)
    assert found["wrong"] == []
    assert found["old"]
    assert found["new"]


def test_reasons_of_before_are_told_as_they_were(tmp_path: Path) -> None:
    """Format 9 kept sentences alone: these stay, under one code, until the file is read again."""
    path = unpacked(9, tmp_path)
    locked, part = "encrypted: it needs a password: pass it", "page 1 is damaged and was not read; and 2 more"
    with closing(sqlite3.connect(path)) as connection, connection:
        (one, other) = [row[0] for row in connection.execute("SELECT id FROM documents ORDER BY pages DESC LIMIT 2")]
        connection.execute("UPDATE documents SET status = 'partly read', reason = ? WHERE id = ?", (part, one))
        connection.execute("UPDATE documents SET status = 'unreadable', reason = ? WHERE id = ?", (locked, other))
        connection.execute("UPDATE pages SET note = 'blank' WHERE document = ? AND number = 1", (one,))
    with open_register(path) as register:
        rows = {row.id: row for row in register.documents()}
        assert (rows[one].reason, rows[one].reasons) == (part, (Reason(part, BEFORE),))
        (before,) = rows[other].reasons
        assert (before.whole, before.kind, before.code) == (locked, "encrypted", BEFORE)
        assert rows[one].reasons[0].kind == ""
        assert [sheet.reasons for sheet in sheets(register, one)][:2] == [(Reason("blank", BEFORE),), ()]
