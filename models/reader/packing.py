"""Weights in few bits: 4-bit blocks (lossless for embeddings that are those of the source), 8 bits a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
Floats = NDArray[np.float32]


def four_bits(values: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]] | None:
    """Blocks of 32 in 4 bits with a float16 scale (Q4_0), if that loses nothing; else None.

    Two weights a byte (the first in the low half), each a signed number of 4 bits; shapes (rows, width / 2), (rows, blocks).
    """
    rows, width = values.shape
    blocks = values.reshape(rows, width // BLOCK, BLOCK)
    # The weight that is furthest from zero is -8 scales.
    furthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[..., None], axis=2)[..., 0]
    scales = (furthest / -8).astype(np.float16)
    wide = scales.astype(np.float32)[..., None]
    whole = np.rint(np.divide(blocks, wide, out=np.zeros_like(blocks), where=wide != 0)).clip(-8, 7)
    if not np.array_equal(whole * wide, blocks):
        return None
    halves = whole.astype(np.int8).reshape(rows, width).astype(np.uint8) & 0x0F
    return halves[:, 0::2] | (halves[:, 1::2] << 4), scales


def unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    """What :func:`four_bits` packed."""
    halves = np.stack([packed & 0x0F, packed >> 4], axis=-1).reshape(len(packed), -1).astype(np.int8)
    signed = np.where(halves > 7, halves - 16, halves).astype(np.float32)
    return signed * np.repeat(scales.astype(np.float32), BLOCK, axis=1)


def rows_of_eight_bits(values: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Numbers of 8 bits and a scale a row."""
    scales = np.maximum(np.abs(values).max(axis=1) / 127, 1e-7).astype(np.float16)
    return np.rint(values / scales.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8), scales
