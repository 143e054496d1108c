"""Decides the class of each norm's bearer, from the network's answer and from the bearers of the document's other
norms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.actors import classify_bearer, count_actors
from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.extract.norms.model.reader import Decision, Reader
from dutybook.extract.norms.passes.bearers import fold_words
from dutybook.extract.norms.unit import NONE, Discourse, Unit
from dutybook.records import BearerClass

Floats64 = NDArray[np.float64]

NAME = "classes"
READS = frozenset({"sentence", "input", "answer", "label", "bearer"})
WRITES = frozenset({"classes", "bearer_class"})
_FLOOR = -6.0
#: How many norms before and after one tell its class, how fast they count less, and how much counts what nothing is known of.
_NEAR, _FADES, _NOTHING = 5, 0.7, 1.2
#: So many bearers, or mentions of actors, tell whom a document is about; more of them say no more.
_MOST, _MOST_MENTIONS = 10.0, 20.0


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
    document names, and the actors that the text mentions, whether they bear anything or not. Where nobody is named, only these tell who is addressed.
    """
    norms = [u for u in units if u.label != NONE and u.answer is not None]
    at = {id(u): n for n, u in enumerate(norms)}
    own = [np.exp(u.answer.heads["class"]) for u in norms if u.answer is not None]
    by_network = _Named([_classes_of_words(u) for u in norms])
    by_words = _Named([_classes_by_list(u, discourse) for u in norms])
    mentioned = np.log(_mentions(units, discourse))
    same: dict[str, list[int]] = {}
    for n, unit in enumerate(norms):
        if words := _words(unit, discourse):
            same.setdefault(words, []).append(n)
    alike = {
        words: np.maximum(np.mean([np.log(own[n] + 1e-3) for n in numbers], axis=0), _FLOOR)
        for words, numbers in same.items()
        if len(numbers) > 1
    }
    for unit in units:
        if id(unit) not in at:
            yield {}
            continue
        number = at[id(unit)]
        kind = _kind_of(unit)
        features = _own_features(unit)
        described = {
            f"bearers_{kind}": np.log(by_network.others(number)),
            f"around_{kind}": np.log(_mean_around(own, number)),
            f"listed_{kind}": np.log(by_words.others(number)),
            f"mentioned_{kind}": mentioned,
        }
        if (together := alike.get(_words(unit, discourse))) is not None:
            described["alike"] = together
        if (mine := by_words.classes[number]) is not None:
            described["list"] = np.log(mine + 3e-3)
        for name, values in described.items():
            features |= {f"{name}_{label}": float(values[n]) for n, label in enumerate(CLASSES)}
        yield features


class _Named:
    """The classes of the bearers that norms name, in the order of the norms; None where nobody is named."""

    def __init__(self, classes: Sequence[Floats64 | None]) -> None:
        self.classes = classes
        self._total = sum((c for c in classes if c is not None), np.zeros(len(CLASSES)))

    def others(self, number: int) -> Floats64:
        """The share of each class among the bearers of all norms but one."""
        own = self.classes[number]
        total = self._total if own is None else np.maximum(self._total - own, 0.0)
        # A long act names hundreds: taken as they are, they would count for more than the weights were fitted to.
        return _share(total * min(1.0, _MOST / max(total.sum(), 1.0)))


def _mentions(units: Sequence[Unit], discourse: Discourse) -> Floats64:
    """The share of each class among the actors that the text names, whether they bear anything or not."""
    total = np.zeros(len(CLASSES))
    for unit in units:
        total += count_actors(unit.input.span.of(discourse.text), unit.sentence.language)
    return _share(total * min(1.0, _MOST_MENTIONS / max(total.sum(), 1.0)))


def _share(counts: Floats64) -> Floats64:
    """The share of each class, none of them nothing."""
    smoothed: Floats64 = (counts + 0.5) / (counts.sum() + 0.5 * len(CLASSES))
    return smoothed


def _classes_by_list(unit: Unit, discourse: Discourse) -> Floats64 | None:
    """The probabilities of the classes of the bearer's words, by the lists of bearers; None if nobody is named."""
    if unit.bearer is None or unit.bearer.span is None:
        return None
    return classify_bearer(unit.bearer.span.of(discourse.text), unit.sentence.language).astype(np.float64)


def _own_features(unit: Unit) -> dict[str, float]:
    """The features of the unit alone."""
    kind = _kind_of(unit)
    features: dict[str, float] = {kind: 1.0}
    assert unit.answer is not None
    for n, label in enumerate(CLASSES):
        value = max(float(unit.answer.heads["class"][n]), _FLOOR)
        features[f"network_{label}"] = features[f"{kind}_network_{label}"] = value
    return features


def _kind_of(unit: Unit) -> str:
    """``named`` if the text names the bearer, else ``unnamed``."""
    return "named" if unit.bearer is not None and unit.bearer.span is not None else "unnamed"


def _classes_of_words(unit: Unit) -> Floats64 | None:
    """The probabilities of the classes of the bearer's words, (classes,); None if nobody is named."""
    if unit.bearer is None or unit.bearer.span is None or not unit.bearer.classes:
        return None
    return np.exp(np.array(unit.bearer.classes, dtype=np.float64))


def _mean_around(own: Sequence[NDArray[np.float32]], number: int) -> Floats64:
    """The network's answers about the norms around one: a mean with more weight for nearer ones."""
    total: Floats64 = np.full(len(CLASSES), _NOTHING / len(CLASSES))
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
