"""Sends mail over SMTP, one message for each recipient.

A repeated message has the same Message-ID, so that a mailbox shows it once; a server cannot be asked whether it
already has a message.
"""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dutybook.alerts.channels import Attempt, Message, Target, check_reference, cut, reveal
from dutybook.errors import BadRequest, DeliveryError

#: Seconds for one step of a conversation with a mail server, and for the whole of it, however slowly the server answers.
TIMEOUT, WHOLE = 30.0, 90.0
_ADDRESS = re.compile(r"[A-Za-z0-9.!$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_OPTIONS = {"smtp", "tls", "user", "password", "from", "ca"}
_ENVIRONMENT = {
    "smtp": "DUTYBOOK_SMTP",
    "tls": "DUTYBOOK_SMTP_TLS",
    "user": "DUTYBOOK_SMTP_USER",
    "from": "DUTYBOOK_MAIL_FROM",
}
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class Mail:
    """``mailto:anna@example.org#smtp=mail.example.org:587&user=bot&password=env:SMTP_PASSWORD&from=bot@example.org``."""

    kinds = ("mailto",)
    help = "mailto:WHO[,WHO]#smtp=HOST:PORT&tls=starttls|tls|none&user=NAME&password=env:NAME&from=WHO"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:  # noqa: ARG002
        given = {name: value for name, variable in _ENVIRONMENT.items() if (value := os.environ.get(variable, ""))}
        if "DUTYBOOK_SMTP_PASSWORD" in os.environ and "user" in given:
            given |= {"password": "env:DUTYBOOK_SMTP_PASSWORD"}
        # What the environment says of one server is not for another one.
        chosen = dict(options) if "smtp" in options else given | dict(options)
        if "from" not in chosen and "from" in given:
            chosen["from"] = given["from"]
        if unknown := sorted(set(chosen) - _OPTIONS):
            raise BadRequest(f"mail has no option {unknown[0]!r}. There are: {', '.join(sorted(_OPTIONS))}.")
        people = [one.strip() for one in address.split(",") if one.strip()]
        for one in (*people, *([chosen["from"]] if "from" in chosen else [])):
            if not _ADDRESS.fullmatch(one):
                raise BadRequest(f"{one!r} is no mail address that alerts can be sent to or from")
        if not people or "smtp" not in chosen or "from" not in chosen:
            raise BadRequest(
                f"mail needs recipients, a server and a sender: {self.help} (or set DUTYBOOK_SMTP and DUTYBOOK_MAIL_FROM)"
            )
        canonical = _server(chosen)
        return tuple(Target("mailto", one, canonical) for one in dict.fromkeys(people))

    def describe_target(self, target: Target) -> str:
        return f"mail to {target.address} by {target.options.get('smtp', '?')}"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        data = _written(target, message)
        server = f"the mail server {target.options['smtp']}"
        begun = False
        connection: _TimedSMTP | None = None
        try:
            connection = _connected(target)
            try:
                attempt.step("connected")
                _answered(connection.mail(target.options["from"]), server)
                code, reply = connection.rcpt(target.address)
                if code not in (250, 251):
                    raise _refusal(code, reply, f"{server} does not take mail for {target.address}")
                attempt.hold()
                code, reply = connection.docmd("DATA")
                if code != 354:
                    raise _refusal(code, reply, f"{server} does not take the message")
                begun = True
                attempt.step("sending")
                connection.send(data)
                code, reply = connection.getreply()
                if code != 250:
                    raise _refusal(code, reply, f"{server} does not take the message")
                attempt.step("accepted")
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
            finally:
                connection.close()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(f"{server} does not accept user and password ({error.smtp_code})") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error, server) from error
        except ssl.SSLError as error:
            raise DeliveryError(
                f"{server} is not who it should be, or speaks no TLS: {error.reason or error}"
            ) from error
        except (smtplib.SMTPException, OSError, EOFError) as error:
            late = isinstance(error, TimeoutError) or (connection is not None and connection.timed_out)
            detail = "took too long" if late else cut(str(error) or type(error).__name__, 120)
            raise DeliveryError(f"{server} cannot be reached: {detail}", doubtful=begun) from error


def _server(chosen: Mapping[str, str]) -> dict[str, str]:
    found = _SERVER.fullmatch(chosen["smtp"].strip())
    if found is None:
        raise BadRequest(f"{chosen['smtp']!r} is no mail server: write HOST or HOST:PORT")
    host, port = found[1], int(found[2] or 0)
    tls = chosen.get("tls", "tls" if port == 465 else "starttls")
    if tls not in _PORTS or port > 65_535:
        raise BadRequest(f"tls={tls} is nothing that a mail server speaks: starttls, tls or none")
    made = {"smtp": f"{host}:{port or _PORTS[tls]}", "tls": tls, "from": chosen["from"]}
    if chosen.get("user"):
        if tls == "none" and host not in _LOCAL:
            raise BadRequest("a password is not sent without TLS: leave tls=none out")
        made["user"] = chosen["user"]
        made["password"] = check_reference(chosen.get("password", ""), "password of the mail server")
    elif chosen.get("password"):
        raise BadRequest("a password needs a user: user=NAME")
    if chosen.get("ca"):
        made["ca"] = os.path.abspath(chosen["ca"])
    return made


class _TimedSMTP(smtplib.SMTP):
    """A connection that is cut off after :data:`WHOLE` seconds, also in the middle of a line or of TLS.

    Args:
        encrypted: the context for a server that speaks TLS from the first byte; None for any other.
    """

    def __init__(self, host: str, port: int, greeting: str, encrypted: ssl.SSLContext | None) -> None:
        self._encrypted = encrypted
        self._twin: socket.socket | None = None
        self._timer = threading.Timer(WHOLE, self._cut_off)
        self._timer.daemon = True
        self.timed_out = False
        self._timer.start()
        try:
            super().__init__(host, port, local_hostname=greeting, timeout=TIMEOUT)
        except BaseException as error:
            self.close()
            if self.timed_out and not isinstance(error, TimeoutError):
                raise TimeoutError from error
            raise

    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        # TLS takes the socket over while it begins: only a second handle can end it then.
        self._twin = plain.dup()
        if self.timed_out:
            plain.close()
            raise TimeoutError
        return self._encrypted.wrap_socket(plain, server_hostname=host) if self._encrypted else plain

    def getreply(self) -> tuple[int, bytes]:
        """The next reply; TimeoutError for the beginning of one that was cut off."""
        reply = super().getreply()
        if self.timed_out:
            raise TimeoutError
        return reply

    def _cut_off(self) -> None:
        self.timed_out = True
        with suppress(OSError):
            if self._twin is not None:
                self._twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, and stop the clock."""
        self._timer.cancel()
        super().close()
        if self._twin is not None:
            self._twin.close()


def _connected(target: Target) -> _TimedSMTP:
    """A connection that is encrypted and signed in as the target says, and never less."""
    options = target.options
    host, _, port = options["smtp"].rpartition(":")
    context = ssl.create_default_context(cafile=options.get("ca")) if options["tls"] != "none" else None
    password = reveal(options["password"]) if "password" in options else ""
    # The name that we greet with says nothing of this machine.
    greeting = options["from"].rpartition("@")[2]
    made = _TimedSMTP(host.strip("[]"), int(port), greeting, context if options["tls"] == "tls" else None)
    try:
        made.ehlo_or_helo_if_needed()
        if options["tls"] == "starttls":
            if not made.has_extn("starttls"):
                raise DeliveryError(f"the mail server {options['smtp']} offers no TLS: nothing was sent")
            made.starttls(context=context)
            made.ehlo_or_helo_if_needed()
        if "user" in options:
            made.login(options["user"], password)
    except BaseException as error:
        made.close()
        if made.timed_out:
            raise TimeoutError from error
        raise
    return made


def _answered(answer: tuple[int, bytes], server: str) -> None:
    if answer[0] != 250:
        raise _refusal(*answer, f"{server} does not take the sender")


def _refusal(code: int, reply: bytes | str, what: str) -> DeliveryError:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return DeliveryError(f"{what}: {code} {cut(words, 160)}", lasting=500 <= code < 600 and code not in {530, 534, 535})


def _written(target: Target, message: Message) -> bytes:
    """The message as bytes, the same each time, with leading dots doubled, and the end of data."""
    sender = target.options["from"]
    made = EmailMessage(policy=SMTP)
    made["Subject"] = cut(message.subject, 200)
    made["From"] = sender
    made["To"] = target.address
    made["Date"] = format_datetime(message.created)
    made["Message-ID"] = f"<dutybook.{message.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = message.reader
    made.set_content(message.text, cte="quoted-printable")
    made.add_alternative(message.html, subtype="html", cte="quoted-printable")
    made.set_boundary(f"=_dutybook_{message.id}")
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", made.as_bytes())
    data = re.sub(rb"(?m)^\.", b"..", data)
    return data + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n"
