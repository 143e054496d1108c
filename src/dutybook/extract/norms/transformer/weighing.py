"""Whose reading of a sentence is right where the rules and the model differ: a logistic regression over what both say.

Its weights stand in the model's ``config.json`` beside the kinds of revision that it decides in each genre; what is not
weighed there stands as the rules read it. ``models/transformer/weighing_fit.py`` fits them to annotated texts that neither
had seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dutybook.extract.norms.light_judge import NONE, situation

ADD = "add"
# Farther from .5 than this no probability counts for more.
_LEAST = 1e-4
# What tells of one language or of a slope for one kind is believed later than what holds for all.
_SPECIAL = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence that both read. ``sure``: the rules had a cue, or a ``reason`` against; ``said``: how likely the model takes each label."""

    genre: str
    language: str
    rules: str
    sure: bool
    reason: str
    said: Mapping[str, float]

    @property
    def says(self) -> str:
        """What the model reads."""
        return max(self.said, key=self.said.__getitem__)

    @property
    def kind(self) -> str:
        """What becomes of the rules' reading if the model is believed: one of :func:`kinds`."""
        return situation(self.rules, self.sure, self.says)


def kinds(rules: str, sure: bool) -> frozenset[str]:
    """The revisions that a reading of the rules can meet: norms are added, dropped, or change their modality."""
    if rules == NONE:
        return frozenset({ADD})
    return frozenset({situation(rules, sure, NONE), situation(rules, sure, "")})


def weighed(settings: Mapping[str, Any], genre: str) -> frozenset[str]:
    """The kinds of revision that are weighed in a genre; ``settings`` are a model's."""
    return frozenset(settings.get("genres", {}).get(genre, {}).get("weighed", ()))


def features(case: Case) -> Iterator[tuple[str, float]]:
    """What is weighed, by name."""
    kind, says = case.kind, case.says
    against = case.reason or "nothing"
    surely, otherwise = _odds(case.said[says]), _odds(case.said[case.rules])
    yield "any", 1.0
    yield "model", surely
    yield "model on the rules' reading", otherwise
    yield case.genre, 1.0
    yield kind, 1.0
    yield f"{kind}, {case.genre}", 1.0
    yield f"{kind}, {against}", 1.0
    yield f"{kind}, {against}, {case.genre}", 1.0
    yield f"{kind}, model reads {says}", 1.0
    yield f"{kind}, rules read {case.rules}", 1.0
    yield f"{kind}, {case.language}", _SPECIAL
    yield f"model, {kind}", _SPECIAL * surely
    yield f"model, {case.genre}", _SPECIAL * surely


def belief(weights: Mapping[str, float], case: Case) -> float:
    """How likely the model is right, if one of both is."""
    total = sum(weights.get(name, 0.0) * value for name, value in features(case))
    return 1.0 / (1.0 + math.exp(-total))


def _odds(probability: float) -> float:
    held = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(held / (1 - held))
