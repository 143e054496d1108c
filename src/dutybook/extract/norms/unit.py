"""The record that the passes of the reader work on: one unit of a document, and all that is known of it so far.

A unit is a sentence, a list's stem, an item, or, where a sentence states several norms, a part of it. Passes do not change a unit,
they make a new one with more fields filled; :class:`Step` keeps what each pass decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dutybook.extract.norms.model.inputs import UnitInput
from dutybook.extract.norms.model.reader import Answer
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, Genre, Sentence, Span

NONE = "none"
"""The label of a unit that states no norm."""


@dataclass(frozen=True, slots=True)
class CueMatch:
    """Words of a language's list that command, forbid, allow, exempt, or state none of it (``!`` and a reason)."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that a unit's norm is about. ``source`` says where they stand: unit, before, stem, earlier, common, or nowhere.

    ``classes`` are log-probabilities that a bearer of such words is a business, an authority, a person, or any; empty if nobody said.
    """

    span: Span | None
    source: str
    probability: float
    classes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a pass decided: the pass, a code (:mod:`.why`), and how probable it took it to be."""

    name: str
    code: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. Fields below ``input`` are filled by passes, in the order of :data:`.pipeline.PASSES`.

    ``labels`` are the probabilities of each modality and of none; ``label`` is the one that was chosen, ``none`` where the unit
    states no norm or only leads to items that do. ``classes`` are the probabilities of each class of bearer.
    """

    index: int
    sentence: Sentence
    input: UnitInput
    part: int = -1
    answer: Answer | None = None
    cues: tuple[CueMatch, ...] = ()
    span: Span | None = None
    labels: Mapping[str, float] = field(default_factory=dict)
    label: str = NONE
    should: float = 0.0
    carries: float = 0.0
    parts: Mapping[str, Mention] = field(default_factory=dict)
    bearer: Mention | None = None
    classes: Mapping[str, float] = field(default_factory=dict)
    bearer_class: BearerClass = BearerClass.ANY
    fields: Mapping[str, float] = field(default_factory=dict)
    confidence: float = 0.0
    trace: tuple[Step, ...] = ()

    def with_step(self, name: str, code: str, probability: float | None = None, **changes: Any) -> Unit:
        """A copy with fields changed, and the step that changed them in its trace."""
        return replace(self, trace=(*self.trace, Step(name, code, probability)), **changes)


@dataclass(frozen=True, slots=True)
class Discourse:
    """What holds for the whole document: never changed by a pass."""

    text: str
    sentences: Sequence[Sentence]
    genre: Genre
    pack_for: Callable[[str], LanguagePack]
    first_items: Mapping[int, int]
    title: str = ""
