"""A connection to a register in PostgreSQL that takes the SQL of the store, as :class:`sqlite3.Connection` does.

Who writes holds one lock of the database until the transaction ends, so that writers take turns as they do over one file; readers
are never kept waiting. Values are those of SQLite: no truths, no decimal numbers, no text with a character 0.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import islice
from typing import Any, cast

import psycopg
from psycopg import pq
from psycopg.adapt import Loader
from psycopg.sql import SQL, Identifier, Literal

from dutybook.database_address import Address
from dutybook.errors import DutybookError, NotARegister, RegisterUnreachable
from dutybook.store.database.postgresql import points, text_index
from dutybook.store.database.postgresql.failures import explain, explain_loss
from dutybook.store.database.postgresql.prepared import PreparedStatements
from dutybook.store.database.postgresql.session import REGISTER, Part, open_session
from dutybook.store.database.postgresql.translation import NAMESPACE, Translated, named, translate
from dutybook.store.database.postgresql.word_index import INDEXING, Changed, WordIndex
from dutybook.store.sql import Sql

#: Seconds that the first statement after a loss of the connection waits for a server that restarts.
RESTART_SECONDS = 5.0
#: Seconds that a server may take to find out that the connection of a transaction that it is committing is gone.
_DOUBT_SECONDS = 10.0
#: Columns that are numbered by the database.
_NUMBERED = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = %s AND is_identity = 'YES'"""
#: How statements begin that change nothing.
_ASKING = ("SELECT", "WITH")
#: Statements that are sent at once.
_AT_ONCE = 200


class _Bytes(Loader):
    def load(self, data: Any) -> bytes:
        return bytes(data)


class PostgresConnection:
    """A connection for one thread at a time.

    One that broke is made anew with the next statement, which waits up to ``restart_seconds`` for a server that restarts. A
    transaction that broke off takes no further statement until it is rolled back, whatever its writer makes of the error.
    """

    def __init__(self, url: str, *, read_only: bool, part: Part = REGISTER) -> None:
        self.part = part
        self.url = url
        self.name = Address(url).without_password
        self.read_only = read_only
        self.text_factory: Any = str
        self.restart_seconds = RESTART_SECONDS
        self._writes = False
        self._begun = False
        # No circle: a connection that nobody refers to any more is closed at once.
        self._words = WordIndex(weakref.proxy(self))
        self._gave_up = False
        self._select_documents: Callable[[Iterable[str]], Sql] | None = None
        self._prepared: PreparedStatements | None = None
        self._connection = self._open()

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        with self._translated():
            return open_session(self.url, self.part, read_only=self.read_only, select_documents=self._select_documents)

    def _usable(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection, made anew if it broke.

        Raises:
            RegisterUnreachable: a transaction was begun over the one that broke, or the server does not answer.
        """
        if self._connection.closed:
            if self._begun:
                raise explain_loss("the connection was lost in the middle of a change", self.name)
            self._reopen()
        return self._connection

    def _reopen(self) -> None:
        # Once it was waited for in vain, each further statement tries, and none waits, until the server is there again.
        ends = time.monotonic() + (0.0 if self._gave_up else self.restart_seconds)
        pause = 0.05
        while True:
            try:
                self._connection = self._open()
            except RegisterUnreachable:
                if time.monotonic() + pause > ends:
                    self._gave_up = True
                    raise
                time.sleep(pause)
                pause = min(2 * pause, 1.0)
            else:
                self._gave_up = False
                return

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and is not over, be it that it broke off and was not rolled back yet."""
        return self._begun or self._connection.info.transaction_status not in (
            pq.TransactionStatus.IDLE,
            pq.TransactionStatus.UNKNOWN,
        )

    def close(self) -> None:
        # There is none yet where the server did not answer to begin with.
        if hasattr(self, "_connection"):
            with suppress(psycopg.Error):
                self._connection.close()

    def __del__(self) -> None:
        """What nobody refers to any more is closed, as a file is."""
        self.close()

    def execute(self, statement: str, parameters: Any = (), /) -> Any:
        """Run a statement in SQLite's SQL."""
        if transaction := _TRANSACTIONS.get(statement):
            return transaction(self)
        given = named(parameters)
        if statement.startswith("CREATE VIRTUAL TABLE"):
            # The words of the index are a table here.
            return Changed(0)
        if statement.startswith(INDEXING):
            return self._words.change(statement, given, wait=self._begun)
        if self._words.concerns(statement):
            self._words.index_waiting()
        translated = translate(statement)
        values = {k: _stored(v) for k, v in self._matching(translated, given)}
        queries = translated.matches
        filled = translated.pieces[0]
        if len(translated.pieces) > 1:
            rank = self._words.rank(text_index.match_of(given[queries[0]]).phrases)
            filled = rank.sql.join(translated.pieces)
            values |= rank.values
            queries += rank.phrases
        # While a register is filled, its tables grow from one statement to the next, and each needs a plan of its own.
        planned = statement.startswith(_ASKING) and (queries or not self._writes)
        if planned and self.text_factory is str:
            return self.run_prepared(filled, values, queries)
        return self._run(filled, values)

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> Any:
        """Run a statement for each of the parameters; many are sent at once."""
        translated = translate(statement)
        rows = iter(parameters)
        changed = 0
        while batch := list(islice(rows, _AT_ONCE)):
            changed += self._send(translated, [{k: _stored(v) for k, v in named(row).items()} for row in batch])
        return Changed(changed)

    def _send(self, translated: Translated, batch: Sequence[dict[str, Any]]) -> int:
        with self._translated(), self._cursor() as cursor:
            head, values, tail = _values_of(translated.sql)
            if values:
                rows = ", ".join(cursor.mogrify(values, row) for row in batch)
                # What was filled in has no place for parameters any more.
                cursor.execute(cast("Any", f"{head}{rows}{tail}"))
            else:
                cursor.execute(
                    cast("Any", "; ".join(cursor.mogrify(cast("Any", translated.sql), row) for row in batch))
                )
            changed = max(cursor.rowcount, 0)
            while cursor.nextset():
                changed += max(cursor.rowcount, 0)
        return changed

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """Run a statement in PostgreSQL's own SQL, with ``%s`` for parameters."""
        return self._run(statement, parameters or None)

    def stream(self, statement: str) -> Iterator[Any]:
        """The rows of a statement in SQLite's SQL without parameters, fetched in parts."""
        if not self.in_transaction:
            # Makes a connection that broke anew.
            self._run("SELECT 1", None)
        with self._translated(), self._usable().cursor("streamed", withhold=not self.in_transaction) as cursor:
            cursor.execute(cast("Any", translate(statement).plain))
            cursor.itersize = _AT_ONCE
            yield from cursor

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Append rows to a table by COPY, several times as fast as by INSERT; how many there were."""
        number = 0
        into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
        with self._translated(), self._cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row([_stored(value) for value in row])
                number += 1
        return number

    def gather_statistics(self) -> None:
        """Tell the planner what is in the tables now, and mark rows that all may see; the server does so by itself some time after many changes."""
        tables = self.run(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'", (NAMESPACE,)
        )
        named = SQL(", ").join(Identifier(NAMESPACE, table) for (table,) in tables.fetchall())
        self.run(SQL("VACUUM (ANALYZE) {}").format(named).as_string(self._connection))

    @property
    def raw(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection of psycopg, which says how values are written."""
        return self._connection

    def counts_any(self, expression: str) -> bool:
        """Whether it is known without looking for them that norms have what a full-text expression asks for."""
        return self._words.counts_any(expression)

    def keep_points(self) -> bool:
        """Have the server compare vectors, where it has pgvector; whether it does."""
        return points.prepare(self)

    def has_points(self) -> bool:
        """Whether the server compares vectors."""
        return points.has_points(self)

    def nearest_points(
        self, steps: Sequence[int], count: int, allowed: Collection[int] | None
    ) -> list[tuple[int, int]]:
        """See :func:`dutybook.store.database.postgresql.points.nearest`."""
        return points.nearest(self, steps, count, allowed)

    def index_points(self, dimensions: int, number: int) -> bool:
        """Make the approximate index where so many points are worth it and there is none; whether it was made."""
        if number < points.APPROXIMATE_FROM or points.has_index(self):
            return False
        points.make_index(self, dimensions)
        return True

    def forget_points(self) -> None:
        """Before all vectors go: others may have other dimensions."""
        points.drop_index(self)

    def has_point_index(self) -> bool:
        """Whether the server has an approximate index of vectors."""
        return points.has_index(self)

    def hide_documents(self, select_documents: Callable[[Iterable[str]], Sql]) -> None:
        """Have every statement see ``select_documents`` (SQL for columns by their names) of documents in place of the table itself."""
        self._select_documents = select_documents
        self._connection.close()
        self._connection = self._open()

    def continue_numbers(self) -> None:
        """Let numbers that the database gives go on behind the highest that is there."""
        for table, column in self.run(_NUMBERED, (self.part.namespace,)).fetchall():
            highest = SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) IS NOT NULL")
            own = Identifier(column)
            asked = highest.format(
                Literal(f"{self.part.namespace}.{table}"), Literal(column), own, Identifier(table), own
            )
            self.run(asked.as_string(self._connection))

    def _run(self, statement: str, parameters: Any) -> Any:
        return self._answered(lambda: self._cursor().execute(cast("Any", statement), parameters))

    def _answered(self, ask: Callable[[], Any]) -> Any:
        """What the server answers; it is asked once more after a restart."""
        again = not self.in_transaction
        try:
            with self._translated():
                return ask()
        except RegisterUnreachable:
            if not again or self._gave_up:
                raise
        # Nothing was begun: a restarted server answers the same question now.
        with self._translated():
            return ask()

    def run_prepared(self, statement: str, values: Mapping[str, Any], queries: Sequence[str] = ()) -> Any:
        """Run a statement in PostgreSQL's own SQL that is prepared once; ``queries`` are the values that are full-text queries."""
        return self._answered(lambda: self._prepared_on(self._usable()).run(statement, values, queries))

    def _prepared_on(self, connection: psycopg.Connection[Any]) -> PreparedStatements:
        """What was prepared on a connection, nothing where it was made anew."""
        if self._prepared is None or self._prepared.connection is not connection:
            self._prepared = PreparedStatements(connection)
        return self._prepared

    def _cursor(self) -> psycopg.ClientCursor[tuple[Any, ...]]:
        cursor = psycopg.ClientCursor(self._usable())
        if self.text_factory is bytes:
            cursor.adapters.register_loader("text", _Bytes)
        return cursor

    def _matching(self, translated: Translated, given: Any) -> Iterator[tuple[str, Any]]:
        for name, value in given.items():
            yield name, text_index.match_of(value).query if name in translated.matches else value

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            failure = explain(error, self.name, is_closed=hasattr(self, "_connection") and self._connection.closed)
            if isinstance(failure, RegisterUnreachable):
                self.close()
            raise failure from error

    def stored_version(self, table: str, column: str) -> int:
        """The version of the tables of this part, as a column of one of them has it; 0 where there are none.

        Raises:
            NotARegister: another program has a schema of the same name.
        """
        own, in_use = self.run(
            "SELECT to_regclass(%s), EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(%s))",
            (f"{self.part.namespace}.{table}", self.part.namespace),
        ).fetchone()
        if own is not None:
            asked = SQL("SELECT {} FROM {}").format(Identifier(column), Identifier(table))
            return int(self.run(asked.as_string(self._connection)).fetchone()[0])
        if in_use:
            raise NotARegister(
                f"the database {self.name} has a schema {self.part.namespace!r} of another program, so nothing was changed in it."
            )
        return 0

    # transactions

    def begin_writing(self) -> Any:
        """Begin a transaction when nobody else writes."""
        self._run("BEGIN", None)
        self._begun = True
        try:
            self._run("SELECT pg_advisory_xact_lock(%s)", (self.part.lock,))
        except BaseException:
            self.roll_back()
            raise
        self._writes = True
        return None

    def begin_reading(self) -> Any:
        """Begin to see one state of the register."""
        self._writes = False
        begun = self._run("BEGIN ISOLATION LEVEL REPEATABLE READ", None)
        self._begun = True
        return begun

    def commit(self) -> Any:
        """End a transaction; what it wrote is there.

        Raises:
            RegisterUnreachable: nothing of it is there, or the message says that nobody knows.
        """
        number = None
        self._words.index_waiting()
        if self._writes:
            counted = "UPDATE register_state SET writes = writes + 1 RETURNING txid_current()"
            (number,) = self._run(counted if self.part.counted else "SELECT txid_current()", None).fetchone()
        try:
            self._run("COMMIT", None)
        except RegisterUnreachable:
            if number is not None and not self._is_committed(number):
                raise
        self._writes = self._begun = False
        return None

    def _is_committed(self, number: int) -> bool:
        """Whether a transaction is there whose end was not answered: a new connection asks the server.

        Raises:
            RegisterUnreachable: it cannot be asked, so that nobody knows.
        """
        ends = time.monotonic() + _DOUBT_SECONDS
        try:
            self._reopen()
            while True:
                (state,) = self._connection.execute("SELECT txid_status(%s)", (number,)).fetchone() or (None,)
                if state != "in progress":
                    return bool(state == "committed")
                if time.monotonic() > ends:
                    break
                time.sleep(0.05)
        except (psycopg.Error, RegisterUnreachable):
            pass
        raise RegisterUnreachable(
            f"the database {self.name} stopped answering while a change was being stored, so that nobody knows whether it is there. "
            "Once its server runs again, look before you repeat the change; commands that read documents or send alerts may simply be "
            "run again.",
            doubtful=True,
        )

    def roll_back(self) -> Any:
        """Undo a transaction."""
        self._words.forget_waiting()
        self._writes = self._begun = False
        with suppress(psycopg.Error, DutybookError):
            return self._connection.rollback()
        return None


_TRANSACTIONS: dict[str, Callable[[PostgresConnection], Any]] = {
    "BEGIN IMMEDIATE": PostgresConnection.begin_writing,
    "BEGIN": PostgresConnection.begin_reading,
    "COMMIT": PostgresConnection.commit,
    "ROLLBACK": PostgresConnection.roll_back,
}


def _stored(value: Any) -> Any:
    """A value as SQLite would take it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        text = str.__str__(value) if isinstance(value, Sql) else value
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return value


@lru_cache(maxsize=512)
def _values_of(statement: str) -> tuple[str, str, str]:
    """An INSERT with constants apart: what stands before its one row, the row, and what follows; empty where it is none."""
    head, between, rest = statement.partition(" VALUES ")
    # Where a row may meet another of the same statement, they come one by one.
    if not between or not head.startswith("INSERT INTO") or "DO UPDATE" in rest or "SELECT" in rest:
        return statement, "", ""
    depth = 0
    for at, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return head.replace("%%", "%") + between, rest[: at + 1], rest[at + 1 :].replace("%%", "%")
    return statement, "", ""
