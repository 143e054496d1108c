"""Computes the probability that a reader would leave each row and each of its fields unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dutybook.extract.norms.model.inputs import family_read
from dutybook.extract.norms.model.reader import Decision, Reader, interpolate, log_odds
from dutybook.extract.norms.unit import NONE, Discourse, Unit

NAME = "confidence"
READS = frozenset(
    {"labels", "label", "should", "bearer", "classes", "bearer_class", "answer", "span", "input", "sentence", "part"}
)
WRITES = frozenset({"fields", "confidence"})
#: Fields whose probability is given one by one; the row is right if all of them are, and the deadlines.
FIELDS = ("norm", "modality", "strength", "bearer", "class", "quote")


def set_confidence(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units that state a norm, with calibrated probabilities."""
    fitted = reader.decisions.get("confidence", {})
    decisions = {name: Decision(one) for name, one in fitted.items() if "weights" in one}
    points = {name: one.get("points", []) for name, one in fitted.items()}
    made = []
    for unit, features in zip(units, confidence_features(units, discourse), strict=True):
        if unit.label == NONE:
            made.append(unit)
            continue
        fields = {}
        for name in ("row", *FIELDS):
            raw = decisions[name].probabilities(features)["right"] if name in decisions else plain_field(unit, name)
            fields[name] = interpolate(raw, points.get(name, []))
        row = fields.pop("row")
        made.append(unit.with_step(NAME, "confidence", row, fields=fields, confidence=row))
    return tuple(made)


def plain_field(unit: Unit, name: str) -> float:
    """The probability of a field without a fitted decision."""
    norm = 1.0 - unit.labels.get(NONE, 0.0)
    values = {
        "norm": norm,
        "modality": unit.labels.get(unit.label, 0.0),
        "strength": max(unit.should, 1 - unit.should),
        "bearer": unit.bearer.probability if unit.bearer else 0.5,
        "class": max(unit.classes.values(), default=0.5),
        "quote": 0.95,
    }
    if name == "row":
        return float(np.prod([values[f] for f in FIELDS if f != "norm"]))
    return values[name]


def confidence_features(units: Sequence[Unit], discourse: Discourse) -> Iterator[dict[str, float]]:
    """The features of the calibration, by code; empty for units without a norm."""
    for unit in units:
        if unit.label == NONE or unit.answer is None:
            yield {}
            continue
        features = {f"field_{name}": log_odds(plain_field(unit, name), 1e-3) for name in FIELDS}
        features["all"] = log_odds(plain_field(unit, "row"), 1e-3)
        features["least"] = log_odds(min(plain_field(unit, name) for name in FIELDS), 1e-3)
        features[f"family_{family_read(unit.sentence, discourse.family).value}"] = 1.0
        features[f"label_{unit.label}"] = 1.0
        features[f"class_{unit.bearer_class.value}"] = 1.0
        features[f"bearer_{unit.bearer.source if unit.bearer else 'nowhere'}"] = 1.0
        features[f"role_{unit.sentence.role.value}"] = 1.0
        features["part"] = float(unit.part >= 0)
        features["cut"] = float(unit.answer.cut)
        size = unit.input.span.end - unit.input.span.start
        features["length"] = min(size, 1000) / 1000
        if unit.span is not None and size:
            features["share"] = (unit.span.end - unit.span.start) / size
        if len(unit.answer.extents):
            values = np.exp(unit.answer.extents)
            features["extents"] = float(values.max(-1).mean())
            features["second_begin"] = float(values[1:, 1].max()) if len(values) > 1 else 0.0
        yield features
