"""Assembles the commands. A command imports what it needs only when it runs, so that ``--help`` is quick."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dutybook.cli import (
    accounts,
    alerts,
    audit,
    backup,
    diff,
    doctor,
    documents,
    due,
    explain,
    export,
    extract,
    importing,
    index,
    ingest,
    languages,
    news,
    page_image,
    rejected,
    restore,
    review,
    schema,
    search,
    serve,
    show,
    summary,
    timeline,
    tokens,
    watch,
    works,
)
from dutybook.cli.announcing import announce

_HELP = """Who must do what by when: finds every obligation, prohibition, permission and exemption in regulation and news,
with its evidence. Nothing leaves this machine.

\b
Examples:
  dutybook ingest regulations/        read a folder into dutybook.db
  dutybook search "incident report" --modality obligation
  dutybook show 3fa9                  everything about one norm
  dutybook export register.xlsx --language de

Exit codes: 0 all well, 1 wrong usage or internal error, 2 something was left unread or not found.
"""

app = typer.Typer(
    name="dutybook",
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110},
)


#: What Typer makes of Ctrl-C.
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class State:
    """The global options, which stand before the command."""

    database: Path
    debug: bool


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"dutybook {metadata.version('dutybook')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    *,
    database: Annotated[
        Path, typer.Option("--database", envvar="DUTYBOOK_DATABASE", help="The register's file.", metavar="FILE")
    ] = Path("dutybook.db"),
    debug: Annotated[bool, typer.Option("--debug", help="Show where an internal error arose.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback has done all
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    announce()
    context.obj = State(database, debug)


for _module in (
    ingest,
    index,
    extract,
    search,
    show,
    explain,
    diff,
    due,
    review,
    audit,
    rejected,
    documents,
    summary,
    timeline,
    works,
    news,
    export,
    importing,
    page_image,
    serve,
    schema,
    backup,
    restore,
    languages,
    doctor,
):
    app.command(name=_module.NAME, no_args_is_help=False)(_module.command)
app.add_typer(alerts.app)

app.add_typer(watch.group, name=watch.NAME)
app.add_typer(accounts.group, name=accounts.NAME)
app.add_typer(tokens.group, name=tokens.NAME)


def call(arguments: list[str]) -> int:
    """Run the command in ``arguments``. Returns the exit code, 1 for wrong usage."""
    from typer.main import get_command

    command = get_command(app)
    try:
        result = command.main(arguments, prog_name="dutybook", standalone_mode=False)
    except Exception as error:
        # Typer brings its own copies of click's exceptions in some versions; both can show themselves.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            if type(error).__name__ == "Abort":
                raise KeyboardInterrupt from error
            raise
        error.show()
        return 1
    if result == _INTERRUPTED:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0
