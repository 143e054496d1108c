"""Hides the folders of a machine from those who read its register from elsewhere: of the path of a file, its name is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, cast

from dutybook.store.database.protocols import Connection
from dutybook.store.folders import hide_folder, hide_folder_in
from dutybook.store.sql import Sql, compose, join, name

#: Columns of documents that are about the file, besides its source.
_ABOUT = ("reason", "reasons", "problems")


def hide_folders(connection: Connection) -> None:
    """Have every query of this connection see documents without folders.

    A view of the same name, which lives as long as the connection, stands before the table; ``main.documents`` is still the table.
    """
    if not isinstance(connection, sqlite3.Connection):
        cast("Any", connection).hide_documents(_select_documents)
        return
    connection.create_function("hide_folder", 1, hide_folder, deterministic=True)
    connection.create_function("hide_folder_in", 2, hide_folder_in, deterministic=True)
    columns = [str(row[1]) for row in connection.execute("PRAGMA main.table_info(documents)")]
    connection.execute(
        compose("CREATE TEMP VIEW documents AS {select} FROM main.documents", select=_select_documents(columns))
    )


def _select_documents(columns: Iterable[str]) -> Sql:
    """Selects these columns of documents without folders."""
    return compose("SELECT {columns}", columns=join(", ", map(_column, columns)))


def _column(title: str) -> Sql:
    column = name(title)
    if title == "source":
        return compose("hide_folder({column}) AS {column}", column=column)
    if title in _ABOUT:
        return compose("hide_folder_in({column}, source) AS {column}", column=column)
    return column
