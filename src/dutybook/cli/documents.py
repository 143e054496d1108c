"""``dutybook documents``: the documents in the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "documents"


def command(
    context: typer.Context,
    document: Annotated[
        str | None, typer.Argument(metavar="[DOC]", help="Part of a title or file name, or an id; all if left out.")
    ] = None,
    unread: Annotated[bool, typer.Option("--unread", help="Only those that were not read whole.")] = False,
    as_json: options.Json = False,
) -> None:
    """List the documents of the register, those that could not be read with their reason.

    \b
    Example: dutybook documents --unread
    """
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.cli.show import plain
    from dutybook.errors import NotFound
    from dutybook.store import open_register
    from dutybook.store.watches import watch_files

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        rows = register.documents(document)
        came_from = watch_files.addresses(register)
    if document is not None and not rows:
        raise NotFound(f"no document in the register matches {document!r}. `dutybook documents` lists them all.")
    if unread:
        rows = [row for row in rows if row.status != "read"]
    if as_json:
        print_json([plain(row) | ({"address": came_from[row.id]} if row.id in came_from else {}) for row in rows])
        return
    print_table(
        ("id", "title", "act", "language", "pages", "norms", "status", "source"),
        (
            (
                row.id[:8],
                shorten(row.title) or "–",
                shorten(row.work_title or "", 40) if row.work_title != row.title else "",
                row.language,
                row.pages or "",
                f"{row.norms:,}",
                row.status + (f" ({shorten(row.reason, 90)})" if row.reason else ""),
                came_from.get(row.id) or row.source.rpartition("/")[2],
            )
            for row in rows
        ),
        right=(4, 5),
    )
    console().print(text((count(len(rows), "document"), "dim")))
