"""The accounts of a register on a server: in the same database, in a schema of their own, so that all who serve the register share them.

The schema is ``dutybook_accounts``: a dump of the schema ``dutybook`` has none of it, and a user of the database who may only read the
register need not be given it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from dutybook.database_address import Address
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection

#: So many connections a process has at most: what is asked of accounts is answered in a millisecond.
MOST_CONNECTIONS = 4


class AccountsOnServer:
    """The accounts in the database of a server; a request borrows one of a few connections."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._turns = BoundedSemaphore(MOST_CONNECTIONS)
        self._free: list[Any] = []
        self._known = False

    def exists(self) -> bool:
        if not self._known:
            from dutybook.store.database.postgresql.accounts import has_accounts

            with translated(self.address):
                self._known = has_accounts(self.address)
        return self._known

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with translated(self.address), self._borrowed() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        with translated(self.address), self._borrowed() as connection, immediate(connection):
            yield connection

    def check(self) -> None:
        with self.reading() as connection:
            connection.execute("SELECT count(*) FROM people").fetchone()

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        with self._turns:
            connection = self._free.pop() if self._free else self._opened()
            try:
                yield connection
            finally:
                self._free.append(connection)

    def _opened(self) -> Connection:
        # Here, so that nobody who has a file needs what speaks to a server.
        from dutybook.store.database.postgresql.accounts import connect_accounts

        made: Connection = connect_accounts(self.address)
        self._known = True
        return made
