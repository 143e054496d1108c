"""Rich Text's tokens, the characters that they stand for, and what a group inherits from the one around it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


_OPEN, _CLOSE = Token("open"), Token("close")
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
            yield _OPEN if brace == b"{" else _CLOSE
        elif text is not None:
            yield Token("text", data=text)


_PIECE = 1 << 20


class Characters:
    """Collects bytes and UTF-16 units until something else comes, then hands their text to ``add``.

    ``fonts`` are the code pages of fonts by number, empty for those that say nothing.
    """

    def __init__(self, add: Callable[[str], None]) -> None:
        self.fonts: dict[int, str] = {}
        self._add = add
        self._code = "cp1252"
        self._bytes = b""
        self._units: list[int] = []
        self._skip = 0

    def code_page(self, name: str) -> None:
        """The code page of the file; one that nobody knows changes nothing."""
        try:
            self._code = codecs.lookup(name).name
        except LookupError:
            return

    def data(self, data: bytes, font: int) -> None:
        """Bytes in the code page of a font; those that stand for a Unicode character before them are passed over."""
        cut = min(self._skip, len(data))
        self._skip -= cut
        if data := data[cut:]:
            self._join()
            self._bytes += data
            if len(self._bytes) > _PIECE:
                self._decode(font)

    def unicode(self, number: int, skip: int, font: int) -> None:
        """A UTF-16 unit, written as a signed number; ``skip`` bytes behind it say the same for older readers."""
        self._decode(font)
        self._units.append(number & 0xFFFF)
        self._skip = skip

    def flush(self, font: int) -> None:
        """Something else comes."""
        self._skip = 0
        self._join()
        self._decode(font)

    def _join(self) -> None:
        if self._units:
            units, self._units = self._units, []
            self._add(b"".join(u.to_bytes(2, "little") for u in units).decode("utf-16-le", "replace"))

    def _decode(self, font: int) -> None:
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._add(data.decode(self.fonts.get(font) or self._code, "replace"))


# Charsets of fonts (RTF 1.9.1, "Font Table") to code pages.
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
# Groups whose content is no text of the document; those that begin with \* and are not known are none either.
SILENT = frozenset(
    [
        "colortbl",
        "listtable",
        "listoverridetable",
        "pict",
        "objdata",
        "fldinst",
        "xe",
        "tc",
        "txe",
        "rxe",
        "filetbl",
        "revtbl",
        "nonshppict",
        "shppict",
        "themedata",
        "datastore",
        "latentstyles",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "bkmkstart",
        "bkmkend",
        "annotation",
        "atnid",
        "atnauthor",
        "atndate",
        "atnref",
        "template",
        "datafield",
        "private",
        "background",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
        "aftncn",
        "mmathPr",
    ]
)
HEADERS = frozenset(["header", "headerl", "headerr", "headerf"])
FOOTERS = frozenset(["footer", "footerl", "footerr", "footerf"])
LETTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "tab": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """A group's place (``body``, ``skip``, ``fonts``, ``styles``, ``note``, ``header``, …) and how its text looks."""

    place: str = "body"
    starred: bool = False
    fresh: bool = True
    bold: bool = False
    italic: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = 0
    unicode_skip: int = 1

    def inner(self) -> Group:
        """A group in this one, at its beginning."""
        return Group(
            self.place, False, True, self.bold, self.italic, self.hidden, self.deleted, self.font, self.unicode_skip
        )

    def plain(self) -> None:
        """Back to how text looks by default."""
        self.bold = self.italic = self.hidden = self.deleted = False


@dataclass(slots=True)
class Paragraph:
    """What a paragraph says of itself: its style's number, outline level (0 for none), table, alignment."""

    style: int = 0
    outline: int = 0
    in_table: bool = False
    centred: bool = False
