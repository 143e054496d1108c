"""``dutybook index``: the vectors that search by meaning needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.searching.semantic import Status

NAME = "index"


def command(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all vectors anew.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say how far it has come.")] = False,
    encoder: Annotated[
        str | None,
        typer.Option(
            "--encoder",
            help="quick (16 languages) or wide (some hundred, much slower); if not given, the register's, at first quick.",
            metavar="NAME",
        ),
    ] = None,
    workers: options.Workers = None,
    as_json: options.Json = False,
) -> None:
    """Make the register searchable by meaning, across languages and without a network.

    Norms that have no vector yet get one; a run that was cut off goes on where it stopped. From then on `dutybook ingest`
    keeps up by itself. Needs: pip install 'dutybook[semantic]'

    \b
    Example: dutybook index
    """
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.show import plain
    from dutybook.pipeline.batch import default_workers
    from dutybook.searching import semantic
    from dutybook.store import open_register

    state: State = context.obj
    with open_register(state.database, create=False, read_only=status) as register:
        if not status:
            chosen = semantic.encoder_named(encoder) if encoder else None
            with options.bar("encoding") as tell:
                report = semantic.update(
                    register, chosen, rebuild=rebuild, workers=workers or default_workers(), progress=tell
                )
            if not as_json:
                console().print(text(f"{count(report.norms, 'norm')} indexed, {count(report.encoded, 'text')} encoded"))
        found = semantic.status(register)
    if as_json:
        print_json(plain(found))
    else:
        _tell(found)


def _tell(found: Status) -> None:
    from dutybook.cli.output import console, count, text

    out = console()
    if found.model:
        parts = [f"{found.with_vector:,} of {count(found.norms, 'norm')} can be found by meaning", found.model]
        if found.behind is not None:
            parts.append(f"approximate index, {found.behind:,} since")
        out.print(text(" · ".join(parts)))
    if found.problem:
        out.print(text((found.problem, "yellow")))
