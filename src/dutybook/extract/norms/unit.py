"""The record that the passes work on: one unit of a document with everything known about it so far.

A unit is a sentence, a list's stem, an item, or, where a sentence states several norms, a part of it. A pass does not
change a unit but makes a new one with more fields; :class:`Step` keeps what each pass decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dutybook.extract.norms.model.inputs import UnitInput
from dutybook.extract.norms.model.reader import Answer
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, Family, Sentence, Span

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
    """A decision of a pass: the pass, a code, and its probability."""

    name: str
    code: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. The passes fill the fields below ``input``, in the order of :data:`.pipeline.PASSES`.

    ``plain``: the network was not asked about it for want of time, and it has no words of a norm.
    ``labels`` are the probabilities of each modality and of none; ``label`` is the chosen one, ``none`` if the unit
    states no norm or only introduces items that do. ``classes`` are the probabilities of each class of bearer.
    """

    index: int
    sentence: Sentence
    input: UnitInput
    part: int = -1
    answer: Answer | None = None
    plain: bool = False
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
    """What is the same for the whole document. No pass changes it.

    ``unsure``: whether it is not clear what kind of text it is; ``family`` is then only what it is read as.
    ``time_left``: the share of the time for the document that is left.
    """

    text: str
    sentences: Sequence[Sentence]
    family: Family
    pack_for: Callable[[str], LanguagePack]
    first_items: Mapping[int, int]
    title: str = ""
    unsure: bool = False
    time_left: Callable[[], float] = lambda: 1.0


def write_chain(steps: Iterable[Step]) -> str:
    """The steps as a chain of codes, each with its probability, as it is stored.

    Each code has its text in ``languages/reader/findings.LANGUAGE.toml``, which makes a sentence for readers of it.

    >>> write_chain([Step("decide", "label_obligation", 0.97), Step("split", "several_norms")])
    'label_obligation=0.97; several_norms'
    """
    return "; ".join(s.code if s.probability is None else f"{s.code}={s.probability:.2f}" for s in steps)
