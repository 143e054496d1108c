"""The syntax of Rich Text (RTF 1.9.1), whatever the file holds: tokens, groups, characters in the code pages of fonts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from dutybook.layout.drafts import names

#: No file nests its groups deeper, or has more characters.
MAX_DEPTH = 2000
MAX_CHARACTERS = 25_000_000
# Groups whose content is no text of the document; those that begin with \* and are not known are none either.
SILENT = names(
    "colortbl listtable listoverridetable pict objdata fldinst xe tc txe rxe filetbl revtbl nonshppict shppict "
    "themedata datastore latentstyles rsidtbl generator xmlnstbl bkmkstart bkmkend annotation atnid atnauthor atndate "
    "atnref template datafield private background ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn mmathPr"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,40})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z\d\s])|(\\\r?\n|\\\r)|([{}])|([\r\n\x00]+)|([^\\{}\r\n\x00]+)|(\\)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: ``open``, ``close``, ``word`` (a control word with its number), ``sign`` (a control sign), ``text``."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


_OPENING, _CLOSING = Token("open"), Token("close")
_PAR = Token("word", "par")


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of a file; what is no token at all is passed over."""
    at = 0
    while found := _TOKEN.match(data, at):
        at = found.end()
        word, number, code, sign, line, brace, _, text, _ = found.groups()
        if word is not None:
            value = int(number) if number else None
            name = word.decode("ascii")
            if name == "bin" and value:
                at += max(0, value)
                continue
            yield Token("word", name, value)
        elif code is not None:
            yield Token("text", "'", data=bytes([int(code, 16)]))
        elif sign is not None:
            yield Token("sign", sign.decode("latin-1"))
        elif line is not None:
            yield _PAR
        elif brace is not None:
            yield _OPENING if brace == b"{" else _CLOSING
        elif text is not None:
            yield Token("text", data=text)


@dataclass(slots=True)
class Group:
    """What every reader notes of a group. ``place`` is what the group holds; ``fresh``: no control word has come in it yet.

    ``starred``: readers that do not know its first word leave it out. ``unicode_skip`` bytes behind a Unicode character
    say the same for older readers.
    """

    place: str = "body"
    starred: bool = False
    fresh: bool = True
    font: int = 0
    unicode_skip: int = 1

    def inner(self) -> Self:
        """A group in this one, at its beginning."""
        return replace(self, starred=False, fresh=True)


# Charsets of fonts (RTF 1.9.1, "Font Table") to code pages.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
# Words for the charset of a whole file ("Character Set"); \ansi, the default, says no more than \ansicpg, which may stand before it.
_FILE_CHARSETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_PIECE = 1 << 20


class Characters:
    """Collects bytes and UTF-16 units until something else comes, then hands their text to ``add``."""

    def __init__(self, add: Callable[[str], None]) -> None:
        # Code pages of fonts by number, empty for those that say nothing.
        self._fonts: dict[int, str] = {}
        self._add = add
        self._code = "cp1252"
        self._bytes = b""
        self._units: list[int] = []
        self._skip = 0

    def read_word(self, word: str, number: int | None, group: Group) -> bool:
        """Take in a control word about characters: one by its number, the code pages of the file and of its fonts.

        Returns whether it was such a word.
        """
        if word == "u":
            self._unicode(number or 0, group)
        elif word == "uc":
            group.unicode_skip = max(0, min(number or 0, 10))
        elif word == "ansicpg":
            self._set_code_page(f"cp{number}")
        elif word in _FILE_CHARSETS:
            self._set_code_page(_FILE_CHARSETS[word])
        elif word == "f":
            group.font = number or 0
        elif word == "fcharset" and group.place == "fonts":
            self._fonts[group.font] = _CHARSETS.get(number or 0, "")
        else:
            return False
        return True

    def data(self, data: bytes, font: int) -> None:
        """Bytes in the code page of a font; those that stand for a Unicode character before them are passed over."""
        cut = min(self._skip, len(data))
        self._skip -= cut
        if data := data[cut:]:
            self._join()
            self._bytes += data
            if len(self._bytes) > _PIECE:
                self._decode(font)

    def flush(self, font: int) -> None:
        """Something else comes."""
        self._skip = 0
        self._join()
        self._decode(font)

    def _set_code_page(self, name: str) -> None:
        """Take a code page for the file; one that nobody knows changes nothing."""
        try:
            self._code = codecs.lookup(name).name
        except LookupError:
            return

    def _unicode(self, number: int, group: Group) -> None:
        """A UTF-16 unit, written as a signed number; some bytes behind it say the same for older readers."""
        self._decode(group.font)
        self._units.append(number & 0xFFFF)
        self._skip = group.unicode_skip

    def _join(self) -> None:
        if self._units:
            units, self._units = self._units, []
            self._add(b"".join(u.to_bytes(2, "little") for u in units).decode("utf-16-le", "replace"))

    def _decode(self, font: int) -> None:
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._add(data.decode(self._fonts.get(font) or self._code, "replace"))
