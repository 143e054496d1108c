"""A plugin that Datasette finds by itself: databases that are registers get their metadata."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from datasette import hookimpl

from dutybook.store.datasette import metadata_of, tables
from dutybook.store.schema import APPLICATION_ID

#: Where SQLite keeps the application's id in a file (sqlite.org/fileformat.html).
_ID_AT = slice(68, 72)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any, database: str | None, table: str | None) -> dict[str, Any]:
    """Titles, descriptions, facets and the like of the registers among Datasette's databases; its own metadata goes before."""
    made: dict[str, Any] = {}
    for name, opened in datasette.databases.items():
        if database not in (None, name) or not opened.path or not _is_register(str(opened.path)):
            continue
        # One table is asked for very often. Datasette writes into what it gets.
        made[name] = {"tables": {table: copy.deepcopy(tables().get(table, {}))}} if table else _of_database(name)
    return {"databases": made} if made else {}


def _of_database(name: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(metadata_of(name)["databases"][name])
    return found


@cache
def _is_register(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(100)[_ID_AT] == APPLICATION_ID.to_bytes(4, "big")
    except OSError:
        return False
