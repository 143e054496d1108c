"""Messages of Outlook (``.msg``, MS-OXMSG): their own text, HTML before Rich Text before plain text.

What is attached is not read here, but listed for those who do (:attr:`Message.attachments`). ``meta`` is as for e-mails
(:mod:`dutybook.layout.mail`); the day on which a message was sent is that of the sender's time zone where the message still has its header,
else of UTC. Of an invitation, the time and the place stand before the text. A message in a message is written as a file of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.parser import HeaderParser
from email.policy import default
from functools import cached_property

from dutybook.errors import BadDocument, BrokenDocument, EncryptedDocument, TooLarge
from dutybook.layout.compound_file import Storage, read_compound_file, write_compound_file
from dutybook.layout.decoding import decode
from dutybook.layout.formats import is_enveloped
from dutybook.layout.html import read_html
from dutybook.layout.invitations import lines_of, put_before
from dutybook.layout.mail import is_pgp, without_text
from dutybook.layout.rtf import read_rtf
from dutybook.layout.rtf_html import decompress_rtf, extract_html, origin_of_rtf
from dutybook.layout.text import read_text
from dutybook.reasons import Why, because
from dutybook.records import Layout

#: The class of the root storage of a message.
CLASS_ID = bytes.fromhex("0b0d020000000000c000000000000046")
_MAX_ATTACHMENTS = 5_000
_MAX_PROPERTIES = 1 << 20
_PROPERTIES = "__properties_version1.0"
_NAMES = "__nameid_version1.0"
# Property identifiers (MS-OXPROPS).
_SUBJECT, _HEADER, _CLASS, _BODY, _HTML, _RTF = 0x0037, 0x007D, 0x001A, 0x1000, 0x1013, 0x1009
_SENT, _RECEIVED = 0x0039, 0x0E06
_BODY_CODE_PAGE, _CODE_PAGE = 0x3FDE, 0x3FFD
_ON_BEHALF_OF, _SENDER = (0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F)
_METHOD, _FLAGS, _HIDDEN, _CONTENT_ID, _MEDIA_TYPE, _DATA = 0x3705, 0x3714, 0x7FFE, 0x3712, 0x370E, 0x3701
_FILE_NAMES = (0x3707, 0x3704, 0x3001)
_OBJECT = f"__substg1.0_{_DATA:04X}000D"
_APPOINTMENTS = bytes.fromhex("0220060000000000c000000000000046")
_START, _END, _PLACE = 0x820D, 0x820E, 0x8208
# How a file is attached; all other numbers only say where it is.
_BY_VALUE, _AS_MESSAGE, _AS_OBJECT = 1, 5, 6
_IN_BODY = 4
_SEALED = "it is encrypted in a way that cannot be opened here (PGP, S/MIME): save it without encryption"
# Code pages whose names for Python are not "cp" and the number.
_ENCODINGS = {
    1200: "utf-16-le", 10000: "mac_roman", 20127: "ascii", 20866: "koi8-r", 20932: "euc_jp", 21866: "koi8-u", 28591: "cp1252", 50220: "iso2022_jp",
    50221: "iso2022_jp", 50222: "iso2022_jp", 51932: "euc_jp", 51936: "gb2312", 51949: "euc_kr", 52936: "hz",
    54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
} | {28590 + part: f"iso8859_{part}" for part in range(2, 17)}  # fmt: skip
# The standard library's header parser takes the square of a header's length.
_POLICY = default.clone(header_factory=lambda name, value: default.header_factory(name, value[:4000]))


class _Properties:
    """The properties of a message or an attachment: small ones in a table, others in streams."""

    def __init__(self, storage: Storage, header: int) -> None:
        self._storage = storage
        size = storage.size(_PROPERTIES)
        if size is None:
            raise BrokenDocument(
                because(Why.COMPOUND_DAMAGED, "the file lacks the properties that every message has: get it again")
            )
        if size > _MAX_PROPERTIES:
            text = "the message has {size} MB of properties, more than the {limit} MB that are read"
            raise TooLarge(because(Why.LARGER, text, size=size >> 20, limit=_MAX_PROPERTIES >> 20))
        table = storage.read(_PROPERTIES)[header:]
        rows = struct.iter_unpack("<HH4x8s", table[: len(table) // 16 * 16])
        self._fixed: dict[int, bytes] = {number: value for _, number, value in rows}

    def number(self, number: int) -> int | None:
        """A whole number."""
        value = self._fixed.get(number)
        return int.from_bytes(value[:4], "little") if value else None

    def time(self, number: int) -> datetime | None:
        """A time in UTC."""
        value = self._fixed.get(number)
        ticks = int.from_bytes(value, "little") if value else 0
        try:
            return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def bytes_of(self, number: int) -> bytes:
        """Bytes."""
        return self._storage.read(f"__substg1.0_{number:04X}0102")

    def text(self, number: int, code_page: int | None = None) -> str:
        """A text; 8-bit characters are of the code page, by default that of the message."""
        wide = self._storage.read(f"__substg1.0_{number:04X}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self._storage.read(f"__substg1.0_{number:04X}001E").rstrip(b"\x00")
        if not narrow.strip():
            return ""
        return decode(narrow, _encoding(code_page or self.number(_CODE_PAGE)))[0]

    def line(self, number: int) -> str:
        """A short text on one line; empty where it is no text at all."""
        try:
            value = " ".join(self.text(number)[:4000].split())
        except BadDocument:
            return ""
        return "".join(c for c in value if c.isprintable())[:500]


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something attached.

    ``method``: ``file``, ``message``, ``object`` (of another program) or ``link`` (to a file elsewhere). ``size`` in bytes, 0 where it is
    not known before it is read. ``inline``: it is displayed in the text.
    """

    name: str
    method: str
    read_bytes: Callable[[], bytes]
    size: int = 0
    inline: bool = False
    media_type: str = ""

    def read(self) -> bytes:
        """The bytes of the file; of a message those of an ``.msg`` of its own.

        Raises:
            BadDocument: it is damaged.
        """
        return self.read_bytes()


class Message:
    """A message. Its parts are read when they are asked for.

    Raises:
        BrokenDocument: the file is damaged.
        TooLarge: it has more parts than messages have.
    """

    def __init__(self, data: bytes) -> None:
        self._root = read_compound_file(data)
        self._properties = _Properties(self._root, 32)

    @cached_property
    def kind(self) -> str:
        """The class of the message: ``IPM.Note``, ``IPM.Schedule.Meeting.Request``, …"""
        return self._properties.line(_CLASS)

    @property
    def meta(self) -> dict[str, str]:
        """``title`` and ``subject``, ``author``, ``published``, ``attachments``, as far as the message has them."""
        properties = self._properties
        header = _header(properties.text(_HEADER))
        subject = properties.line(_SUBJECT)
        author = header.get("author") or _person(properties, _ON_BEHALF_OF) or _person(properties, _SENDER)
        sent = properties.time(_SENT) or properties.time(_RECEIVED)
        names = [" ".join(each.name.split())[:200] for each in self.attachments if not each.inline]
        found = {
            "title": subject,
            "author": author,
            "subject": subject,
            "published": header.get("published") or (sent.date().isoformat() if sent else ""),
            "attachments": "\n".join(names),
        }
        return {key: value for key, value in found.items() if value}

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """What is attached, in order.

        Raises:
            TooLarge: more than messages have.
        """
        found = [storage for name, storage in self._root.storages() if name.startswith("__attach_version1.0_#")]
        if len(found) > _MAX_ATTACHMENTS:
            raise TooLarge(because(Why.MAIL_PARTS, "the e-mail has more than {limit:,} parts", limit=_MAX_ATTACHMENTS))
        return tuple(self._attachment(storage) for storage in found)

    def _attachment(self, storage: Storage) -> Attachment:
        try:
            properties = _Properties(storage, 8)
        except BadDocument as error:
            failure = error

            def fail() -> bytes:
                raise failure

            return Attachment("attachment", "file", fail)
        name = next((line for number in _FILE_NAMES if (line := properties.line(number))), "")
        method = properties.number(_METHOD) or 0
        media_type = properties.line(_MEDIA_TYPE).lower()
        marked = properties.line(_CONTENT_ID) or (properties.number(_FLAGS) or 0) & _IN_BODY
        inline = bool(marked or (properties.number(_HIDDEN) or 0) & 0xFF)
        inner = storage.storage(_OBJECT)
        if inner is not None and method == _AS_MESSAGE:
            name = name if name.lower().endswith(".msg") else f"{name or 'message'}.msg"
            return Attachment(name, "message", lambda: self._embedded(inner))
        if inner is not None and method == _AS_OBJECT:
            return Attachment(name, "object", lambda: write_compound_file(inner.tree()), inline=inline)
        stream = f"__substg1.0_{_DATA:04X}0102"
        size = storage.size(stream)
        # What has bytes of its own was attached by value, whatever it says.
        if size is None and method != _BY_VALUE:
            return Attachment(name, "link", lambda: b"", inline=inline, media_type=media_type)
        return Attachment(name, "file", lambda: storage.read(stream), size or 0, inline, media_type)

    def _embedded(self, storage: Storage) -> bytes:
        """A message in this one as a file of its own."""
        tree = storage.tree()
        table = tree.get(_PROPERTIES)
        if not isinstance(table, bytes):
            raise BrokenDocument(
                because(Why.COMPOUND_DAMAGED, "the file lacks the properties that every message has: get it again")
            )
        # The header of the outermost message is longer by eight bytes (MS-OXMSG 2.4.1).
        tree[_PROPERTIES] = table[:24].ljust(24, b"\x00") + bytes(8) + table[24:]
        names = self._root.storage(_NAMES)
        if names is not None:
            tree[_NAMES] = names.tree()
        return write_compound_file(tree, CLASS_ID)

    def forms(self) -> tuple[Callable[[], Layout | None], ...]:
        """Readers of the text in each of its forms, best first; a form that the message lacks gives None."""
        # Rich Text has no place for the lines of a meeting, and plain text stands beside it.
        return (
            (self._of_html, self._of_text, self._of_rtf)
            if self._meeting
            else (self._of_html, self._of_rtf, self._of_text)
        )

    def _of_html(self) -> Layout | None:
        return self._read_page(self._html())

    def _read_page(self, page: str) -> Layout | None:
        return read_html(put_before(page, self._meeting).encode("utf-8", "replace")) if page.strip() else None

    def _html(self) -> str:
        code_page = self._properties.number(_BODY_CODE_PAGE)
        raw = self._properties.bytes_of(_HTML)
        if raw.strip(b"\x00\r\n\t "):
            return decode(raw, _encoding(code_page))[0]
        return self._properties.text(_HTML, code_page)

    def _of_rtf(self) -> Layout | None:
        packed = self._properties.bytes_of(_RTF)
        if not packed:
            return None
        rtf = decompress_rtf(packed)
        origin = origin_of_rtf(rtf)
        if origin == "html":
            return self._read_page(extract_html(rtf))
        return None if origin == "text" and self._body().strip() else read_rtf(rtf)

    def _of_text(self) -> Layout | None:
        lines = [*self._meeting, self._body()]
        return read_text("\n\n".join(lines).encode("utf-8", "replace")) if "".join(lines).strip() else None

    def _body(self) -> str:
        text = self._properties.text(_BODY, self._properties.number(_BODY_CODE_PAGE))
        if is_pgp(text):
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, _SEALED))
        return text

    @cached_property
    def _meeting(self) -> tuple[str, ...]:
        """The time and the place of an invitation or an appointment."""
        if not self.kind.startswith(("IPM.Schedule.Meeting", "IPM.Appointment")):
            return ()
        names = self._named()
        start, end = (self._properties.time(names.get(number, 0)) for number in (_START, _END))
        place = self._properties.line(names[_PLACE]) if _PLACE in names else ""
        return lines_of(start, end, place)

    def _named(self) -> dict[int, int]:
        """The numbers that properties of appointments have in this file (MS-OXMSG 2.2.3)."""
        names = self._root.storage(_NAMES)
        if names is None:
            return {}
        sets, table = names.read("__substg1.0_00020102"), names.read("__substg1.0_00030102")
        found: dict[int, int] = {}
        for name, kind, number in struct.iter_unpack("<IHH", table[: len(table) // 8 * 8]):
            at = ((kind >> 1) - 3) * 16
            if not kind & 1 and at >= 0 and sets[at : at + 16] == _APPOINTMENTS:
                found[name] = 0x8000 + number
        return found


def read_outlook(data: bytes) -> Layout:
    """Read the text of a message.

    Raises:
        BrokenDocument: the file is damaged.
        EncryptedDocument: its text is encrypted, or under rights management.
        NoText: it has no text, or all of it is attached.
        TooLarge: it has more parts than messages have.
    """
    message = Message(data)
    _check_open(message)
    meta = message.meta
    failure: BadDocument | None = None
    for read in message.forms():
        try:
            layout = read()
        except BadDocument as error:
            failure = failure or error
            continue
        if layout is not None:
            # What the body says of itself is of the page that was sent, not of the message; its language stays.
            kept = {key: value for key, value in layout.meta.items() if key == "language"}
            return replace(layout, meta={**kept, **meta})
    if failure:
        raise failure
    raise without_text(bool(message.attachments))


def _check_open(message: Message) -> None:
    """Refuse a message whose text is in an encrypted attachment.

    Raises:
        EncryptedDocument: it is.
    """
    for each in message.attachments:
        if each.media_type == "application/x-microsoft-rpmsg-message" or each.name.lower() == "message.rpmsg":
            text = "it is under rights management and can be opened in Outlook only: save it without protection"
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, text))
        if (
            message.kind.upper().startswith("IPM.NOTE.SMIME")
            and each.method == "file"
            and is_enveloped(each.read()[:64])
        ):
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, _SEALED))


def _encoding(code_page: int | None) -> str:
    """The encoding of a code page, as Python calls it; Western European where none is said."""
    return _ENCODINGS.get(code_page or 0) or f"cp{code_page or 1252}"


def _header(text: str) -> dict[str, str]:
    """``author`` and ``published`` as the header says that the message came with."""
    if not text.strip():
        return {}
    found: dict[str, str] = {}
    try:
        header = HeaderParser(policy=_POLICY).parsestr(text[:_MAX_PROPERTIES], headersonly=True)
        found["author"] = "".join(c for c in " ".join(str(header["From"] or "").split()) if c.isprintable())[:500]
        when = getattr(header["Date"], "datetime", None)
        found["published"] = when.date().isoformat() if when is not None else ""
    except Exception:  # the standard library's header parser fails in many ways on hostile headers
        return found
    return found


def _person(properties: _Properties, numbers: tuple[int, int, int]) -> str:
    """A person's name and address. An address within an Exchange server says nothing to others."""
    name, *addresses = map(properties.line, numbers)
    address = next((one for one in addresses if "@" in one), "")
    return f"{name} <{address}>" if name and address and name != address else name or address
