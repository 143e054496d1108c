"""Fits a linear classifier on hashed features (logistic regression, one label against the rest)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.linear_model import SGDClassifier

from dutybook.extract.norms.light_model import Head, hashed, word_weight
from dutybook.extract.norms.seen import Features
from training.rows import Row

SEED = 7
LABELS = {
    "statement": ("none", "obligation", "prohibition", "permission", "exemption"),
    "list": ("stem", "items"),
}
BITS = {"statement": 19, "list": 17}
# Few lists, many features: weights are held closer to zero, and probabilities mean something.
STRENGTH = {"statement": 1e-4, "list": 3e-4}
PASSES = 20


def matrix(features: Sequence[Features], bits: int) -> csr_matrix:
    """A row a unit, a column a hashed feature."""
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in features:
        marks, words = hashed(one, 1 << bits)
        columns += marks + words
        data += [1.0] * len(marks) + [word_weight(len(words))] * len(words) if words else [1.0] * len(marks)
        ends.append(len(columns))
    made = csr_matrix((data, columns, ends), shape=(len(features), 1 << bits), dtype=np.float32)
    made.sum_duplicates()
    return made


def weights_of(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Rare labels count more, and so do languages with few units: by the fourth root of how much rarer they are."""
    labels, languages = Counter(r.label for r in rows), Counter(r.language for r in rows)
    most, widest = max(labels.values()), max(languages.values())
    return np.array([(most / labels[r.label]) ** 0.25 * (widest / languages[r.language]) ** 0.25 for r in rows])


def fit(question: str, rows: Sequence[Row], made: csr_matrix) -> Head:
    """A head fitted on rows and their matrix: one against the rest, by averaged stochastic descent from a fixed seed."""
    used = np.unique(made.indices)
    labels = LABELS[question]
    weights = np.zeros((1 << BITS[question], len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -20.0, dtype=np.float32)
    columns, importance = made[:, used], weights_of(rows)
    for number, label in enumerate(labels):
        target = np.array([row.label == label for row in rows])
        if not target.any() or target.all():
            continue
        model = SGDClassifier(
            loss="log_loss", alpha=STRENGTH[question], max_iter=PASSES, tol=None, average=True, random_state=SEED
        )
        model.fit(columns, target, sample_weight=importance)
        weights[used, number] = model.coef_[0]
        bias[number] = model.intercept_[0]
    return Head(labels, weights, bias)


def answers(head: Head, made: csr_matrix) -> NDArray[np.float64]:
    """Probabilities, a row a unit."""
    values = expit(made @ head.weights + head.bias)
    return np.asarray(values / values.sum(axis=1, keepdims=True))
