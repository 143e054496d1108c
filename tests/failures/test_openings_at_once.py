"""Several processes open a register at once that is not made yet, or not of this version: it is made once, or left as it is."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from wire import Wire

import postgres_server
from dutybook.database_address import Address
from dutybook.errors import NotFound, RegisterUnreachable
from dutybook.store import open_register
from dutybook.store.maintenance import rebuilding

PROGRAM = """
import json, sys, time
from pathlib import Path
from builders import N, make_analysis
from dutybook.database_address import database_named
from dutybook.errors import DutybookError
from dutybook.store import open_register
import dutybook.store.maintenance.rebuilding
if sys.argv[1].startswith("postgres"):
    import dutybook.store.database.postgresql.opening
ready, go = Path(sys.argv[3]), Path(sys.argv[4])
ready.touch()
while not go.exists():
    time.sleep(0.001)
said = ""
try:
    with open_register(database_named(sys.argv[1]), read_only=sys.argv[2] == "read", create=sys.argv[2] != "read") as register:
        if sys.argv[2] == "write":
            name = ready.name
            register.add(make_analysis([N(f"The {name} shall keep logs.")], salt=name, source=name, title=name), "1")
        said = "ok"
except DutybookError as error:
    said = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""


def open_at_once(database: Any, folder: Path, *ways: str) -> list[str]:
    """What processes say that open a register at the same moment: ``write``, ``read``, or only ``open``."""
    program, go = folder / "program.py", folder / "go"
    program.write_text(f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})\n{PROGRAM}")
    go.unlink(missing_ok=True)
    ready = [folder / f"p{number}" for number in range(len(ways))]
    for one in ready:
        one.unlink(missing_ok=True)
    running = [
        subprocess.Popen(
            [sys.executable, str(program), str(database), way, str(mine), str(go)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for way, mine in zip(ways, ready, strict=True)
    ]
    while not all(one.exists() for one in ready) and all(process.poll() is None for process in running):
        time.sleep(0.01)
    go.touch()
    ended = [process.communicate(timeout=120) for process in running]
    assert [errors for _, errors in ended] == [""] * len(ways)
    return [json.loads(output) for output, _ in ended]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Where no register is yet."""
    if request.param == "sqlite":
        return tmp_path / "new.db"
    postgres_server.needed()
    return Address(request.getfixturevalue("bare"))


@pytest.fixture
def bare(address: Address) -> str:
    """The address of a database without a schema of ours."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA dutybook CASCADE")
    return str(address)


def test_a_register_is_made_once(database: Any, tmp_path: Path) -> None:
    said = open_at_once(database, tmp_path, "write", "write", "write", "read")
    assert said[:3] == ["ok"] * 3
    assert said[3] == "ok" or said[3].startswith("NotFound"), said[3]
    with open_register(database, create=False) as register:
        assert sorted(row.source for row in register.documents()) == ["p0", "p1", "p2"]
        assert register.check() == []


def test_what_an_older_version_derived_is_made_anew_once(database: Any, tmp_path: Path) -> None:
    open_at_once(database, tmp_path, "write", "write")
    with open_register(database) as register:
        content = list(register.content())
        with register.transaction():
            register._connection.execute("UPDATE meta SET value = 'old' WHERE key LIKE 'made:%'")
    assert open_at_once(database, tmp_path, "open", "read", "open") == ["ok"] * 3
    with open_register(database, read_only=True) as register:
        assert rebuilding.stale(register._connection) == ()
        assert list(register.content()) == content
        assert register.check() == []


def test_a_schema_of_another_version_is_left_as_it_is(database: Any, tmp_path: Path) -> None:
    open_at_once(database, tmp_path, "write")
    with open_register(database) as register:
        content = list(register.content())
        _set_version(register._connection, 17)
    for said in open_at_once(database, tmp_path, "write", "write", "read"):
        assert said.startswith("SchemaMismatch: ")
        assert "schema 17" in said
        assert "new" in said
        assert "secret" not in said
    with open_register(tmp_path / "other.db") as other:
        now = other._connection.execute("PRAGMA user_version").fetchone()[0]
    _set_version_of(database, now)
    with open_register(database) as register:
        assert list(register.content()) == content


def _set_version(connection: Any, version: int) -> None:
    if hasattr(connection, "run"):
        connection.run(f"UPDATE register_state SET version = {version}")
    else:
        connection.execute(f"PRAGMA user_version = {version}")


def _set_version_of(database: Any, version: int) -> None:
    if isinstance(database, Address):
        import psycopg

        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("UPDATE dutybook.register_state SET version = %s", (version,))
    else:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA user_version = {version}")


def test_a_register_whose_making_breaks_off_is_made_by_the_next(bare: str) -> None:
    with Wire(bare) as wire:
        wire.cut_at(b"norms_fts")
        with pytest.raises(RegisterUnreachable, match="does not answer"):
            open_register(Address(wire.address))
        with pytest.raises(NotFound, match="there is no register"):
            open_register(Address(wire.address), create=False)
        with open_register(Address(wire.address)) as register:
            assert register.check() == []
