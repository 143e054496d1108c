"""A session on a server: what is said when it begins, tried on a connection that only writes it down."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("psycopg")

import psycopg

from dutybook.store.database.postgresql.session import REGISTER, open_session
from dutybook.store.sql import compose

ADDRESS = "postgresql://anna@quay.example/harbour"


class Noting:
    """A connection that notes what it is told, and refuses statements with a certain word."""

    def __init__(self, refused: str = "never") -> None:
        self.statements: list[str] = []
        self.closed = False
        self.refused = refused
        self.adapters = SimpleNamespace(register_loader=lambda *_: None)

    def execute(self, statement: str) -> Any:
        if self.refused in statement:
            raise psycopg.OperationalError("refused")
        self.statements.append(statement)
        return SimpleNamespace(description=[("id",), ("source",)])

    def close(self) -> None:
        self.closed = True


def begin(monkeypatch: pytest.MonkeyPatch, made: Noting, address: str = ADDRESS, **asked: Any) -> dict[str, Any]:
    """What psycopg is given to connect."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(psycopg, "connect", lambda **options: given.update(options) or made)
    assert open_session(address, REGISTER, **{"read_only": False} | asked) is made
    return given


def test_an_address_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert begin(monkeypatch, Noting())["connect_timeout"] == 10
    assert begin(monkeypatch, Noting(), f"{ADDRESS}?connect_timeout=3")["connect_timeout"] == "3"


def test_our_tables_are_found_and_only_a_reader_is_refused_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = Noting(), Noting()
    begin(monkeypatch, writer)
    begin(monkeypatch, reader, read_only=True)
    assert writer.statements[0].startswith("SET search_path = dutybook, public; SET lock_timeout = '60s'; ")
    assert reader.statements == [*writer.statements, "SET default_transaction_read_only = on"]


def test_documents_are_hidden_behind_a_view_before_changes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made, columns = Noting(), []

    def show_ids(names: Any) -> Any:
        columns.extend(names)
        return compose("SELECT id")

    begin(monkeypatch, made, read_only=True, select_documents=show_ids)
    assert columns == ["id", "source"]
    *_, view, last = made.statements
    assert "VIEW" in view
    assert '"documents"' in view
    assert last.endswith("read_only = on")


@pytest.mark.parametrize("refused", ["search_path", "read_only"])
def test_a_session_that_cannot_begin_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    made = Noting(refused)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        begin(monkeypatch, made, read_only=True)
    assert made.closed
