"""``dutybook watch kinds``."""

from __future__ import annotations

from typing import Annotated

import typer

from dutybook.cli import options

Kind = Annotated[str | None, typer.Argument(help="a kind, to see how its targets are written and its own options")]


def command(context: typer.Context, kind: Kind = None, *, as_json: options.Json = False) -> None:  # noqa: ARG001 - as all commands
    """List the kinds of sources, and the options by which any of them is asked.

    \b
    Examples:
      dutybook watch kinds
      dutybook watch kinds eurlex
    """
    from dutybook.cli.output import console, print_json, print_table, text
    from dutybook.errors import BadRequest
    from dutybook.ingest import sources
    from dutybook.pipeline.watching.definition import OPTIONS, format_interval

    if kind is not None:
        _one(kind, as_json=as_json)
        return
    rows = []
    for kind in sources.kinds():
        try:
            source = sources.source_of(kind)
            rows.append((kind, format_interval(sources.default_interval(source)), source.help))
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


def _one(kind: str, *, as_json: bool) -> None:
    from dutybook.cli.output import console, print_json, text
    from dutybook.ingest import sources
    from dutybook.pipeline.watching.definition import format_interval

    source = sources.source_of(kind)
    own: dict[str, str] = dict(getattr(source, "options", {}))
    written = str(getattr(source, "written", ""))
    if as_json:
        every = format_interval(sources.default_interval(source))
        print_json({"kind": kind, "every": every, "help": source.help, "target": written, "options": own})
        return
    out = console()
    out.print(text(f"{kind}: {source.help}"))
    if written:
        out.print(text(f"Target: {written}"))
    if own:
        out.print(text("Options (--option NAME=VALUE):"))
    for name, says in own.items():
        out.print(text(f"  {name}: {says}"))
