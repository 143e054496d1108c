"""``dutybook serve``: the register in a browser."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli.who import By, who

if TYPE_CHECKING:
    import socket

    from dutybook.cli.app import State
    from dutybook.web.access import Door
    from dutybook.web.settings import Settings

NAME = "serve"

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")]
MultiUser = Annotated[bool, typer.Option("--multi-user", help="People sign in with accounts (dutybook accounts).")]
Address = Annotated[str, typer.Option("--address", help="Listen here; elsewhere than on this machine: with accounts.")]
BehindProxy = Annotated[
    list[str] | None,
    typer.Option("--behind-proxy", help="A reverse proxy with https asks, from this network.", metavar="CIDR"),
]
Host = Annotated[
    list[str] | None, typer.Option("--host", help="The name that browsers ask for: dutybook.example.", metavar="NAME")
]
RootPath = Annotated[
    str, typer.Option("--root-path", help="What stands before every address outside: /dutybook.", metavar="PATH")
]
WatchRoot = Annotated[
    list[Path] | None,
    typer.Option(
        "--watch-root", help="Folders below this one may be watched from the browser; none if not given.", metavar="DIR"
    ),
]
MaxUpload = Annotated[int, typer.Option("--max-upload", min=1, help="The most MiB that are uploaded at once.")]


def command(
    context: typer.Context,
    *,
    port: Port = 8765,
    by: By = None,
    multi_user: MultiUser = False,
    address: Address = "127.0.0.1",
    behind_proxy: BehindProxy = None,
    host: Host = None,
    root_path: RootPath = "",
    max_upload: MaxUpload = 200,
    watch_root: WatchRoot = None,
) -> None:
    """Open the register in a browser: for yourself on this machine, or for several people with accounts.

    It listens on 127.0.0.1 alone. The printed link works once; another one is printed as soon as it has been used. With
    --multi-user people sign in; beyond this machine they do so through a reverse proxy with https (see the README).

    \b
    Examples:
      dutybook serve
      dutybook serve --multi-user --behind-proxy 127.0.0.1 --host dutybook.example
    """
    from dutybook.errors import BadRequest, MissingExtra
    from dutybook.store import open_register

    try:
        import uvicorn

        from dutybook.cli import serving
        from dutybook.cli.listening import Listening
        from dutybook.web.app import create_app
        from dutybook.web.settings import Settings
    except ImportError as error:
        raise MissingExtra("the web application", "web") from error

    state: State = context.obj
    given = serving.check_options(address, host or [], behind_proxy or [], root_path, multi_user=multi_user)
    # A register of an older format is brought up here, where somebody sees it.
    with open_register(state.database, read_only=False, create=False):
        pass
    settings = Settings(
        state.database.absolute(),
        who(by),
        Path.cwd(),
        hosts=given.hosts,
        max_upload=max_upload * 2**20,
        root_path=given.root_path,
        proxies=given.proxies,
        watch_roots=_roots(watch_root or []),
        searchers=serving.searchers(),
    )
    if multi_user:
        serving.check_accounts(settings)
    bound = serving.bind_socket(given.address, port)
    door, tell = _several(settings, bound) if multi_user else _alone(settings, bound)
    config = uvicorn.Config(
        create_app(settings, door), log_level="warning", access_log=False, server_header=False, proxy_headers=False
    )
    # uvicorn ends in order and then sends itself the signal that ended it: what processes of ours share is given back only on a
    # way out of Python's own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        Listening(config, tell).run(sockets=[bound])
    except OSError as error:
        raise BadRequest(f"the application cannot be served: {error}") from error


def _roots(given: list[Path]) -> tuple[Path, ...]:
    from dutybook.errors import BadRequest

    for root in given:
        if not root.is_dir():
            raise BadRequest(f"there is no folder {root} that could be watched: check the spelling")
    return tuple(root.resolve() for root in given)


def _alone(settings: Settings, bound: socket.socket) -> tuple[Door, Callable[[], object]]:
    """The access for one person, and the function that prints its link."""
    from dutybook.cli import serving
    from dutybook.cli.output import console, text
    from dutybook.web.access import Access

    out = console()

    def link(key: str) -> None:
        out.print(text(f"{serving.url(bound)}{settings.root_path}/enter?key={key}"))

    access = Access(link)

    def tell() -> None:
        out.print(text("Open this link in your browser (it works once; Ctrl+C ends the program):"))
        link(access.key)

    return access, tell


def _several(settings: Settings, bound: socket.socket) -> tuple[Door, Callable[[], object]]:
    from dutybook.cli import serving
    from dutybook.cli.output import console, text
    from dutybook.web.account_access import AccountAccess

    if settings.secure:
        where = f"https://{settings.hosts[-1]}{settings.root_path}/ through the proxy, which asks {serving.url(bound)}"
    else:
        where = f"{serving.url(bound)}{settings.root_path}/"
    message = text(f"People sign in at {where} (Ctrl+C ends the program).")
    return AccountAccess(), lambda: console().print(message)
