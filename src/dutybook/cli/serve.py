"""``dutybook serve``: the register in a browser."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli.options import By, State, open_database, who
from dutybook.errors import BadRequest

if TYPE_CHECKING:
    from dutybook.web.settings import Quota

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
        "--watch-root",
        help="Folders below this one may be watched from the browser; your own if not given, none with --multi-user.",
        metavar="DIR",
    ),
]
Metrics = Annotated[
    str,
    typer.Option(
        "--metrics", help="Give Prometheus figures here, at /metrics: 127.0.0.1:9109.", metavar="ADDRESS:PORT"
    ),
]
JsonLog = Annotated[
    bool,
    typer.Option("--json-log", help="Log each request and every error as a line of JSON, without any document's text."),
]
MaxUpload = Annotated[int, typer.Option("--max-upload", min=1, help="The most MiB that are uploaded at once.")]
UploadQuota = Annotated[
    int | None,
    typer.Option(
        "--upload-quota",
        min=0,
        help="The most MiB that one person uploads within 24 hours; 0: no limit. 2000 with --multi-user, else no limit.",
    ),
]
UploadFiles = Annotated[
    int | None,
    typer.Option(
        "--upload-files",
        min=0,
        help="The most files that one person uploads within 24 hours; 0: no limit. 2000 with --multi-user, else no limit.",
    ),
]
OidcIssuer = Annotated[
    str, typer.Option("--oidc-issuer", help="People can also sign in with this OpenID provider.", metavar="URL")
]
OidcClient = Annotated[
    str,
    typer.Option(
        "--oidc-client",
        help="The client ID of this application at the provider; its secret is in DUTYBOOK_OIDC_SECRET.",
        metavar="ID",
    ),
]
OidcLabel = Annotated[
    str, typer.Option("--oidc-label", help="The provider's name on the sign-in page.", metavar="NAME")
]
OidcGroups = Annotated[
    str, typer.Option("--oidc-groups", help="The claim that has the groups: realm_access.roles.", metavar="CLAIM")
]
UserHeader = Annotated[
    str,
    typer.Option("--user-header", help="The proxy signs people in, and names them in this header.", metavar="NAME"),
]
GroupsHeader = Annotated[
    str, typer.Option("--groups-header", help="Their groups are in this header, separated by commas.", metavar="NAME")
]
GroupRole = Annotated[
    list[str] | None,
    typer.Option("--group-role", help="People in this group have this role: legal=editor.", metavar="GROUP=ROLE"),
]
DefaultRole = Annotated[
    str,
    typer.Option(
        "--default-role",
        help="The role of others whom a provider or proxy signs in: reader, or none where groups have roles.",
        metavar="ROLE",
    ),
]


def serve(
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
    upload_quota: UploadQuota = None,
    upload_files: UploadFiles = None,
    watch_root: WatchRoot = None,
    metrics: Metrics = "",
    json_log: JsonLog = False,
    oidc_issuer: OidcIssuer = "",
    oidc_client: OidcClient = "",
    oidc_label: OidcLabel = "",
    oidc_groups: OidcGroups = "groups",
    user_header: UserHeader = "",
    groups_header: GroupsHeader = "",
    group_role: GroupRole = None,
    default_role: DefaultRole = "",
) -> None:
    """Open the register in a browser: for yourself on this machine, or for several people with accounts.

    It listens on 127.0.0.1 alone. The printed link works once; another one is printed as soon as it has been used. With
    --multi-user people sign in; beyond this machine they do so through a reverse proxy with https (“Work with
    several people” in the documentation).

    \b
    Examples:
      dutybook serve
      dutybook serve --multi-user --behind-proxy 127.0.0.1 --host dutybook.example
    """
    import uvicorn

    from dutybook.cli import serving
    from dutybook.memory import exempt_from_collection
    from dutybook.public_address import public_address
    from dutybook.web.app import create_app
    from dutybook.web.connections import TimedProtocol
    from dutybook.web.monitoring import log_as_json
    from dutybook.web.settings import Settings

    state: State = context.obj
    given = serving.check_options(address, host or [], behind_proxy or [], root_path, multi_user=multi_user)
    elsewhere = serving.elsewhere_of(
        serving.GivenElsewhere(
            *(oidc_issuer, oidc_client, oidc_label, oidc_groups),
            *(user_header, groups_header, group_role or (), default_role),
        ),
        given.proxies,
        multi_user=multi_user,
    )
    with open_database(context, writes=True, create=True):
        # Whether it can be opened and written is seen here, where somebody reads what is printed.
        pass
    settings = Settings(
        state.database.absolute(),
        who(by),
        Path.cwd(),
        hosts=given.hosts,
        max_upload=max_upload * 2**20,
        upload_quota=_quota(upload_quota, upload_files, multi_user=multi_user),
        root_path=given.root_path,
        proxies=given.proxies,
        watch_roots=_watch_roots(watch_root, multi_user=multi_user),
        searchers=serving.searchers(),
        prepares_uploads=True,
        sends_alerts=True,
        metrics=serving.parse_metrics_address(metrics) if metrics else None,
    )
    if json_log:
        log_as_json()
    if multi_user:
        serving.check_accounts(settings, elsewhere)
    bound = serving.bind_socket(given.address, port)
    settings = replace(settings, address=public_address() or serving.address_of(settings, bound))
    door, tell = (
        serving.access_for_several(settings, bound, elsewhere)
        if multi_user
        else serving.access_for_one(settings, bound)
    )
    config = uvicorn.Config(
        create_app(settings, door),
        http=TimedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    exempt_from_collection()
    # uvicorn ends in order and then sends itself the signal that ended it: what processes of ours share is given back only on a
    # way out of Python's own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serving.Listening(config, tell).run(sockets=[bound])
    except OSError as error:
        raise BadRequest(f"the application cannot be served: {error}") from error


#: MiB and files that one person of several may upload within a day, unless something else is given.
_QUOTA = 2000, 2000


def _quota(size: int | None, files: int | None, *, multi_user: bool) -> Quota:
    from dutybook.web.settings import Quota

    default = _QUOTA if multi_user else (0, 0)
    return Quota((default[0] if size is None else size) * 2**20, default[1] if files is None else files)


def _watch_roots(given: list[Path] | None, *, multi_user: bool) -> tuple[Path, ...]:
    """The folders below which browsers may watch: those that are given, else the home folder, if there is one and a single person uses it.

    Raises:
        BadRequest: a given folder does not exist.
    """
    for root in given or []:
        if not root.is_dir():
            raise BadRequest(f"there is no folder {root} that could be watched: check the spelling")
    if given:
        return tuple(root.resolve() for root in given)
    home = Path.home()
    return (home.resolve(),) if home.is_dir() and not multi_user else ()
