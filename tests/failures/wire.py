"""A way to a PostgreSQL server that tests cut where they like: before a statement arrives, or before its answer does."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from urllib.parse import parse_qs, urlsplit


class Wire:
    """Forwards connections of a port of this machine to the server that ``address`` names. Use in a ``with`` block."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._database = parts.path
        self._user = parts.username
        folder = parse_qs(parts.query).get("host", [""])[0]
        self._server = f"{folder}/.s.PGSQL.5432" if folder else (str(parts.hostname), parts.port or 5432)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._words, self._answered, self._stays = b"", False, False
        self._nth, self._seen = 0, 0
        #: Whether new connections are refused.
        self.down = False
        #: How often it was cut.
        self.cuts = 0

    @property
    def address(self) -> str:
        """What to connect to."""
        port = self._listening.getsockname()[1]
        return f"postgresql://{self._user}@127.0.0.1:{port}{self._database}?sslmode=disable&gssencmode=disable"

    def cut_at(self, words: bytes, *, answered: bool = False, stays: bool = False) -> None:
        """Cut the connection over which a statement with these words comes next.

        ``answered``: only when the server has done it, so that its answer alone is lost; ``stays``: refuse new connections then.
        """
        self._words, self._answered, self._stays, self._nth = words, answered, stays, 0

    def cut_each(self, nth: int, words: bytes) -> None:
        """Cut at each ``nth`` of the statements with these words from now on: in turn before it arrives, and before its answer does."""
        self._words, self._nth, self._seen = words, nth, 0

    def __enter__(self) -> Wire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.down = True
        with suppress(OSError):
            # Wakes the thread that accepts.
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """Cut all connections."""
        self.cuts += 1
        while self._open:
            _end(self._open.pop())

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.down:
                _end(client)
                continue
            server = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
            server.connect(self._server)
            self._open += [client, server]
            lost = threading.Event()
            threading.Thread(target=self._forward, args=(client, server, lost), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client, lost), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self._is_cut_at(data):
                    self.down = self.down or self._stays
                    if not self._answered:
                        self.cut()
                        return
                    lost.set()
                server.sendall(data)
        # What ends here ends there.
        _end(server)

    def _is_cut_at(self, data: bytes) -> bool:
        if not self._words or self._words not in data:
            return False
        if not self._nth:
            self._words = b""
            return True
        self._seen += 1
        self._answered = bool(self._seen // self._nth % 2)
        return self._seen % self._nth == 0

    def _answer(self, server: socket.socket, client: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if lost.is_set():
                    self.cut()
                    return
                client.sendall(data)
        _end(client)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
