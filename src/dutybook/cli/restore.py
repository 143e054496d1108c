"""``dutybook restore``: the register put back from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "restore"


def command(
    context: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that “dutybook backup” made.")],
) -> None:
    """Put a backup in the place of the register.

    The backup is checked first and stays as it is; the register that was there is kept beside it under another name.
    While another program has the register open, nothing is done.

    \b
    Example: dutybook restore backups/dutybook.20330102-080000.db
    """
    from dutybook.cli.output import console, count, text
    from dutybook.store.backups import restore

    state: State = context.obj
    done = restore(state.database, backup)
    out = console()
    out.print(text(f"{state.database} is what {backup} holds: {count(done.copy.rows, 'row')}, checked"))
    if done.kept:
        out.print(text(f"what was there before is kept in {done.kept}"))
