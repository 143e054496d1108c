"""Tells what news reports a norm as: law in force, a draft, a demand, a ruling …

The words of ``languages/legal_status.toml`` are looked for in the sentence, in those before it, and at the beginning of the
article: "The bill is before parliament. Owners must register." What they are worth together is learned (``models/status``), the
same for all languages.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dutybook.document_view import DocumentView
from dutybook.extract.norms.unit import Step, write_chain
from dutybook.languages.artefacts import artefact, report_damage
from dutybook.languages.data import load_data
from dutybook.languages.procedures import procedure_pattern
from dutybook.records import Fact, FactType, Family, LegalStatus, Norm, Span

Values = NDArray[np.float64]

#: What the model tells apart, in the order of its weights. ``other`` is news that reports none of these.
OTHER = "other"
KINDS: tuple[str, ...] = (*(status.value for status in LegalStatus), OTHER)
#: The subjects of the words, in the order of their features.
SUBJECTS = (
    "force", "adopted", "draft", "consultation", "plan", "demand", "ruling", "fine", "guidance",
    "must", "would", "will", "should", "quoting", "we",
)  # fmt: skip
_CONSULTATION = SUBJECTS.index("consultation")
#: Marks of a sentence that are the same in every language.
_MARKS = (
    re.compile(r"[€$£]|\b(?:EUR|USD|CHF|SEK|PLN|CZK|HUF|DKK|RON|BGN|[Ee]ur[oóaiw]\w{0,3}|евро|ευρώ)\b"),
    re.compile(r"[\"“”„«»]"),
    re.compile(r"\?"),
)
#: A sentence in which one subject has more words than this says no more of it.
_MOST = 2
#: So many sentences before one say what it is about, each one less than the one after it.
_REACH, _FADING = 3, 0.6
#: The sentences with which an article says what it is about, besides its title.
LEAD = 3
_COUNTED = len(SUBJECTS) + len(_MARKS)
#: Features of a sentence in its article: its own words; then those before it, of the beginning and of the whole article, once for
#: sentences whose own words say nothing of a status, and once for the others.
FEATURES = 7 * _COUNTED
#: A status that is less probable than this is not stated.
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class StatusModel:
    """``weights`` (features, kinds) and ``bias`` (kinds,) of the logistic regression."""

    weights: Values
    bias: Values


@cache
def _patterns(language: str) -> tuple[re.Pattern[str] | None, ...]:
    words = load_data("legal_status.toml", dict[str, dict[str, list[str]]]).get(language, {})
    return tuple(_compile(words.get(subject, [])) for subject in SUBJECTS)


def _compile(words: Sequence[str]) -> re.Pattern[str] | None:
    # Both apostrophes are written.
    each = (re.escape(word.casefold().replace("’", "'")).replace(r"\*", r"\w*").replace("'", "['’]") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)") if words else None


def count_words(sentence: str, language: str) -> Values:
    """How many words of each subject a sentence has, and which marks, (subjects + marks,)."""
    folded = sentence.casefold()
    counts = [len(pattern.findall(folded)) if pattern else 0 for pattern in _patterns(language)]
    if counts[_CONSULTATION] and _is_asked_for(folded, language):
        counts[_CONSULTATION] = 0
    marks = [bool(mark.search(sentence)) for mark in _MARKS]
    return np.minimum(np.array([*counts, *marks], np.float64), _MOST)


def _is_asked_for(folded: str, language: str) -> bool:
    """Whether a consultation is one that must be held ("the law requires the port to consult"): that reports none."""
    pattern, duty = _patterns(language)[_CONSULTATION], procedure_pattern(language, "duty")
    found = pattern.search(folded) if pattern else None
    return found is not None and duty is not None and duty.search(folded, 0, found.start()) is not None


def describe_sentences(counts: Values, head: Values) -> Values:
    """The features of the sentences of an article, (sentences, features).

    Args:
        counts: of each sentence, as :func:`count_words` gives them, (sentences, subjects + marks).
        head: those of the title, (subjects + marks,).
    """
    size = len(counts)
    before = np.zeros_like(counts)
    for distance in range(1, min(_REACH, size - 1) + 1):
        before[distance:] += _FADING**distance * counts[:-distance]
    lead = np.log1p(head + counts[:LEAD].sum(0)) if size else head
    whole = np.log1p(10 * (counts > 0).mean(0)) if size else head
    around = np.hstack([before, np.tile(lead, (size, 1)), np.tile(whole, (size, 1))])
    # A sentence that says itself what it reports needs its surroundings less.
    says_so = (counts[:, : len(LegalStatus)] > 0).any(1, keepdims=True)
    return np.hstack([counts, np.where(says_so, 0.0, around), np.where(says_so, around, 0.0)])


def judge(features: Values, model: StatusModel) -> Values:
    """The probabilities of the kinds, (sentences, kinds)."""
    scores = features @ model.weights + model.bias
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    probabilities: Values = raised / raised.sum(-1, keepdims=True)
    return probabilities


def add_statuses(view: DocumentView, norms: Sequence[Norm]) -> tuple[Norm, ...]:
    """The norms of an article with what it reports them as; of a text that is no news nothing changes.

    Args:
        view: the article.
        norms: of it, whose spans lie in its sentences.

    Raises:
        Defect: the model is missing or damaged.
    """
    if view.family is not Family.NEWS or not norms:
        return tuple(norms)
    counts = np.array([count_words(view.line_of(sentence), sentence.language) for sentence in view.sentences])
    starts = [sentence.span.start for sentence in view.sentences]
    numbers = [max(bisect_right(starts, norm.span.start) - 1, 0) for norm in norms]
    features = describe_sentences(counts, count_words(view.title, view.language))[numbers]
    # A sentence that states a norm reports something.
    found = judge(features, load_model())[:, : KINDS.index(OTHER)]
    return tuple(_with_status(norm, row / row.sum()) for norm, row in zip(norms, found, strict=True))


def _with_status(norm: Norm, probabilities: Values) -> Norm:
    """The norm with the likeliest status, or with none where that is not probable enough."""
    status, probability = list(LegalStatus)[int(probabilities.argmax())], float(probabilities.max())
    stated = probability >= LEAST
    step = write_chain([Step("status", f"status_{status.value if stated else 'open'}", probability)])
    evidence = replace(norm.evidence, why="; ".join(filter(None, (norm.evidence.why, step))))
    if stated:
        evidence = replace(evidence, fields=(*evidence.fields, ("legal_status", round(probability, 4))))
    return replace(norm, evidence=evidence, legal_status=status if stated else None)


def mark_not_yet_in_force(
    view: DocumentView, norms: Sequence[Norm], facts: Sequence[Fact], acts: Mapping[Span, str]
) -> tuple[Norm, ...]:
    """The norms of an article; what it takes for law in force and begins only after it was published is adopted.

    Args:
        view: the article.
        norms: of it, with the days from which they apply.
        facts: of it, resolved.
        acts: where it names acts, and which. A day of entry into force counts for the norms of the same act, where the article names one alone.
    """
    if view.family is not Family.NEWS or not view.published:
        return tuple(norms)
    entries = {fact.due: fact for fact in facts if fact.type is FactType.ENTRY_INTO_FORCE and fact.due}
    only = next(iter(entries.values())) if len(entries) == 1 else None

    def begins_later(norm: Norm) -> bool:
        begins = norm.applies_from
        if begins is None and only is not None and _are_of_one_act(view, norm.span, only.span, acts):
            begins = only.due
        return begins is not None and begins.isoformat()[: len(view.published or "")] > (view.published or "")[:10]

    return tuple(
        _as_adopted(norm) if norm.legal_status is LegalStatus.IN_FORCE and begins_later(norm) else norm
        for norm in norms
    )


def _are_of_one_act(view: DocumentView, one: Span, other: Span, acts: Mapping[Span, str]) -> bool:
    """Whether two places speak of one act: the one that both name, or the last one named before them; where neither names any, "the rules"."""
    own, others = _act_in_sentence(view, one, acts), _act_in_sentence(view, other, acts)
    if own is None and others is None:
        return True
    return (own or _act_before(one, acts)) == (others or _act_before(other, acts))


def _act_in_sentence(view: DocumentView, span: Span, acts: Mapping[Span, str]) -> str | None:
    around = next((s.span for s in view.sentences if s.span.start <= span.start < s.span.end), span)
    return next((acts[act] for act in sorted(acts) if around.contains(act)), None)


def _act_before(span: Span, acts: Mapping[Span, str]) -> str | None:
    """The last act that is named before a place, or else the first of the text."""
    named = sorted(acts)
    nearest = [act for act in named if act.start < span.end][-1:] or named[:1]
    return acts[nearest[0]] if nearest else None


def _as_adopted(norm: Norm) -> Norm:
    # What the words alone made probable is no measure of what the date says.
    fields = tuple(field for field in norm.evidence.fields if field[0] != "legal_status")
    why = "; ".join(filter(None, (norm.evidence.why, write_chain([Step("status", "begins_later")]))))
    return replace(norm, legal_status=LegalStatus.ADOPTED, evidence=replace(norm.evidence, why=why, fields=fields))


@cache
def load_model() -> StatusModel:
    """The shipped model.

    Raises:
        Defect: it is missing or damaged.
    """
    with report_damage("the model of statuses"):
        config = json.loads((artefact("status") / "weights.json").read_text("utf-8"))
        weights, bias = np.array(config["weights"], np.float64), np.array(config["bias"], np.float64)
        if weights.shape != (FEATURES, len(KINDS)) or bias.shape != (len(KINDS),):
            raise ValueError(f"its weights have the shape {weights.shape}")
    return StatusModel(weights, bias)
