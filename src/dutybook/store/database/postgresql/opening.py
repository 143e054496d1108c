"""Opens a register in PostgreSQL: makes its tables where it is new, refuses those of another version, and rebuilds what is stale."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from dutybook.errors import DutybookError, NotFound, RegisterError, SchemaMismatch
from dutybook.store import schema as description
from dutybook.store.database.connection import immediate
from dutybook.store.database.postgresql import points, schema
from dutybook.store.database.postgresql.connection import PostgresConnection

_OLDEST = 130000
"""The oldest version of PostgreSQL whose SQL this is."""


def connect(url: str, *, create: bool, read_only: bool) -> PostgresConnection:
    """A connection to a register of our schema, made where needed.

    Raises:
        NotFound: the database holds no register, and none was to be made.
        SchemaMismatch, RegisterBusy, RegisterUnwritable, RegisterError: as their names say.
    """
    from dutybook.store.maintenance import rebuilding

    connection = PostgresConnection(url, read_only=read_only)
    try:
        if _version(connection) == 0:
            if not create or read_only:
                raise NotFound(
                    f"there is no register in the database {connection.name}. Make one with: dutybook --database "
                    f"{connection.name} ingest FOLDER"
                )
            _create(connection)
        if rebuilding.stale(connection):
            if read_only:
                connect(url, create=False, read_only=False).close()
            else:
                rebuilding.rebuild(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: PostgresConnection) -> int:
    """The version of the register's schema, 0 where there is none."""
    version = connection.stored_version("register_state", "version")
    if version not in (0, description.VERSION):
        newer = version > description.VERSION
        raise SchemaMismatch(
            f"the database {connection.name} was made by {'a newer' if newer else 'an older'} Dutybook (schema {version}; this one "
            f"reads schema {description.VERSION}). "
            + (
                "Update Dutybook: pip install --upgrade dutybook"
                if newer
                else "Read the documents into a new database."
            )
        )
    return version


def _create(connection: PostgresConnection) -> None:
    """Make an empty register; several processes may try at once."""
    encoding, version = connection.run(
        "SELECT current_setting('server_encoding'), current_setting('server_version_num')::integer"
    ).fetchone()
    if encoding != "UTF8":
        raise RegisterError(
            f"the database {connection.name} has the encoding {encoding}; make one with the encoding UTF8"
        )
    if version < _OLDEST:
        raise RegisterError(
            f"the database {connection.name} is of PostgreSQL {version // 10000}; 13 or newer is needed"
        )
    with immediate(connection):
        if _version(connection) == 0:
            connection.run("CREATE SCHEMA IF NOT EXISTS dutybook")
            for statement in schema.statements():
                connection.run(statement)
    _speed_up(connection)


def _speed_up(connection: PostgresConnection) -> None:
    """Indexes for parts of names, where the server has pg_trgm and the user may have it, and points of vectors by pgvector."""
    points.prepare(connection)
    with suppress(sqlite3.Error, DutybookError):
        connection.run("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    if not connection.run("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").fetchone():
        return
    for statement in schema.TRIGRAM_INDEXES:
        with suppress(sqlite3.Error, DutybookError):
            connection.run(statement)
