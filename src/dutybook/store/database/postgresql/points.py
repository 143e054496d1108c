"""Vectors of norms as points of the extension pgvector, so that the server finds the nearest and no process keeps all of them in memory.

A point has the whole numbers of its vector's bytes, which half-precision numbers hold exactly, and so are the sums of their products: looking at each
gives the same results in the same order as the index in memory. From :data:`APPROXIMATE_FROM` points on an HNSW index finds them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from psycopg.sql import SQL, Composable, Literal

from dutybook.errors import DutybookError
from dutybook.store.database.connection import immediate
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.database.postgresql.connection import PostgresConnection

#: From so many points on there is an approximate index: below, the server looks at each (see docs/scale.md for what that takes).
APPROXIMATE_FROM = 100_000
#: The first version of pgvector with half-precision points, and the first whose index goes on until enough is found.
OLDEST, ITERATIVE = (0, 7), (0, 8)
#: So many candidates the index keeps while it looks for the nearest: as many as pgvector allows.
_CANDIDATES = 1_000
_AVAILABLE = "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
_INSTALLED = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
_MAKE = (
    """CREATE OR REPLACE FUNCTION point_of(steps bytea) RETURNS halfvec LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array_agg((get_byte(steps, at) + 128) % 256 - 128 ORDER BY at)::integer[]::halfvec
        FROM generate_series(0, length(steps) - 1) at $$""",
    """CREATE TABLE vector_points (id bigint PRIMARY KEY REFERENCES vectors(id) ON DELETE CASCADE, point halfvec NOT NULL)""",
    """CREATE FUNCTION add_point() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO vector_points VALUES (new.id, point_of(new.vector)); RETURN new; END $$""",
    "CREATE TRIGGER vectors_have_points AFTER INSERT ON vectors FOR EACH ROW EXECUTE FUNCTION add_point()",
    "INSERT INTO vector_points SELECT id, point_of(vector) FROM vectors ORDER BY id",
)


def prepare(connection: PostgresConnection) -> bool:
    """Keep a point for each vector from now on, where the server has pgvector and the user may have it; whether it is so."""
    if has_points(connection):
        return True
    found = connection.run(_AVAILABLE).fetchone()
    if not found or _version(found[0]) < OLDEST:
        return False
    with suppress(sqlite3.Error, DutybookError):
        connection.run("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    installed = connection.run(_INSTALLED).fetchone()
    if not installed or _version(installed[0]) < OLDEST:
        return False
    with immediate(connection):
        # Again under the lock: two processes may come at once.
        if not has_points(connection):
            for statement in _MAKE:
                connection.run(statement)
    return True


def has_points(connection: PostgresConnection) -> bool:
    """Whether there is a point for each vector."""
    return _exists(connection, "vector_points")


def has_index(connection: PostgresConnection) -> bool:
    """Whether there is an approximate index."""
    return _exists(connection, "vector_points_nearest")


def _exists(connection: PostgresConnection, name: str) -> bool:
    """Whether a table or an index has been made."""
    # to_regclass may answer from memory what was so before another process made it.
    asked = "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = %s AND c.relname = %s)"
    return bool(connection.run(asked, (connection.part.namespace, name)).fetchone()[0])


def make_index(connection: PostgresConnection, dimensions: int) -> None:
    """Make the approximate index. Others go on reading meanwhile."""
    made = compose(
        "CREATE INDEX IF NOT EXISTS vector_points_nearest ON vector_points USING hnsw ((point::halfvec({dimensions})) halfvec_ip_ops)"
        " WITH (m = 24, ef_construction = 128)",
        dimensions=dimensions,
    )
    with immediate(connection):
        # It is built several times as fast where all of it fits.
        connection.run("SET LOCAL maintenance_work_mem = '1GB'")
        connection.run(made)


def drop_index(connection: PostgresConnection) -> None:
    """Remove the approximate index: vectors of other dimensions do not fit it."""
    connection.run("DROP INDEX IF EXISTS vector_points_nearest")


def nearest(
    connection: PostgresConnection, steps: Sequence[int], count: int, allowed: Collection[int] | None
) -> list[tuple[int, int]]:
    """The ``count`` nearest vectors with the sum of products, the nearest first; of ``allowed`` ones alone if given."""
    point = Literal("[" + ",".join(map(str, steps)) + "]")
    if allowed is not None or not has_index(connection):
        chosen = SQL("WHERE id = ANY({})").format(Literal(sorted(allowed))) if allowed is not None else SQL("")
        return _found(connection, _EACH.format(point=point, chosen=chosen, count=Literal(count)))
    connection.begin_reading()
    try:
        connection.run(compose("SET LOCAL hnsw.ef_search = {candidates}", candidates=_CANDIDATES))
        if _version(connection.run(_INSTALLED).fetchone()[0]) >= ITERATIVE:
            connection.run("SET LOCAL hnsw.iterative_scan = strict_order")
        return _found(
            connection, _APPROXIMATE.format(point=point, dimensions=Literal(len(steps)), count=Literal(count))
        )
    finally:
        connection.roll_back()


_EACH = SQL(
    "SELECT id, -(point <#> {point}::halfvec) AS near FROM vector_points {chosen} ORDER BY near DESC, id LIMIT {count}"
)
_APPROXIMATE = SQL(
    """SELECT id, near FROM (SELECT id, -(point::halfvec({dimensions}) <#> {point}::halfvec({dimensions})) AS near FROM vector_points
    ORDER BY point::halfvec({dimensions}) <#> {point}::halfvec({dimensions}) LIMIT {count}) found ORDER BY near DESC, id"""
)


def _found(connection: PostgresConnection, statement: Composable) -> list[tuple[int, int]]:
    rows = connection.run(statement.as_string(connection.raw)).fetchall()
    return [(int(number), round(near)) for number, near in rows]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])
