"""Decides the class of each norm's bearer, from the network's answer and from the bearers of the document's other
norms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.extract.norms.model.reader import Decision, Reader
from dutybook.extract.norms.passes.bearers import fold_words
from dutybook.extract.norms.unit import NONE, Discourse, Unit
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass

_WORD = re.compile(r"[^\W\d_]+")
#: Letters that case and number may change at a word's end, and that a stem has at least.
_ENDING, _SHORTEST = 2, 4


@cache
def _load_nouns(pack: LanguagePack) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The stems of nouns with their class, by the stem of their first word, longer ones first."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for kind in CLASSES:
        for noun in getattr(pack.actors, kind):
            stems = tuple(_cut(word) for word in _WORD.findall(noun.casefold()))
            if stems:
                found.setdefault(stems[0], {}).setdefault(stems, kind)
    return {first: tuple(sorted(nouns.items(), key=lambda n: -len(n[0]))) for first, nouns in found.items()}


def find_actors(text: str, pack: LanguagePack) -> list[str]:
    """The classes of the actors that a text names, in order."""
    nouns = _load_nouns(pack)
    words = [_cut(word) for word in _WORD.findall(text.casefold())]
    found: list[str] = []
    at = 0
    while at < len(words):
        options = nouns.get(words[at], ())
        match = next(((stems, kind) for stems, kind in options if tuple(words[at : at + len(stems)]) == stems), None)
        if match is None:
            at += 1
            continue
        found.append(match[1])
        at += len(match[0])
    return found


def _cut(word: str) -> str:
    """A word without the letters that case and number may change."""
    return word[: max(len(word) - _ENDING, _SHORTEST)]


NAME = "classes"
READS = frozenset({"sentence", "answer", "label", "bearer"})
WRITES = frozenset({"classes", "bearer_class"})
_FLOOR = -6.0
#: How many norms before and after one tell its class, how fast they count less, and how much counts what nothing is known of.
_NEAR, _FADES, _NOTHING = 5, 0.7, 1.2
#: So many bearers tell what a document's bearers are; more of them say no more.
_MOST = 10.0


def decide_classes(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units that state a norm, with the probabilities of their bearer's class."""
    decision = Decision.of(reader.decisions.get("classes"))
    found: dict[int, dict[str, float]] = {}
    same: dict[str, list[int]] = {}
    for n, (unit, features) in enumerate(zip(units, class_features(units, discourse), strict=True)):
        if unit.label == NONE or unit.answer is None:
            continue
        if decision is None:
            values = np.exp(unit.answer.heads["class"])
            found[n] = dict(zip(CLASSES, values.tolist(), strict=True))
            continue
        found[n] = decision.probabilities(features)
        if words := _words(unit, discourse):
            same.setdefault(words, []).append(n)
    for alike in same.values():
        # A bearer is of one class throughout a document, whatever a single sentence suggests.
        found |= dict.fromkeys(alike, _mean_of([found[n] for n in alike]))
    return tuple(_with_classes(unit, found[n]) if n in found else unit for n, unit in enumerate(units))


def _with_classes(unit: Unit, classes: dict[str, float]) -> Unit:
    best = max(classes, key=classes.__getitem__)
    return unit.with_step(NAME, f"class_{best}", classes[best], classes=classes, bearer_class=BearerClass(best))


def _mean_of(some: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of several answers, taken of their logarithms."""
    raised = np.exp(np.mean([[np.log(max(p, 1e-9)) for p in answer.values()] for answer in some], axis=0))
    return dict(zip(some[0], (raised / raised.sum()).tolist(), strict=True))


def class_features(units: Sequence[Unit], discourse: Discourse) -> Iterator[dict[str, float]]:
    """The features of each unit's decision, by code; empty for units without a norm.

    Besides the network's answer about the unit itself, they describe the norms around it, the bearers that the
    document names, and the bearer named last before it. Where nobody is named, only these tell who is addressed.
    """
    norms = [u for u in units if u.label != NONE and u.answer is not None]
    at = {id(u): n for n, u in enumerate(norms)}
    own = [np.exp(u.answer.heads["class"]) for u in norms if u.answer is not None]
    words = [_classes_of_words(u) for u in norms]
    total = sum((w for w in words if w is not None), np.zeros(len(CLASSES)))
    same: dict[str, list[int]] = {}
    for n, unit in enumerate(norms):
        if words_of_bearer := _words(unit, discourse):
            same.setdefault(words_of_bearer, []).append(n)
    last: NDArray[np.float64] | None = None
    for unit in units:
        if id(unit) not in at:
            yield {}
            continue
        number = at[id(unit)]
        features = _own_features(unit, discourse)
        alike = same.get(_words(unit, discourse), [])
        together = np.mean([np.log(own[n] + 1e-3) for n in alike], axis=0) if len(alike) > 1 else None
        mine = words[number]
        others = total if mine is None else total - mine
        # A long act names hundreds: taken as they are, they would count for more than the weights were fitted to.
        others = others * min(1.0, _MOST / max(others.sum(), 1.0))
        others = (others + 0.5) / (others.sum() + 2)
        around = _mean_around(own, number)
        kind = _kind_of(unit)
        for n, label in enumerate(CLASSES):
            features[f"bearers_{kind}_{label}"] = float(np.log(others[n]))
            features[f"around_{kind}_{label}"] = float(np.log(around[n]))
            if together is not None:
                features[f"alike_{label}"] = max(float(together[n]), _FLOOR)
            if last is not None:
                features[f"last_{kind}_{label}"] = float(np.log(last[n] + 1e-3))
        if mine is not None:
            last = mine
        yield features


def _own_features(unit: Unit, discourse: Discourse) -> dict[str, float]:
    """The features of the unit alone."""
    kind = _kind_of(unit)
    features: dict[str, float] = {kind: 1.0}
    assert unit.answer is not None
    if unit.bearer is not None and unit.bearer.span is not None:
        nouns = find_actors(unit.bearer.span.of(discourse.text), discourse.pack_for(unit.sentence.language))
        features[f"noun_{nouns[0] if nouns else 'unknown'}"] = 1.0
    for n, label in enumerate(CLASSES):
        value = max(float(unit.answer.heads["class"][n]), _FLOOR)
        features[f"network_{label}"] = features[f"{kind}_network_{label}"] = value
        if unit.bearer is not None and unit.bearer.classes:
            features[f"words_{unit.bearer.source}_{label}"] = max(unit.bearer.classes[n], _FLOOR)
    return features


def _kind_of(unit: Unit) -> str:
    """``named`` if the text names the bearer, else ``unnamed``."""
    return "named" if unit.bearer is not None and unit.bearer.span is not None else "unnamed"


def _classes_of_words(unit: Unit) -> NDArray[np.float64] | None:
    """The probabilities of the classes of the bearer's words, (classes,); None if nobody is named."""
    if unit.bearer is None or unit.bearer.span is None or not unit.bearer.classes:
        return None
    return np.exp(np.array(unit.bearer.classes, dtype=np.float64))


def _mean_around(own: Sequence[NDArray[np.float32]], number: int) -> NDArray[np.float64]:
    """The network's answers about the norms around one: a mean with more weight for nearer ones."""
    total: NDArray[np.float64] = np.full(len(CLASSES), _NOTHING / len(CLASSES))
    for n in range(max(number - _NEAR, 0), min(number + _NEAR + 1, len(own))):
        if n != number:
            total += _FADES ** abs(n - number) * own[n]
    total /= total.sum()
    return total


def _words(unit: Unit, discourse: Discourse) -> str:
    """A bearer's words for comparison; empty if nobody is named."""
    if unit.bearer is None or unit.bearer.span is None:
        return ""
    return fold_words(unit.bearer.span.of(discourse.text), unit.sentence.language)
