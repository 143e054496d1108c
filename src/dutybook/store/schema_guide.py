"""The schema for people who query a register with SQL or Datasette: what each table, view and column holds.

The descriptions stand in ``schema_descriptions.toml``, those of a norm's fields in their declaration; the tables are those of
``schema.sql``. A test checks that all is described, and nothing else.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from typing import Any

from dutybook.records.norm_fields import NORM_FIELDS
from dutybook.store import schema
from dutybook.store.database.connection import tables as of_register
from dutybook.store.maintenance import health


@dataclass(frozen=True, slots=True)
class Column:
    """``type`` as SQLite has it, empty for what a view computes; ``leads_to`` is ``table.column`` of what it refers to."""

    name: str
    type: str
    required: bool
    leads_to: str
    says: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view. ``holds``: content, derived, people, register (what it knows of itself) or view."""

    name: str
    holds: str
    says: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """An example that runs on every register."""

    name: str
    title: str
    sql: str


_FIELDS = {field.name: field.about.text.replace("null", "NULL") for field in NORM_FIELDS}
_HEADINGS = {
    "view": "Views, which read well",
    "content": "What was found in documents",
    "derived": "What follows from several documents",
    "people": "What people entered; no reading of a document touches it",
    "register": "What the register knows of itself, and its index",
}


def tables() -> tuple[Table, ...]:
    """All tables and views of a register of this version, views first, in the order of :data:`_HEADINGS`."""
    descriptions = read_descriptions()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.create(connection)
        found = [_table(connection, name, kind, descriptions) for name, kind in _names(connection)]
    order = list(_HEADINGS)
    return tuple(sorted(found, key=lambda table: order.index(table.holds)))


def queries() -> tuple[Query, ...]:
    """Examples that run on every register."""
    return tuple(Query(each["name"], each["title"], each["sql"]) for each in read_descriptions()["queries"])


def markdown() -> str:
    """``SCHEMA.md``: the whole schema as a page."""
    lines = [
        "# The register as tables",
        "",
        "Made by `make schema` from `schema.sql` and `schema_descriptions.toml`; a test checks that it is current. The same on the",
        f"command line: `dutybook schema`. Schema {schema.VERSION} (`PRAGMA user_version`).",
        "",
        "A register is one SQLite file; open it with any SQLite tool, pandas or Datasette (which shows titles, descriptions and facets if it is",
        "installed with Dutybook, else with `dutybook schema --datasette > metadata.json`, then `datasette dutybook.db -m metadata.json`). Read it,",
        "do not write into it: triggers of others are refused,",
        "and tables other than people's are made anew. Dates are ISO 8601, lists are JSON, spans are half-open and count",
        "characters of `texts.text` from 0. While Dutybook writes, readers see the last finished document.",
    ]
    for holds, heading in _HEADINGS.items():
        lines += ["", f"## {heading}"]
        for table in tables():
            if table.holds == holds:
                lines += ["", f"### {table.name}", "", f"{table.says}.", "", "| column | type | |", "|---|---|---|"]
                lines += [_row(column) for column in table.columns]
    lines += ["", "## Examples", ""]
    for query in queries():
        lines += [f"{query.title}:", "", "```sql", query.sql, "```", ""]
    return "\n".join(lines)


def read_descriptions() -> dict[str, Any]:
    """The sentences about tables, views and columns, by section and name, and the examples of queries."""
    text = resources.files("dutybook.store").joinpath("schema_descriptions.toml").read_text("utf-8")
    return tomllib.loads(text)


def _names(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Tables and views in the order in which the schema makes them, without those that an index keeps for itself."""
    everything = connection.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        " ORDER BY rowid"
    ).fetchall()
    indexes = tuple(f"{name}_" for name, _, sql in everything if sql.startswith("CREATE VIRTUAL"))
    for name, kind, _ in everything:
        if not name.startswith(indexes or ("\0",)):
            yield name, kind


def _table(connection: sqlite3.Connection, name: str, kind: str, descriptions: dict[str, Any]) -> Table:
    entry = descriptions["views" if kind == "view" else "tables"].get(name, {})
    own = entry.get("columns", {})
    found = of_register(connection)[name]
    leads = {key.column: f"{key.other_table}.{key.other_column}" for key in getattr(found, "foreign_keys", ())}
    leads |= {column: f"{other}.id" for table, column, other in health.WITHIN if table == name}
    columns = tuple(
        Column(
            name=column.name,
            type=column.type,
            required=bool(column.notnull or column.is_pk),
            leads_to=leads.get(column.name, ""),
            says=own.get(column.name) or descriptions["common"].get(column.name, "") or _FIELDS.get(column.name, ""),
        )
        for column in found.columns
    )
    return Table(name, "view" if kind == "view" else _holds(name), entry.get("says", ""), columns)


def _holds(table: str) -> str:
    kinds = {"content": schema.CONTENT_TABLES, "derived": schema.DERIVED_TABLES, "people": schema.PEOPLE_TABLES}
    return next((kind for kind, tables in kinds.items() if table in tables), "register")


def _row(column: Column) -> str:
    kind = column.type.lower() + ("" if column.required or not column.type else ", may be NULL")
    leads = f" → `{column.leads_to}`" if column.leads_to else ""
    return f"| `{column.name}` | {kind} | {column.says}{leads} |"
