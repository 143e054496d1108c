"""Aligns units of two language versions by what they mean, where nothing says their places: by vectors of the whole encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from training.aligning import Pair
from training.units import Unit

#: Vectors of length 1 of texts: (texts, width).
Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
# How much nearer than their next neighbours two units must be, in cosine; all vectors of this encoder are near.
_MARGIN = 0.01
_NEIGHBOURS = 4


def align_by_meaning(first: Sequence[Unit], second: Sequence[Unit], vectors: Vectors) -> list[Pair]:
    """Pairs of units that are each other's nearest, in the order of ``first``; ``score`` is the margin over their neighbours.

    The margin is that of Artetxe and Schwenk (2019): a cosine less the mean of both units' cosines to their nearest.
    """
    if not first or not second:
        return []
    near = vectors([u.text for u in first]) @ vectors([u.text for u in second]).T
    most = min(_NEIGHBOURS, *near.shape)
    ours = np.sort(near, axis=1)[:, -most:].mean(axis=1)
    theirs = np.sort(near, axis=0)[-most:].mean(axis=0)
    margins = near - (ours[:, None] + theirs[None, :]) / 2
    made = []
    for n, unit in enumerate(first):
        best = int(margins[n].argmax())
        if int(margins[:, best].argmax()) == n and margins[n, best] >= _MARGIN:
            made.append(Pair(unit, second[best], float(margins[n, best])))
    return made
