"""Vectors of length 1 as one signed byte a dimension, by one scale for all: their inner products stay cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float32, int8
    from numpy.typing import NDArray

#: One step is 1/400: dimensions up to ±0.3175 fit (the largest seen is 0.16), the error of a cosine is some 0.001.
SCALE = 400.0


def steps(matrix: NDArray[float32]) -> NDArray[float32]:
    """Whole numbers from -127 to 127."""
    import numpy as np

    made: NDArray[float32] = np.clip(np.rint(matrix * SCALE), -127, 127).astype(np.float32)
    return made


def to_bytes(matrix: NDArray[float32]) -> list[bytes]:
    """A row each.

    >>> import numpy as np
    >>> to_bytes(np.array([[0.25, -0.01, 1.0]], dtype=np.float32))
    [b'd\\xfc\\x7f']
    """
    import numpy as np

    return [row.tobytes() for row in steps(matrix).astype(np.int8)]


def from_bytes(rows: Sequence[bytes], dimensions: int) -> NDArray[int8]:
    """A matrix of the rows.

    Raises:
        ValueError: a row has another length.
    """
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.int8).reshape(len(rows), dimensions)
