"""Decides who bears each norm: words of the unit itself, words before it, the bearer of its stem, or nobody who is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from dutybook.extract.norms.model.encoding import PARTS, TAGS
from dutybook.extract.norms.model.linear import Decision, log_odds
from dutybook.extract.norms.model.reader import Answer, Reader
from dutybook.extract.norms.passes.parts import BEFORE, UNIT
from dutybook.extract.norms.unit import NONE, Discourse, Mention, Unit
from dutybook.records import SentenceRole

NAME = "bearers"
READS = frozenset({"index", "sentence", "input", "part", "answer", "label", "parts"})
WRITES = frozenset({"bearer"})
STEM, NOWHERE = "stem", "nowhere"
_BEARER = TAGS.index("B-bearer")


def find_bearers(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units that state a norm with the likeliest of their candidates as bearer."""
    fitted = reader.decisions.get("bearer")
    decision = Decision(fitted) if fitted else None
    stems = {unit.index: unit for unit in units if unit.part <= 0}
    made = []
    for unit in units:
        if unit.label == NONE:
            made.append(unit)
            continue
        best, most = Mention(None, NOWHERE, 0.5), -1.0
        for mention, features in bearer_candidates(unit, stems, discourse):
            right = decision.probabilities(features)["right"] if decision else features["first"]
            if right > most:
                # Unfitted, ``right`` only ranks: it is no probability.
                best, most = replace(mention, probability=right) if decision else mention, right
        made.append(replace(unit, bearer=best).with_step(NAME, f"bearer_{best.source}", best.probability))
    return tuple(made)


def bearer_candidates(
    unit: Unit, stems: Mapping[int, Unit], discourse: Discourse
) -> Iterator[tuple[Mention, dict[str, float]]]:
    """Who may bear a unit's norm, each with what speaks for it, by code."""
    own = unit.parts.get("bearer")
    found: list[Mention] = [own] if own is not None else []
    at = unit.sentence.stem
    hops = 0
    while at is not None and hops < 4:
        # A stem of few words is no unit, but the list that it stands in has a stem, too.
        theirs = stems[at].parts.get("bearer") if at in stems else None
        if theirs is not None:
            found.append(Mention(theirs.span, STEM, theirs.probability))
            break
        at, hops = discourse.sentences[at].stem, hops + 1
    answer = unit.answer
    inside = _most_bearer(answer, before=False)
    before = _most_bearer(answer, before=True)
    shared = {
        "most_inside": inside,
        "most_before": before,
        "item": float(unit.sentence.role is SentenceRole.ITEM),
        f"genre_{discourse.genre.value}": 1.0,
        f"label_{unit.label}": 1.0,
    }
    if answer is not None:
        for n, name in enumerate(("business", "authority", "person", "any")):
            shared[f"class_{name}"] = float(np.exp(answer.heads["class"][n]))
    for n, mention in enumerate((*found, Mention(None, NOWHERE, 1.0 - max(inside, before)))):
        features = {f"{mention.source}_{name}": value for name, value in shared.items()}
        features[mention.source] = 1.0
        features[f"{mention.source}_odds"] = log_odds(mention.probability)
        features[f"{mention.source}_others"] = float(len(found) - (mention.span is not None))
        if found and mention.span is None:
            features[f"nowhere_against_{found[0].source}"] = log_odds(found[0].probability)
        if mention.span is not None:
            words = mention.span.of(discourse.text).split()
            features[f"{mention.source}_words"] = min(len(words), 12) / 12
            lead = unit.input.span.start
            features[f"{mention.source}_far"] = min(abs(mention.span.start - lead), 200) / 200
        features["first"] = float(n == 0 and mention.probability > 0.3) or (0.5 if mention.span is None else 0.2)
        yield mention, features


def _most_bearer(answer: Answer | None, *, before: bool) -> float:
    """How sure the surest piece is that it is of a bearer."""
    if answer is None:
        return 0.0
    values = answer.before_tags if before else answer.tags
    return float(np.exp(values[:, _BEARER : _BEARER + 2]).sum(-1).max()) if len(values) else 0.0


__all__ = ["BEFORE", "NOWHERE", "PARTS", "STEM", "UNIT", "bearer_candidates", "find_bearers"]
