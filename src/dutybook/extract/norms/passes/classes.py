"""Decides what class each norm's bearer is of, from the network and from the bearers of the document's other norms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from dutybook.extract.norms.grammar.actors import count_actors, find_actors
from dutybook.extract.norms.model.encoding import CLASSES
from dutybook.extract.norms.model.linear import Decision
from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.passes.bearers import fold_words
from dutybook.extract.norms.unit import NONE, Discourse, Unit
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass

NAME = "classes"
READS = frozenset({"input", "sentence", "answer", "label", "bearer"})
WRITES = frozenset({"classes", "bearer_class"})
_FLOOR = -6.0


def decide_classes(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units that state a norm with the probabilities of their bearer's class."""
    fitted = reader.decisions.get("classes")
    decision = Decision(fitted) if fitted else None
    made = []
    for unit, features in zip(units, class_features(units, discourse), strict=True):
        if unit.label == NONE or unit.answer is None:
            made.append(unit)
            continue
        if decision is None:
            values = np.exp(unit.answer.heads["class"])
            classes = dict(zip(CLASSES, values.tolist(), strict=True))
        else:
            classes = decision.probabilities(features)
        best = max(classes, key=classes.__getitem__)
        made.append(
            replace(unit, classes=classes, bearer_class=BearerClass(best)).with_step(
                NAME, f"class_{best}", classes[best]
            )
        )
    return tuple(made)


def class_features(units: Sequence[Unit], discourse: Discourse) -> Iterator[dict[str, float]]:
    """The features of each unit's decision, by code; empty for what states no norm."""
    norms = [u for u in units if u.label != NONE and u.answer is not None]
    own = {id(u): np.exp(u.answer.heads["class"]) for u in norms if u.answer is not None}
    total = sum(own.values(), np.zeros(len(CLASSES)))
    named = [u for u in norms if u.bearer is not None and u.bearer.span is not None]
    of_named = sum((own[id(u)] for u in named), np.zeros(len(CLASSES)))
    same: dict[str, list[Unit]] = {}
    around = {id(u): count_actors(u.input.span.of(discourse.text), _pack_of(u, discourse)) for u in norms}
    everywhere: Counter[str] = sum(around.values(), Counter())
    for u in named:
        same.setdefault(_words(u, discourse), []).append(u)
    for unit in units:
        if id(unit) not in own:
            yield {}
            continue
        answer, mine = unit.answer, own[id(unit)]
        assert answer is not None
        features: dict[str, float] = {f"genre_{discourse.genre.value}": 1.0, f"label_{unit.label}": 1.0}
        is_named = unit.bearer is not None and unit.bearer.span is not None
        kind = "named" if is_named else "unnamed"
        features[kind] = 1.0
        others = (total - mine + 0.5) / (len(norms) - 1 + 2)
        names = of_named - (mine if is_named else 0)
        bearers = (names + 0.5) / (names.sum() + 2)
        alike = same.get(_words(unit, discourse), []) if is_named else []
        together = np.mean([np.log(own[id(u)] + 1e-3) for u in alike], axis=0) if len(alike) > 1 else None
        words = unit.bearer.span.of(discourse.text) if unit.bearer is not None and unit.bearer.span is not None else ""
        nouns = find_actors(words, _pack_of(unit, discourse))
        if is_named:
            features[f"noun_{nouns[0] if nouns else 'unknown'}"] = 1.0
        near, total_nouns = around[id(unit)], sum(everywhere.values())
        for n, label in enumerate(CLASSES):
            features[f"around_{kind}_{label}"] = min(near[label], 3) / 3
            features[f"everywhere_{kind}_{label}"] = float(np.log((everywhere[label] + 0.5) / (total_nouns + 2)))
            features[f"network_{label}"] = max(float(answer.heads["class"][n]), _FLOOR)
            features[f"{kind}_network_{label}"] = max(float(answer.heads["class"][n]), _FLOOR)
            features[f"document_{kind}_{label}"] = float(np.log(others[n]))
            features[f"bearers_{kind}_{label}"] = float(np.log(bearers[n]))
            if unit.bearer is not None and unit.bearer.classes:
                features[f"words_{unit.bearer.source}_{label}"] = max(unit.bearer.classes[n], _FLOOR)
            if together is not None:
                features[f"alike_{label}"] = max(float(together[n]), _FLOOR)
        yield features


def _words(unit: Unit, discourse: Discourse) -> str:
    """A bearer's words as they are compared; empty where nobody is named."""
    return fold_words(unit.bearer.span.of(discourse.text)) if unit.bearer and unit.bearer.span else ""


def _pack_of(unit: Unit, discourse: Discourse) -> LanguagePack:
    return discourse.pack_for(unit.sentence.language)
