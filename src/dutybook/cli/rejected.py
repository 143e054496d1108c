"""``dutybook rejected``: candidates that were judged to be no norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "rejected"


def command(
    context: typer.Context,
    document: options.Document = None,
    limit: options.Limit = 50,
    as_json: options.Json = False,
) -> None:
    """List what looked like a norm and was judged to be none, with the reason.

    \b
    Example: dutybook rejected --document circular
    """
    from dutybook.cli.output import console, count, print_json, shorten, text
    from dutybook.cli.show import plain
    from dutybook.errors import NotFound
    from dutybook.languages.reader import describe_chain
    from dutybook.store import open_register

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        if document is not None and not register.documents(document):
            raise NotFound(f"no document in the register matches {document!r}. `dutybook documents` lists them.")
        rows = register.rejected(document, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    if as_json:
        print_json([plain(row) for row in rows])
        return
    out = console()
    for row in rows:
        page = f", page {row.page}" if row.page else ""
        reason = describe_chain(row.reason)
        out.print(text((row.place or "(no place)", "bold"), "  ", (reason, "red"), "  ", (row.id[:12], "dim")))
        out.print(text("    ", row.quote))
        out.print(text("    ", (f"{shorten(row.document_title or row.source)}{page}", "dim")))
    out.print(text((count(len(rows), "candidate") + (" and more: raise --limit" if more else ""), "dim")))
