"""Opens the attachments of an e-mail, and the e-mails of a mailbox (``mbox``). The text of the message is read by
``layout``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32, default

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.ingest.containers import Bounds, Entry, make_names_unique, sanitise_name
from dutybook.reasons import Why, because

# Of attachments without a name, those that a document can be in.
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/xhtml+xml": ".xhtml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/mbox": ".mbox",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_FROM = re.compile(rb"^From [^\r\n]*\r?\n(?=[A-Za-z][A-Za-z0-9-]*:|>?From )", re.MULTILINE)
_MAX_PARTS = 5_000
# The standard library's header parser takes the square of a header's length.
_POLICY = default.clone(header_factory=lambda name, value: default.header_factory(name, value[:4000]))


class Mail:
    """An e-mail. Its members are its attachments, including forwarded messages."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        self._bounds = bounds
        try:
            message = message_from_bytes(data, policy=_POLICY)
            self._parts = list(_attached(message))
        except RecursionError as error:
            raise BrokenDocument(because(Why.NESTED, "the e-mail nests its parts too deeply to be read")) from error
        self.entries = make_names_unique(Entry(_name(part), _skip(part)) for part in self._parts)

    def read(self, index: int) -> bytes:
        part = self._parts[index]
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            message = inner[0] if isinstance(inner, list) and inner else None
            data = message.as_bytes(policy=compat32) if isinstance(message, Message) else b""
        else:
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
        if len(data) > self._bounds.max_bytes:
            raise TooLarge(
                because(Why.OVER, "it has more than {limit} MB: split it", limit=round(self._bounds.max_bytes / 1e6))
            )
        return data


def _attached(message: Message) -> Iterator[Message]:
    """The parts that are not text of the message, in order. Forwarded messages are not opened."""
    stack = [message]
    seen = 0
    while stack:
        part = stack.pop()
        seen += 1
        if seen > _MAX_PARTS:
            raise TooLarge(because(Why.MAIL_PARTS, "the e-mail has more than {limit:,} parts", limit=_MAX_PARTS))
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            stack.extend(reversed([p for p in part.get_payload() if isinstance(p, Message)]))
        elif part is not message and not is_text_of_message(part):
            yield part


def is_text_of_message(part: Message) -> bool:
    """Whether a part is displayed as the text of the message: it is text, has no file name, and is not attached."""
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and not _file_name(part)


def _skip(part: Message) -> str:
    """Why a part is ignored: images inside the text (logos, signatures) are no documents, while attached ones may be
    scans.
    """
    is_inline = part.get_content_disposition() == "inline" or bool(part.get("Content-ID"))
    return "picture in a mail" if part.get_content_maintype() == "image" and is_inline else ""


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        # A name encoded in a way that nobody knows.
        return ""


def _name(part: Message) -> str:
    name = sanitise_name(_file_name(part)) if _file_name(part) else ""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        if not name:
            inner = part.get_payload()
            name = (
                sanitise_name(_subject(inner[0]).replace("/", "-")[:80])
                if isinstance(inner, list) and inner
                else "message"
            )
        return name if name.lower().endswith(".eml") else f"{name}.eml"
    suffix = _SUFFIXES.get(kind, "")
    if not name:
        return f"attachment{suffix}"
    return name if "." in name else f"{name}{suffix}"


def _subject(message: object) -> str:
    try:
        return str(message["Subject"] or "").strip() or "message"  # type: ignore[index]
    except Exception:  # the standard library's header parser fails in many ways on hostile headers
        return "message"


class Mailbox:
    """A mailbox: e-mails one after the other, each after a line that begins with ``From`` (RFC 4155)."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        found = [match.span() for match in _FROM.finditer(data)]
        starts = [end for _, end in found]
        if len(starts) > bounds.max_members:
            raise TooLarge(
                because(
                    Why.MAILBOX, "the mailbox holds more than {limit:,} messages: split it", limit=bounds.max_members
                )
            )
        ends = [*(start for start, _ in found[1:]), len(data)][: len(starts)]
        self._spans = list(zip(starts, ends, strict=True))
        self._data = data
        width = len(str(len(starts)))
        self.entries = tuple(Entry(f"message {number:0{width}}.eml") for number in range(1, len(starts) + 1))

    def read(self, index: int) -> bytes:
        start, end = self._spans[index]
        # Lines of the text that begin like a new message were quoted when it was filed.
        return re.sub(rb"^>(>*From )", rb"\1", self._data[start:end], flags=re.MULTILINE).rstrip() + b"\n"
