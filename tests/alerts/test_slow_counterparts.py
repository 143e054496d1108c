"""What answers one byte at a time, or never, is given up after a time for the whole, and holds nothing else up."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from servers import WebServer, certificate
from telling import NOW, alert, flats
from test_alerts_channels import deliver

from dutybook.alerts import sending
from dutybook.alerts.channels import mail, web
from dutybook.alerts.collection import collect
from dutybook.alerts.sending import send
from dutybook.errors import DeliveryError
from dutybook.store import open_register
from dutybook.store.alerts import outbox


class DrippingServer:
    """A context that answers every connection with ``greeting`` at once and then with ``text`` again and again, a byte each 20 ms."""

    def __init__(self, text: bytes, greeting: bytes = b"") -> None:
        self.text, self.greeting = text, greeting
        self.ended = threading.Event()

    def __enter__(self) -> DrippingServer:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._drip, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _drip(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(self.greeting)
            while not self.ended.is_set():
                for number in range(len(self.text)):
                    connection.sendall(self.text[number : number + 1])
                    if self.ended.wait(0.02):
                        return


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "WHOLE", 1.0)
    monkeypatch.setattr(web, "WHOLE", 1.0)


def timed(call: Callable[[], None]) -> tuple[DeliveryError, float]:
    began = time.monotonic()
    with pytest.raises(DeliveryError) as error:
        call()
    return error.value, time.monotonic() - began


@pytest.mark.parametrize("text", [b"HTTP/1.1 204 No", b"HTTP/1.1 200 OK\r\nX: ", b"x"])
def test_a_webhook_that_drips_is_given_up(text: bytes, short: None) -> None:
    with DrippingServer(text) as server:
        error, took = timed(lambda: deliver(f"http://127.0.0.1:{server.port}/#private=yes"))
    assert took < 6
    assert error.doubtful
    assert "no answer" in str(error)


@pytest.mark.parametrize(
    ("tls", "greeting"),
    [
        ("none", b""),
        ("none", b"220 mail.test\r\n"),
        ("tls", b""),
        ("starttls", b"220 m\r\n250-m\r\n250 STARTTLS\r\n220 go\r\n"),
    ],
)
def test_a_mail_server_that_drips_is_given_up(tls: str, greeting: bytes, short: None) -> None:
    with DrippingServer(b"2", greeting) as server:
        to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls={tls}&from=bot@example.org"
        error, took = timed(lambda: deliver(to))
    assert took < 6
    assert not error.doubtful
    assert not error.lasting


def test_a_mail_server_that_drips_at_the_end_leaves_it_open_whether_it_arrived(short: None) -> None:
    talk = b"220 m\r\n250 m\r\n250 ok\r\n250 ok\r\n354 go\r\n"
    with DrippingServer(b"2", talk) as server:
        to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org"
        error, took = timed(lambda: deliver(to))
    assert took < 6
    assert error.doubtful
    assert "took too long" in str(error)


def test_tls_of_a_webhook_that_drips_is_given_up(tmp_path: Path, short: None) -> None:
    certificate(tmp_path)
    with DrippingServer(b"\x16") as server:
        target = f"https://localhost:{server.port}/#private=yes&ca={tmp_path / 'localhost.pem'}"
        _, took = timed(lambda: deliver(target))
    assert took < 6


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "register.db"
    with open_register(made) as register:
        register.write(flats()[0])
    return made


@pytest.fixture
def slow() -> Iterator[list[WebServer]]:
    servers = [WebServer(slow=1.0).__enter__() for _ in range(5)]
    yield servers
    for server in servers:
        server.__exit__()


def happen(path: Path) -> None:
    with open_register(path) as register:
        register.write(flats()[1])
        collect(register, now=NOW)


def test_messages_are_sent_side_by_side(path: Path, slow: list[WebServer]) -> None:
    with open_register(path) as register:
        alert(register, *(f"http://127.0.0.1:{server.port}/#private=yes" for server in slow))
    happen(path)
    began = time.monotonic()
    assert send(path, now=NOW).sent == len(slow)
    assert time.monotonic() - began < 1.0 * len(slow) * 0.8
    assert all(list(server.keys.values()) == [1] for server in slow)


def test_one_that_hangs_holds_up_no_other(
    short: None, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output_file = tmp_path / "a.jsonl"
    with DrippingServer(b"HTTP/1.1 200 OK\r\nX: ") as server, open_register(path) as register:
        monkeypatch.setattr(sending, "AT_ONCE", 2)
        alert(register, f"http://127.0.0.1:{server.port}/#private=yes", f"file:{output_file}")
        happen(path)
        began = time.monotonic()
        sent = send(path, now=NOW)
        assert time.monotonic() - began < 6
    assert (sent.sent, sent.waiting) == (1, 1)
    assert len(output_file.read_text().splitlines()) == 3


def test_an_attempt_that_never_ends_is_given_up_and_its_claim_is_lost(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel of others may wait for ever: the run goes on without it, and it may send nothing later."""
    from test_alerts_sending import Broken

    from dutybook.alerts.channels import Attempt, Message, Target, channels

    release, refused = threading.Event(), threading.Event()

    class Hanging(Broken):
        def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
            release.wait(10)
            try:
                attempt.hold()
            except DeliveryError:
                refused.set()

    found = {**channels(), "broken": Hanging()}
    monkeypatch.setattr("dutybook.alerts.channels.channels", lambda: found)
    monkeypatch.setattr(sending, "ATTEMPT", 0.6)
    with open_register(path) as register:
        alert(register, "broken:x", f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    sent = send(path, now=NOW)
    assert (sent.sent, sent.waiting) == (1, 1)
    assert "0.6 s" in sent.problems[0]
    with open_register(path, read_only=True) as register:
        (waiting,) = outbox.deliveries(register, states=["waiting"])
    assert waiting.doubtful
    release.set()
    assert refused.wait(5)


def test_a_run_ends_after_its_time_and_says_what_is_left(
    path: Path, slow: list[WebServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    monkeypatch.setattr(sending, "RUN", 0.2)
    with open_register(path) as register:
        alert(register, *(f"http://127.0.0.1:{server.port}/#private=yes" for server in slow))
    happen(path)
    sent = send(path, now=NOW)
    assert sent.sent == 1
    assert json.dumps(sent.problems).count("next run") == 1
    monkeypatch.setattr(sending, "RUN", 60.0)
    # By now, what was gathered is due.
    assert send(path, now=NOW + timedelta(minutes=1)).sent == len(slow) - 1
    assert all(list(server.keys.values()) == [1] for server in slow)
