"""A mail server and a web server of our own on this machine, which do what they are told and remember what they took."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    """Messages that were taken, in order; ``refuse`` maps recipients to answers, ``after`` is an answer to the message itself."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.refuse: dict[str, str] = {}
        self.after = ""
        self.slow = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.slow:
            import asyncio

            await asyncio.sleep(self.slow)
        if self.after:
            return self.after
        self.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken += [(who, message) for who in envelope.rcpt_tos]
        return "250 taken"

    @property
    def ids(self) -> Counter[tuple[str, str]]:
        """How often each recipient got each Message-ID."""
        return Counter((who, str(message["Message-ID"])) for who, message in self.taken)


class MailServer:
    """A context: ``port`` listens, ``box`` remembers."""

    def __init__(
        self, box: Mailbox | None = None, tls: ssl.SSLContext | None = None, user: tuple[str, str] | None = None
    ):
        self.box = box or Mailbox()
        self.tls, self.user = tls, user

    def __enter__(self) -> MailServer:
        box, tls, user = self.box, self.tls, self.user

        def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
            good = user is not None and (given.login.decode(), given.password.decode()) == user
            return AuthResult(success=good, handled=good)

        class Own(Controller):
            def factory(self) -> SMTP:
                return SMTP(
                    box,
                    tls_context=tls,
                    authenticator=check,
                    auth_require_tls=tls is not None,
                    auth_required=user is not None,
                    require_starttls=tls is not None,
                    enable_SMTPUTF8=False,
                    hostname="mail.test",
                )

        self.controller = Own(box, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.port = self.controller.port
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


class WebServer:
    """A context: ``answers`` are codes to give in turn, the last one for good; ``taken`` are keys and bodies that got 2xx."""

    def __init__(
        self, *answers: int, slow: float = 0.0, tls: ssl.SSLContext | None = None, hang_up: bool = False
    ) -> None:
        self.answers = list(answers or (204,))
        self.slow, self.tls, self.hang_up = slow, tls, hang_up
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[dict[str, str]] = []
        self.raw: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.lock = threading.Lock()

    def __enter__(self) -> WebServer:
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if own.slow:
                    time.sleep(own.slow)
                with own.lock:
                    code = own.answers.pop(0) if len(own.answers) > 1 else own.answers[0]
                    own.asked.append({name.lower(): value for name, value in self.headers.items()})
                    own.raw.append(body)
                    if 200 <= code < 300:
                        own.taken.append((self.headers.get("Idempotency-Key", ""), json.loads(body)))
                if own.hang_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(code)
                for name, value in own.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except (ConnectionError, ssl.SSLError):
                    self.close_connection = True

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def keys(self) -> Counter[str]:
        return Counter(key for key, _ in self.taken)


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a certificate of its own for ``name``, and the file to trust it by."""
    import subprocess

    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "30",
            "-keyout",
            str(key),
            "-out",
            str(cert),
            "-subj",
            f"/CN={name}",
            "-addext",
            f"subjectAltName=DNS:{name},IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
