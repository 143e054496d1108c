"""The tables of accounts in a database of PostgreSQL, in a schema of their own, with a lock of their own.

Who signs in never waits for an ingest that stores documents.
"""

from __future__ import annotations

from contextlib import closing

from dutybook.errors import SchemaMismatch
from dutybook.store.accounts.base import STATEMENTS
from dutybook.store.database.connection import immediate
from dutybook.store.database.postgresql import schema
from dutybook.store.database.postgresql.connection import PostgresConnection
from dutybook.store.database.postgresql.session import Part
from dutybook.store.sql import compose

#: Where accounts are, and what their writers hold in turn.
ACCOUNTS = Part("dutybook_accounts", lock=0x44426163, seconds=5)
#: The version of the tables.
FORMAT = 1
#: Tables whose rows are asked for in the order in which they came.
_ARRIVING = frozenset({"sessions"})


def has_accounts(url: str) -> bool:
    """Whether the database has tables of accounts."""
    with closing(PostgresConnection(url, read_only=True, part=ACCOUNTS)) as connection:
        return _format(connection) > 0


def connect_accounts(url: str) -> PostgresConnection:
    """A connection to the accounts of a register, whose tables are made where needed.

    Raises:
        NotARegister, SchemaMismatch, RegisterBusy, RegisterUnwritable, RegisterError: as their names say.
    """
    connection = PostgresConnection(url, read_only=False, part=ACCOUNTS)
    try:
        if not _format(connection):
            _create(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _format(connection: PostgresConnection) -> int:
    """The version of the tables; 0 where there are none."""
    found = connection.stored_version("accounts_state", "format")
    if found > FORMAT:
        raise SchemaMismatch(
            f"the accounts in {connection.name} were made by a newer Dutybook (format {found}, this one knows up to {FORMAT}). "
            "Update Dutybook: pip install --upgrade dutybook"
        )
    return found


def _create(connection: PostgresConnection) -> None:
    """Make the tables; several processes may try at once."""
    with immediate(connection):
        if not _format(connection):
            connection.run("CREATE SCHEMA IF NOT EXISTS dutybook_accounts")
            for statement in schema.tables_of(STATEMENTS, _ARRIVING):
                connection.run(statement)
            connection.run(
                "CREATE TABLE accounts_state (one integer PRIMARY KEY CHECK (one = 1), format bigint NOT NULL)"
            )
            connection.run(compose("INSERT INTO accounts_state VALUES (1, {number})", number=FORMAT))
