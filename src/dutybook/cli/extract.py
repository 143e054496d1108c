"""``dutybook extract``: findings as JSON lines, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "extract"


@options.taking(options.READING)
def command(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    form: Annotated[str, typer.Option("--format", help="jsonl: one JSON object a document and line.")] = "jsonl",
    *,
    reading: dict[str, Any],
) -> None:
    """Print what is in files and folders as JSON lines; no database is used.

    A file that cannot be read gets a line too, with its reason.

    \b
    Example: dutybook extract act.pdf --format jsonl | jq '.norms[].quote'
    """
    import sys

    from dutybook.cli.output import console, text
    from dutybook.errors import BadFilter, BadRequest
    from dutybook.pipeline.extraction import extract

    if form != "jsonl":
        raise BadFilter(f"{form!r} is no format of extract. There is: jsonl. For others, ingest and then export.")
    state: State = context.obj
    errors = console(stderr=True)
    config, limits = options.settings(reading)
    unread = 0

    def problem(error: BadRequest) -> None:
        nonlocal unread
        unread += 1
        errors.print(text(("not found: ", "bold red"), str(error)))

    for document in extract(
        paths,
        workers=reading["workers"],
        password=reading["password"],
        config=config,
        limits=limits,
        problem=problem,
    ):
        sys.stdout.write(document.line + "\n")
        sys.stdout.flush()
        if document.status != "read":
            unread += 1
            errors.print(text((f"{document.status}: ", "bold red"), f"{document.source}: {document.reason}"))
        if state.debug and document.details:
            errors.print(text(document.details))
    raise typer.Exit(2 if unread else 0)
