"""What ``dutybook serve`` checks before anything listens, who may come in, and the server itself."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import uvicorn

from dutybook.cli.output import print_text
from dutybook.errors import BadRequest, MissingExtra
from dutybook.store.accounts import accounts_of
from dutybook.store.accounts.identities import Membership
from dutybook.store.accounts.people import ROLES, people
from dutybook.web.access import Access, Door
from dutybook.web.account_access import AccountAccess, TrustedHeader
from dutybook.web.oidc import Provider
from dutybook.web.settings import Settings

_ROOT = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_MOST_SEARCHERS = 4
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Given:
    """Where to listen, under which host names, behind which proxies, below which path."""

    address: str
    hosts: tuple[str, ...]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    root_path: str


def check_options(
    address: str, hosts: Sequence[str], proxies: Sequence[str], root_path: str, *, multi_user: bool
) -> Given:
    """The options, if they are safe together.

    Raises:
        BadRequest: they are unsafe, or make no sense; the message says why.
    """
    try:
        where = ip_address("127.0.0.1" if address == "localhost" else address)
    except ValueError:
        raise BadRequest(f"--address takes an address such as 127.0.0.1 or 0.0.0.0, not {address!r}") from None
    if not where.is_loopback and not multi_user:
        raise BadRequest(
            f"{where} can be reached from other machines, and the link that opens this is for one person on this one: "
            "add --multi-user, and accounts with: dutybook accounts add NAME"
        )
    if proxies and not multi_user:
        raise BadRequest("--behind-proxy is for people with accounts: add --multi-user")
    if not where.is_loopback and not proxies:
        raise BadRequest(
            f"over plain HTTP on {where} everybody on the way could read passwords and take over sessions. Put a reverse "
            "proxy with https before it (nginx, Caddy; “Work with several people” in the documentation) and name the network that it asks from: "
            "--behind-proxy 127.0.0.1 --host dutybook.example"
        )
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise BadRequest(f"--host takes a name without port or scheme, such as dutybook.example, not {host!r}")
    if proxies and not hosts:
        raise BadRequest("say under which name browsers reach the proxy: --host dutybook.example")
    root_path = root_path.rstrip("/")
    if root_path and not (_ROOT.fullmatch(root_path) and ".." not in root_path):
        raise BadRequest(f"--root-path takes a path such as /dutybook, not {root_path!r}")
    own = ("127.0.0.1", "localhost", "[::1]")
    return Given(str(where), (*own, *hosts), tuple(_network(proxy) for proxy in proxies), root_path)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        found = ip_network(text)
    except ValueError as error:
        raise BadRequest(f"--behind-proxy takes a network such as 127.0.0.1 or 10.0.0.0/24: {error}") from None
    if found.prefixlen == 0:
        raise BadRequest("--behind-proxy 0.0.0.0/0 would believe everybody: name the network that the proxy asks from")
    return found


def parse_metrics_address(text: str) -> tuple[str, int]:
    """The address and port at which Prometheus gets figures.

    Raises:
        BadRequest: it is none.
        MissingExtra: what makes the figures is not installed.
    """
    address, _, port = text.rpartition(":")
    try:
        found = ip_address(address.strip("[]"))
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65_536:
        raise BadRequest(f"--metrics takes an address and a port such as 127.0.0.1:9109, not {text!r}")
    if find_spec("prometheus_client") is None:
        raise MissingExtra("--metrics", "metrics")
    return str(found), number


def searchers() -> int:
    """The number of search processes: that of the processors available, at most four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_SEARCHERS)


def check_accounts(settings: Settings, elsewhere: Elsewhere | None = None) -> None:
    """Check that somebody can sign in, while the person who starts the server still reads its output.

    Raises:
        BadRequest: there is no account.
        RegisterError: the file of the accounts is damaged, or belongs to another program.
    """
    accounts = accounts_of(settings.database)
    found = []
    if accounts.exists():
        accounts.check()
        found = [person for person in people(accounts) if not person.disabled]
        accounts.close()
    if not found and not elsewhere:
        raise BadRequest("nobody could sign in: make an account first with: dutybook accounts add NAME --role admin")


def bind_socket(address: str, port: int) -> socket.socket:
    """A socket bound to an address.

    Raises:
        BadRequest: the address is taken, or does not belong to this machine.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # With its protocol named: only then asyncio sends small writes at once (else each page waits 40 ms for an acknowledgement).
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((address, port))
    except OSError as error:
        made.close()
        what = f"port {port} is taken" if address == "127.0.0.1" else f"{address} port {port} cannot be had"
        raise BadRequest(f"{what} ({error.strerror}): name another with --port, or 0 for any") from error
    return made


def url(bound: socket.socket) -> str:
    """The address for a browser on this machine."""
    address, port = bound.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def address_of(settings: Settings, bound: socket.socket) -> str:
    """The address under which browsers reach the register."""
    return (
        f"https://{settings.hosts[-1]}{settings.root_path}" if settings.secure else f"{url(bound)}{settings.root_path}"
    )


class Listening(uvicorn.Server):
    """A server that calls ``on_started`` once it accepts connections; never if it fails before."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()


def access_for_one(settings: Settings, bound: socket.socket) -> tuple[Door, Callable[[], object]]:
    """The access for one person, and the function that prints its link."""

    def link(key: str) -> None:
        print_text(f"{url(bound)}{settings.root_path}/enter?key={key}")

    access = Access(link)

    def tell() -> None:
        print_text("Open this link in your browser (it works once; Ctrl+C ends the program):")
        link(access.key)

    return access, tell


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who besides this application signs people in: an OpenID provider, a reverse proxy by headers, or neither."""

    provider: Provider | None = None
    header: TrustedHeader | None = None

    def __bool__(self) -> bool:
        return bool(self.provider or self.header)


@dataclass(frozen=True, slots=True)
class GivenElsewhere:
    """The options of ``dutybook serve`` about that, as they were given."""

    issuer: str = ""
    client: str = ""
    label: str = ""
    groups_claim: str = "groups"
    user_header: str = ""
    groups_header: str = ""
    roles: Sequence[str] = ()
    otherwise: str = ""


def elsewhere_of(given: GivenElsewhere, proxies: Sequence[object], *, multi_user: bool) -> Elsewhere:
    """Who signs people in besides this application.

    Raises:
        BadRequest: the options make no sense together, or are not safe.
        MissingExtra: what reads tokens is not installed.
    """
    if not (given.issuer or given.client or given.user_header):
        if given.roles or given.otherwise or given.groups_header:
            raise BadRequest(
                "--group-role and --default-role are for people whom --oidc-issuer or --user-header signs in"
            )
        return Elsewhere()
    if not multi_user:
        raise BadRequest("--oidc-issuer and --user-header are for several people: add --multi-user")
    membership = _membership(given.roles, given.otherwise)
    provider = header = None
    if given.issuer or given.client:
        if not (given.issuer and given.client):
            raise BadRequest(
                "give both --oidc-issuer, the OpenID provider's address, and --oidc-client, the client ID of this application there"
            )
        if find_spec("authlib") is None:
            raise MissingExtra("--oidc-issuer", "oidc")
        secret = os.environ.get("DUTYBOOK_OIDC_SECRET", "")
        known = (given.issuer, given.client, secret, given.label, given.groups_claim)
        provider = Provider(*known, membership=membership)
    if given.user_header:
        if not proxies:
            raise BadRequest(
                "anybody could send the header of --user-header: name the proxy's network with --behind-proxy"
            )
        for name in filter(None, (given.user_header, given.groups_header)):
            if not _HEADER.fullmatch(name):
                raise BadRequest(f"{name!r} is no name of a header, such as Remote-User")
        header = TrustedHeader(given.user_header, given.groups_header, membership)
    return Elsewhere(provider, header)


def _membership(roles: Sequence[str], otherwise: str) -> Membership:
    given = {}
    for text in roles:
        group, _, role = text.rpartition("=")
        if not group or role not in ROLES:
            raise BadRequest(
                f"--group-role takes a group and a role, such as legal=editor, not {text!r}; roles: {', '.join(ROLES)}"
            )
        given[group] = role
    if otherwise not in ("", "none", *ROLES):
        raise BadRequest(f"--default-role takes {', '.join(ROLES)} or none, not {otherwise!r}")
    # Where groups say who may come in, nobody else does unless that is wanted.
    chosen = otherwise or ("none" if given else "reader")
    return Membership(given, "" if chosen == "none" else chosen)


def access_for_several(
    settings: Settings, bound: socket.socket, elsewhere: Elsewhere
) -> tuple[Door, Callable[[], object]]:
    """The access for people with accounts, and the function that prints where they sign in."""
    if settings.secure:
        where = f"https://{settings.hosts[-1]}{settings.root_path}/ through the proxy, which asks {url(bound)}"
    else:
        where = f"{url(bound)}{settings.root_path}/"
    door = AccountAccess(provider=elsewhere.provider, header=elsewhere.header)
    return door, lambda: print_text(f"People sign in at {where} (Ctrl+C ends the program).")
