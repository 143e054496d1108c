"""HTML and plain text that stand in Rich Text, as Outlook keeps them (MS-OXRTFEX, "encapsulation"), and compressed Rich Text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.rtf_syntax import MAX_CHARACTERS, MAX_DEPTH, SILENT, Characters, Group, Token, tokens
from dutybook.reasons import Why, because, error_words

#: Compressed bytes become 8 times as many at most.
_MOST_COMPRESSED = 8 << 20
_KIND = re.compile(rb"\\from(html1|text)(?![a-z0-9])")
_LETTERS = {
    "par": "\r\n", "line": "\r\n", "tab": "\t", "lquote": "&lsquo;", "rquote": "&rsquo;", "ldblquote": "&ldquo;",
    "rdblquote": "&rdquo;", "bullet": "&bull;", "endash": "&ndash;", "emdash": "&mdash;",
}  # fmt: skip
_SIGNS = {"~": "&nbsp;", "_": "&shy;", "{": "{", "}": "}", "\\": "\\"}
_TABLES = SILENT | {"fonttbl", "stylesheet", "info"}


def decompress_rtf(data: bytes) -> bytes:
    """Rich Text that is compressed as in messages (MS-OXRTFCP).

    Raises:
        BrokenDocument: it is damaged.
        TooLarge: it is larger than messages are.
    """
    if len(data) > _MOST_COMPRESSED:
        text = "the Rich Text of the message has {size} MB, more than the {limit} MB that are read"
        raise TooLarge(because(Why.LARGER, text, size=len(data) >> 20, limit=_MOST_COMPRESSED >> 20))
    from compressed_rtf import decompress

    try:
        plain: bytes = decompress(data)
    except Exception as error:  # it raises plain exceptions, and those of struct
        text = "the Rich Text of the message is damaged ({why})"
        raise BrokenDocument(because(Why.COMPOUND_DAMAGED, text, why=error_words(error))) from error
    return plain


def origin_of_rtf(data: bytes) -> str:
    """What Rich Text was made from: ``html``, ``text``, or nothing where it is a text of its own."""
    found = _KIND.search(data[:1000])
    return {b"html1": "html", b"text": "text"}[found[1]] if found else ""


def extract_html(data: bytes) -> str:
    """The HTML that Rich Text was made from.

    Raises:
        TooLarge: it nests deeper, or has more text, than messages do.
    """
    reader = _Reader()
    for token in tokens(data):
        reader.take(token)
    reader.characters.flush(reader.group.font)
    return "".join(reader.pieces)


@dataclass(slots=True)
class _Group(Group):
    """``place``: ``text``, ``tag`` (HTML as it was), ``fonts``, ``skip``; ``rtf``: what only Rich Text has follows."""

    place: str = "text"
    rtf: bool = False


class _Reader:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.group = _Group()
        self.characters = Characters(self._add)
        self._stack: list[_Group] = []
        self._length = 0

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self.characters.data(token.data, self.group.font)
            self.group.fresh = False
            return
        if not (token.kind == "word" and token.word == "u"):
            self.characters.flush(self.group.font)
        if token.kind == "open":
            if len(self._stack) >= MAX_DEPTH:
                raise TooLarge(because(Why.NESTED, "the Rich Text of the message nests its groups too deeply"))
            self._stack.append(self.group)
            self.group = self.group.inner()
        elif token.kind == "close":
            self.group = self._stack.pop() if self._stack else _Group()
        elif token.kind == "sign" and token.word == "*" and self.group.fresh:
            self.group.starred = True
        elif token.kind == "sign":
            self._add(_SIGNS.get(token.word, ""))
        else:
            self._word(token.word, token.number)
            self.group.fresh = False

    def _word(self, word: str, number: int | None) -> None:
        group = self.group
        if group.fresh and self._open(word):
            return
        if word == "htmlrtf":
            group.rtf = number != 0
        elif word in _LETTERS:
            self._add(_LETTERS[word])
        else:
            self.characters.read_word(word, number, group)

    def _open(self, word: str) -> bool:
        """Whether the first word of a group says where its text belongs."""
        group = self.group
        if group.place == "skip":
            return True
        if word == "htmltag" and group.starred:
            group.place = "tag"
        elif word == "fonttbl":
            group.place = "fonts"
        elif group.starred or word in _TABLES:
            group.place = "skip"
        else:
            return False
        return True

    def _add(self, text: str) -> None:
        group = self.group
        if group.place in ("skip", "fonts") or (group.rtf and group.place == "text"):
            return
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise TooLarge(because(Why.TOO_MUCH_TEXT, "the message holds more characters than are read; split it"))
        self.pieces.append(text)
