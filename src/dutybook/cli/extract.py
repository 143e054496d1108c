"""``dutybook extract``: findings as JSON lines, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "extract"


def command(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    form: Annotated[str, typer.Option("--format", help="jsonl: one JSON object a document and line.")] = "jsonl",
    workers: options.Workers = None,
    password: options.Password = None,
    language: options.TextLanguage = None,
    published: options.Published = None,
    model: options.Model = "auto",
    tables: options.Tables = options.TableReader.FAST,
    no_ocr: options.NoOcr = False,
    ocr_seconds: options.OcrSeconds = 20.0,
    time_limit: options.Seconds = None,
    memory_limit: options.Memory = 3.0,
) -> None:
    """Print what is in files and folders as JSON lines; no database is used.

    A file that cannot be read gets a line too, with its reason.

    \b
    Example: dutybook extract act.pdf --format jsonl | jq '.norms[].quote'
    """
    import sys

    from dutybook.cli.output import console, text
    from dutybook.errors import BadFilter, BadRequest
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.extracting import extract
    from dutybook.pipeline.pool import Limits

    if form != "jsonl":
        raise BadFilter(f"{form!r} is no format of extract. There is: jsonl. For others, ingest and then export.")
    state: State = context.obj
    errors = console(stderr=True)
    unread = 0

    def problem(error: BadRequest) -> None:
        nonlocal unread
        unread += 1
        errors.print(text(("not found: ", "bold red"), str(error)))

    for document in extract(
        paths,
        workers=workers,
        password=password,
        config=Config(
            language=language,
            published=published,
            model=model,
            tables=tables.value,
            ocr=not no_ocr,
            ocr_seconds=ocr_seconds,
        ),
        limits=Limits(seconds=time_limit, memory=int(memory_limit * 2**30)),
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
