"""RTF bytes to tokens: groups, control words, characters. Nothing embedded is decoded, binary data is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
