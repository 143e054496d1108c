"""Predictions for rows by models that never saw their document, or their language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.light_model import Head
from training.fitting import BITS, LABELS, answers, fit, matrix
from training.rows import Row

FOLDS = 5


@dataclass(slots=True)
class Crossed:
    """Probabilities for all rows (NaN where none were asked for), and the heads by what they left out."""

    labels: tuple[str, ...]
    values: NDArray[np.float64]
    heads: dict[str, Head] = field(default_factory=dict)


def folds_of(rows: Sequence[Row]) -> dict[str, int]:
    """Documents dealt out to folds of about the same size; all versions of an act go together."""
    sizes = [0] * FOLDS
    dealt: dict[str, int] = {}
    for group, count in sorted(Counter(r.group for r in rows).items(), key=lambda item: (-item[1], item[0])):
        dealt[group] = sizes.index(min(sizes))
        sizes[dealt[group]] += count
    return dealt


def crossed(question: str, rows: Sequence[Row], key: Callable[[Row], str], asked: Sequence[str]) -> Crossed:
    """For each key in ``asked``: fit without its rows, answer for them."""
    made = matrix([r.features for r in rows], BITS[question])
    keys = np.array([key(r) for r in rows])
    result = Crossed(LABELS[question], np.full((len(rows), len(LABELS[question])), np.nan))
    for one in asked:
        inside = keys == one
        kept = np.flatnonzero(~inside)
        head = fit(question, [rows[i] for i in kept], made[kept])
        result.values[inside] = answers(head, made[np.flatnonzero(inside)])
        result.heads[one] = head
    return result
