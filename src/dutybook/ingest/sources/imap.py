"""Watches a folder of a mailbox by IMAP (RFC 9051 and 3501): its messages are documents, their attachments further ones.

The folder is opened with ``EXAMINE``, and texts are read with ``BODY.PEEK``, so that nothing is changed there: no message becomes
read. The numbers of messages (UID) only rise as long as ``UIDVALIDITY`` stays the same, so a run asks for later numbers alone.
"""

from __future__ import annotations

import base64
import imaplib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from dutybook.errors import BadRequest, Refused, SourceError
from dutybook.ingest.addresses import parse
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.responses import clean_line

if TYPE_CHECKING:
    from dutybook.ingest.network import TlsStream

PORT = 993
#: Messages whose headers are asked for at once.
_BATCH = 100
#: The most bytes of an answer other than a message.
_MAX_ANSWER = 4_000_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADERS = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE)])"
_NUMBER = {name: re.compile(rb"\b" + name.encode() + rb" (\d{1,10})\b") for name in ("UID", "RFC822.SIZE")}
_ARRIVED = re.compile(rb'INTERNALDATE "([ \d]\d-[A-Za-z]{3}-\d{4} [\d:]{8} [+-]\d{4})"')
_HOW = (
    "imaps://env:VARIABLE@imap.example.org/INBOX/Circulars, where the environment variable VARIABLE holds name:password"
)


class Imap:
    """A folder of a mailbox."""

    kind = "imap"
    help = "a folder of a mailbox (IMAP over TLS), which is only read: each message and what is attached to it"
    every = 900
    written = f"the address of a folder: {_HOW}"
    options: Mapping[str, str] = {
        "from": "only messages that arrived on that day or later: 2026-01-31",
        "title": "words one of which a subject must have: circular,guidelines",
        "sender": "words one of which the sender must have: @authority.example",
        "limit": f"so many messages a run at most; the rest comes next time ({option_values.LIMIT})",
    }

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, self.options, self.kind)
        found: dict[str, Any] = {"url": _address(target), "limit": option_values.limit(options)}
        for name in ("title", "sender"):
            if words := option_values.words(options, name):
                found[name] = list(words)
        return found | option_values.parse_start(options)

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """The messages after the last one that was listed. Messages that were deleted since stay in the register."""
        session = _session(options, fetcher)
        problems: list[str] = []
        last = _whole(cursor.get("uid"))
        if cursor and cursor.get("validity") != session.validity:
            problems.append("the server has numbered the messages of the folder anew: all of them are listed again")
            last = 0
        numbers = session.numbers_after(last, options.get("from"))
        limit = int(options["limit"])
        items: list[Item] = []
        for start in range(0, len(numbers), _BATCH):
            part = numbers[start : start + _BATCH]
            listed = {item.more["uid"]: item for item in session.items(part, options, fetcher.max_bytes, problems)}
            for number in part:
                if len(items) >= limit:
                    problems.append(
                        f"there are more than the {limit:,} messages that a run lists (limit=); the list goes on next time"
                    )
                    return Listing(tuple(items), session.cursor(last), problems=tuple(problems))
                last = number
                if number in listed:
                    items.append(listed[number])
        return Listing(tuple(items), session.cursor(last), problems=tuple(problems))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """A message as it came."""
        session = _session(options, fetcher)
        if item.more.get("validity") != session.validity:
            raise SourceError(
                "the server has numbered the messages of the folder anew; the next run lists it again", lasting=True
            )
        return Fetched(session.message(_whole(item.more.get("uid")), fetcher.max_bytes), ".eml", item.url)


def _address(target: str) -> str:
    """The address of a folder as it is stored.

    Raises:
        BadRequest: it is malformed, or has a password in it.
    """
    written = target.strip()
    if not written.lower().startswith("imaps://"):
        raise BadRequest(f"{written[:100]!r} is no folder of a mailbox. Write {_HOW}")
    try:
        found = parse("https" + written[len("imaps") :])
        parts = urlsplit(written)
        port = parts.port or PORT
        folder = unquote(parts.path.strip("/"), errors="strict") or "INBOX"
    except (Refused, ValueError) as error:
        raise BadRequest(f"{error}. Write {_HOW}") from None
    if not found.secret:
        raise BadRequest(f"the variable with the name and password is missing. Write {_HOW}")
    if parts.query or parts.fragment or not folder.isprintable() or len(folder) > 500:
        raise BadRequest(f"the name of the folder cannot be used. Write {_HOW}")
    host = f"[{found.host}]" if ":" in found.host else found.host
    return f"imaps://env:{found.secret}@{host}:{port}/{quote(folder)}"


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def encode_folder(name: str) -> str:
    """The name of a folder in modified UTF-7 (RFC 3501, 5.1.3).

    >>> encode_folder("Entwürfe & mehr")
    'Entw&APw-rfe &- mehr'
    """
    parts = re.split(r"([^ -~]+)", name)
    return "".join(
        part.replace("&", "&-")
        if index % 2 == 0
        else "&" + base64.b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
        for index, part in enumerate(parts)
    )


class _Protocol(imaplib.IMAP4):
    """The client of the standard library over a checked connection, with a limit on the size of an answer."""

    def __init__(self, stream: TlsStream) -> None:
        self._stream = stream
        self.left = _MAX_ANSWER
        super().__init__()

    def _create_socket(self, timeout: float | None) -> Any:
        return self._stream.socket

    def allow(self, size: int) -> None:
        """Allow so many bytes for the next answer."""
        self.left = size

    def read(self, size: int) -> bytes:
        self._count(size)
        data = super().read(size)
        if len(data) < size:
            raise self.abort("the connection broke off")
        return data

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line) + 1)
        return line

    def _count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("an answer is larger than allowed")


class _Session:
    """A folder that is open for reading. While ``validity`` stays the same, so do the numbers of its messages."""

    def __init__(self, stream: TlsStream, host: str, folder: str, name: str, password: str) -> None:
        self._stream, self._host, self._folder = stream, host, folder
        self.broken = False
        try:
            with self._exchange():
                self._client = _Protocol(stream)
                self._login(name, password)
                encoded = encode_folder(folder).replace("\\", "\\\\").replace('"', '\\"')
                state, _ = self._client.select(f'"{encoded}"', readonly=True)
                if state != "OK":
                    raise SourceError(f"the mailbox on {host} has no folder {folder!r} that can be read", lasting=True)
                validity = self._client.response("UIDVALIDITY")[1][0]
                self.validity = int(validity) if validity and validity.isdigit() else 0
                if not self.validity:
                    raise SourceError(
                        f"{host} does not give the messages of {folder!r} lasting numbers (UIDVALIDITY)", lasting=True
                    )
        except BaseException:
            self.close()
            raise

    def _login(self, name: str, password: str) -> None:
        if "LOGINDISABLED" in self._client.capabilities:
            raise SourceError(f"{self._host} does not let anybody in by name and password", lasting=True)
        try:
            # A password may have letters that LOGIN cannot carry.
            if name.isascii() and password.isascii():
                self._client.login(name, password)
            else:
                plain = f"\0{name}\0{password}".encode()
                self._client.authenticate("PLAIN", lambda _: plain)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # The server's words may repeat the password.
            raise SourceError(f"{self._host} does not accept name and password of the mailbox", lasting=True) from None

    def close(self) -> None:
        """Close the connection without signing out: a folder that was only read has no changes to save."""
        self.broken = True
        if "_client" in self.__dict__:
            with suppress(OSError):
                self._client.shutdown()
        self._stream.close()

    def cursor(self, last: int) -> Cursor:
        return {"validity": self.validity, "uid": last}

    def numbers_after(self, last: int, start: Any) -> list[int]:
        """The numbers of the messages after one, in order."""
        asked = f"UID {last + 1}:*"
        if start:
            day = date.fromisoformat(str(start))
            asked += f" SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        with self._exchange():
            found = self._answer(self._client.uid("SEARCH", asked), "the list of messages")
        numbers = {int(word) for line in found if isinstance(line, bytes) for word in line.split() if word.isdigit()}
        # The last message is part of every range with a star, even if its number is smaller.
        return sorted(number for number in numbers if number > last)

    def items(self, numbers: list[int], options: Options, max_bytes: int, problems: list[str]) -> Iterator[Item]:
        """The messages of these numbers that fit, in the server's order."""
        with self._exchange():
            found = self._answer(
                self._client.uid("FETCH", ",".join(map(str, numbers)), _HEADERS), "the headers of messages"
            )
        for part in found:
            if not isinstance(part, tuple) or len(part) < 2:
                continue
            number, size = (_first(_NUMBER[name], part[0]) for name in ("UID", "RFC822.SIZE"))
            if number not in numbers:
                continue
            header = message_from_bytes(part[1])
            title, sender = (_header(header, name) for name in ("Subject", "From"))
            wanted = option_values.has_words(title, options.get("title", ()))
            if not wanted or not option_values.has_words(sender, options.get("sender", ())):
                continue
            if size > max_bytes:
                problems.append(f"“{title[:80]}” has {size / 1e6:,.0f} MB and was left out: raise --option max_mb=")
                continue
            yield Item(
                key=f"{self.validity}/{number}",
                url=f"imaps://{self._host}/{quote(self._folder)};UIDVALIDITY={self.validity}/;UID={number}",
                title=title,
                published=_arrived(part[0]),
                # A message never changes.
                stamp=str(self.validity),
                extension=".eml",
                more={"uid": number, "validity": self.validity, "size": size},
            )

    def message(self, number: int, max_bytes: int) -> bytes:
        """The bytes of a message."""
        with self._exchange():
            self._client.allow(max_bytes + _MAX_ANSWER)
            found = self._answer(self._client.uid("FETCH", str(number), "(UID BODY.PEEK[])"), "the message")
        for part in found:
            if isinstance(part, tuple) and len(part) > 1 and _first(_NUMBER["UID"], part[0]) in (number, 0) and part[1]:
                return bytes(part[1])
        raise SourceError("the message is not in the folder any more", lasting=True)

    def _answer(self, answer: tuple[str, list[Any]], what: str) -> list[Any]:
        state, found = answer
        if state != "OK":
            raise SourceError(f"{self._host} does not give {what}: {state}")
        return found

    @contextmanager
    def _exchange(self) -> Iterator[None]:
        """A block for one request and its answer, within limits of time and size."""
        client = self.__dict__.get("_client")
        if client is not None:
            client.allow(_MAX_ANSWER)
        try:
            with self._stream.within():
                yield
        except SourceError:
            raise
        except (imaplib.IMAP4.error, OSError, ValueError, EOFError) as error:
            self.close()
            if self._stream.timed_out or isinstance(error, TimeoutError):
                raise SourceError(f"the mailbox on {self._host} takes too long to answer") from error
            words = clean_line(str(error), 120)
            raise SourceError(f"the mailbox on {self._host} does not answer as it should ({words})") from error


def _session(options: Options, fetcher: Fetcher) -> _Session:
    """The session of this run with the folder; a new one if there is none or it broke off."""
    url = str(options["url"])
    kept = fetcher.sessions.get(url)
    if isinstance(kept, _Session) and not kept.broken:
        return kept
    parts = urlsplit(url)
    name, password = fetcher.credentials(parts.password or "")
    host = parts.hostname or ""
    stream = fetcher.connect(host, parts.port or PORT)
    made = _Session(stream, host, unquote(parts.path.lstrip("/")), name, password)
    fetcher.sessions[url] = made
    return made


def _first(pattern: re.Pattern[bytes], text: Any) -> int:
    found = pattern.search(text) if isinstance(text, bytes) else None
    return int(found[1]) if found else 0


def _header(message: Any, name: str) -> str:
    """A header in its own letters, as one line."""
    written = str(message.get(name) or "")[:4000]
    try:
        return clean_line(str(make_header(decode_header(written))), 500)
    except (ValueError, LookupError):
        return clean_line(written, 500)


def _arrived(text: bytes) -> str | None:
    found = _ARRIVED.search(text)
    try:
        made = parsedate_to_datetime(found[1].decode().strip()) if found else None
        return made.astimezone(UTC).isoformat(timespec="seconds") if made else None
    except (ValueError, TypeError, OverflowError):
        return None


SOURCE = Imap()
