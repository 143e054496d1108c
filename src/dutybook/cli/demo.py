"""``dutybook demo``: the main job on the sample documents, command by command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dutybook.cli.output import print_text
from dutybook.errors import BadRequest
from dutybook.extras import command_line


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where register and workbook are written.", metavar="DIR")
    ] = Path("dutybook-demo"),
    serve: Annotated[
        bool | None,
        typer.Option("--serve/--no-serve", help="Open it in the browser at the end; by default on a terminal."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Of the browser's address; 0: any.")] = 0,
) -> None:
    """Read the sample documents into a register, show obligations, apply amendments, write a workbook, and open all of it
    in the browser.

    The samples are fictional and come with Dutybook. Each step is printed as the command that you would type yourself.

    \b
    Example: dutybook demo --folder /tmp/try
    """
    from dutybook import samples

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"{folder} cannot be made ({error.strerror}): name another place with --folder") from error
    database = ["--database", str(folder / "dutybook.db")]
    workbook = folder / "register.xlsx"
    for words in (
        ["ingest", str(samples())],
        ["summary"],
        ["search", "incident report", "--limit", "5"],
        ["ingest", str(samples().parent / "amended")],
        ["amended", "32032R0140"],
        ["export", str(workbook)],
    ):
        _run(["dutybook", *database, *words])
    server = ["dutybook", *database, "serve", "--port", str(port)]
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal if serve is None else serve:
        _run(server)
    else:
        print_text("Open it in the browser with:")
        print_text((command_line(server), "bold"))


def _run(command: list[str]) -> None:
    """Print a command and run it in this process; its failure is that of the demo."""
    from dutybook.cli import run

    print_text()
    print_text((f"$ {command_line(command)}", "bold"))
    code = run(command[1:])
    if code:
        raise typer.Exit(code)
