"""The one place where SQL is put together: statements from trusted pieces, never from anybody's words.

A statement is written out where it is used, as a template. Parts that vary are named holes in it, and only :class:`Sql` fills
a hole, which only this module makes: from other templates, from names of tables and columns, from numbers. Whatever a person
typed is a parameter (``?``); a list of values is one parameter, too, as JSON: ``id IN (SELECT value FROM json_each(?))``.

>>> due = compose("x.due <= ?")
>>> compose("SELECT x.norm FROM due_dates x WHERE {due} LIMIT {most}", due=due, most=20)
'SELECT x.norm FROM due_dates x WHERE x.due <= ? LIMIT 20'
>>> compose("SELECT x.norm FROM due_dates x WHERE {due}", due="1 OR 1")
Traceback (most recent call last):
    ...
TypeError: 'due' is str and no SQL: what is no constant is a parameter, constants are composed

What was composed is not edited any more: an f-string, ``+``, ``%`` and ``replace`` refuse it. So a statement has its tables, aliases and
conditions from the start. ``tests/store/test_store_sql.py`` holds the package to all of this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from string import Formatter
from typing import Literal, LiteralString, NoReturn, Self

#: What may stand between pieces.
Separator = Literal[", ", " AND ", " OR ", " UNION ALL ", " INTERSECT ", " "]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Sql(str):
    """A piece of SQL, or a whole statement, that this module made. To SQLite it is a text like any other."""

    __slots__ = ()

    def __new__(cls, *_: object) -> Self:
        """Raises TypeError always: :func:`compose` makes pieces."""
        raise TypeError("a text does not become SQL: compose() makes it from a template")

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("SQL is not edited: compose() it with what it is to have")

    __add__ = __radd__ = __mod__ = __rmod__ = __format__ = _refuse
    replace = format = format_map = join = _refuse


def compose(template: LiteralString, /, **pieces: Sql | int) -> Sql:
    """A template with its holes filled: ``{name}`` by the piece of that name, which is SQL or a whole number.

    Raises:
        TypeError: a piece is neither.
        KeyError: a hole has no piece.
        ValueError: a piece has no hole, or a hole says how it is to be formatted.
    """
    parts = _parts(template)
    unused = pieces.keys() - {hole for _, hole in parts}
    if unused:
        raise ValueError(f"the template has no hole for {', '.join(sorted(unused))}")
    for hole, piece in pieces.items():
        if not isinstance(piece, Sql) and type(piece) is not int:
            raise TypeError(
                f"{hole!r} is {type(piece).__name__} and no SQL: what is no constant is a parameter, constants are composed"
            )
    return _made("".join(text + (str(pieces[hole]) if hole else "") for text, hole in parts))


def join(separator: Separator, pieces: Iterable[Sql]) -> Sql:
    """Pieces with the same separator between them.

    >>> join(", ", [compose("n.id"), compose("n.place")])
    'n.id, n.place'
    """
    return _made(separator.join(_checked(pieces)))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Conditions that must all hold, as one; without any, one that always holds.

    >>> all_of([compose("due >= ?"), compose("due <= ?")]), all_of([])
    ('due >= ? AND due <= ?', '1')
    """
    return join(" AND ", conditions) or _made("1")


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Conditions of which one must hold, as one in parentheses; without any, one that never holds.

    >>> any_of([compose("due IS NULL"), compose("due <= ?")]), any_of([])
    ('(due IS NULL OR due <= ?)', '0')
    """
    joined = join(" OR ", conditions)
    return _made(f"({joined!s})") if joined else _made("0")


def name(identifier: str) -> Sql:
    """The name of a table or column, for names that come from the schema or from the fields of a record.

    It stands in brackets: SQLite takes an unknown name in double quotes for a text.

    >>> compose("SELECT {column} FROM {table}", column=name("next"), table=name("versions"))
    'SELECT [next] FROM [versions]'

    Raises:
        ValueError: it has other characters than letters, digits and underscores.
    """
    if not _NAME.fullmatch(identifier):
        raise ValueError(f"{identifier!r} is no name of a table or column")
    return _made(f"[{identifier}]")


def names(identifiers: Iterable[str], of: str = "") -> Sql:
    """Names of columns with commas between them, ``of`` an alias where one is given.

    >>> names(["id", "place"]), names(["id", "place"], of="n")
    ('[id], [place]', 'n.[id], n.[place]')

    Raises:
        ValueError: as :func:`name`.
    """
    if of and not _NAME.fullmatch(of):
        raise ValueError(f"{of!r} is no alias")
    return _made(", ".join((f"{of}." if of else "") + str(name(each)) for each in identifiers))


def rows_of(table: str, columns: Iterable[str]) -> Sql:
    """Selects these columns of all rows of a table.

    Raises:
        ValueError: as :func:`name`.
    """
    return compose("SELECT {columns} FROM {table}", columns=names(columns), table=name(table))


def count_of(table: str) -> Sql:
    """Counts the rows of a table.

    Raises:
        ValueError: as :func:`name`.
    """
    return compose("SELECT count(*) FROM {table}", table=name(table))


def insert_into(table: str, columns: Collection[str]) -> Sql:
    """Inserts a row into a table; the parameters are the values of these columns.

    >>> insert_into("event_dates", ["event", "due"])
    'INSERT INTO [event_dates] ([event], [due]) VALUES (?, ?)'

    Raises:
        ValueError: as :func:`name`.
    """
    return compose(
        "INSERT INTO {table} ({columns}) VALUES ({marks})",
        table=name(table),
        columns=names(columns),
        marks=marks(len(columns)),
    )


def settings(identifiers: Iterable[str]) -> Sql:
    """Columns that are set to parameters, in the order of the parameters.

    >>> compose("UPDATE norms SET {new} WHERE id = ?", new=settings(["place", "page"]))
    'UPDATE norms SET [place] = ?, [page] = ? WHERE id = ?'
    """
    return _made(", ".join(f"{name(each)!s} = ?" for each in identifiers))


def upsert_into(table: str, columns: Collection[str], key: Collection[str]) -> Sql:
    """Inserts a row into a table, or gives the one with this key its values; the parameters are the values of these columns.

    >>> upsert_into("arrivals", ["document", "at"], ["document"])
    'INSERT INTO [arrivals] ([document], [at]) VALUES (?, ?) ON CONFLICT ([document]) DO UPDATE SET [at] = excluded.[at]'

    Raises:
        ValueError: as :func:`name`.
    """
    return compose(
        "{insert} ON CONFLICT ({key}) DO UPDATE SET {new}",
        insert=insert_into(table, columns),
        key=names(key),
        new=replaced(column for column in columns if column not in key),
    )


def replaced(identifiers: Iterable[str]) -> Sql:
    """Columns that are set to the values of a row that could not be inserted since its key is there.

    >>> compose("{insert} ON CONFLICT (id) DO UPDATE SET {new}", insert=insert_into("runs", ["id", "files"]), new=replaced(["files"]))
    'INSERT INTO [runs] ([id], [files]) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET [files] = excluded.[files]'
    """
    return _made(", ".join(f"{name(each)!s} = excluded.{name(each)!s}" for each in identifiers))


def marks(number: int) -> Sql:
    """Placeholders for so many parameters.

    >>> compose("INSERT INTO due_dates VALUES ({values})", values=marks(3))
    'INSERT INTO due_dates VALUES (?, ?, ?)'
    """
    return _made(", ".join("?" * number))


def _made(text: str) -> Sql:
    return str.__new__(Sql, text)


def _checked(pieces: Iterable[Sql]) -> Iterable[str]:
    for piece in pieces:
        if not isinstance(piece, Sql):
            raise TypeError(f"{piece!r} is no SQL: what is no constant is a parameter, constants are composed")
        yield piece


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[str, str], ...]:
    """The texts of a template, each with the hole behind it, which is empty at the end."""
    made: list[tuple[str, str]] = []
    for text, hole, form, conversion in Formatter().parse(template):
        if hole is not None and (form or conversion or not hole.isidentifier()):
            raise ValueError(f"{hole!r} is no hole: it is a name in braces and nothing else")
        made.append((text, hole or ""))
    return tuple(made)


#: Nothing, where a statement may have something.
NOTHING = _made("")


# Pieces that several modules use.


def identity_of(norm: Sql) -> Sql:
    """The identity of a norm: its own id where it is tied to none before it."""
    return compose("coalesce((SELECT identity FROM norm_ties WHERE norm = {norm}), {norm})", norm=norm)


def same_as(identity: Sql) -> Sql:
    """Selects the norms of an identity."""
    return compose(
        "SELECT {identity} UNION ALL SELECT norm FROM norm_ties WHERE identity = {identity}", identity=identity
    )


def kin_of(norm: Sql) -> Sql:
    """Selects the norms that are the same as a norm, without itself."""
    return compose(
        """SELECT identity FROM norm_ties WHERE norm = {norm} UNION ALL SELECT norm FROM norm_ties WHERE identity = {norm}
        UNION ALL SELECT other.norm FROM norm_ties own JOIN norm_ties other ON other.identity = own.identity
        AND other.norm <> own.norm WHERE own.norm = {norm}""",
        norm=norm,
    )


def english_role_of(definition: Sql, otherwise: Sql) -> Sql:
    """The English name of a defined term (the id of its row): what the act's own English text calls it, else ``otherwise``."""
    return compose(
        """coalesce((SELECT e.role FROM definitions o JOIN definitions e ON e.work = o.work AND e.number = o.number
        AND e.language = 'en' WHERE o.id = {definition} ORDER BY e.document LIMIT 1), {otherwise})""",
        definition=definition,
        otherwise=otherwise,
    )


#: The English name of the bearer of ``n`` (norms): of its act's own English text, else as it was learned from other acts. Several
#: bearers are tied to the definition of the first one alone, and keep their names.
BEARER_ROLE = compose(
    "CASE WHEN instr(n.role, '; ') THEN n.role ELSE {one} END",
    one=english_role_of(compose("n.bearer_definition"), otherwise=compose("n.role")),
)


def english_title_of(work: Sql) -> Sql:
    """The title of a work: its English one, else that of the first other language; NULL where it has none."""
    return compose(
        """(SELECT t.short_title FROM work_names t WHERE t.work = {work} AND t.short_title <> ''
        ORDER BY t.language <> 'en', t.language, t.document LIMIT 1)""",
        work=work,
    )


#: Selects the rows of the norms of some identities, which ``?1`` lists as JSON.
ROWS_OF = compose(
    """SELECT row FROM norms WHERE id IN (SELECT value FROM json_each(?1))
    UNION ALL SELECT row FROM norm_facets WHERE identity IN (SELECT value FROM json_each(?1)) AND identity <> norm"""
)
