"""A small IMAP server on 127.0.0.1 over TLS, for tests: it answers what :mod:`dutybook.ingest.sources.imap` asks, and may misbehave."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Folder:
    """Messages by their numbers (UID), each with the time it arrived; ``validity`` is UIDVALIDITY."""

    messages: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    validity: int = 7


class ImapServer:
    """The server; a context manager. ``log`` has all commands, without passwords.

    ``before`` may answer a command itself: it gets the command and a function that writes bytes, and returns whether it did.
    """

    def __init__(self, folders: dict[str, Folder], tls: ssl.SSLContext, password: str = "open sesame") -> None:
        self.folders, self.password = folders, password
        self.log: list[str] = []
        self.before: Callable[[str, Callable[[bytes], object]], bool] = lambda *_: False
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.serve(self.rfile.readline, self.wfile.write)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def get_request(self) -> tuple[socket.socket, object]:
                plain, address = super().get_request()
                # The handshake happens with the first bytes, in the thread of the connection.
                return tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that hangs up is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> ImapServer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, folder: str = "INBOX") -> str:
        return f"imaps://env:MAILBOX@127.0.0.1:{self.port}/{folder}"

    def serve(self, readline: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        write(b"* OK ready\r\n")
        chosen = Folder()
        while line := readline().decode():
            tag, _, command = line.strip().partition(" ")
            verb = command.split()[0].upper()
            self.log.append("LOGIN" if verb == "LOGIN" else command)
            if self.before(command, write):
                continue
            done = "OK"
            if verb == "CAPABILITY":
                write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == "LOGIN":
                done = "OK" if self.password in command else f"NO wrong password {command}"
            elif verb == "EXAMINE":
                name = command.partition(" ")[2].strip('"')
                if name in self.folders:
                    chosen = self.folders[name]
                    write(f"* {len(chosen.messages)} EXISTS\r\n* OK [UIDVALIDITY {chosen.validity}] valid\r\n".encode())
                else:
                    done = "NO"
            elif command.startswith("UID SEARCH"):
                first = int(re.findall(r"UID (\d+):", command)[0])
                found = [n for n in chosen.messages if n >= first] or sorted(chosen.messages)[-1:]
                write(f"* SEARCH {' '.join(map(str, found))}\r\n".encode())
            elif command.startswith("UID FETCH"):
                self.fetch(command, chosen, write)
            else:
                done = "BAD"
            write(f"{tag} {done} done\r\n".encode())

    def fetch(self, command: str, folder: Folder, write: Callable[[bytes], object]) -> None:
        numbers = [int(n) for n in command.split()[2].split(",")]
        for number in numbers:
            if number not in folder.messages:
                continue
            arrived, data = folder.messages[number]
            part = data if "BODY.PEEK[]" in command else data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            name = "BODY[]" if part is data else "BODY[HEADER.FIELDS (SUBJECT FROM DATE)]"
            about = f'UID {number} INTERNALDATE "{arrived}" RFC822.SIZE {len(data)} {name} {{{len(part)}}}'
            write(f"* {number} FETCH ({about}\r\n".encode() + part + b")\r\n")


def dripping(write: Callable[[bytes], object]) -> None:
    """Send a byte at a time for a long while."""
    for _ in range(200):
        write(b"x")
        time.sleep(0.05)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server with a certificate of its own, and of a client that trusts it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(cert), "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
