"""The database file: who may open it, what is said when it cannot be used, and many at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import NotARegister, NotFound, RegisterBusy, RegisterUnwritable, SchemaMismatch
from dutybook.store import Filters, open_register, schema
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

TESTS = Path(__file__).resolve().parents[1]


def some(salt: str = "", norms: int = 3) -> object:
    return make_analysis(
        [N(f"Operator {n} shall wait.", bearer="Operator", place=f"Art {n}") for n in range(norms)], salt=salt
    )


def make(path: Path) -> Path:
    with open_register(path) as register:
        register.add(some(), "1")  # type: ignore[arg-type]
    return path


def test_a_new_file_says_what_it_is(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == schema.APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.db"]


def test_newer_register_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    for read_only in (True, False):
        with pytest.raises(SchemaMismatch, match="pip install --upgrade"):
            open_register(path, read_only=read_only)
    assert path.read_bytes() == before


def test_other_files_are_no_register(tmp_path: Path) -> None:
    words = tmp_path / "words.db"
    words.write_text("no database at all, but long enough to be one " * 50)
    with pytest.raises(NotARegister, match=r"words\.db"):
        open_register(words)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(NotARegister, match="another program"):
        open_register(other)
    assert other.read_bytes() == before
    with pytest.raises(NotARegister, match="folder"):
        open_register(tmp_path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="ingest"):
        open_register(tmp_path / "no.db", create=False)
    with pytest.raises(NotFound, match="ingest"):
        open_register(tmp_path / "no.db", read_only=True)
    with pytest.raises(NotFound, match="folder"):
        open_register(tmp_path / "no" / "no.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_register(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    with open_register(path, read_only=True) as register:
        assert register.summary().documents == 0


def test_damage_is_noticed(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        page = register._connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'norms'").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with open_register(path) as register:
        assert register.check()
        with pytest.raises(NotARegister, match="damaged"):
            list(register.content())


def test_a_wrong_index_is_noticed(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        register._connection.execute("UPDATE norms SET quote = 'other words'")
        assert any("search index" in problem for problem in register.check())
        register._connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('rebuild')")
        (problem,) = register.check()
        assert "is not what was read of it" in problem, "the words themselves are not those of the document"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE corrected SET extracted = 'Operator 0 shall bait.' WHERE field = 'quote'",
        "UPDATE norms SET quote = 'Operator 0 shall fait.'",
        "UPDATE norms SET bearer = 'Aviator'",
    ],
)
def test_a_correction_hides_no_damage(tmp_path: Path, damage: str) -> None:
    with open_register(make(tmp_path / "a.db")) as register:
        norm = next(iter(register.norms(Filters()))).id
        reviews.change(
            register, [norm], Change(correct={"quote": "Operator 0 shall wait here."}, reason="cut"), by="Me"
        )
        assert register.check() == []
        register._connection.execute(damage)
        register._connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('rebuild')")
        (problem,) = register.check()
        assert "is not what was read of it" in problem


def test_reading_does_not_write(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path, read_only=True) as register:
        assert register.count() == 3
        assert register.check() == []
        with pytest.raises(RegisterUnwritable, match="cannot be written"):
            register.add(some("2"))  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(RegisterUnwritable, match="permissions"):
            open_register(path).add(some("2"))  # type: ignore[arg-type]
        with open_register(path, read_only=True) as register:
            assert register.count() == 3
    finally:
        tmp_path.chmod(0o755)


def test_a_full_disk_keeps_what_was_stored(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        pages = register._connection.execute("PRAGMA page_count").fetchone()[0]
        register._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(RegisterUnwritable, match="free some disk space"):
            register.add(some("2", norms=2000), "1")  # type: ignore[arg-type]
        assert not register._connection.in_transaction
        assert register.summary().documents == 1
        register._connection.execute("PRAGMA max_page_count = 1000000")
        assert register.add(some("2", norms=2000), "1")  # type: ignore[arg-type]
        assert register.check() == []


def test_a_lock_that_is_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.store.database.connection.BUSY_SECONDS", 0.1)
    path = make(tmp_path / "a.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_register(path) as register:
        with pytest.raises(RegisterBusy, match="another process"):
            register.add(some("2"))  # type: ignore[arg-type]
        assert register.count() == 3
        other.execute("ROLLBACK")
        assert register.add(some("2"))  # type: ignore[arg-type]
    other.close()


@pytest.mark.parametrize("version", [1, 5, 10])
def test_a_register_of_another_schema_is_refused_and_left_alone(
    tmp_path: Path, version: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path / "a.db")
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    before = path.read_bytes()
    for read_only in (True, False):
        with pytest.raises(SchemaMismatch, match=f"schema {version}; this one reads schema {schema.VERSION}"):
            open_register(path, read_only=read_only)
    # Whatever is wrong, ``doctor`` ends with 1.
    for command, code in (("summary", 2), ("backup", 2), ("doctor", 1)):
        assert run(["--database", str(path), command]) == code, command
        printed = capsys.readouterr()
        assert "Read the documents into a new file" in printed.out + printed.err
    assert path.read_bytes() == before


def test_a_schema_that_fails_leaves_an_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(schema, "statements", lambda: ("CREATE TABLE works (id TEXT)", "NOT SQL"))
    with pytest.raises(Exception, match="syntax"):
        open_register(path)
    monkeypatch.undo()
    with open_register(path) as register:
        assert register.check() == []


def test_two_processes_make_a_new_register_at_once(tmp_path: Path) -> None:
    code = "import sys; from dutybook.store import open_register; print(open_register(sys.argv[1]).count())"
    command = [sys.executable, "-c", code, str(tmp_path / "a.db")]
    each = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=120) for process in each] == [("0\n", "")] * 3


WRITER = """
    import sys
    from builders import N, make_analysis
    from dutybook.store import open_register
    path, name = sys.argv[1:]
    with open_register(path) as register:
        for n in range(15):
            salt = f"{name}-{n}"
            norms = [N(f"Operator {m} of {salt} shall wait.", place=f"Art {m}") for m in range(20)]
            register.add(make_analysis(norms, salt=salt, source=salt), "1")
"""


def test_two_writers_and_two_readers(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path)]
    places = [str(TESTS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    writers = [subprocess.Popen([*command, name], env=environment, stderr=subprocess.PIPE) for name in ("a", "b")]
    failures: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.wait(0.02):
                if path.exists():
                    with open_register(path, read_only=True) as register:
                        # A document's norms are there all or not at all.
                        assert register.count(Filters(words="operator")) % 20 == 0
        except Exception as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    errors = [writer.communicate(timeout=60)[1].decode() for writer in writers]
    done.set()
    for reader in readers:
        reader.join()
    assert errors == ["", ""]
    assert failures == []
    with open_register(path) as register:
        assert register.summary().documents == 30
        assert register.count() == 600
        assert register.check() == []
