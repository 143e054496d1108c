"""Hides the folders of a machine from those who read its register from elsewhere: of the path of a file, its name is left."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Any, cast

from dutybook.store.database.protocols import Connection
from dutybook.store.sql import Sql, compose, join, name

#: Between an archive and what is in it.
_INSIDE = "!/"
_ABSOLUTE = re.compile(r"(?:[A-Za-z]:)?[\\/]")


def hide_folder(source: str) -> str:
    """The source of a document without the folder of this machine that it is in. Web addresses and relative paths stay.

    >>> hide_folder("/home/anna/law/acts.zip!/2031/act.pdf")
    'acts.zip!/2031/act.pdf'
    >>> hide_folder("https://example.org/law/act.pdf")
    'https://example.org/law/act.pdf'
    """
    folder = _folder_of(source)
    return source[len(folder) :]


def hide_folder_in(text: str, source: str) -> str:
    """A text about a document without the folder of its source."""
    folder = _folder_of(source)
    # The root itself is a sign that any text has.
    return text.replace(folder, "") if len(folder) > 1 else text


def _folder_of(source: str) -> str:
    """The folder of this machine that a source begins with, with the sign that ends it; empty if there is none."""
    if not _ABSOLUTE.match(source):
        return ""
    path = source.partition(_INSIDE)[0]
    return path[: max(path.rfind("/"), path.rfind("\\")) + 1]


#: Columns of documents that are about the file, besides its source.
_ABOUT = ("reason", "reasons", "problems")


def hide_folders(connection: Connection) -> None:
    """Have every query of this connection see documents without folders.

    A view of the same name, which lives as long as the connection, stands before the table; ``main.documents`` is still the table.
    """
    if not isinstance(connection, sqlite3.Connection):
        cast("Any", connection).hide_documents(_shown)
        return
    connection.create_function("hide_folder", 1, hide_folder, deterministic=True)
    connection.create_function("hide_folder_in", 2, hide_folder_in, deterministic=True)
    columns = [str(row[1]) for row in connection.execute("PRAGMA main.table_info(documents)")]
    connection.execute(compose("CREATE TEMP VIEW documents AS {shown} FROM main.documents", shown=_shown(columns)))


def _shown(columns: Iterable[str]) -> Sql:
    """Selects these columns of documents without folders."""
    return compose("SELECT {columns}", columns=join(", ", map(_column, columns)))


def _column(title: str) -> Sql:
    column = name(title)
    if title == "source":
        return compose("hide_folder({column}) AS {column}", column=column)
    if title in _ABOUT:
        return compose("hide_folder_in({column}, source) AS {column}", column=column)
    return column
