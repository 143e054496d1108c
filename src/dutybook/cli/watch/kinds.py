"""``dutybook watch kinds``."""

from __future__ import annotations

from typing import Annotated

import typer

from dutybook.cli import options


def command(
    context: typer.Context,  # noqa: ARG001 - as all commands
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="One of them, with its options.")] = None,
    as_json: options.Json = False,
) -> None:
    """List the kinds of sources, and the options by which any of them is asked.

    \b
    Example: dutybook watch kinds
    Example: dutybook watch kinds feed
    """
    from dutybook.cli.output import console, print_json, print_table, text
    from dutybook.errors import BadRequest
    from dutybook.ingest.sources import known
    from dutybook.pipeline.watching.adding import words_of
    from dutybook.pipeline.watching.manners import OPTIONS

    rows = []
    own: dict[str, dict[str, str]] = {}
    for name in known.kinds() if kind is None else (kind,):
        try:
            source = known.source_of(name)
            rows.append((name, words_of(known.every(source)), source.help))
            own[name] = dict(known.options_of(source))
        except BadRequest as error:
            if kind is not None:
                raise
            rows.append((name, "", str(error)))
    if as_json:
        shown = [
            {"kind": name, "every": every, "help": says, "options": own.get(name, {})} for name, every, says in rows
        ]
        print_json(shown)
        return
    print_table(("kind", "every", "what it is"), rows)
    out = console()
    if kind is not None and own.get(kind):
        out.print(text(f"Options of {kind} (--option NAME=VALUE):"))
        for name, says in own[kind].items():
            out.print(text(f"  {name}: {says}"))
    out.print(text("Options of every kind (--option NAME=VALUE):"))
    for name, says in OPTIONS.items():
        out.print(text(f"  {name}: {says}"))
