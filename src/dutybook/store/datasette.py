"""What Datasette needs to show a register well: descriptions, titles, facets, order, example queries.

It is printed by ``dutybook schema --datasette`` for ``datasette -m``. Where Dutybook and Datasette are installed together,
:mod:`dutybook.store.datasette_plugin` gives it to Datasette without being asked.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from dutybook.store import schema_guide


def metadata_of(database: str) -> dict[str, Any]:
    """Metadata for Datasette, for a file ``database`` without its suffix."""
    return {
        "title": "Dutybook register",
        "description": "Who must do what by when, with the words that say so",
        "databases": {
            database: {"tables": {name: dict(table) for name, table in tables().items()}, "queries": _queries()}
        },
    }


@cache
def tables() -> dict[str, dict[str, Any]]:
    """How each table and view is shown, by name."""
    looks = read_looks()
    made = {}
    for table in schema_guide.tables():
        described = {"description": table.says, "columns": {column.name: column.says for column in table.columns}}
        hidden = {"hidden": True} if table.name in looks["hidden"] else {}
        made[table.name] = described | hidden | looks["tables"].get(table.name, {})
    return made


def _queries() -> dict[str, dict[str, str]]:
    return {query.name: {"title": query.title, "sql": query.sql} for query in schema_guide.queries()}


def read_looks() -> dict[str, Any]:
    """What ``datasette.toml`` says: the hidden tables, and how others are shown."""
    return tomllib.loads(resources.files("dutybook.store").joinpath("datasette.toml").read_text("utf-8"))
