"""The tests of the store run over SQLite and, where a server can be had, over PostgreSQL: one suite for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from one_database import NOT_OVER_BOTH

import postgres_server
from dutybook.store import register as registers
from dutybook.store.database import connection as connections
from dutybook.store.database.protocols import Connection


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] not in NOT_OVER_BOTH:
        others = {"sqlite": "postgresql_only", "postgresql": "sqlite_only"}
        engines = [engine for engine, other in others.items() if not metafunc.definition.get_closest_marker(other)]
        metafunc.parametrize("engine", engines, indirect=True, scope="module")


def _give_back_when_closed(connection: Connection, name: str) -> None:
    """A register in memory ends with its connection."""
    close = connection.close

    def end() -> None:
        close()
        postgres_server.give_back(name)

    connection.close = end  # type: ignore[method-assign]


@pytest.fixture(scope="module", autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Under ``postgresql`` each register that is opened, in memory or in a file, is an empty database of a server instead."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield "sqlite"
        return
    postgres_server.needed()

    def connect(path: str | Path, *, create: bool, read_only: bool) -> Connection:
        memory = str(path) == registers.MEMORY
        name = postgres_server.name_in_memory() if memory else str(path)
        address = postgres_server.database_for(name)
        made = connections.connect(address, create=create, read_only=read_only and not memory)
        if memory:
            _give_back_when_closed(made, name)
        return made

    with pytest.MonkeyPatch.context() as patch, postgres_server.dropped_after():
        patch.setattr(registers, "connect", connect)
        yield "postgresql"


@pytest.fixture(autouse=True)
def _databases_of_the_test() -> Iterator[None]:
    with postgres_server.dropped_after():
        yield
