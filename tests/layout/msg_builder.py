"""Outlook messages (MS-OXMSG) made by code: properties in a table and in streams, attachments, messages in messages."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from compressed_rtf import compress

from dutybook.layout.compound_file import Tree, write_compound_file
from dutybook.layout.outlook import CLASS_ID

SUBJECT, HEADER, CLASS, BODY, HTML, RTF = 0x0037, 0x007D, 0x001A, 0x1000, 0x1013, 0x1009
NAME, SMTP, SENT, BODY_CODE_PAGE, CODE_PAGE = 0x0C1A, 0x5D01, 0x0039, 0x3FDE, 0x3FFD
DATA, METHOD, FILE_NAME, MEDIA_TYPE, CONTENT_ID = 0x3701, 0x3705, 0x3707, 0x370E, 0x3712
APPOINTMENTS = bytes.fromhex("0220060000000000c000000000000046")
Value = str | bytes | int | datetime


def storage(properties: dict[int, Value], header: int) -> Tree:
    """A storage with properties. Texts are UTF-16; a number is a whole number of 32 bits."""
    made: Tree = {}
    table = b""
    for number, value in properties.items():
        if isinstance(value, int):
            kind, inline = 0x0003, struct.pack("<II", value, 0)
        elif isinstance(value, datetime):
            kind, inline = (
                0x0040,
                struct.pack("<Q", int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7),
            )
        else:
            kind = 0x001F if isinstance(value, str) else 0x0102
            data = value.encode("utf-16-le") if isinstance(value, str) else value
            made[f"__substg1.0_{number:04X}{kind:04X}"] = data
            inline = struct.pack("<II", len(data), 0)
        table += struct.pack("<HHI", kind, number, 6) + inline
    made["__properties_version1.0"] = bytes(header) + table
    return made


def narrow(text: bytes, number: int) -> Tree:
    """A text of 8-bit characters."""
    return {f"__substg1.0_{number:04X}001E": text}


def attachment(name: str, data: bytes, **more: Value) -> Tree:
    """An attached file; ``more`` are ``media_type`` and ``content_id``."""
    numbers = {"media_type": MEDIA_TYPE, "content_id": CONTENT_ID}
    return storage({METHOD: 1, FILE_NAME: name, DATA: data, **{numbers[key]: value for key, value in more.items()}}, 8)


def link(name: str) -> Tree:
    """An attachment that only says where a file is."""
    return storage({METHOD: 4, FILE_NAME: name}, 8)


def inside(name: str, content: Tree, method: int = 5) -> Tree:
    """A message (or, of method 6, an object) in a message; ``content`` is made with a header of 24 bytes."""
    return {**storage({METHOD: method, FILE_NAME: name}, 8), f"__substg1.0_{DATA:04X}000D": content}


def names(**numbers: tuple[int, int]) -> Tree:
    """The names of properties of appointments: name to its number in the set and its place in the file."""
    table = b"".join(struct.pack("<IHH", number, 3 << 1, at) for number, at in numbers.values())
    return {
        "__substg1.0_00020102": APPOINTMENTS,
        "__substg1.0_00030102": table,
        "__substg1.0_00040102": b"",
    }


def tree(properties: dict[int, Value], *attached: Tree, header: int = 32, named: Tree | None = None) -> Tree:
    """A message."""
    made = storage(properties, header)
    for number, each in enumerate(attached):
        made[f"__attach_version1.0_#{number:08X}"] = each
    if named is not None or header == 32:
        made["__nameid_version1.0"] = named or names()
    return made


def msg(properties: dict[int, Value], *attached: Tree, named: Tree | None = None) -> bytes:
    """The file of a message."""
    return write_compound_file(tree(properties, *attached, named=named), CLASS_ID)


def packed(rtf: str) -> bytes:
    """Rich Text as messages keep it."""
    data: bytes = compress(rtf.encode("ascii"), compressed=True)
    return data


#: A message with a sender, a day and both forms of text.
REMINDER: dict[int, Value] = {
    CLASS: "IPM.Note",
    SUBJECT: "Lighthouse Order – reminder",
    NAME: "Lighthouse Office",
    SMTP: "office@harbour.example",
    SENT: datetime(2031, 3, 4, 7, 0, tzinfo=UTC),
    BODY_CODE_PAGE: 65001,
    BODY: "Every keeper shall write down the hours of fog.",
    HTML: "<html><body><p>Every keeper shall write down the hours of fog – daily.</p></body></html>".encode(),
}
