"""Fits the head that says of which class a bearer of such words is: a linear one over what the lowest layers make of the words.

The network as a whole learns by heart which documents speak to whom. Its lowest layers were never trained on real documents, so what is
fitted to them is as good of words that were never seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader.examples import Example
from reader.network import ReaderNetwork
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from dutybook.extract.norms.model.inputs import CLASSES, WORD_CLASSES, encode_unit

#: How little the weights are held back, and how much a bearer counts that is not of a real document.
_STRENGTH, _OURS = 0.003, 0.5
_REAL = ("real", "passage")


def bearer_vectors(
    examples: Sequence[Example], tokenizer: Any, kept: Mapping[int, Tensor]
) -> tuple[NDArray[np.float32], list[Example]]:
    """What the lowest layers make of each named bearer (bearers, width), and the examples that name one.

    Args:
        examples: those that name nobody are left out.
        tokenizer: of the network.
        kept: what the lowest layers make of each example, by its identity.
    """
    named = [e for e in examples if e.bearer_class and any(kind == "bearer" for kind, _, _ in e.tags)]
    vectors = []
    for example in named:
        pieces = encode_unit(example.unit, example.text, tokenizer)
        start, end = next((a, b) for kind, a, b in example.tags if kind == "bearer")
        places = [(pieces.start, pieces.offsets), (pieces.first, pieces.before_offsets)]
        inside = [
            base + i for base, offsets in places for i, (a, b) in enumerate(offsets) if a < end and b > start and b > a
        ]
        vectors.append(kept[id(example)][inside or [0]].float().mean(0).numpy())
    return np.stack(vectors), named


def fit_word_classes(model: ReaderNetwork, vectors: NDArray[np.float32], named: Sequence[Example]) -> None:
    """Fit the head of ``model``, in place."""
    scaler = StandardScaler().fit(vectors)
    counts = [1.0 if e.source in _REAL else _OURS for e in named]
    fitted = LogisticRegression(C=_STRENGTH, max_iter=300)
    fitted.fit(scaler.transform(vectors), [e.bearer_class for e in named], sample_weight=counts)
    order = [list(fitted.classes_).index(label) for label in CLASSES]
    weights = fitted.coef_[order] / scaler.scale_
    bias = fitted.intercept_[order] - weights @ scaler.mean_
    head = model.piece[WORD_CLASSES]
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights.astype(np.float32)))  # type: ignore[operator,union-attr]
        head.bias.copy_(torch.from_numpy(bias.astype(np.float32)))  # type: ignore[operator,union-attr]
