"""Finds rows by the beginning of an id, which is how people write one: the same rule and the same message, whatever the row."""

from __future__ import annotations

from collections.abc import Sequence

from dutybook.errors import NotFound
from dutybook.store.database.protocols import Connection
from dutybook.store.sql import compose, name

#: So many characters are the least that name an id which has more.
LEAST = 4
#: So many ids a message lists.
_LISTED = 10


def glob_of(text: str) -> str:
    """The pattern (GLOB) of the ids that begin with a text; empty, which no id matches, where it cannot be the beginning of one.

    >>> glob_of("3FA9"), glob_of("3f"), glob_of("3fa9 or more")
    ('3fa9*', '', '')
    """
    beginning = text.strip().lower()
    return f"{beginning}*" if len(beginning) >= LEAST and beginning.isalnum() else ""


def is_named(identity: str, text: str) -> bool:
    """Whether a text is an id, or the beginning of it.

    >>> is_named("3fa9c1", "3FA9"), is_named("3fa9c1", "3f"), is_named("3f", "3f")
    (True, False, True)
    """
    glob = glob_of(text)
    return identity == text.strip().lower() or (bool(glob) and identity.startswith(glob[:-1]))


def ids_named(connection: Connection, table: str, text: str, column: str = "id") -> list[str]:
    """The ids in a column that a text is the beginning of, in their order; the one alone that it is itself, if there is one."""
    place = {"column": name(column), "table": name(table)}
    whole = compose("SELECT DISTINCT {column} FROM {table} WHERE {column} = ?", **place)
    if exact := connection.execute(whole, (text.strip().lower(),)).fetchone():
        return [str(exact[0])]
    if not (glob := glob_of(text)):
        return []
    begun = compose("SELECT DISTINCT {column} FROM {table} WHERE {column} GLOB ? ORDER BY {column}", **place)
    return [str(row[0]) for row in connection.execute(begun, (glob,))]


def only_id(found: Sequence[str], text: str, what: str, where: str) -> str:
    """The one id that was found.

    Args:
        found: the ids that begin with ``text``.
        text: what somebody wrote.
        what: of what it is the id, with the words for one: "norm", "stored event".
        where: a sentence that says where the ids can be seen.

    Raises:
        NotFound: there is none, or there are several, which the message lists.

    >>> only_id(["3fa9c1", "3fa9d2"], "3fa9", "norm", "`dutybook search` shows the ids.")
    Traceback (most recent call last):
        ...
    dutybook.errors.NotFound: 2 ids begin with '3fa9': 3fa9c1, 3fa9d2. Give more of it.
    """
    if len(found) == 1:
        return found[0]
    if found:
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise NotFound(f"{len(found)} ids begin with {text!r}: {', '.join(found[:_LISTED])}{more}. Give more of it.")
    raise none_named(text, what, where)


def none_named(text: str, what: str, where: str) -> NotFound:
    """The error that nothing has an id which begins with a text; arguments as for :func:`only_id`."""
    given = text.strip()
    hint = f" (give at least {LEAST} characters of it)" if len(given) < LEAST else ""
    hint = " (an id is letters and digits)" if given and not given.isalnum() else hint
    return NotFound(f"there is no {what} {text!r}{hint}. {where}")
