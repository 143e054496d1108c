"""``dutybook accounts``, ``tokens`` and what ``serve`` lets itself be told."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest

pytest.importorskip("argon2", reason="the extra web is not installed")

from dutybook import cli
from dutybook.cli import serving
from dutybook.errors import BadRequest
from dutybook.store import open_register
from dutybook.store.accounts import AccountsFile, accounts_path, people
from dutybook.web.settings import Settings


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "register.db"
    with open_register(path):
        pass
    return path


def dutybook(database: Path, *arguments: str) -> int:
    return cli.run(["--database", str(database), *arguments])


def test_people_from_first_to_last(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dutybook(database, "accounts", "list") == 2
    assert "accounts add" in capsys.readouterr().err
    assert dutybook(database, "accounts", "add", "Anna Berg", "--role", "admin") == 0
    printed = capsys.readouterr().out
    key = re.search(r"^/join\?key=([\w-]{43})$", printed, re.MULTILINE)
    assert key
    assert dutybook(database, "accounts", "add", "Emil") == 0
    capsys.readouterr()
    assert dutybook(database, "accounts", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(person["name"], person["role"], person["ready"]) for person in listed] == [
        ("Anna Berg", "admin", False),
        ("Emil", "reader", False),
    ]
    assert dutybook(database, "accounts", "role", "emil", "editor") == 0
    assert dutybook(database, "accounts", "disable", "Emil") == 0
    assert dutybook(database, "accounts", "list") == 0
    assert "disabled" in capsys.readouterr().out
    assert dutybook(database, "accounts", "enable", "Emil") == 0
    assert dutybook(database, "accounts", "reset", "Emil") == 0
    assert "/join?key=" in capsys.readouterr().out
    assert dutybook(database, "accounts", "remove", "Anna Berg") == 2
    assert "only administrator" in capsys.readouterr().err
    assert dutybook(database, "accounts", "remove", "Emil") == 0
    assert dutybook(database, "accounts", "add", "Emil") == 2
    assert dutybook(database, "accounts", "add", "Emil", "--again") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("accounts", "add", "x", "--role", "boss"),
        ("accounts", "add", ""),
        ("accounts", "add", "two\nlines"),
        ("accounts", "role", "Nobody", "admin"),
        ("accounts", "disable", "Nobody"),
        ("tokens", "new", "x", "--scope", "all"),
        ("tokens", "new", " "),
        ("tokens", "new", "x", "--person", "Nobody"),
        ("tokens", "revoke", "99"),
        ("serve", "--multi-user", "--port", "0"),
    ],
)
def test_what_cannot_be_done_says_why(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    dutybook(database, "tokens", "new", "first")
    capsys.readouterr()
    assert dutybook(database, *arguments) == 2
    message = capsys.readouterr().err
    assert message.startswith("dutybook: ")
    assert "Traceback" not in message


def test_tokens_are_shown_once(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dutybook(database, "tokens", "new", "nightly \x1b[31m report", "--days", "90") == 0
    secret = capsys.readouterr().out.strip()
    assert re.fullmatch(r"dutybook_[\w-]{43}", secret)
    assert dutybook(database, "tokens", "list") == 0
    printed = capsys.readouterr().out
    assert "nightly" in printed
    assert "\x1b[31m" not in printed
    assert secret not in printed
    assert dutybook(database, "tokens", "revoke", "1") == 0
    assert dutybook(database, "tokens", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2]) == []


def test_there_is_nothing_to_have_accounts_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dutybook(tmp_path / "none.db", "accounts", "add", "x") == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"address": "0.0.0.0"}, "add --multi-user"),
        ({"address": "::"}, "add --multi-user"),
        ({"address": "192.0.2.1", "multi_user": True}, "read passwords"),
        ({"proxies": ["127.0.0.1"]}, "add --multi-user"),
        ({"proxies": ["127.0.0.1"], "multi_user": True}, "--host dutybook.example"),
        ({"proxies": ["0.0.0.0/0"], "hosts": ["x"], "multi_user": True}, "believe everybody"),
        ({"proxies": ["10.0.0.1/8"], "hosts": ["x"], "multi_user": True}, "--behind-proxy takes"),
        ({"proxies": ["proxy"], "hosts": ["x"], "multi_user": True}, "--behind-proxy takes"),
        ({"hosts": ["https://x"]}, "without port or scheme"),
        ({"hosts": ["x:443"]}, "without port or scheme"),
        ({"address": "somewhere"}, "--address takes"),
        ({"root_path": "dutybook"}, "--root-path takes"),
        ({"root_path": '/x"onload='}, "--root-path takes"),
        ({"root_path": "//evil.example"}, "--root-path takes"),
        ({"root_path": "/a/../b"}, "--root-path takes"),
    ],
)
def test_what_is_not_safe_is_refused(given: dict[str, object], why: str) -> None:
    plain = {"address": "127.0.0.1", "hosts": [], "proxies": [], "root_path": "", "multi_user": False}
    with pytest.raises(BadRequest, match=re.escape(why)):
        serving.check_options(**{**plain, **given})  # type: ignore[arg-type]


def test_what_is_safe_is_taken() -> None:
    given = serving.check_options("0.0.0.0", ["d.example"], ["10.0.0.0/24", "fd00::1"], "/duty/book/", multi_user=True)
    assert given.hosts[-1] == "d.example"
    assert given.proxies == (ip_network("10.0.0.0/24"), ip_network("fd00::1/128"))
    assert given.root_path == "/duty/book"
    assert serving.check_options("localhost", [], [], "", multi_user=False).address == "127.0.0.1"
    assert serving.check_options("::1", [], [], "/", multi_user=False).root_path == ""


def test_somebody_must_be_able_to_sign_in(database: Path) -> None:
    settings = Settings(database, "anna", Path.cwd())
    with pytest.raises(BadRequest, match="make an account first"):
        serving.check_accounts(settings)
    from datetime import UTC, datetime

    accounts = AccountsFile(accounts_path(database))
    people.add(accounts, "Ada", "admin", datetime.now(UTC))
    serving.check_accounts(settings)


def test_addresses_are_bound(database: Path) -> None:
    first = serving.bind_socket("127.0.0.1", 0)
    first.listen()
    port = first.getsockname()[1]
    assert serving.url(first) == f"http://127.0.0.1:{port}"
    with pytest.raises(BadRequest, match="is taken"):
        serving.bind_socket("127.0.0.1", port)
    with pytest.raises(BadRequest, match="cannot be had"):
        serving.bind_socket("192.0.2.1", port)
    first.close()


def test_small_answers_are_sent_at_once() -> None:
    """Nagle's algorithm is off on what the server accepts, so that no page waits for an acknowledgement."""

    class Quiet(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            found.set_result(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def ask() -> int:
        nonlocal found
        found = asyncio.get_running_loop().create_future()
        server = await asyncio.get_running_loop().create_server(Quiet, sock=serving.bind_socket("127.0.0.1", 0))
        async with server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            no_delay = await found
            writer.close()
            await writer.wait_closed()
        return no_delay

    found: asyncio.Future[int]
    # In a thread of its own: a browser's test on the same worker may have left a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(lambda: asyncio.run(ask())).result()
