"""An encoder for tests: a dimension a concept, whatever the language. Small enough to see why something is found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dutybook.store.search.terms import fold

CONCEPTS = (
    ("breach", "verletzung", "violation", "narusz"),
    ("notif", "meld", "zglos"),
    ("data", "daten", "donnees", "danych"),
    ("record", "verzeichnis", "registre", "rejestr"),
    ("keep", "fuhr", "tient", "prowadz"),
    ("ship", "schiff", "navire", "statek"),
)

# Turned, so that as in vectors of real encoders no dimension holds much: a byte has room for a third.
_TURNED = np.linalg.qr(np.random.default_rng(1).standard_normal((256, 256)))[0].astype(np.float32)


class Concepts:
    name = "concepts"
    model = "concepts/tests/1/1"
    dimensions = 256
    least_similar = 0.1

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        made = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            folded = fold(text)
            for dimension, words in enumerate(CONCEPTS):
                made[row, dimension] = any(word in folded for word in words)
            # Something of its own for each text, so that no two are quite the same.
            rest = np.random.default_rng(sum(folded.encode())).standard_normal(self.dimensions - len(CONCEPTS))
            made[row, len(CONCEPTS) :] = 0.02 * rest
        return (made / np.linalg.norm(made, axis=1)[:, None]) @ _TURNED

    def query(self, text: str) -> np.ndarray:
        return self.encode([text])

    def least_nearest(self, _texts: int, /) -> float:
        return self.least_similar


class OtherConcepts(Concepts):
    """The same in another version: its vectors cannot be compared with those of the first."""

    model = "concepts/tests/2/1"
