"""A norm inside one sentence, as it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import Modality, Span, Strength


@dataclass(frozen=True, slots=True)
class Marks:
    """The parts of a norm as a model marks them, where no rule cuts them."""

    bearer: Span | None = None
    action: Span | None = None
    recipient: Span | None = None
    condition: Span | None = None
    exception: Span | None = None
    deadline: Span | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A norm inside one sentence: tokens ``[start, end)``, its modality, and the cue that says so (None: indicative).

    ``by`` names the model that said so, with its version; empty where the rules did. ``marks``: its parts, where a model
    marks them.
    """

    start: int
    end: int
    modality: Modality
    strength: Strength
    cue: Cue | None
    why: str
    confidence: float
    by: tuple[str, str] | None = None
    marks: Marks | None = None


def until(statement: Statement, end: int) -> Statement:
    """The statement, ending at token ``end``."""
    return replace(statement, end=end)
