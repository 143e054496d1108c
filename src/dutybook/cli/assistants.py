"""``dutybook mcp``: the register for an assistant."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from dutybook.cli.options import By, State, open_database, who
from dutybook.cli.output import print_json, print_text
from dutybook.errors import BadRequest, MissingExtra

Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help="review: it may record judgements in your name. Else it only reads.", metavar="SCOPE"),
]
Configuration = Annotated[
    bool, typer.Option("--configuration", help="Print what goes into an assistant's configuration, and end.")
]


def serve_assistant(
    context: typer.Context, *, allow: Allow = None, by: By = None, configuration: Configuration = False
) -> None:
    """Serve the register to an assistant, as a server of the Model Context Protocol on standard input and output.

    The assistant's own program starts this command; --configuration prints what to tell it. Dutybook opens no connection.
    But what an assistant reads leaves this machine if the assistant is a remote one, as most are: its provider then
    receives the questions, the norms, and the words of your documents and notes that answer them. To keep them here,
    use an assistant whose model runs on this machine.

    It only reads. With --allow review it may also record judgements on norms; they are stored in your name, marked as
    the assistant's, and can be undone.

    \b
    Example: dutybook mcp --configuration
    Example: dutybook --database regulations.db mcp --allow review --by anna
    """
    state: State = context.obj
    database = state.database.absolute()
    scopes = frozenset(allow or [])
    try:
        from dutybook.assistants.server import SCOPES, Settings, make_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise MissingExtra("a server for assistants", "mcp") from error
    for scope in scopes:
        if scope not in SCOPES:
            known = ", ".join(f"{name} ({about})" for name, about in SCOPES.items())
            raise BadRequest(f"there is no scope {scope!r}. There are: {known}.")
    name = f"{who(by)} (assistant)" if scopes else ""
    if configuration:
        allowed = [word for scope in sorted(scopes) for word in ("--allow", scope)]
        arguments = ["-m", "dutybook", "--database", str(database), "mcp", *allowed, *(["--by", by] if by else [])]
        print_json({"mcpServers": {"dutybook": {"command": sys.executable, "args": arguments}}})
        return
    with open_database(context, writes=bool(scopes)):
        # Whether it can be opened is seen here, where the assistant's program notes what is printed.
        pass
    if sys.stdin.isatty():
        print_text(
            "An assistant's program starts this command and talks to it; it is not meant to be typed. Ctrl-D ends it.\n"
            "What goes into the program's configuration: dutybook mcp --configuration",
            stderr=True,
        )
    # What waits for the next line cannot be interrupted by an exception; whatever is stored is stored whole.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    make_server(Settings(database, scopes, name, state.debug)).run("stdio")
