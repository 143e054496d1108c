"""The teacher: a network of all twelve layers whose answers the shipped one learns beside the labels.

It is asked once for each example that a student is shown; answers are kept beside the other work files.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.transformer.inputs import UnitText
from transformer.examples import Example
from transformer.fitting import Answers, answers
from transformer.network import NormsModel

_Row = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float16]]


@dataclass
class Teaching:
    """What a network answers to ``examples``, by number; ``kept`` is the file of an earlier run of this machine."""

    network: NormsModel
    folder: Path
    examples: Sequence[Example]
    kept: Path | None = None
    known: dict[UnitText, _Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.known and self.kept is not None and self.kept.is_file():
            self.known = pickle.loads(self.kept.read_bytes())

    def __call__(self, numbers: Sequence[int]) -> Answers:
        """The answers to the examples of these numbers."""
        new = sorted({n for n in numbers if self.examples[n].unit not in self.known})
        if new:
            said = answers(self.network, self.folder, [self.examples[n] for n in new])
            for row, n in enumerate(new):
                self.known[self.examples[n].unit] = said.statements[row], said.lists[row], said.tags[row]
            if self.kept is not None:
                self.kept.write_bytes(pickle.dumps(self.known))
        rows = [self.known[self.examples[n].unit] for n in numbers]
        return Answers(np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows]), [r[2] for r in rows])

    def over(self, examples: Sequence[Example]) -> Teaching:
        """The same teacher for other examples."""
        return Teaching(self.network, self.folder, examples, self.kept, self.known)
