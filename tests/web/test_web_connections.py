"""Connections on which nothing moves, made with raw sockets: they are closed after their time, and those that work stay open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from dutybook.web import access as access_module
from dutybook.web import connections
from dutybook.web.access import Access, LimitedBody
from dutybook.web.app import create_app
from dutybook.web.connections import TimedProtocol, most_connections
from dutybook.web.settings import Settings

#: A page that does not fit into the buffers between server and client.
LARGE = 16 << 20


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, within limits, and answers with a page as large as the path says."""
    if scope["type"] != "http":
        return
    body = LimitedBody(receive, 1_000_000)
    while (await body()).get("more_body", False):
        pass
    size = LARGE if scope["path"] == "/large" else 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(size).encode())]})
    for _ in range(max(1, size >> 20)):
        await send({"type": "http.response.body", "body": b"x" * min(size, 1 << 20), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def listening(app: Any) -> Iterator[tuple[str, int]]:
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=TimedProtocol, log_level="critical", lifespan="off", timeout_keep_alive=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield bound.getsockname()
    server.should_exit = server.force_exit = True
    thread.join()
    bound.close()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.6)
    monkeypatch.setattr(connections, "STALLED", 0.8)
    monkeypatch.setattr(connections, "CHECK_EVERY", 0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    with listening(application) as where:
        yield where


def take_answer(made: socket.socket) -> bytes:
    """The head of an answer and its body of two letters, which may come apart."""
    taken = b""
    while not taken.endswith(b"xx"):
        piece = made.recv(1000)
        assert piece, taken
        taken += piece
    return taken


def closed_after(made: socket.socket, drip: bytes = b"", before: float = 10.0) -> float:
    """Send a byte of ``drip`` each 50 ms until the server closes; seconds until then."""
    began, number = time.monotonic(), 0
    made.settimeout(0.05)
    while (took := time.monotonic() - began) < before:
        try:
            if drip:
                made.sendall(drip[number % len(drip)].to_bytes(1, "big"))
                number += 1
            if not made.recv(65_536):
                return took
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - began
    raise AssertionError(f"the connection is open after {before:g} s")


@pytest.mark.parametrize(
    "drip", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nX: y"], ids=["nothing", "line", "headers"]
)
def test_a_head_that_does_not_come_is_not_waited_for(server: tuple[str, int], drip: bytes) -> None:
    with socket.create_connection(server) as made:
        made.sendall(drip)
        assert closed_after(made, b"z" if drip else b"") >= 0.4


def test_the_head_of_a_second_request_has_the_same_time(server: tuple[str, int]) -> None:
    with socket.create_connection(server) as made:
        for _ in range(3):
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert take_answer(made).startswith(b"HTTP/1.1 200")
            # Between two requests a browser may rest longer than a head may take.
            time.sleep(0.9)
        made.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert closed_after(made, b"z") >= 0.4


def test_an_answer_that_nobody_takes_is_given_up(server: tuple[str, int]) -> None:
    with socket.create_connection(server) as made:
        made.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        made.recv(10)
        time.sleep(2.5)
        taken = 0
        made.settimeout(5)
        with suppress(ConnectionError):
            while piece := made.recv(1 << 20):
                taken += len(piece)
    assert taken < LARGE - 1000


def test_a_slow_reader_gets_everything(server: tuple[str, int]) -> None:
    """Slower than the limit in all, but never still."""
    with socket.create_connection(server) as made:
        made.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        taken, began = 0, time.monotonic()
        while piece := made.recv(1 << 19):
            taken += len(piece)
            time.sleep(0.03)
    assert taken > LARGE
    assert time.monotonic() - began > 0.9


def test_a_body_that_drips_is_given_up(server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "ALL", -19.4)
    with socket.create_connection(server) as made:
        made.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        assert closed_after(made, b"z") >= 0.4


def test_half_open_connections_leave_others_alone(server: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for number in range(60):
            made = stack.enter_context(socket.create_connection(server))
            made.sendall(b"GET / HTTP/1.1\r\nX: "[: number % 18])
        with socket.create_connection(server) as good:
            good.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert take_answer(good).startswith(b"HTTP/1.1 200")


def test_there_are_never_more_connections_than_files_allow(
    server: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 64 <= most_connections() <= 4000
    time.sleep(0.5)
    monkeypatch.setattr(connections, "most_connections", lambda: 3)
    with ExitStack() as stack:
        first = [stack.enter_context(socket.create_connection(server)) for _ in range(3)]
        time.sleep(0.2)
        more = stack.enter_context(socket.create_connection(server))
        assert closed_after(more) < 0.5
        for made in first:
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert take_answer(made).startswith(b"HTTP/1.1 200")


def test_the_application_itself_ends_a_slow_form(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "PIECE", 0.5)
    access = Access()
    with listening(create_app(Settings(database, "anna", Path.cwd()), access)) as where:
        with socket.create_connection(where) as made:
            made.sendall(b"GET /enter?key=" + access.key.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            answer = made.recv(65_536).decode()
        cookie = next(line for line in answer.splitlines() if line.lower().startswith("set-cookie"))
        cookie = cookie.partition(":")[2].strip().partition(";")[0]
        with socket.create_connection(where) as made:
            head = f"POST /upload/text HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: 900\r\n"
            made.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=a".encode())
            made.settimeout(10)
            assert b" 408 " in made.recv(65_536).partition(b"\r\n")[0]
            closed_after(made)
