"""Derived rows of a whole register, made anew where they are missing or were made by an older version of what makes them.

A part is made in many short transactions, and how far it is stands in the register itself (``meta``): a run that is cut off
is taken up where it ended, two processes that open the same register share the work, and nobody searches rows that are
half made, since opening a register finishes what is unfinished first.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dutybook.store.database.connection import immediate
from dutybook.store.database.protocols import Connection
from dutybook.store.documents import writer
from dutybook.store.news import derivation
from dutybook.store.search import articles, terms
from dutybook.store.sql import upsert_into

_LOG = logging.getLogger(__name__)

#: A transaction ends after so many seconds, so that other writers, who wait for five, get their turn.
_SECONDS = 0.5
#: How many works or documents are asked for at once.
_UNITS = 100
#: Seconds between two lines that say how far it is.
_TELL_EVERY = 5.0

#: To be counted up when a step of :data:`dutybook.store.documents.writer.STEPS` makes other rows of the same content. A step that
#: is new or has another name makes all rows anew by itself.
DERIVED_VERSION = 1

#: SQL of works and of documents for :class:`Part`.
WORKS = """SELECT work FROM documents WHERE work > ?1 UNION SELECT work FROM date_changes WHERE work > ?1
    UNION SELECT related FROM work_relations WHERE related > ?1 ORDER BY 1 LIMIT ?2"""
DOCUMENTS = "SELECT id FROM documents WHERE id > ?1 ORDER BY 1 LIMIT ?2"
_NOTE = upsert_into("meta", ("key", "value"), ("key",))
NEWS = "SELECT id FROM documents WHERE family = 'news' AND id > ?1 ORDER BY 1 LIMIT ?2"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that follow from content.

    ``version`` says what makes them: where a register has another one, the part is made anew, and all parts behind it
    too. ``units`` is SQL for the ids of works or documents behind ``?1``, in order, at most ``?2``. ``make`` is given a
    few of them inside a transaction and makes their rows, in place of those that are there; it is also called once
    with none.
    """

    name: str
    version: str
    units: str
    make: Callable[[Connection, Sequence[str]], object]


def parts() -> tuple[Part, ...]:
    """What registers of this version have, in the order in which it builds on each other."""
    steps = ",".join(
        f"{step.__module__.rpartition('.')[2]}.{step.__name__}"
        for step in (*writer.STEPS, *writer.JUDGEMENT_STEPS, *writer.NEWS_STEPS)
    )
    return (
        Part("terms", str(terms.TERMS_VERSION), DOCUMENTS, terms.make),
        Part("derived", f"{DERIVED_VERSION}:{steps}", WORKS, writer.derive),
        Part("search", terms.VERSION, DOCUMENTS, terms.remake),
        Part("articles", articles.VERSION, DOCUMENTS, articles.remake),
        Part("news", derivation.VERSION, NEWS, derivation.remake),
    )


def stale(connection: Connection) -> tuple[Part, ...]:
    """The parts that have to be made anew, in order; none where all is as it should be."""
    have = dict(connection.execute("SELECT key, value FROM meta WHERE key LIKE 'made:%'").fetchall())
    known = parts()
    for number, part in enumerate(known):
        if have.get(f"made:{part.name}") != part.version:
            return known[number:]
    return ()


def forget(connection: Connection) -> None:
    """Have all parts made anew by the next :func:`rebuild`; the caller holds the transaction."""
    connection.execute("DELETE FROM meta WHERE key LIKE 'made:%' OR key LIKE 'making:%'")


def rebuild(connection: Connection, progress: Callable[[str, int], object] | None = None) -> bool:
    """Make what is stale; True if there was anything. ``progress`` hears of each part's name and how many units are done.

    Call it outside a transaction. What another process has made meanwhile is not made again.

    Raises:
        sqlite3.Error: no space, or another process writes for longer than we wait; the next call goes on.
    """
    begun = False
    logged_at = time.monotonic()
    while True:
        with immediate(connection):
            left = stale(connection)
            at = _batch(connection, left[0]) if left else None
        if at is None:
            return begun
        begun = True
        if progress:
            progress(left[0].name, at)
        if time.monotonic() - logged_at > _TELL_EVERY:
            logged_at = time.monotonic()
            unit = "works" if left[0].units is WORKS else "documents"
            _LOG.info("bringing the register up to date: %s, %s %s done", left[0].name, f"{at:,}", unit)


def _batch(connection: Connection, part: Part) -> int:
    """Make some of a part's rows; returns how many of its units are done."""
    key = f"making:{part.name}"
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    state = json.loads(row[0]) if row else {}
    if state.get("version") != part.version:
        state = {"version": part.version, "last": "", "done": 0}
        # What builds on this part is not right any more as soon as this one changes.
        behind = parts()
        for other in behind[[p.name for p in behind].index(part.name) :]:
            connection.execute("DELETE FROM meta WHERE key IN (?, ?)", (f"made:{other.name}", f"making:{other.name}"))
        part.make(connection, ())
    end = time.monotonic() + _SECONDS
    units = [str(found[0]) for found in connection.execute(part.units, (state["last"], _UNITS))]
    for unit in units:
        part.make(connection, (unit,))
        state["last"] = unit
        state["done"] += 1
        if time.monotonic() > end:
            break
    if len(units) < _UNITS and (not units or state["last"] == units[-1]):
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        connection.execute(_NOTE, (f"made:{part.name}", part.version))
    else:
        connection.execute(_NOTE, (key, json.dumps(state)))
    return int(state["done"])
