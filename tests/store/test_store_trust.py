"""A register from a stranger: what its schema holds does not run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.errors import NotARegister
from dutybook.store import open_register, schema
from dutybook.store.database import connection


def make(path: Path) -> Path:
    with open_register(path) as register:
        register.add(make_analysis([N("Operator shall wait.", bearer="Operator")]), "1")
    return path


def alter(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_our_own_registers_have_no_strangers(tmp_path: Path) -> None:
    with open_register(make(tmp_path / "a.db")) as register:
        for kind in ("trigger", "view"):
            assert connection.strangers(register._connection, kind) == []
        pragma = {
            name: register._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("trusted_schema", "cell_size_check")
        }
        assert pragma == {"trusted_schema": 0, "cell_size_check": 1}


def test_a_trigger_is_refused_where_it_could_run(tmp_path: Path) -> None:
    path = alter(
        make(tmp_path / "a.db"),
        "CREATE TRIGGER helpful AFTER INSERT ON documents BEGIN DELETE FROM events; END",
    )
    before = path.read_bytes()
    with pytest.raises(NotARegister, match=r"trigger 'helpful' .*DROP TRIGGER"):
        open_register(path)
    assert path.read_bytes() == before
    with open_register(path, read_only=True) as register:
        assert register.count() == 1
    alter(path, "DROP TRIGGER helpful")
    with open_register(path) as register:
        assert register.add(make_analysis([N("Agent shall wait.")], salt="2"), "1")


def test_a_file_with_a_trigger_and_without_our_tables_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE norms (id TEXT)")
        connection.execute("CREATE TRIGGER t AFTER UPDATE ON norms BEGIN DELETE FROM norms; END")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    for read_only in (True, False):
        with pytest.raises(NotARegister, match="trigger 't'"):
            open_register(path, read_only=read_only)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 0


def test_views_and_checks_call_nothing_that_does_something(tmp_path: Path) -> None:
    """A function that reaches out, as an extension or a careless program may offer one, is out of a schema's reach."""
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        assert connection.strangers(register._connection, "view") == []
    alter(
        path,
        "DROP VIEW unreadable_documents",
        "CREATE VIEW unreadable_documents AS SELECT reach_out('secret') AS source, '' AS reason",
        "CREATE VIEW mine AS SELECT id FROM norms",
        "CREATE TABLE more (x TEXT DEFAULT (reach_out('default')), y TEXT)",
    )
    called: list[str] = []
    with open_register(path) as register:
        register._connection.create_function("reach_out", 1, lambda word: called.append(word) or word)
        assert register._connection.execute("SELECT reach_out('asked for')").fetchone() == ("asked for",)
        for statement in ("SELECT * FROM unreadable_documents", "INSERT INTO more (y) VALUES ('')"):
            with pytest.raises(sqlite3.OperationalError, match="unsafe use of reach_out"):
                register._connection.execute(statement).fetchall()
        assert called == ["asked for"]
        assert connection.strangers(register._connection, "view") == ["mine", "unreadable_documents"]


def test_extensions_cannot_be_loaded(tmp_path: Path) -> None:
    with open_register(make(tmp_path / "a.db")) as register, pytest.raises(sqlite3.OperationalError):
        register._connection.execute("SELECT load_extension('anything')")


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setconfig"), reason="Python 3.12 and later")
def test_the_index_cannot_be_written_past(tmp_path: Path) -> None:
    with open_register(make(tmp_path / "a.db")) as register:
        with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
            register._connection.execute("DELETE FROM norms_fts_data")
        register._connection.execute("PRAGMA writable_schema = ON")
        with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
            register._connection.execute("DELETE FROM sqlite_master")


def test_a_file_that_only_says_that_it_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    alter(
        path,
        "CREATE TABLE t (x)",
        f"PRAGMA application_id = {schema.APPLICATION_ID}",
        f"PRAGMA user_version = {schema.VERSION}",
    )
    for read_only in (True, False):
        with pytest.raises(NotARegister, match="lacks tables"):
            open_register(path, read_only=read_only)
