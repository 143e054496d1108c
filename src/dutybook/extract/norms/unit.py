"""The record that the passes work on: one unit of a document with everything known about it so far.

A unit is a sentence, a list's stem, an item, or, where a sentence states several norms, a part of it. A pass does not
change a unit but makes a new one with more fields; :class:`Step` keeps what each pass decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from dutybook.extract.norms.model.inputs import UnitInput
from dutybook.extract.norms.model.reader import Answer
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, Genre, Sentence, Span

NONE = "none"
"""The label of a unit that states no norm."""


@dataclass(frozen=True, slots=True)
class CueMatch:
    """Words from a language's list that command, recommend, forbid, allow or exempt."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """Words for a part of a unit's norm. ``source`` is where they are: unit, before, stem, earlier, common, or nowhere.

    ``classes`` are log-probabilities that a bearer with these words is a business, an authority, a person, or any;
    empty if unknown.
    """

    span: Span | None
    source: str
    probability: float
    classes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A decision of a pass: the pass, a code (:mod:`.why`), and its probability."""

    name: str
    code: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. The passes fill the fields below ``input``, in the order of :data:`.pipeline.PASSES`.

    ``labels`` are the probabilities of each modality and of none; ``label`` is the chosen one, ``none`` if the unit
    states no norm or only introduces items that do. ``classes`` are the probabilities of each class of bearer.
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
    """What is the same for the whole document. No pass changes it."""

    text: str
    sentences: Sequence[Sentence]
    genre: Genre
    pack_for: Callable[[str], LanguagePack]
    first_items: Mapping[int, int]
    title: str = ""


class Code(StrEnum):
    """What a pass can decide. Each code has its text in ``languages/reader/findings.LANGUAGE.toml``, which a test
    checks.
    """

    LABEL_OBLIGATION = "label_obligation"
    LABEL_PROHIBITION = "label_prohibition"
    LABEL_PERMISSION = "label_permission"
    LABEL_EXEMPTION = "label_exemption"
    LABEL_NONE = "label_none"
    CARRIED_BY_ITEMS = "carried_by_items"
    SEVERAL_NORMS = "several_norms"
    BEARER_UNIT = "bearer_unit"
    BEARER_BEFORE = "bearer_before"
    BEARER_STEM = "bearer_stem"
    BEARER_EARLIER = "bearer_earlier"
    BEARER_COMMON = "bearer_common"
    BEARER_NOWHERE = "bearer_nowhere"
    CLASS_BUSINESS = "class_business"
    CLASS_AUTHORITY = "class_authority"
    CLASS_PERSON = "class_person"
    CLASS_ANY = "class_any"
    CONFIDENCE = "confidence"


def write_chain(steps: Iterable[Step]) -> str:
    """The steps in the form in which they are stored.

    >>> write_chain([Step("decide", "label_obligation", 0.97), Step("split", "several_norms")])
    'label_obligation=0.97; several_norms'
    """
    return "; ".join(s.code if s.probability is None else f"{s.code}={s.probability:.2f}" for s in steps)
