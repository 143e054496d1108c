"""Which fields of a finding may be wrong, by how probable it is that each of them is right.

>>> [d.field for d in doubts_of({"bearer": 0.54, "class": 0.79, "modality": 0.97})]
['bearer', 'class']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: What :attr:`Evidence.fields` may name: the norm as such, five of its fields.
NAMES: Final = ("norm", "modality", "strength", "bearer", "class", "quote")
#: A field that is less probably right than this is doubtful, below the second number strongly so.
DOUBTFUL: Final = 0.8
STRONGLY: Final = 0.6


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful field and how probable it is that it is right (0 to 1)."""

    field: str
    probability: float

    @property
    def strong(self) -> bool:
        return self.probability < STRONGLY


def doubts_of(fields: Mapping[str, float]) -> tuple[Doubt, ...]:
    """The doubtful fields, the least probable first."""
    found = [Doubt(name, p) for name, p in fields.items() if p < DOUBTFUL]
    return tuple(sorted(found, key=lambda doubt: (doubt.probability, doubt.field)))
