"""Damage that PDFs meet on their way, and what attackers write into them: a mutation is a small, named edit of bytes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]+")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_REFERENCE = re.compile(rb"\d+ 0 R")
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"2147483647",
    b"-2147483648",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
)
_NAMES = (
    b"/Kids",
    b"/Parent",
    b"/Contents",
    b"/Length",
    b"/Filter",
    b"/Type",
    b"/Font",
    b"/Encrypt",
    b"/Prev",
    b"/Null",
)
_CONTENT = (
    b"q " * 20_000,
    b"[" * 20_000,
    b"BT /F1 1e38 Tf 1 0 0 1 1e38 -1e38 Tm (x) Tj ET",
    b"BT /F1 0 Tf 0 0 0 0 0 0 Tm (flat) Tj ET",
    b"(" + b"\\" * 5_000,
    b"0 0 1e9 1e9 re f " * 500,
    b"/X0 Do " * 1_000,
    b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID \x00 EI",
)


@dataclass(frozen=True)
class Mutation:
    """``kind`` names the edit, ``at`` (0 to 1) is where, ``pick`` chooses among what it can put there."""

    kind: str
    at: float
    pick: int

    def apply(self, data: bytes) -> bytes:
        return KINDS[self.kind](data, self.at, self.pick) if data else data


def _point(data: bytes, at: float) -> int:
    return min(int(at * len(data)), len(data) - 1)


def _nth(pattern: re.Pattern[bytes], data: bytes, at: float) -> re.Match[bytes] | None:
    found = list(pattern.finditer(data))
    return found[min(int(at * len(found)), len(found) - 1)] if found else None


def _replaced(match: re.Match[bytes] | None, data: bytes, new: bytes, group: int = 0) -> bytes:
    return data if match is None else data[: match.start(group)] + new + data[match.end(group) :]


def _flip(data: bytes, at: float, pick: int) -> bytes:
    point = _point(data, at)
    return data[:point] + bytes([data[point] ^ (1 << pick % 8)]) + data[point + 1 :]


def _cut(data: bytes, at: float, pick: int) -> bytes:
    return data[: _point(data, at)]


def _drop(data: bytes, at: float, pick: int) -> bytes:
    point = _point(data, at)
    return data[:point] + data[point + 1 + pick % 2000 :]


def _double(data: bytes, at: float, pick: int) -> bytes:
    point = _point(data, at)
    return data[:point] + data[max(0, point - 1 - pick % 2000) : point] + data[point:]


def _zeros(data: bytes, at: float, pick: int) -> bytes:
    point, length = _point(data, at), 1 + pick % 512
    return data[:point] + b"\0" * length + data[point + length :]


def _number(data: bytes, at: float, pick: int) -> bytes:
    return _replaced(_nth(_NUMBER, data, at), data, _NUMBERS[pick % len(_NUMBERS)])


def _name(data: bytes, at: float, pick: int) -> bytes:
    return _replaced(_nth(_NAME, data, at), data, _NAMES[pick % len(_NAMES)])


def _loop(data: bytes, at: float, pick: int) -> bytes:
    """One object points at another one than it did: at itself, its parent, or nothing."""
    return _replaced(_nth(_REFERENCE, data, at), data, b"%d 0 R" % (pick % 40))


def _content(data: bytes, at: float, pick: int) -> bytes:
    """A stream with hostile operators; its stated length stays wrong, as attackers leave it."""
    return _replaced(_nth(_STREAM, data, at), data, _CONTENT[pick % len(_CONTENT)], 1)


def _bomb(data: bytes, at: float, pick: int) -> bytes:
    """A stream that unpacks to many megabytes."""
    return _replaced(_nth(_STREAM, data, at), data, zlib.compress(b" " * (1 + pick % 64) * 1_000_000), 1)


KINDS: dict[str, Callable[[bytes, float, int], bytes]] = {
    "flip": _flip,
    "cut": _cut,
    "drop": _drop,
    "double": _double,
    "zeros": _zeros,
    "number": _number,
    "name": _name,
    "loop": _loop,
    "content": _content,
    "bomb": _bomb,
}
