"""``dutybook audit``: the history of changes, and a check that nobody altered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "audit"

_HEAD = r"\d{1,12}:[0-9a-f]{64}"


def command(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that no row was changed, taken out or put in.")
    ] = False,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", help="With --verify: a head that it printed earlier must still be there.", metavar="HEAD"
        ),
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="From this day on (UTC).", metavar="YYYY-MM-DD")] = None,
    by: Annotated[str | None, typer.Option("--by", help="What this person changed.", metavar="NAME")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show the last so many; 0: all.")] = 50,
    as_json: options.Json = False,
) -> None:
    """Show the history of reviews, or check it. Exit code 2 if it was altered.

    Rows are chained by hashes: a row that is changed, taken out or put in shows, also at the end. Only a rewrite of
    the whole history cannot be detected from inside the file: keep the head that --verify prints elsewhere, and give it again.

    \b
    Example: dutybook audit --verify
    """
    import re

    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.review_output import print_row, row_to_dict
    from dutybook.errors import BadRequest
    from dutybook.store import open_register
    from dutybook.store.judgements import audit
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    as_date(since, "since")
    if head is not None and (not verify or not re.fullmatch(_HEAD, head)):
        raise BadRequest("a head is what `dutybook audit --verify` prints, ROWS:HASH. Give it with --verify.")
    with open_register(state.database, read_only=True, create=False) as register:
        out = console()
        if verify:
            verdict = audit.verify(register, head)
            if as_json:
                print_json({"rows": verdict.rows, "head": verdict.head, "broken": verdict.broken, "says": verdict.says})
            elif verdict.broken is None:
                out.print(text(("whole", "green"), f"  {count(verdict.rows, 'row')}"))
                out.print(text(("head   ", "dim"), verdict.head))
            else:
                out.print(text(("broken", "bold red"), f"  {verdict.says}"))
            raise typer.Exit(0 if verdict.broken is None else 2)
        rows = audit.rows(register, since=since, by=by, limit=limit or None)
        if as_json:
            print_json([row_to_dict(row) for row in rows])
            return
        number = 0
        for row in rows:
            print_row(row)
            number += 1
        out.print(text((count(number, "row"), "dim")))


__all__ = ["NAME", "command"]
