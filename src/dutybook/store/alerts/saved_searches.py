"""What saved searches find and are used for, and giving them other names."""

from __future__ import annotations

import sqlite3

from dutybook.errors import BadRequest, NotFound
from dutybook.store.alerts.alerts import check_name
from dutybook.store.database.connection import immediate, translated
from dutybook.store.reader import where
from dutybook.store.register import Register
from dutybook.store.search.filters import Filters
from dutybook.store.sql import compose


def rename_search(register: Register, name: str, new: str) -> None:
    """Give a saved search another name; alerts on it follow.

    Raises:
        NotFound: there is none of the name.
        BadRequest: the new name is none, or taken.
    """
    check_name(new)
    if new == name:
        return
    with translated(register.path), immediate(register._connection):
        run = register._connection.execute
        try:
            done = run(
                "INSERT INTO saved_searches (name, words, filters, reader, created, created_by)"
                " SELECT ?, words, filters, reader, created, created_by FROM saved_searches WHERE name = ?",
                (new, name),
            )
        except sqlite3.IntegrityError as error:
            raise BadRequest(f"there is a saved search {new!r} already: take another name") from error
        if not done.rowcount:
            raise NotFound(f"there is no saved search {name!r}")
        run("UPDATE alerts SET search = ? WHERE search = ?", (new, name))
        run("DELETE FROM saved_searches WHERE name = ?", (name,))


def names(register: Register) -> list[str]:
    """Names of all saved searches, sorted."""
    with translated(register.path):
        return [row[0] for row in register._connection.execute("SELECT name FROM saved_searches ORDER BY name")]


def resting(register: Register) -> dict[str, list[str]]:
    """By the name of a search the names of alerts that rest on it."""
    found: dict[str, list[str]] = {}
    with translated(register.path):
        for search, alert in register._connection.execute("SELECT search, name FROM alerts ORDER BY name"):
            found.setdefault(search, []).append(alert)
    return found


def found_by(register: Register, filters: Filters, limit: int) -> list[str]:
    """Identities of what a search finds by its words and filters: a norm in several versions or languages is one. So many at most.

    Raises:
        BadFilter: the search cannot be meant.
    """
    register.check_filters(filters)
    passing, values = where(filters)
    sql = compose(
        """SELECT DISTINCT f.identity FROM norms n JOIN norm_facets f ON f.row = n.row
        JOIN documents d ON d.id = n.document WHERE {passing} LIMIT ?""",
        passing=passing,
    )
    with translated(register.path):
        return [row[0] for row in register._connection.execute(sql, (*values, limit))]
