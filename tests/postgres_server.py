"""A PostgreSQL server for tests: the one that ``DUTYBOOK_TEST_POSTGRESQL`` names, else one of this machine's own, started for the run."""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

from in_memory import folder_in_memory

#: The address of a server on which databases may be made and dropped.
VARIABLE = "DUTYBOOK_TEST_POSTGRESQL"
_TEMPLATE = "dutybook_test_empty"
_NUMBERS = itertools.count(1)


def programs_folder() -> Path | None:
    """Where initdb and pg_ctl are: where Debian has them, beside pgvector if that is there, or on the path."""
    folders = [f for f in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) if (f / "initdb").exists()]
    for folder in folders:
        if Path("/usr/share/postgresql", folder.parent.name, "extension", "vector.control").exists():
            return folder
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    return next(iter(folders), None)


class Server:
    """A server of this machine's own, in a folder that goes with it; in memory where that can be, unless its ``parent`` is named."""

    def __init__(self, programs: Path, settings: str, parent: Path | None = None) -> None:
        self._programs = programs
        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir=parent or folder_in_memory()))
        self._options: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            other = pwd.getpwnam("postgres" if _is_user("postgres") else "nobody")
            os.chown(self.folder, other.pw_uid, other.pw_gid)
            self._options = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        self._run("initdb", "-A", "trust", "-U", "dutybook", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def address(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://dutybook@/{database}?host={quote(str(self.folder))}"

    def start(self) -> None:
        settings = (
            f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60 "
            # In the folder, which is removed: a server that ends at once leaves shared memory of the system behind.
            f"-c shared_buffers=64MB -c dynamic_shared_memory_type=mmap {self._settings}"
        )
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", settings, "start")

    def stop(self, mode: str = "immediate") -> None:
        """End it: ``fast`` as an operator does, ``immediate`` as if the power failed."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """End it and take its folder away."""
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *more: str) -> None:
        command = (str(self._programs / program), "-D", str(self.folder / "data"), *more)
        nothing = subprocess.DEVNULL
        # No stream of ours: the server would keep it.
        subprocess.run(
            command, check=True, cwd=self.folder, stdin=nothing, stdout=nothing, stderr=nothing, **self._options
        )


def _started(settings: str = "") -> Server | None:
    programs = programs_folder()
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return None
    return None if programs is None or os.name == "nt" else Server(programs, settings)


@contextmanager
def own_server() -> Iterator[Server]:
    """A server for tests that stop and start it; skips where none can be started."""
    made = _started()
    if made is None:
        pytest.skip("no PostgreSQL on this machine that could be stopped and started, or psycopg is missing")
    try:
        yield made
    finally:
        made.remove()


@cache
def server() -> str | None:
    """The address of the server; None where there is none, and no programs to start one."""
    if given := os.environ.get(VARIABLE):
        return given
    made = _started("-c synchronous_commit=off")
    if made is None:
        return None
    atexit.register(made.remove)
    return made.address("postgres")


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _address(database: str) -> str:
    parts = urlsplit(str(server()))
    # urlunsplit leaves out an empty host.
    return urlunsplit(parts._replace(path=f"/{database}"))


@cache
def _template() -> str:
    """An empty register that others are copied from."""
    from dutybook.store.database.postgresql.opening import connect

    name = f"{_TEMPLATE}_{os.getpid()}"
    _administer(f"CREATE DATABASE {name} TEMPLATE template0")
    connect(_address(name), create=True, read_only=False).close()
    return name


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(str(server()), autocommit=True) as connection:
        connection.execute(statement)


def needed() -> None:
    """Skip a test where no server can be had."""
    if server() is None:
        pytest.skip(f"no PostgreSQL on this machine (or psycopg is missing), and {VARIABLE} names none")


_MADE: dict[str, str] = {}
#: Databases that nobody uses any more.
_FREE: list[str] = []


def database_for(name: str) -> str:
    """The address of the database that stands for a register's file, an empty register to begin with; each in memory is another."""
    name = name_in_memory() if name == ":memory:" else name
    if name not in _MADE:
        _MADE[name] = _emptied(_FREE.pop()) if _FREE else _new()
    return _address(_MADE[name])


def name_in_memory() -> str:
    """A name for a register in memory: each is another one."""
    return f":memory:{next(_NUMBERS)}"


def give_back(name: str) -> None:
    """Have others use the database of a register that is not needed any more.

    By the register's name: one that is forgotten late must not take the database from who has it by then.
    """
    if name in _MADE:
        _FREE.append(_MADE.pop(name))


def _new() -> str:
    name = f"dutybook_test_{os.getpid()}_{next(_NUMBERS)}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {_template()} STRATEGY wal_log")
    return name


#: Takes all rows out, without the triggers that would refuse it, and puts the first ones back. Faster than another database.
_EMPTY = """DO $$ DECLARE t record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'dutybook'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('register_state', 'meta', 'history_head')
    LOOP EXECUTE format('DELETE FROM dutybook.%I', t.relname); END LOOP;
    ALTER TABLE dutybook.history ENABLE TRIGGER USER;
    ALTER TABLE dutybook.history_head ENABLE TRIGGER USER;
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'dutybook'::regnamespace AND relkind = 'S'
    LOOP EXECUTE format('ALTER SEQUENCE dutybook.%I RESTART', t.relname); END LOOP;
    DELETE FROM dutybook.meta WHERE key <> 'register_id' AND key NOT LIKE 'made:%';
    UPDATE dutybook.meta SET value = substr(md5(random()::text), 1, 16) WHERE key = 'register_id';
    DELETE FROM dutybook.history_head;
    INSERT INTO dutybook.history_head (id, rows, hash) VALUES (1, 0, repeat('0', 64));
    UPDATE dutybook.register_state SET writes = 0, norms = 0, words = 0;
    DROP SCHEMA IF EXISTS dutybook_accounts CASCADE;
END $$"""


def _emptied(name: str) -> str:
    import psycopg

    from dutybook.store.maintenance import rebuilding

    _administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    with psycopg.connect(_address(name), autocommit=True) as connection:
        connection.execute(_EMPTY)
        # Tests have parts of their own.
        known = [f"made:{part.name}" for part in rebuilding.parts()]
        connection.execute("DELETE FROM dutybook.meta WHERE key LIKE 'made:%%' AND NOT key = ANY(%s)", (known,))
    return name


@contextmanager
def dropped_after() -> Iterator[None]:
    """Databases that are made inside end with the context."""
    before = set(_MADE)
    try:
        yield
    finally:
        _FREE.extend(_MADE.pop(key) for key in set(_MADE) - before)
