"""Bytes to characters: byte order mark, declared charset, UTF-8, and a guess as the last resort."""

from __future__ import annotations

import codecs
import re

from dutybook.errors import BrokenDocument, EmptyDocument
from dutybook.reasons import Why, because

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.IGNORECASE)
# Browsers read these labels as the Windows code page that contains them (WHATWG Encoding Standard, 4.2).
_LABELS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
# Characters that no text means: controls, and the noncharacters and the private sentinels that readers use.
_UNWANTED = dict.fromkeys([*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xFEFF])
_UNWANTED |= dict.fromkeys([*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF])
_UNWANTED |= dict.fromkeys(range(0xD800, 0xE000))
_GUESS_BYTES = 200_000


def declared_charset(data: bytes) -> str | None:
    """The charset that an XML declaration or a ``<meta>`` tag in the first 4096 bytes names, as Python knows it."""
    head = data[:4096]
    found = _XML.search(head) or _META.search(head)
    if not found:
        return None
    label = found.group(1).decode("ascii", "replace").lower()
    label = _LABELS.get(label, label)
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    # A document whose declaration could be read as ASCII is in none of the wide encodings.
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of ``data`` and the name of the encoding.

    Order: byte order mark, UTF-8 where all bytes fit, ``declared``, charset-normalizer's guess. Control characters
    and noncharacters are dropped, line ends become ``\\n`` (a form feed stays).

    Raises:
        EmptyDocument: no bytes, or nothing but white space.
        BrokenDocument: the bytes are no text in any encoding.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise EmptyDocument(because(Why.EMPTY, "the file is empty; check that it was saved or downloaded completely"))
    text, encoding = _decode(data, declared)
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    if not text.strip():
        raise EmptyDocument(
            because(Why.EMPTY, "the file holds only white space; check that it was saved or downloaded completely")
        )
    return text, encoding


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), name
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A file cut in the middle of its last character is still UTF-8.
        if error.start >= len(data) - 3 and error.start > 0:
            return data[: error.start].decode("utf-8"), "utf-8"
    if declared:
        try:
            text = data.decode(declared, "replace")
        except (LookupError, UnicodeError, ValueError, TypeError):
            text = ""
        if text and text.count("\ufffd") <= len(text) // 50:
            return text, declared
    guess = _guess(data)
    if guess:
        return data.decode(guess, "replace"), guess
    raise BrokenDocument(
        because(Why.NO_ENCODING, "the bytes are no text in any encoding we know; save the file as UTF-8 and try again")
    )


def is_wide(data: bytes) -> bool:
    """Whether the bytes are UTF-16 or UTF-32 text, so that every character has more than one byte."""
    return any(data.startswith(bom) for bom, name in _BOMS if name != "utf-8") or _wide(data) is not None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as every second byte being zero."""
    head = data[:2000]
    if len(head) < 8 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.02:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.02:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str | None:
    if looks_binary(data):
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_GUESS_BYTES]).best()
    return best.encoding if best else None


def looks_binary(data: bytes) -> bool:
    """Whether the first 4096 bytes hold more control characters than any text has."""
    head = data[:4096]
    controls = sum(1 for byte in head if byte < 9 or 14 <= byte < 32)
    return controls > len(head) * 0.03
