"""Decompresses response bodies piece by piece, so that a small one cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from dutybook.errors import Refused, SourceError

#: What we say we can unpack; others unpack without a bound.
CODINGS = "gzip, deflate"
_PIECE = 1 << 18


def decompress(pieces: Iterable[bytes], coding: str, limit: int, url: str) -> bytes:
    """The decompressed body.

    Raises:
        Refused: it has more than ``limit`` bytes.
        SourceError: it is damaged, or has an encoding that was not asked for.
    """
    for name in reversed([name.strip().lower() for name in coding.split(",") if name.strip()]):
        if name in ("gzip", "x-gzip", "deflate"):
            pieces = _unpacked(pieces, deflate=name == "deflate", url=url)
        elif name != "identity":
            raise SourceError(f"{url} is packed as {name[:40]!r}, which was not asked for", lasting=True)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise too_large(url, limit)
    return bytes(body)


def too_large(url: str, limit: int) -> Refused:
    """The error for a body over the limit."""
    return Refused(
        f"{url} has more than {limit / 1e6:,.3g} MB, which is the limit. If it should be had, raise it: "
        "dutybook watch add … --option max_mb=…"
    )


def _unpacked(pieces: Iterable[bytes], *, deflate: bool, url: str) -> Iterator[bytes]:
    unpacker = None
    started = ended = False
    for piece in pieces:
        data = piece
        while data:
            if unpacker is None:
                if ended and not data.strip(b"\0"):
                    break
                # What is called deflate comes with and without the frame of zlib.
                raw = deflate and data[0] & 0x0F != 8
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS if raw else 47)
                started, ended = True, False
            try:
                made = unpacker.decompress(data, _PIECE)
            except zlib.error as error:
                raise SourceError(f"{url} came damaged: {error}") from error
            if made:
                yield made
            data = unpacker.unconsumed_tail
            if unpacker.eof:
                data, unpacker, ended = unpacker.unused_data, None, True
    if started and not ended:
        raise SourceError(f"{url} came incomplete")
