"""A session on a server of PostgreSQL: what the server is told when it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict

from dutybook.store.database.postgresql.translation import NAMESPACE, translate
from dutybook.store.sql import Sql, compose

#: Seconds that a command waits for an answer to its first greeting.
_CONNECT_SECONDS = 10
#: What the address does not say itself. A connection over which nothing comes any more, since the other machine or the way to it is gone,
#: ends after a minute; without that, it would wait for hours.
_DEFAULTS = {
    "connect_timeout": _CONNECT_SECONDS,
    "application_name": "dutybook",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
#: The same for the server, which otherwise keeps the lock of a writer whose machine is gone.
_SETTINGS = (
    "SET jit = off",
    # One plan serves all values of a statement's parameters: to make one takes longer than to run most statements.
    "SET plan_cache_mode = force_generic_plan",
    # Indexes are mostly in memory, and on disks that read any page as quickly as the next: with the usual 4 for a page that is not
    # the next one, whole tables are read where the index of words gives the answer.
    "SET random_page_cost = 1.1",
    "SET client_min_messages = warning",
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET tcp_user_timeout = 60000",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a database: a schema with tables, and the lock (any number, the same for all) that its writers hold in turn.

    ``seconds``: so long a writer waits for its turn. ``counted``: ``register_state`` counts the transactions that wrote.
    """

    namespace: str
    lock: int
    seconds: int
    counted: bool = False


REGISTER = Part(NAMESPACE, lock=0x44555459, seconds=60, counted=True)


class _Number(Loader):
    """Whole numbers as such: SQLite sums to them."""

    def load(self, data: Any) -> int | float:
        text = bytes(data).decode()
        return float(text) if "." in text or "N" in text else int(text)


def open_session(
    url: str, part: Part, *, read_only: bool, select_documents: Callable[[Iterable[str]], Sql] | None = None
) -> psycopg.Connection[tuple[Any, ...]]:
    """Begin a session over a connection of its own, without a transaction.

    Args:
        url: the address of the database; what it says itself goes before what is usual here.
        part: whose tables are found.
        read_only: whether the server refuses every change.
        select_documents: SQL, for columns by their names, for what the session sees of documents in place of the table.

    Raises:
        psycopg.Error: the server does not answer, or refuses; nothing stays open then.
    """
    given: dict[str, Any] = {**_DEFAULTS, **conninfo_to_dict(url)}
    made = psycopg.connect(**given, autocommit=True, cursor_factory=psycopg.ClientCursor)
    try:
        _set_up(made, part)
        if select_documents:
            _hide_documents(made, select_documents)
        if read_only:
            made.execute("SET default_transaction_read_only = on")
    except BaseException:
        made.close()
        raise
    return made


def _set_up(made: psycopg.Connection[tuple[Any, ...]], part: Part) -> None:
    made.adapters.register_loader("numeric", _Number)
    made.prepare_threshold = None
    # Our tables are found first, then what extensions have.
    own = (f"SET search_path = {part.namespace}, public", f"SET lock_timeout = '{part.seconds}s'")
    made.execute(cast("Any", "; ".join((*own, *_SETTINGS))))


def _hide_documents(
    made: psycopg.Connection[tuple[Any, ...]], select_documents: Callable[[Iterable[str]], Sql]
) -> None:
    """A view that lives as long as the session and is found before the table."""
    columns = [str(column[0]) for column in made.execute("SELECT * FROM dutybook.documents LIMIT 0").description or ()]
    view = compose("CREATE TEMP VIEW documents AS {select} FROM dutybook.documents", select=select_documents(columns))
    made.execute(cast("Any", translate(view).plain))
