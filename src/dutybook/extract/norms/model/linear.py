"""A fitted decision: a logistic regression whose weights are keyed by the codes of its features.

``models/reader/deciding.py`` fits the weights on documents that the network had not seen. They are in the model's
``config.json``, where a person can read them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Features = Mapping[str, float]


class Decision:
    """Probabilities of labels from features. A feature without weights has no effect."""

    def __init__(self, fitted: Mapping[str, Any]) -> None:
        self.labels: tuple[str, ...] = tuple(fitted["labels"])
        self._bias = np.array(fitted["bias"], dtype=np.float64)
        self._weights = {name: np.array(values, dtype=np.float64) for name, values in fitted["weights"].items()}

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each label."""
        total = self._bias.copy()
        for name, value in features.items():
            weights = self._weights.get(name)
            if weights is not None:
                total += value * weights
        raised = np.exp(total - total.max())
        return dict(zip(self.labels, (raised / raised.sum()).tolist(), strict=True))


def log_odds(probability: float, least: float = 1e-4) -> float:
    """The log-odds of a probability, clipped away from 0 and 1."""
    kept = min(max(probability, least), 1 - least)
    return math.log(kept / (1 - kept))


def interpolate(value: float, points: Sequence[Sequence[float]]) -> float:
    """The calibrated probability for a raw one, on a line through fitted points (raw, calibrated); unchanged without
    points.
    """
    if not points:
        return value
    return float(np.interp(value, [p[0] for p in points], [p[1] for p in points]))
