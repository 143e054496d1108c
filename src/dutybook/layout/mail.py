"""E-mails (RFC 5322, MIME) and saved web archives (``.mhtml``): the message's own text, HTML before plain text.

What is attached is not read here. Of an invitation (``text/calendar``), the time and the place stand before the text. ``meta``: ``title`` (the subject), ``published`` (the day it was sent, in the
sender's time zone), ``author``, ``address`` of a saved page, and ``attachments``, the names of attached files, a line each.
No picture, link or style sheet is loaded.
"""

from __future__ import annotations

import contextlib
import html
import re
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from dutybook.errors import BadDocument, BrokenDocument, EncryptedDocument, NoText, TooLarge
from dutybook.layout.decoding import decode
from dutybook.layout.formats import is_enveloped
from dutybook.layout.html import read_html
from dutybook.layout.invitations import put_before, read_invitation
from dutybook.layout.text import read_text
from dutybook.reasons import Why, because
from dutybook.records import Layout

_MAX_PARTS = 5_000
_MAX_HEADERS = 1 << 20
# The standard library's header parser takes the square of a header's length.
_POLICY = default.clone(header_factory=lambda name, value: default.header_factory(name, value[:4000]))
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):")
# Of these, a message has some; a letter that begins "Subject:" has none but the first.
_ORIGIN = frozenset(
    b"received return-path delivered-to message-id mime-version content-transfer-encoding x-mailer dkim-signature "
    b"user-agent x-originating-ip".split()
)
_COMMON = frozenset(b"from to cc bcc date subject reply-to sender content-type".split())


@dataclass(frozen=True, slots=True)
class _Text:
    kind: str
    text: str
    spare: bool


def is_mail(data: bytes, named: bool = False) -> bool:
    """Whether the bytes begin with the header of an e-mail; one whose name says so may have a sparse one."""
    fields: list[bytes] = []
    for line in data[:16_384].split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            continue
        if not line.strip():
            break
        found = _FIELD.match(line)
        if not found:
            # A line that is no field ends the header, and a cut one the piece that is looked at.
            break
        fields.append(found.group(1).lower())
    known = [f for f in fields if f in _COMMON or f in _ORIGIN]
    if named:
        return bool(known)
    return len(known) >= 3 and any(f in _ORIGIN for f in known)


def read_mail(data: bytes) -> Layout:
    """Read an e-mail's own text.

    Raises:
        BrokenDocument: it is no e-mail, or nested too deeply.
        EncryptedDocument: its text is encrypted.
        NoText: it has no text, or all of it is attached.
        TooLarge: more parts, or a longer header, than messages have.
    """
    message, parts = _parse_message(data)
    meta = _meta(message)
    invitation = read_invitation(parts.calendar) if parts.calendar else None
    lines = invitation.lines if invitation else ()
    if parts.attached:
        meta["attachments"] = "\n".join(parts.attached)
    body = _read_body(parts.texts, lines)
    if body is not None:
        # What the body says of itself is of the page that was sent, not of the message; its language stays.
        kept = {key: value for key, value in body.meta.items() if key == "language"}
        return replace(body, meta={**kept, **meta})
    if invitation and (lines or invitation.description):
        return replace(read_text("\n\n".join((*lines, invitation.description)).encode("utf-8", "replace")), meta=meta)
    if parts.is_sealed:
        sealed = "it is encrypted in a way that cannot be opened here (PGP, S/MIME): save it without encryption"
        raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, sealed))
    raise without_text(bool(parts.attached) or message.get_content_maintype() not in ("text", "multipart"))


def without_text(attached: bool) -> NoText:
    """The refusal of a message that has no text; ``attached``: something else is in it."""
    if attached:
        bare = "the e-mail holds no text of its own: look whether it is encrypted, or all of it is attached"
        return NoText(because(Why.MAIL_BARE, bare))
    return NoText(because(Why.MAIL_EMPTY, "the e-mail is empty: it has no text, and nothing is attached to it"))


def _parse_message(data: bytes) -> tuple[Message, _Parts]:
    """A message and its parts; raises TooLarge or BrokenDocument, as :func:`read_mail` says."""
    head = re.search(rb"\r?\n\r?\n", data[: _MAX_HEADERS + 4])
    if head is None and len(data) > _MAX_HEADERS:
        text = "the header of the e-mail is longer than 1 MB: it is no message that a person was meant to read"
        raise TooLarge(because(Why.MAIL_HEADER, text))
    try:
        message = message_from_bytes(data, policy=_POLICY)
        return message, _parts_of(message)
    except RecursionError as error:
        raise BrokenDocument(because(Why.NESTED, "the e-mail nests its parts too deeply to be read")) from error


def _read_body(texts: list[_Text], lines: tuple[str, ...]) -> Layout | None:
    """The texts of a message read as HTML, else as plain text, with ``lines`` before them; None where there are none.

    Raises:
        BadDocument: neither could be read; it says why the first one could not.
    """
    failure: BadDocument | None = None
    for kind in ("text/html", "text/plain"):
        chosen = [t for t in texts if (not t.spare if kind == "text/html" else t.kind == kind)]
        if not any(t.kind == kind for t in chosen):
            continue
        try:
            return _read(kind, chosen, lines)
        except BadDocument as error:
            failure = failure or error
    if failure:
        raise failure
    return None


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _read(kind: str, texts: list[_Text], lines: tuple[str, ...]) -> Layout:
    if kind == "text/plain":
        return read_text("\n\n".join((*lines, *(t.text for t in texts))).encode())
    if len(texts) == 1:
        return read_html(put_before(texts[0].text, lines).encode())
    pieces = [t.text if t.kind == "text/html" else _as_html(t.text) for t in texts]
    whole = f"<html><body>{''.join(f'<div>{p}</div>' for p in pieces)}</body></html>"
    return read_html(put_before(whole, lines).encode())


def _as_html(text: str) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())


@dataclass(slots=True)
class _Parts:
    """The texts of a message in order, the names of all else, its first calendar, and whether its text is encrypted."""

    texts: list[_Text] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    calendar: bytes = b""
    is_sealed: bool = False


def _parts_of(message: Message) -> _Parts:
    found = _Parts()
    stack = [(message, False)]
    seen = 0
    while stack:
        part, spare = stack.pop()
        seen += 1
        if seen > _MAX_PARTS:
            raise TooLarge(because(Why.MAIL_PARTS, "the e-mail has more than {limit:,} parts", limit=_MAX_PARTS))
        kind = part.get_content_type()
        found.is_sealed |= _is_sealed(part, kind)
        if kind == "text/calendar" and not found.calendar:
            found.calendar = _payload(part)
        if part.is_multipart() and kind != "message/rfc822":
            stack.extend(reversed(_inner_parts(part, spare)))
        elif kind in ("text/plain", "text/html") and (part is message or not _is_attached(part)):
            text = _text(part)
            if is_pgp(text):
                found.is_sealed = True
            elif text.strip():
                found.texts.append(_Text(kind, text, spare))
        elif part is not message:
            found.attached.append(_file_name(part) or kind)
    return found


def is_pgp(text: str) -> bool:
    """Whether a text is nothing but a message that PGP encrypted."""
    return text.lstrip()[:27] == "-----BEGIN PGP MESSAGE-----"


def _is_sealed(part: Message, kind: str) -> bool:
    """Whether a part is text that PGP or S/MIME encrypted."""
    sealed = kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and is_enveloped(_payload(part)[:64])
    return sealed or kind == "multipart/encrypted"


def _inner_parts(part: Message, spare: bool) -> list[tuple[Message, bool]]:
    """The parts inside a part, each with whether it is spare: a plain alternative counts only if the rich one has no text."""
    inner = [(p, p.get_content_type() == "text/plain") for p in part.get_payload() if isinstance(p, Message)]
    rich = part.get_content_type() == "multipart/alternative" and not all(is_plain for _, is_plain in inner)
    return [(p, spare or (rich and is_plain)) for p, is_plain in inner]


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    # A page declares its charset itself, where the message does not.
    try:
        text, _ = decode(payload, str(part.get_content_charset() or "") or None)
    except BadDocument:
        return ""
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        # RFC 3676: a line that ends with a space goes on, save the one before a signature.
        text = re.sub(r"^ ", "", text, flags=re.MULTILINE)
        text = re.sub(r"(?<!^--) \n(?!>)", " ", text, flags=re.MULTILINE)
    return text


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        name = ""
    return " ".join(name.split())[:200]


def _meta(message: Message) -> dict[str, str]:
    meta: dict[str, str] = {}
    for key, header in (("title", "Subject"), ("author", "From")):
        value = " ".join(_header(message, header).split())
        if value:
            meta[key] = "".join(c for c in value if c.isprintable())[:500]
    saved = _header(message, "Snapshot-Content-Location")
    if saved.startswith(("http://", "https://")):
        meta["address"] = saved[:1000]
    if saved or meta.get("author", "").startswith("<Saved by"):
        # The day a page was saved is not the day it was published.
        meta.pop("author", None)
        return meta
    if "title" in meta:
        meta["subject"] = meta["title"]
    with contextlib.suppress(Exception):  # the standard library's date parser fails in many ways on hostile dates
        sent: Any = message["Date"]
        when = getattr(sent, "datetime", None)
        if when is not None:
            meta["published"] = when.date().isoformat()
    return meta


def _header(message: Message, name: str) -> str:
    try:
        return str(message[name] or "")[:2000]
    except Exception:  # the standard library's header parser fails in many ways on hostile headers
        return ""
