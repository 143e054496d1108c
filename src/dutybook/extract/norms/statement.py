"""A norm inside one sentence, as it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutybook.extract.norms.matching import Cue
from dutybook.records import Modality, Strength


@dataclass(frozen=True, slots=True)
class Statement:
    """A norm inside one sentence: tokens ``[start, end)``, its modality, and the cue that says so (None: indicative).

    ``by`` names the model that said so, with its version; empty where the rules did.
    """

    start: int
    end: int
    modality: Modality
    strength: Strength
    cue: Cue | None
    why: str
    confidence: float
    by: tuple[str, str] | None = None


def until(statement: Statement, end: int) -> Statement:
    """The statement, ending at token ``end``."""
    return replace(statement, end=end)
