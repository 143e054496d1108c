"""``dutybook serve``: the register in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli.who import By, who

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "serve"


def command(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8765,
    by: By = None,
    watch_root: Annotated[
        list[Path] | None,
        typer.Option(
            "--watch-root",
            help="Folders below this one may be watched from the browser; none if not given.",
            metavar="DIR",
        ),
    ] = None,
    max_upload: Annotated[
        int, typer.Option("--max-upload", min=1, max=20_000, help="MB that may be sent from the browser at once.")
    ] = 1000,
) -> None:
    """Open the register in a browser on this machine, and on no other.

    It listens on 127.0.0.1 alone. The printed link works once; another one is printed as soon as it has been used.

    \b
    Example: dutybook serve
    """
    from dutybook.cli.output import console, text
    from dutybook.errors import BadRequest, MissingExtra
    from dutybook.store import open_register

    try:
        import uvicorn

        from dutybook.web.access import Access
        from dutybook.web.app import create_app
        from dutybook.web.settings import Settings
    except ImportError as error:
        raise MissingExtra("the web application", "web") from error

    state: State = context.obj
    # A register of an older format is brought up here, where somebody sees it.
    with open_register(state.database, read_only=False, create=False):
        pass
    out = console()
    bound = _bound(port)
    port = bound.getsockname()[1]

    def tell(key: str) -> None:
        out.print(text(f"http://127.0.0.1:{port}/enter?key={key}"))

    access = Access(tell)
    settings = Settings(
        state.database.absolute(),
        who(by),
        Path.cwd(),
        max_upload=max_upload * 1_000_000,
        watch_roots=_roots(watch_root or []),
    )
    out.print(text("Open this link in your browser (it works once; Ctrl+C ends the program):"))
    tell(access.key)
    config = uvicorn.Config(
        create_app(settings, access), log_level="warning", access_log=False, server_header=False, proxy_headers=False
    )
    try:
        uvicorn.Server(config).run(sockets=[bound])
    except OSError as error:
        raise BadRequest(f"the application cannot be served: {error}") from error


def _roots(given: list[Path]) -> tuple[Path, ...]:
    from dutybook.errors import BadRequest

    for root in given:
        if not root.is_dir():
            raise BadRequest(f"there is no folder {root} that could be watched: check the spelling")
    return tuple(root.resolve() for root in given)


def _bound(port: int):  # type: ignore[no-untyped-def]
    import socket

    from dutybook.errors import BadRequest

    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
    except OSError as error:
        made.close()
        raise BadRequest(f"port {port} is taken ({error.strerror}): name another with --port, or 0 for any") from error
    return made
