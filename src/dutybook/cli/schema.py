"""``dutybook schema``: what is in the tables and in exported lines, for SQL, Datasette and JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "schema"


def command(
    context: typer.Context,
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="A table or view; all if left out.")] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole schema as a page.")] = False,
    datasette: Annotated[bool, typer.Option("--datasette", help="Descriptions as metadata for Datasette.")] = False,
    json_lines: Annotated[
        str | None,
        typer.Option(
            "--json-lines",
            help="JSON Schema of the lines of FILE.jsonl (export) or of extract.",
            metavar="export|extract",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say what each table, view and column of the register holds, with example queries.

    \b
    Example: dutybook schema
    Example: dutybook schema obligations
    Example: dutybook schema --datasette > metadata.json   (then: datasette dutybook.db -m metadata.json)
    Example: dutybook schema --json-lines export > register-line.schema.json
    """
    from dutybook.cli.output import console, print_json, print_table, text
    from dutybook.cli.show import plain
    from dutybook.errors import NotFound
    from dutybook.store import schema_guide

    state: State = context.obj
    out = console()
    if json_lines is not None:
        from dutybook.export.tables import schema_of

        print_json(schema_of(json_lines))
        return
    if markdown:
        print(schema_guide.markdown())
        return
    if datasette:
        print_json(schema_guide.datasette(state.database.stem))
        return
    tables = [each for each in schema_guide.tables() if table in (None, each.name)]
    if not tables:
        raise NotFound(f"there is no table or view {table!r}. `dutybook schema` lists them all.")
    if as_json:
        print_json([plain(each) for each in tables])
        return
    if table is None:
        print_table(("table", "holds", ""), ((each.name, each.holds, each.says) for each in tables))
        out.print(text("dutybook schema TABLE tells of its columns. Some examples:", "\n"))
        for query in schema_guide.queries():
            out.print(text((query.title, "bold"), f"\n  {query.sql}"))
        return
    (one,) = tables
    out.print(text((one.name, "bold"), f": {one.says}"))
    print_table(
        ("column", "type", "leads to", ""),
        ((column.name, column.type.lower(), column.leads_to, column.says) for column in one.columns),
    )
