"""Requests as no browser sends them: the program goes on, nothing is changed, and every answer has its headers."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient
from web_office import hidden

from dutybook.store import open_register
from dutybook.web import access as access_module
from dutybook.web.access import MAX_BODY, Access, LimitedBody
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

UPLOAD = 1_000_000


@pytest.fixture
def application(database: Path, access: Access) -> Any:
    app = create_app(Settings(database, "anna", Path.cwd(), max_upload=UPLOAD), access)
    held = list(app.router.routes)

    @app.post("/upload")
    @app.post("/upload/one")
    @app.post("/uploads")
    @app.post("/swallow")
    async def _swallow(request: Request) -> dict[str, int]:
        taken = 0
        async for piece in request.stream():
            taken += len(piece)
        return {"taken": taken}

    @app.post("/ignore")
    async def _ignore() -> dict[str, int]:
        return {"taken": 0}

    @app.get("/broken")
    def _broken() -> None:
        raise RuntimeError("secret inside")

    # Before the pages, one of which is below /upload.
    app.router.routes[:] = [*app.router.routes[len(held) :], *held]
    return app


@pytest.fixture
def inside(application: Any, access: Access) -> Iterator[TestClient]:
    with TestClient(
        application, base_url="http://127.0.0.1:8765", follow_redirects=False, raise_server_exceptions=False
    ) as client:
        client.get(f"/enter?key={access.key}")
        yield client


def pieces(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    while size > 0:
        yield b"x" * min(size, 50_000)
        size -= 50_000


@pytest.mark.parametrize(
    ("path", "most"),
    [("/upload", UPLOAD), ("/upload/one", MAX_BODY), ("/uploads", MAX_BODY), ("/swallow", MAX_BODY)],
)
def test_bodies_are_counted_as_they_come(inside: TestClient, path: str, most: int) -> None:
    assert inside.post(path, content=pieces(most)).json() == {"taken": most}
    assert inside.post(path, content=b"x" * most).json() == {"taken": most}
    assert inside.post(path, content=pieces(most + 1)).status_code == 413
    assert inside.post(path, content=b"x" * (most + 1)).status_code == 413
    assert inside.post(path).json() == {"taken": 0}


def test_a_form_without_length_is_read(inside: TestClient, database: Path) -> None:
    norm = re.search(r'href="(/norms/\w+)"', inside.get("/search").text)
    assert norm
    token = hidden(inside.get(norm[1]).text)["token"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = f"token={token}&owner=chunked".encode()
    where = norm[1] + "/review"
    assert inside.post(where, content=iter([body[:9], body[9:]]), headers=form).status_code == 303
    endless = (b"&note=" + b"x" * 90_000 for _ in range(4))
    assert inside.post(where, content=iter([body, *endless]), headers=form).status_code == 413
    assert "chunked" in inside.get(norm[1]).text


@pytest.mark.parametrize("said", ["-1", "x", "1e3", "٣", "9" * 40, "1_0", "+1"])
def test_a_length_that_is_none(inside: TestClient, said: str) -> None:
    assert inside.post("/swallow", content=b"x", headers={"content-length": said.encode()}).status_code == 413


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"token=" + b"%FF" * 100, "application/x-www-form-urlencoded"),
        (b"&".join(b"a=b" for _ in range(5000)), "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data; name=token\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\nx\r\n--x--', "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"", "text/plain"),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(inside: TestClient, content: bytes, kind: str) -> None:
    answer = inside.post("/norms/x/review", content=content, headers={"content-type": kind})
    assert answer.status_code in (400, 403)
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "BREW", "X" * 2000])
def test_odd_methods(inside: TestClient, method: str) -> None:
    answer = inside.request(method, "/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_head_is_get_without_its_body(inside: TestClient) -> None:
    for path in ("/", "/about", "/static/app.css", "/feeds/calendar.ics", "/nothing"):
        got, head = inside.get(path), inside.head(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-security-policy"]
    assert inside.head("/norms/x/review").status_code == 405


def test_options_and_wrong_methods_change_nothing(inside: TestClient) -> None:
    assert inside.options("/").status_code == 405
    assert "access-control-allow-origin" not in inside.options("/", headers={"origin": "https://evil.example"}).headers
    assert inside.delete("/").status_code == 405
    assert inside.put("/norms/x/review").status_code == 405


def test_an_error_of_ours_says_nothing_of_the_inside(inside: TestClient) -> None:
    answer = inside.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_slow_bodies_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "PIECE", 0.05)

    async def never() -> Any:
        await anyio.sleep(60)

    async def drop() -> Any:
        await anyio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def read(receive: Any) -> int:
        body = LimitedBody(receive, 100)
        try:
            while True:
                await body()
        except HTTPException as error:
            return error.status_code

    # In a thread of its own: a browser of another test may have a loop in this one.
    with ThreadPoolExecutor(1) as aside:
        assert aside.submit(anyio.run, read, never).result() == 408
    # So much a second at least.
    monkeypatch.setattr(access_module, "ALL", 0.2)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as aside:
        assert aside.submit(anyio.run, read, drop).result() == 408
    assert time.monotonic() - began < 5


@pytest.fixture
def listening(application: Any, access: Access) -> Iterator[SimpleNamespace]:
    """A real server, and a session in it."""
    import uvicorn

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", proxy_headers=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield SimpleNamespace(port=port, session=access.enter(access.key))
    server.should_exit = True
    thread.join()
    bound.close()


def exchange(port: int, sent: bytes, *, half: bool = False, rest: bytes = b"") -> bytes:
    """What is answered to raw bytes; ``half``: nobody waits for an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(sent)
        if half:
            return b""
        if rest:
            time.sleep(0.1)
            with suppress(OSError):
                line.sendall(rest)
        answer = b""
        with suppress(ConnectionResetError, TimeoutError):
            while piece := line.recv(65536):
                answer += piece
                line.settimeout(1)
        return answer


def test_raw_requests_do_no_harm(listening: SimpleNamespace, database: Path) -> None:
    port, session = listening.port, listening.session
    head = f"Host: 127.0.0.1:{port}\r\nCookie: dutybook={session}\r\n"

    def well() -> bool:
        return exchange(port, f"GET /about HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode()).startswith(
            b"HTTP/1.1 200"
        )

    assert well()
    # Huge headers, and very many of them.
    assert exchange(port, f"GET / HTTP/1.1\r\n{head}X: ".encode() + b"x" * 200_000 + b"\r\n\r\n")[:12] in (
        b"HTTP/1.1 400",
        b"HTTP/1.1 431",
        b"",
    )
    # Many small ones are read or not.
    exchange(port, f"GET / HTTP/1.1\r\n{head}".encode() + b"X: y\r\n" * 20_000 + b"\r\n")
    assert exchange(port, b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n")[:12] in (
        b"HTTP/1.1 400",
        b"HTTP/1.1 414",
        b"",
    )
    # Rubbish, and two lengths at once.
    assert exchange(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200)[:12] in (b"HTTP/1.1 400", b"")
    smuggled = f"POST /swallow HTTP/1.1\r\n{head}Content-Length: 4\r\nContent-Length: 9\r\n\r\nabcd".encode()
    assert exchange(port, smuggled)[:12] == b"HTTP/1.1 400"
    # No host, and two of them.
    assert exchange(port, b"GET / HTTP/1.1\r\n\r\n")[:12] == b"HTTP/1.1 400"
    assert exchange(port, b"GET / HTTP/1.0\r\n\r\n")[:12] == b"HTTP/1.1 421"
    # A body that ends before its length, or never ends.
    norm = found(database)
    form = f"POST /norms/{norm}/review HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n"
    exchange(port, f"{form}Content-Length: 1000\r\n\r\ntoken=x&owner=half".encode(), half=True)
    exchange(port, f"{form}Transfer-Encoding: chunked\r\n\r\n5\r\ntoken".encode(), half=True)
    # Chunks beyond the limit; and a body that nobody reads.
    chunk = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    endless = f"POST /swallow HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 2
    assert exchange(port, endless, rest=chunk * 20 + b"0\r\n\r\n")[:12] in (b"HTTP/1.1 413", b"")
    unread = (
        f"POST /ignore HTTP/1.1\r\n{head}Content-Length: 190000\r\nConnection: close\r\n\r\n".encode() + b"x" * 190_000
    )
    assert exchange(port, unread)[:12] in (b"HTTP/1.1 200", b"")
    assert well()
    with open_register(database, read_only=True) as register:
        assert register._connection.execute("SELECT count(*) FROM reviews").fetchone()[0] == 0


def test_many_lines_that_say_nothing_stop_nobody(listening: SimpleNamespace) -> None:
    with ExitStack() as lines:
        for _ in range(100):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", listening.port), timeout=10))
            line.sendall(b"POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Len")
        head = f"Host: 127.0.0.1\r\nCookie: dutybook={listening.session}\r\nConnection: close\r\n\r\n"
        began = time.monotonic()
        assert exchange(listening.port, f"GET /about HTTP/1.1\r\n{head}".encode()).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 5


def test_refusals_below_the_api_are_problems(inside: TestClient) -> None:
    inside.cookies.clear()
    answers = [
        inside.get("/api/v1/norms"),
        inside.get("/api/v1/norms", headers={"host": "evil.example"}),
        inside.request("TRACE", "/api/v1/norms"),
    ]
    assert [answer.status_code for answer in answers] == [401, 421, 405]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(json.loads(answer.text)) == {"type", "title", "status", "detail"}


def found(database: Path) -> str:
    with open_register(database, read_only=True) as register:
        return str(register._connection.execute("SELECT id FROM norms LIMIT 1").fetchone()[0])
