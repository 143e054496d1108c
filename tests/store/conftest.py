"""The tests of the store run over SQLite and, where a server can be had, over PostgreSQL: one suite for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres_server
from dutybook.store import register as registers
from dutybook.store.database import connection as connections
from dutybook.store.database.protocols import Connection

#: Modules whose tests run over both. What the others test is SQLite's file: its bytes, copies, permissions, settings, or no database.
BOTH = {
    "test_store_additions",
    "test_store_amended",
    "test_store_candidates",
    "test_store_coming_acts",
    "test_store_counts",
    "test_store_doubts",
    "test_store_events",
    "test_store_history",
    "test_store_identities",
    "test_store_news",
    "test_store_overview",
    "test_store_procedures",
    "test_store_register",
    "test_store_review_machine",
    "test_store_review_versions",
    "test_store_reviews",
    "test_store_times",
    "test_store_versions",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] in BOTH:
        sqlite_only = metafunc.definition.get_closest_marker("sqlite_only")
        engines = ["sqlite"] if sqlite_only else ["sqlite", "postgresql"]
        metafunc.parametrize("engine", engines, indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Under ``postgresql`` each register that is opened, in memory or in a file, is an empty database of a server instead."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield "sqlite"
        return
    postgres_server.needed()

    def connect(path: str | Path, *, create: bool, read_only: bool) -> Connection:
        read_only = read_only and str(path) != registers.MEMORY
        return connections.connect(postgres_server.database_for(str(path)), create=create, read_only=read_only)

    with pytest.MonkeyPatch.context() as patch, postgres_server.dropped_after():
        patch.setattr(registers, "connect", connect)
        yield "postgresql"


@pytest.fixture(autouse=True)
def _databases_of_the_test() -> Iterator[None]:
    with postgres_server.dropped_after():
        yield
