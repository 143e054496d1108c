"""What each engine does in its own way is asked for in one."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from dutybook.errors import MissingExtra
from dutybook.store import open_register
from dutybook.store.database.connection import connect
from dutybook.store.database.engines import append_rows, smaller_cache, stream_rows
from dutybook.store.sql import compose, rows_of


def test_more_rows_than_are_sent_at_once_all_arrive() -> None:
    keys = [f"{number:04}" for number in range(1201)]
    with open_register() as register:
        with register.transaction():
            appended = append_rows(register._connection, "alert_event_keys", ["key"], ((key,) for key in keys))
        assert appended == len(keys)
        stored = stream_rows(register._connection, rows_of("alert_event_keys", ["key"]))
        assert sorted(key for (key,) in stored) == keys


@pytest.mark.sqlite_only
def test_the_cache_is_as_large_as_before_also_where_something_went_wrong() -> None:
    asked = compose("PRAGMA cache_size")
    with open_register() as register:
        connection = register._connection
        before = connection.execute(asked).fetchone()
        with suppress(KeyError), smaller_cache(connection, 512):
            assert connection.execute(asked).fetchone() == (-512,)
            raise KeyError
        assert connection.execute(asked).fetchone() == before


@pytest.mark.sqlite_only
def test_what_another_connection_writes_changes_the_version_of_the_data(tmp_path: Path) -> None:
    with open_register(tmp_path / "a.db") as reading, open_register(tmp_path / "a.db") as writing:
        before = reading.data_version()
        assert reading.data_version() == before
        with writing.transaction():
            append_rows(writing._connection, "alert_event_keys", ["key"], [("horn",)])
        assert reading.data_version() != before
        assert writing.data_version() == writing.data_version()


@pytest.mark.sqlite_only
def test_an_installation_without_what_speaks_to_servers_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("dutybook.store.database.postgresql")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="psycopg"):
        connect("postgresql://keeper@localhost/harbour", create=False, read_only=True)
