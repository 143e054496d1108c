"""``dutybook export``: the register, or a part of it, as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "export"


@options.taking(options.FILTERS)
def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .xlsx, .csv, .jsonl or .ics.")],
    words: Annotated[str, typer.Option("--words", help="Only norms with these words, as in search.")] = "",
    *,
    filters: dict[str, Any],
) -> None:
    """Write the register, or what the filters leave of it, to a file; its extension names the format.

    \b
    Example: dutybook export duties.ics --deadline-after 2027-01-01 --language de
    """
    from dutybook.cli.output import console, count, text
    from dutybook.export import export
    from dutybook.store import open_register

    state: State = context.obj
    chosen = {"words": words, **filters}
    with open_register(state.database, read_only=True, create=False) as register:
        rows = export(register, file, {name: value for name, value in chosen.items() if value})
    console().print(text(f"{file}: {count(rows, 'row')}"))
