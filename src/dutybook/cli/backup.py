"""``dutybook backup``: a verified copy of the register, even while it is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "backup"


def command(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(metavar="[FILE|FOLDER]", help="Where to; a folder “backups” next to the database if left out."),
    ] = None,
    *,
    keep: Annotated[
        int | None,
        typer.Option("--keep", metavar="N", help="Keep the newest N backups in the folder, remove older ones."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there already.")] = False,
) -> None:
    """Copy the register into one file, checked before it gets its name, while others may go on writing.

    Beside it come the accounts of those who sign in (FILE.accounts) and files that were sent and still wait to be read (a folder
    that ends in .uploads). Files that were read already stay where they are: copy them yourself to see their pages elsewhere.
    In a folder the copy is named after the database and the time. Only its owner may read it. Put it back with
    “dutybook restore”.

    \b
    Example: dutybook backup
    Example: dutybook backup /media/stick/register.db --force
    Example: dutybook backup backups/ --keep 14
    """
    from dutybook.cli.output import console, count, text
    from dutybook.store.maintenance.backups import back_up

    state: State = context.obj
    made = back_up(state.database, target, force=force, keep=keep)
    copy = made.copy
    out = console()
    size = f"{copy.bytes / 1e6:,.1f} MB, {count(copy.rows, 'row')}"
    out.print(text(f"{copy.path}: {size}, format {copy.format}, checked", (f" (sha256 {copy.sha256})", "dim")))
    if made.beside.accounts:
        out.print(text(f"{made.beside.accounts}: who may sign in, with their passwords and tokens as digests"))
    if made.beside.files:
        out.print(
            text(f"{count(made.beside.files, 'file')} that {'wait' if made.beside.files > 1 else 'waits'} to be read")
        )
    for file in made.removed:
        out.print(text(f"removed the older backup {file}"))
