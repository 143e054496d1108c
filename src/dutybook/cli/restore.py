"""``dutybook restore``: replaces the register with a backup."""

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
    *,
    accounts: Annotated[
        bool,
        typer.Option(
            "--accounts",
            help="Take the accounts of the backup though there are some; those are kept under another name.",
        ),
    ] = False,
) -> None:
    """Put a backup in the place of the register.

    The backup is checked first and stays as it is; the register that was there is kept under another name.
    While another program has the register open, nothing is done. Accounts come back where there are none; those that are there
    may be newer and stay. Uploads that waited to be read are there again, to be gone on with.

    \b
    Example: dutybook restore backups/dutybook.20330102-080000.db
    """
    from dutybook.cli.output import console, count, text
    from dutybook.store.maintenance.backups import restore

    state: State = context.obj
    done = restore(state.database, backup, accounts=accounts)
    out = console()
    out.print(text(f"{state.database} is what {backup} holds: {count(done.copy.rows, 'row')}, checked"))
    if done.kept:
        out.print(text(f"what was there before is kept in {done.kept}"))
    if done.beside.accounts:
        out.print(text(f"{done.beside.accounts} is that of the backup: everybody signs in again"))
    if done.beside.kept:
        out.print(text(f"the accounts that were there before are kept in {done.beside.kept}"))
    if done.beside.left:
        out.print(text("the accounts that are here stay as they are; to take those of the backup: --accounts"))
    if done.beside.files:
        out.print(
            text(f"{count(done.beside.files, 'file')} that was sent and not read: go on with it on the page Upload")
        )
