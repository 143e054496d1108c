"""Fits a linear classifier on hashed features (multinomial logistic regression)."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from dutybook.extract.norms.features import Features
from dutybook.extract.norms.light_model import Head, hashed, word_weight
from training.rows import Row

SEED = 7
LABELS = {
    "statement": ("none", "obligation", "prohibition", "permission", "exemption"),
    "list": ("stem", "items"),
}
BITS = {"statement": 19, "list": 17}


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


def fit(question: str, rows: Sequence[Row], made: csr_matrix, strength: float = 0.1) -> Head:
    """A head fitted on rows and their matrix. Columns that no row uses keep the weight zero."""
    used = np.unique(made.indices)
    labels = LABELS[question]
    present = [label for label in labels if any(r.label == label for r in rows)]
    target = np.array([present.index(r.label) for r in rows])
    model = LogisticRegression(C=strength, max_iter=60, tol=1e-2, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopped before the last digit: the scores do not change
        model.fit(made[:, used], target, sample_weight=weights_of(rows))
    weights = np.zeros((1 << BITS[question], len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -20.0, dtype=np.float32)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(present) == 2:  # one column, for the second label
        coefficients, intercepts = (
            np.vstack([-coefficients / 2, coefficients / 2]),
            np.array([-intercepts[0] / 2, intercepts[0] / 2]),
        )
    for column, label in enumerate(present):
        weights[used, labels.index(label)] = coefficients[column]
        bias[labels.index(label)] = intercepts[column]
    return Head(labels, weights, bias)


def answers(head: Head, made: csr_matrix) -> NDArray[np.float64]:
    """Probabilities, a row a unit."""
    scores = made @ head.weights + head.bias
    scores -= scores.max(axis=1, keepdims=True)
    values = np.exp(scores)
    return np.asarray(values / values.sum(axis=1, keepdims=True))
