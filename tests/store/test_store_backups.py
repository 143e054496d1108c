"""Backups: whole while others write, checked, in place at once; and the way back."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import BadRequest, NotARegister, NotFound, RegisterBusy, RegisterError, RegisterUnwritable
from dutybook.store import open_register
from dutybook.store.database import disks
from dutybook.store.database.connection import connect
from dutybook.store.maintenance.backups import back_up, restore

TESTS = Path(__file__).resolve().parents[1]


def analysis(salt: str = "", norms: int = 3) -> object:
    return make_analysis(
        [N(f"Operator {n} of {salt} shall wait.", place=f"Art {n}") for n in range(norms)],
        salt=salt,
        source=salt or "a",
    )


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    add(path, "")
    return path


def add(path: Path, salt: str) -> None:
    with open_register(path) as register:
        register.add(analysis(salt), "1")  # type: ignore[arg-type]


def content(path: Path) -> list[str]:
    with open_register(path, read_only=True) as register:
        assert register.check() == []
        return list(register.content())


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def environment() -> dict[str, str]:
    places = [str(TESTS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}


def test_a_backup_holds_what_is_only_in_the_log(register: Path, tmp_path: Path) -> None:
    with open_register(register) as opened:
        opened.add(analysis("late"), "1")  # type: ignore[arg-type]
        assert (tmp_path / "a.db-wal").stat().st_size > 0
        made = back_up(register, tmp_path / "copy.db").copy
        assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
        assert made.bytes == made.path.stat().st_size
        want = list(opened.content())
    # One file, which also a disk that cannot be written serves.
    assert [name for name in names(tmp_path) if name.startswith((".", "copy"))] == ["copy.db"]
    with closing(sqlite3.connect(f"{made.path.as_uri()}?mode=ro&immutable=1", uri=True)) as raw:
        assert raw.execute("SELECT count(*) FROM norms").fetchone()[0] == 6
    if os.name != "nt":
        assert made.path.stat().st_mode & 0o777 == 0o600
    assert content(made.path) == want


WRITING = """
    import sys
    from builders import N, make_analysis
    from dutybook.store import open_register
    with open_register(sys.argv[1]) as register:
        print("ready", flush=True)
        for n in range(10_000):
            norms = [N(f"Operator {m} of {n} shall wait.", place=f"Art {m}") for m in range(20)]
            register.add(make_analysis(norms, salt=str(n), source=str(n)), "1")
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    path = tmp_path / "busy.db"
    command = [sys.executable, "-c", textwrap.dedent(WRITING), str(path)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    yield path, process
    process.kill()
    process.communicate()


def test_while_somebody_writes(
    writer: tuple[Path, subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutybook.store.database.connection.BUSY_SECONDS", 1.0)
    path, process = writer
    counts = []
    while len(counts) < 5 or counts[-1] == counts[0]:
        made = back_up(path, tmp_path / f"{len(counts)}.db").copy
        with open_register(made.path, read_only=True) as register:
            assert register.check() == []
            # A document is there with all its norms or not at all.
            assert register.count() == 20 * register.summary().documents
            counts.append(register.count())
    assert process.poll() is None
    assert counts == sorted(counts)
    with pytest.raises(RegisterBusy, match="open in another program"):
        restore(path, tmp_path / "0.db")
    assert process.poll() is None


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_killed_it_leaves_no_backup_that_is_not_whole(register: Path, tmp_path: Path) -> None:
    add(register, "2")
    code = """
import os, signal, sys
from pathlib import Path
from dutybook.store.maintenance import backups, copies
where = getattr(copies, sys.argv[3])
def dying(*a, **k):
    where(*a, **k)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(copies, sys.argv[3], dying)
backups.back_up(Path(sys.argv[1]), Path(sys.argv[2]))
"""
    target = tmp_path / "to" / "b.db"
    target.parent.mkdir()
    for at, there in (("_contents", False), ("_fill", False), ("_sync", False), ("_name", True)):
        command = [sys.executable, "-c", code, str(register), str(target), at]
        assert subprocess.run(command, env=environment(), check=False).returncode == -signal.SIGKILL
        assert target.exists() == there
    assert content(target) == content(register)


def test_nothing_is_replaced_unasked(register: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    target.write_text("mine")
    with pytest.raises(BadRequest, match="--force"):
        back_up(register, target)
    assert target.read_text() == "mine"
    back_up(register, target, force=True)
    assert content(target) == content(register)
    with pytest.raises(BadRequest, match="the database itself"):
        back_up(register, register, force=True)
    link = tmp_path / "link.db"
    link.symlink_to(register)
    with pytest.raises(BadRequest, match="the database itself"):
        back_up(register, link, force=True)
    with pytest.raises(NotFound, match="Make it first"):
        back_up(register, tmp_path / "none" / "b.db")


def test_a_folder_keeps_the_newest(register: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    times = [datetime(2033, 1, day, 8, tzinfo=UTC) for day in range(1, 6)]
    for time in times[:4]:
        back_up(register, now=time)
    strangers = ("a.20000101-080000.db", "other.20000101-080000.db", "a.db", "notes.txt")
    for name in strangers:
        (folder / name).write_text("not ours")
    made = back_up(register, folder, keep=2, now=times[4])
    assert [file.name for file in made.removed] == [f"a.203301{day:02}-080000.db" for day in (1, 2, 3)]
    assert names(folder) == sorted(("a.20330104-080000.db", "a.20330105-080000.db", *strangers))
    # Two in one second.
    assert back_up(register, folder, keep=2, now=times[4]).copy.path.name == "a.20330105-080000-2.db"
    assert "a.20330104-080000.db" not in names(folder)
    for keep in (0, -1):
        with pytest.raises(BadRequest, match="from 1 on"):
            back_up(register, folder, keep=keep)
    with pytest.raises(BadRequest, match="needs a folder"):
        back_up(register, tmp_path / "b.db", keep=2)


def test_without_space_or_with_damage_there_is_no_backup(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    with monkeypatch.context() as patched:
        patched.setattr(disks, "free", lambda _folder: 100)
        with pytest.raises(RegisterUnwritable, match=r"needs \d+ MB in .*backups, where 0 MB are free"):
            back_up(register)
    with open_register(register) as opened:
        page = opened._connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'norms'").fetchone()[0]
    data = bytearray(register.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    register.write_bytes(data)
    with pytest.raises(RegisterError, match=r"damaged|not sound"):
        back_up(register)
    assert names(folder) == []


def test_restored_is_what_was_backed_up(register: Path, tmp_path: Path) -> None:
    before = content(register)
    backup = back_up(register, tmp_path / "b.db").copy.path
    kept_bytes = backup.read_bytes()
    add(register, "later")
    later = content(register)
    done = restore(register, backup, now=datetime(2033, 1, 2, tzinfo=UTC))
    assert content(register) == before
    assert done.kept == tmp_path / "a.before-restore.20330102-000000.db"
    assert content(done.kept) == later
    assert backup.read_bytes() == kept_bytes
    assert not [name for name in names(tmp_path) if "restoring" in name or name.endswith(".part")]


def test_a_register_that_is_gone_or_broken_comes_back(register: Path, tmp_path: Path) -> None:
    before = content(register)
    backup = back_up(register, tmp_path / "b.db").copy.path
    register.unlink()
    assert restore(register, backup).kept is None
    assert content(register) == before
    # Broken, and with the log of who was killed.
    register.write_bytes(b"\xff" * 8192)
    (tmp_path / "a.db-wal").write_bytes(b"old log")
    kept = restore(register, backup).kept
    assert kept
    assert kept.read_bytes() == b"\xff" * 8192
    assert not (tmp_path / "a.db-wal").exists()
    assert content(register) == before


def test_only_registers_are_put_in_the_place_of_registers(register: Path, tmp_path: Path) -> None:
    backup = back_up(register, tmp_path / "b.db").copy.path
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE t (x)")
    with pytest.raises(NotARegister, match="another program"):
        restore(register, other)
    with pytest.raises(NotARegister, match="another program"):
        restore(other, backup)
    words = tmp_path / "words.db"
    words.write_text("no database " * 100)
    with pytest.raises(NotARegister, match=r"words\.db"):
        restore(register, words)
    with pytest.raises(NotFound):
        restore(register, tmp_path / "none.db")
    with pytest.raises(BadRequest, match="itself"):
        restore(register, register)


def test_open_elsewhere_it_is_not_restored(register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.store.database.connection.BUSY_SECONDS", 0.1)
    backup = back_up(register, tmp_path / "b.db").copy.path
    add(register, "later")
    before = content(register)
    for read_only in (True, False):
        reader = connect(register, create=False, read_only=read_only)
        reader.execute("SELECT count(*) FROM norms").fetchone()
        with pytest.raises(RegisterBusy, match="another program"):
            restore(register, backup)
        reader.close()
    assert content(register) == before
    restore(register, backup)


def test_the_commands(register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    front = ["--database", str(register)]
    assert run([*front, "backup", "--keep", "3"]) == 0
    out = capsys.readouterr().out
    (backup,) = (tmp_path / "backups").iterdir()
    assert re.match(rf"{re.escape(str(backup))}: \d\.\d MB, ", out)
    assert hashlib.sha256(backup.read_bytes()).hexdigest() in out
    assert run([*front, "backup", str(backup)]) == 2
    assert "--force" in capsys.readouterr().err
    add(register, "later")
    assert run([*front, "restore", str(backup)]) == 0
    assert "kept in" in capsys.readouterr().out
    with open_register(register) as opened:
        assert opened.count() == 3
    assert run([*front, "restore", str(tmp_path / "none.db")]) == 2
    assert run(["--database", str(tmp_path / "no.db"), "backup"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert run([*front, "backup", f"{tmp_path}/new/"]) == 0
    assert len(list((tmp_path / "new").iterdir())) == 1
