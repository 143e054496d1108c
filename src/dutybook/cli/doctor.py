"""``dutybook doctor``: checks of this installation and its database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "doctor"


def command(
    context: typer.Context,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make indexes, views and derived rows anew; a copy is kept first.")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Look at all derived rows, however long it takes.")] = False,
    as_json: options.Json = False,
) -> None:
    """Check the installation, the language packs, the database and the disk. Exit code 1 if something is wrong.

    \b
    Example: dutybook doctor
    Example: dutybook doctor --repair
    """
    from dutybook.cli.output import console, print_json, text
    from dutybook.cli.show import plain
    from dutybook.pipeline.doctor import examine

    state: State = context.obj
    out = console()
    if repair:
        from dutybook.store.maintenance.repairing import repair as mend

        for line in mend(state.database):
            console(stderr=as_json).print(text(line))
    findings = list(examine(state.database, deep=deep))
    if as_json:
        print_json([plain(finding) for finding in findings])
    else:
        styles = {"ok": "green", "note": "yellow", "bad": "bold red"}
        for finding in findings:
            out.print(text((f"{finding.state:>4}", styles[finding.state]), f"  {finding.what}: {finding.says}"))
    raise typer.Exit(1 if any(finding.state == "bad" for finding in findings) else 0)
