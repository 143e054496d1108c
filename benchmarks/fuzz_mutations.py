"""For ``fuzz.py``: damage to bytes, and to what is packed inside: members of archives, streams of a PDF, parts of a mail."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

_NUMBERS = (b"0", b"-1", b"65536", b"4294967295", b"99999999999999999999", b"1e308", b"nan", b"0.0000001")
_PIECES = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"\\",
    b"(",
    b"endobj",
    b"stream",
    b"\r\n\r\n",
)


def mutate(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The name of a mutation, and the damaged bytes."""
    if data[:2] == b"PK" and chance.random() < 0.8:
        how, damaged = mutate_member(data, chance)
        return f"member-{how}", damaged
    if data[:4] == b"\xd0\xcf\x11\xe0" and chance.random() < 0.6:
        how, damaged = mutate_compound(data, chance)
        return f"stream-{how}", damaged
    how = chance.choice(list(MUTATIONS))
    damaged = data
    for _ in range(chance.choice((1, 1, 2, 5))):
        damaged = MUTATIONS[how](damaged, chance)
    return how, damaged


def mutate_member(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """An archive with one damaged member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        names = archive.namelist()
        chosen = chance.choice(names)
        how = chance.choice(list(MUTATIONS))
        for member in names:
            content = archive.read(member)
            packed.writestr(member, MUTATIONS[how](content, chance) if member == chosen else content)
    return how, out.getvalue()


def mutate_compound(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """A compound file (a message of Outlook) with one damaged stream."""
    from dutybook.layout.compound_file import read_compound_file, write_compound_file

    tree: Any = read_compound_file(data).tree()
    storage = tree
    while True:
        name = chance.choice(list(storage))
        if isinstance(storage[name], bytes):
            break
        storage = storage[name]
    how = chance.choice(list(MUTATIONS))
    storage[name] = MUTATIONS[how](storage[name], chance)
    return how, write_compound_file(tree, data_class(data))


def data_class(data: bytes) -> bytes:
    """The class of the root of a compound file: which program made it."""
    root = (int.from_bytes(data[48:52], "little") + 1) * 512
    return data[root + 80 : root + 96]


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 32))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut_end(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def delete_piece(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 10, 200)) :]


def repeat_piece(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((5, 50, 500))]
    return data[:start] + piece * chance.choice((2, 50, 2000)) + data[start:]


def change_number(data: bytes, chance: random.Random) -> bytes:
    places = list(_digits(data))
    if not places:
        return data
    start, end = chance.choice(places)
    return data[:start] + chance.choice(_NUMBERS) + data[end:]


def insert_piece(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_PIECES) * chance.choice((1, 3, 400)) + data[at:]


def swap_pieces(data: bytes, chance: random.Random) -> bytes:
    first, second, third = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def _digits(data: bytes) -> Iterator[tuple[int, int]]:
    start = None
    for at, byte in enumerate(data[:100_000]):
        if 48 <= byte <= 57:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flip": flip_bytes,
    "cut": cut_end,
    "delete": delete_piece,
    "repeat": repeat_piece,
    "number": change_number,
    "insert": insert_piece,
    "swap": swap_pieces,
}

# Streams of a PDF

_STREAM = re.compile(rb"(\d+) (\d+) obj\s*<<((?:(?!endobj|stream).)*?)>>\s*stream\r?\n", re.DOTALL)
#: What a stream has that is written anew here is left out of its dictionary.
_PACKING = re.compile(rb"/Filter\s*(?:\[[^\]]*\]|/\w+)|/Length\s+\d+(?:\s+\d+\s+R)?")
#: Operators of content streams (ISO 32000-2, annex A) with operands that no producer writes.
_OPERATORS = (
    b"1 0 0 1 1e38 -1e38 cm ",
    b"BT /F1 1e38 Tf (x) Tj ET ",
    b"BT 0 0 0 0 0 0 Tm (flat) Tj ET ",
    b"Q " * 50,
    b"q " * 5_000,
    b"[" * 5_000,
    b"/X0 Do " * 500,
    b"0 0 1e9 1e9 re f ",
    b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID \x00 EI ",
    b"(" + b"\\" * 3_000,
    b"BT /Fx 12 Tf <FFFFFFFF> Tj ET ",
    b"<< /A << /B ",
    b"1 beginbfrange <00> <FFFFFFFF> <0041> endbfrange ",
    b"999999999 begincidrange <0000> <FFFF> 0 endcidrange ",
)


def mutate_stream(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """A PDF with one stream whose content is damaged and packed again, so that what reads contents meets it.

    The stream stands in an update at the end of the file, as editors write one: all references stay right.
    """
    found = [one for one in _STREAM.finditer(data) if b"/XRef" not in one[3] and b"/DecodeParms" not in one[3]]
    if not found or b"/Encrypt" in data:
        return mutate(data, chance)
    chosen = chance.choice(found)
    content = _unpacked(chosen[3], data[chosen.end() : data.find(b"endstream", chosen.end())])
    if content is None:
        return mutate(data, chance)
    if chance.random() < 0.3:
        how, at = "operator", chance.randrange(len(content) + 1)
        damaged = content[:at] + chance.choice(_OPERATORS) + content[at:]
    else:
        how = chance.choice(list(MUTATIONS))
        damaged = MUTATIONS[how](content, chance)
    return f"stream-{how}", _updated(data, chosen, damaged)


def _unpacked(dictionary: bytes, packed: bytes) -> bytes | None:
    """The content of a stream; None where it is packed in a way that is not known here."""
    content = packed.rstrip(b"\r\n")
    try:
        if b"/ASCII85Decode" in dictionary:
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
        if b"/FlateDecode" in dictionary:
            return zlib.decompressobj().decompress(content, 10_000_000)
    except (ValueError, zlib.error):
        return None
    return content if b"/Filter" not in dictionary or b"/ASCII85Decode" in dictionary else None


def _updated(data: bytes, stream: re.Match[bytes], content: bytes) -> bytes:
    number, generation = int(stream[1]), int(stream[2])
    packed = zlib.compress(content)
    entries = _PACKING.sub(b"", stream[3]) + b" /Filter /FlateDecode /Length %d" % len(packed)
    root = re.findall(rb"/Root\s+(\d+ \d+ R)", data)
    size = max((int(one) for one in re.findall(rb"/Size\s+(\d+)", data)), default=number + 1)
    before = re.findall(rb"startxref\s+(\d+)", data)
    start = len(data) + 1
    update = b"\n%d %d obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (number, generation, entries, packed)
    table = b"xref\n%d 1\n%010d %05d n \ntrailer\n<< /Size %d" % (number, start, generation, size)
    trailer = b"".join((b" /Root " + root[-1] if root else b"", b" /Prev " + before[-1] if before else b"", b" >>\n"))
    return data + update + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(data) + len(update))


# Parts of a mail

_HEADERS = (
    ("Content-Type", "multipart/mixed"),
    ("Content-Type", 'text/plain; charset="x-none"'),
    ("Content-Type", 'message/rfc822; charset="utf-16"'),
    ("Content-Type", "text/html; charset=utf-7"),
    ("Content-Transfer-Encoding", "base64"),
    ("Content-Transfer-Encoding", "uuencode"),
    ("Content-Disposition", "attachment; filename*0*=utf-8''%FF%00; filename*1=" + "x" * 500),
    ("Date", "Thu, 99 Foo 99999 25:61:61 +9999"),
    ("Subject", "=?utf-8?b?//79?= =?none?q?=C3=28?= " + "=?utf-8?q?x?=" * 300),
    ("From", '"' * 400 + "<a@b>"),
    ("Message-ID", "<" + "a" * 5_000),
)


def mutate_mail(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """A mail with one damaged part, encoded again, or with a header that no mail program writes."""
    if chance.random() < 0.2 or not data[:1].isascii():
        return mutate(data, chance)
    message: Any = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = list(message.walk())
    part = chance.choice(parts)
    if part.is_multipart() or chance.random() < 0.3:
        name, value = chance.choice(_HEADERS)
        if chance.random() < 0.7:
            del part[name]
        part[name] = value
        how = f"header-{name.lower()}"
    else:
        how, content = mutate(part.get_payload(decode=True) or b"", chance)
        part.set_payload(base64.encodebytes(content).decode("ascii"))
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = "base64"
        how = f"part-{how}"
    try:
        return how, message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        # Not every damage can be written by what wrote the mail.
        return mutate(data, chance)


def make_mail(attached: dict[str, bytes]) -> bytes:
    """A mail with text, HTML, files and a mail that was passed on."""
    inner = EmailMessage()
    inner["Subject"], inner["From"], inner["To"] = "Fog signals", "office@harbour.example", "keepers@lamp.example"
    inner.set_content("The operator shall report each fog signal within three days.")
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = (
        "Fw: Fog signals – Übersicht",
        "keepers@lamp.example",
        "board@harbour.example",
    )
    made["Date"], made["Message-ID"] = "Tue, 4 Mar 2031 08:00:00 +0100", "<2@lamp.example>"
    made.set_content("Keepers shall note the hours of fog.")
    made.add_alternative("<p>Keepers shall note the <b>hours of fog</b>.</p>", subtype="html")
    for name, data in attached.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    made.add_attachment(inner)
    return made.as_bytes()
