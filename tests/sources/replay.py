"""A server on 127.0.0.1 that replays answers of ours, bad ones included, for tests of sources and of the fetcher.

    with Replay() as server:
        server.route("/feed.xml", Answer(feed, type="application/atom+xml", etag='"1"'))
        fetcher.get(server.url("/feed.xml"))
        assert server.asked("/feed.xml") == 1

A path may have several answers: each request takes the next, the last one stays. A function ``Request -> Answer`` may stand
for an answer. ``serve(folder)`` routes every file of a folder under its path; beside ``NAME`` a file ``NAME.http`` may say
status and headers (``200`` or ``301``, then ``Name: value`` lines). A path with a query is looked for first as it is, then
without its query. What no route answers is 404. ``robots.txt`` is such a route too.
"""

from __future__ import annotations

import gzip
import itertools
import mimetypes
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What somebody asked. ``headers`` in lower case, ``query`` and ``form`` as dicts, ``at`` in seconds of the monotonic clock."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """An answer. ``etag`` and ``modified`` (seconds since 1970) are sent, and asked about they give 304.

    ``delay``: seconds before anything is sent; ``drip``: seconds between pieces of ``piece`` bytes, ``drip_head`` between the
    bytes of the head. ``cut``: the connection is cut after so many bytes of the body. ``length``: a Content-Length that is not
    true. ``endless``: the body comes again and again for ever. ``packed``: it is sent as gzip.
    """

    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: float | None = None
    delay: float = 0.0
    drip: float = 0.0
    drip_head: float = 0.0
    piece: int = 64 * 1024
    cut: int | None = None
    length: int | None = None
    endless: bool = False
    packed: bool = False

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


def bomb(size: int) -> Answer:
    """A small answer that unpacks to ``size`` bytes."""
    return Answer(b" " * size, packed=True)


Route = Answer | Callable[[Request], Answer]


class Replay:
    """The server; a context manager. ``log`` holds all requests in order. ``tls``: it speaks HTTPS with this context."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Request] = []
        self._routes: dict[str, Iterator[Route]] = {}
        self._tls = tls
        self._closing = threading.Event()
        self._lock = threading.Lock()
        replay = self

        class Handler(_Handler):
            server_of = replay

        self._server = _Server(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Replay:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def route(self, path: str, *answers: Route) -> None:
        """What is answered at a path from now on: one after another, the last again and again."""
        self._routes[path] = itertools.chain(answers, itertools.repeat(answers[-1]))

    def serve(self, folder: Path, under: str = "") -> None:
        """Route all files of a folder."""
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".http":
                self.route(f"{under}/{file.relative_to(folder).as_posix()}", from_file(file))

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for request in self.log if request.path == path)

    def answer(self, request: Request, target: str) -> Answer:
        with self._lock:
            self.log.append(request)
            answers = self._routes.get(target) or self._routes.get(request.path)
            route = next(answers) if answers else Answer("there is no such page", status=404)
        return route if isinstance(route, Answer) else route(request)

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than the server lives."""
        self._closing.wait(seconds)

    @property
    def closing(self) -> bool:
        return self._closing.is_set()


def from_file(file: Path) -> Answer:
    """A file as an answer, with what its ``.http`` neighbour says."""
    made: dict[str, Any] = {"type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
    metadata_file = file.with_name(file.name + ".http")
    headers: dict[str, str] = {}
    if metadata_file.exists():
        for line in metadata_file.read_text(encoding="utf-8").splitlines():
            name, colon, value = line.partition(":")
            if not colon and line.strip():
                made["status"] = int(line.split()[0])
            elif name.lower() == "content-type":
                made["type"] = value.strip()
            elif name.lower() == "etag":
                made["etag"] = value.strip()
            elif colon:
                headers[name.strip()] = value.strip()
    return Answer(file.read_bytes(), headers=headers, **made)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients of ours hang up in the middle on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: Replay

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        replay = self.server_of
        asked = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            asked.path,
            dict(parse_qsl(asked.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
            time.monotonic(),
        )
        answer = replay.answer(request, self.path)
        replay.wait(answer.delay)
        try:
            self._send(answer, request)
        except OSError:
            self.close_connection = True

    do_POST = do_HEAD = do_GET  # noqa: N815

    def _send(self, answer: Answer, request: Request) -> None:
        headers = {"Content-Type": answer.type, **answer.headers}
        if answer.etag:
            headers["ETag"] = answer.etag
        if answer.modified is not None:
            headers["Last-Modified"] = formatdate(answer.modified, usegmt=True)
        if _still(answer, request):
            self._head(answer, 304, headers)
            return
        body = answer.data
        if answer.packed:
            body = gzip.compress(body, 9)
            headers["Content-Encoding"] = "gzip"
        if answer.endless:
            self.close_connection = True
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = str(len(body) if answer.length is None else answer.length)
        self._head(answer, answer.status, headers)
        if request.method != "HEAD":
            self._body(answer, body)
        if answer.cut is not None or answer.length is not None:
            self.close_connection = True
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def _head(self, answer: Answer, status: int, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Replayed", *(f"{name}: {value}" for name, value in headers.items())]
        if status == 304:
            lines = [line for line in lines if not line.lower().startswith("content-")]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if not answer.drip_head:
            self.wfile.write(head)
            return
        for byte in head:
            if self.server_of.closing:
                break
            self.wfile.write(bytes([byte]))
            self.server_of.wait(answer.drip_head)

    def _body(self, answer: Answer, body: bytes) -> None:
        sent = 0
        whole = itertools.repeat(body) if answer.endless else iter([body])
        for data in whole:
            for start in range(0, len(data), answer.piece):
                piece = data[start : start + answer.piece]
                if answer.cut is not None and sent + len(piece) > answer.cut:
                    self.wfile.write(piece[: answer.cut - sent])
                    return
                if self.server_of.closing:
                    return
                self.wfile.write(piece)
                sent += len(piece)
                self.server_of.wait(answer.drip)


def _still(answer: Answer, request: Request) -> bool:
    if answer.status != 200:
        return False
    asked = request.headers.get("if-none-match")
    if asked is not None:
        return answer.etag is not None and answer.etag in asked
    since = request.headers.get("if-modified-since")
    return bool(
        since and answer.modified is not None and parsedate_to_datetime(since).timestamp() >= int(answer.modified)
    )
