"""``dutybook import``: what people wrote into an exported workbook, back into the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.who import By, who
from dutybook.workbook_import.report import Take

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "import"


def command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A workbook of `dutybook export` (.xlsx; .ods works too).")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    take: Annotated[
        Take | None,
        typer.Option(
            "--take",
            help="Where the register was changed since the export, too: mine takes the workbook's value, theirs leaves the"
            " register's.",
        ),
    ] = None,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Change nothing if anything were left undone.")
    ] = False,
    other_register: Annotated[
        bool, typer.Option("--other-register", help="Also a workbook that was exported from another register.")
    ] = False,
    by: By = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show so many lines of each list; 0: all.")] = 50,
    as_json: options.Json = False,
) -> None:
    """Take over what people wrote into an exported register: all that can be, in one transaction, with its history.

    Looked at are cells that differ from what was exported. Rows may be sorted, filtered and deleted, columns moved. What was
    changed in the register since, and differs, is a conflict: it is listed and left alone. Exit code 2 if something was left undone.

    \b
    Example: dutybook import register.xlsx --dry-run
    """
    from dutybook.cli import import_output
    from dutybook.store import open_register
    from dutybook.workbook_import.importer import Wanted, import_workbook

    state: State = context.obj
    name = "" if dry_run else who(by)
    wanted = Wanted(take, other_register, all_or_nothing, dry_run)
    with open_register(state.database, read_only=dry_run, create=False) as register:
        report = import_workbook(register, file, wanted, by=name)
    import_output.report(report, wanted, limit=limit, as_json=as_json)
    raise typer.Exit(0 if report.whole else 2)


__all__ = ["NAME", "command"]
