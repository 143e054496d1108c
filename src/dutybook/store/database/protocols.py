"""What the store needs of a database: a connection that runs SQL, whatever engine is behind it.

:class:`sqlite3.Connection` is one as it stands; :class:`dutybook.store.database.postgresql.connection.PostgresConnection` is
another, which takes the same SQL. Nothing else in the store names an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

#: Parameters of a statement: by position (``?``, ``?1``) or by name (``:left``).
Parameters = Sequence[Any] | Mapping[str, Any]


class Cursor(Protocol):
    """The rows that a statement gives, as tuples, and what it did."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 where nobody counted."""

    @property
    def description(self) -> Any:
        """A tuple for each column, its name first."""

    def fetchone(self) -> Any:
        """The next row; None where there is none."""

    def fetchmany(self, size: int = ..., /) -> list[Any]:
        """At most so many of the next rows."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...

    def close(self) -> None:
        """Ask for no more rows."""


class Connection(Protocol):
    """A connection to a register; transactions are begun and ended by those who write.

    Statements are SQLite's SQL, as :mod:`dutybook.store.sql` composes them. ``BEGIN IMMEDIATE`` waits until nobody else writes,
    ``BEGIN`` sees one state of the register until ``COMMIT`` or ``ROLLBACK``.
    """

    #: What makes a text: ``str``, or ``bytes`` for text that may be damaged.
    text_factory: Any

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and is not over."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Cursor:
        """Run a statement."""

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Cursor:
        """Run a statement once for each of these parameters."""

    def close(self) -> None:
        """End the connection; a transaction that is not over is undone."""
