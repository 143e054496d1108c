"""Statements that a server has planned once for a connection, and that are run again with other values.

To plan a statement takes the server several times as long as to run most of them. A plan serves any values: what is looked for stands
in indexes, so that it is seldom another one for some of them. Statements are sent without psycopg's cursors, which would fill values in
and take three times as long.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import generators, pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

#: Statements whose plans a connection has at most; each takes some 170 kB of the server's memory.
MOST = 100
#: Seconds after which plans are made anew: meanwhile a table that was empty may have become a large one.
SECONDS = 60.0

_PARAMETER = re.compile(r"%\((\w+)\)s")
_LARGEST_INTEGER = 2**31
#: The numbers that types have in every server; 0 leaves it to the server to find out.
_TYPES = {"any": 0, "bytes": 17, "bigint": 20, "integer": 23, "double": 701, "tsquery": 3615}
#: The same of lists.
_TYPES |= {"texts": 1009, "doubles": 1022, "tsqueries": 3645}
_WELL = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_Key = tuple[str, tuple[str, ...]]


class PreparedStatements:
    """The statements that a connection has prepared; those that were not run for longest are the first to go."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        #: What they were prepared on.
        self.connection = connection
        self._names: OrderedDict[_Key, bytes] = OrderedDict()
        self._number = 0
        self._planned = time.monotonic()

    def run(self, statement: str, values: Mapping[str, Any], queries: Sequence[str] = ()) -> Rows:
        """The rows of a statement with named parameters, of which ``queries`` are full-text queries.

        Raises:
            psycopg.Error: as a cursor would.
        """
        ordered, names = numbered(statement, tuple(name for name, value in values.items() if value is None))
        kinds = tuple(_kind_of(values[name], name in queries) for name in names)
        known = self._name_of((ordered, kinds))
        self.connection.pgconn.send_query_prepared(known, [_written(values[name]) for name in names])
        return Rows(self.connection, self._answer())

    def _name_of(self, key: _Key) -> bytes:
        """The name of a statement, which is prepared where it is not."""
        if time.monotonic() - self._planned > SECONDS:
            self._send("DISCARD PLANS")
            self._planned = time.monotonic()
        if known := self._names.get(key):
            self._names.move_to_end(key)
            return known
        if len(self._names) >= MOST:
            self._send(f"DEALLOCATE {self._names.popitem(last=False)[1].decode()}")
        self._number += 1
        name = f"dutybook_{self._number}".encode()
        sql, kinds = key
        self.connection.pgconn.send_prepare(name, sql.encode(), [_TYPES[kind] for kind in kinds])
        self._answer()
        self._names[key] = name
        return name

    def _send(self, statement: str) -> None:
        self.connection.pgconn.send_query(statement.encode())
        self._answer()

    def _answer(self) -> pq.abc.PGresult:
        result: pq.abc.PGresult = self.connection.wait(generators.execute(self.connection.pgconn))[-1]
        if result.status not in _WELL:
            raise error_from_result(result)
        return result


class Rows:
    """The rows that a statement gave, as a cursor has them."""

    def __init__(self, connection: psycopg.Connection[Any], result: pq.abc.PGresult) -> None:
        self._result = result
        self._transformer = Transformer(connection)
        self._transformer.set_pgresult(result)
        self._number = result.ntuples
        self._at = 0
        self.rowcount = result.command_tuples or 0

    @property
    def description(self) -> list[tuple[str]]:
        """A tuple for each column, its name first."""
        return [((self._result.fname(number) or b"").decode(),) for number in range(self._result.nfields)]

    def fetchone(self) -> Any:
        """The next row; None where there is none."""
        if self._at >= self._number:
            return None
        self._at += 1
        return self._transformer.load_row(self._at - 1, tuple)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """At most so many of the next rows."""
        begin, self._at = self._at, min(self._at + size, self._number)
        return self._transformer.load_rows(begin, self._at, tuple)

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return self.fetchmany(self._number)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def close(self) -> None:
        """Ask for no more rows."""
        self._at = self._number


def _kind_of(value: Any, is_query: bool) -> str:
    """The type that a value would have if it were written into the statement, where it ``is_query`` that of full-text queries."""
    if is_query:
        return "tsqueries" if isinstance(value, list) else "tsquery"
    if isinstance(value, int):
        return "integer" if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        return "doubles" if any(isinstance(one, float) for one in value) else "texts"
    return "bytes" if isinstance(value, bytes) else "any"


def _written(value: Any) -> bytes:
    """A value as the server reads it."""
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, list):
        return ("{" + ",".join("NULL" if one is None else _quoted(str(one)) for one in value) + "}").encode()
    return str(value).encode()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=4096)
def numbered(statement: str, missing: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
    """A statement with ``$1`` for its first parameter and so on, and their names; NULL stands for those that are ``missing``."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "NULL" if found[1] in missing else f"${names.setdefault(found[1], len(names) + 1)}"

    return _PARAMETER.sub(number, statement).replace("%%", "%"), tuple(names)
