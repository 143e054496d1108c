"""``dutybook watch kinds``."""

from __future__ import annotations

import typer

from dutybook.cli import options


def command(context: typer.Context, *, as_json: options.Json = False) -> None:  # noqa: ARG001 - as all commands
    """List the kinds of sources, and the options by which any of them is asked.

    \b
    Example: dutybook watch kinds
    """
    from dutybook.cli.output import console, print_json, print_table, text
    from dutybook.errors import BadRequest
    from dutybook.ingest.sources import known
    from dutybook.pipeline.watching.adding import words_of
    from dutybook.pipeline.watching.manners import OPTIONS

    rows = []
    for kind in known.kinds():
        try:
            source = known.source_of(kind)
            rows.append((kind, words_of(known.every(source)), source.help))
        except BadRequest as error:
            rows.append((kind, "", str(error)))
    if as_json:
        print_json([{"kind": kind, "every": every, "help": says} for kind, every, says in rows])
        return
    print_table(("kind", "every", "what it is"), rows)
    out = console()
    out.print(text("Options of every kind (--option NAME=VALUE):"))
    for name, says in OPTIONS.items():
        out.print(text(f"  {name}: {says}"))
