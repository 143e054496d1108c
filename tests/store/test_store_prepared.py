"""Statements that a server has prepared for a connection: values arrive, plans are kept, the oldest go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

import postgres_server

pytest.importorskip("psycopg")

import psycopg

from dutybook.store.database.postgresql import prepared
from dutybook.store.database.postgresql.connection import PostgresConnection
from dutybook.store.database.postgresql.prepared import PreparedStatements, numbered


@pytest.fixture
def connection() -> Iterator[PostgresConnection]:
    postgres_server.needed()
    with closing(PostgresConnection(postgres_server.database_for(":memory:"), read_only=True)) as made:
        yield made


@pytest.fixture
def statements(connection: PostgresConnection) -> PreparedStatements:
    return PreparedStatements(connection.raw)


def known(connection: PostgresConnection) -> list[Any]:
    rows = connection.run("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements ORDER BY name")
    return list(rows.fetchall())


def test_parameters_are_numbered_as_they_come() -> None:
    assert numbered("SELECT %(b)s, %(a)s, %(b)s LIKE 'x%%'") == ("SELECT $1, $2, $1 LIKE 'x%'", ("b", "a"))
    assert numbered("SELECT %(a)s, %(b)s", ("a",)) == ("SELECT NULL, $1", ("b",))


@pytest.mark.parametrize("value", ["", 'l\'été \\ "50 %"', 0, -3, 2**31, -(2**40), 0.1, 1e300, None, b"\x00\xff'"])
def test_a_value_comes_back_as_it_was(statements: PreparedStatements, value: object) -> None:
    (found,) = statements.run("SELECT %(value)s", {"value": value}).fetchone()
    assert found == value
    assert type(found) is type(value)


def test_a_list_of_texts_arrives(statements: PreparedStatements) -> None:
    texts = ["", "a,b", '"', "\\", "{}", "NULL", "é"]
    asked = "SELECT one FROM unnest(%(texts)s) WITH ORDINALITY listed(one, place) ORDER BY place"
    assert [one for (one,) in statements.run(asked, {"texts": texts})] == texts


def test_lists_of_queries_and_numbers_arrive_with_what_is_missing(statements: PreparedStatements) -> None:
    asked = "SELECT (%(queries)s)[2], (%(numbers)s)[1] IS NULL, (%(numbers)s)[2]"
    given = {"queries": [None, "'l''été' <-> 'x':*"], "numbers": [None, 0.1]}
    assert statements.run(asked, given, ("queries",)).fetchone() == ("'l''été' <-> 'x':*", True, 0.1)


def test_rows_are_fetched_as_from_a_cursor(statements: PreparedStatements) -> None:
    rows = statements.run("SELECT one AS number FROM generate_series(1, %(last)s) one", {"last": 6})
    assert rows.description == [("number",)]
    assert rows.rowcount == 6
    assert rows.fetchone() == (1,)
    assert rows.fetchmany(2) == [(2,), (3,)]
    assert list(rows) == [(4,), (5,), (6,)]
    assert rows.fetchone() is None
    assert rows.fetchall() == []
    again = statements.run("SELECT 1", {})
    again.close()
    assert again.fetchone() is None


def test_a_statement_is_planned_once(connection: PostgresConnection) -> None:
    for value in ("a", "b", "c"):
        assert connection.execute("SELECT ? || 'x'", (value,)).fetchone() == (f"{value}x",)
    [(statement, generic, custom)] = known(connection)
    assert "$1" in statement
    assert (generic, custom) == (3, 0)


def test_a_statement_with_values_of_other_types_is_another(connection: PostgresConnection) -> None:
    for value in ("a", 1, 2, None):
        connection.execute("SELECT ?", (value,)).fetchone()
    assert len(known(connection)) == 3


def test_those_that_were_not_run_for_longest_go(
    connection: PostgresConnection, statements: PreparedStatements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)
    for number in (1, 2, 1, 3):
        assert statements.run(f"SELECT {number}", {}).fetchone() == (number,)
    assert {statement for statement, *_ in known(connection)} == {"SELECT 1", "SELECT 3"}
    assert statements.run("SELECT 2", {}).fetchone() == (2,)


def test_one_that_is_refused_leaves_the_others(statements: PreparedStatements) -> None:
    assert statements.run("SELECT 1 / %(by)s", {"by": 1}).fetchone() == (1,)
    with pytest.raises(psycopg.errors.UndefinedColumn, match="nothing"):
        statements.run("SELECT nothing", {})
    with pytest.raises(psycopg.errors.DivisionByZero):
        statements.run("SELECT 1 / %(by)s", {"by": 0})
    assert statements.run("SELECT 1 / %(by)s", {"by": 1}).fetchone() == (1,)


def test_plans_are_made_anew_after_a_time(
    connection: PostgresConnection, statements: PreparedStatements, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "SELECT count(*) FROM pg_prepared_statements WHERE %(one)s = 1"
    assert statements.run(asked, {"one": 1}).fetchone() == (1,)
    monkeypatch.setattr(prepared, "SECONDS", -1.0)
    assert statements.run(asked, {"one": 1}).fetchone() == (1,)
    assert len(known(connection)) == 1


def test_who_writes_has_each_statement_planned_for_itself() -> None:
    postgres_server.needed()
    with closing(PostgresConnection(postgres_server.database_for(":memory:"), read_only=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert connection.execute("SELECT count(*) FROM norms WHERE id = ?", ("a",)).fetchone() == (0,)
        assert known(connection) == []
        connection.execute("ROLLBACK")
        assert connection.execute("SELECT count(*) FROM norms WHERE id = ?", ("a",)).fetchone() == (0,)
        assert len(known(connection)) == 1
