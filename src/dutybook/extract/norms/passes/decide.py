"""Decides what each unit states: a fitted decision over the network's answers about the unit and those around it, and
its cues.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from dutybook.extract.norms.model.inputs import EXTENTS, LISTS, PARTS, STATEMENTS, STRENGTHS, TAGS, family_read
from dutybook.extract.norms.model.reader import Answer, Decision, Reader, log_odds
from dutybook.extract.norms.passes.split import trim
from dutybook.extract.norms.unit import NONE, Discourse, Unit
from dutybook.languages.page_notices import find_page_notices
from dutybook.records import Family, SentenceRole

NAME = "decide"
READS = frozenset({"index", "sentence", "answer", "plain", "cues", "part"})
WRITES = frozenset({"labels", "label", "should", "carries", "span"})
_FLOOR = -9.0
_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})


def decide_labels(units: tuple[Unit, ...], discourse: Discourse, reader: Reader) -> tuple[Unit, ...]:
    """The units with the probabilities of their labels and the chosen label."""
    decision = Decision.of(reader.decisions.get("labels"))
    strength = Decision.of(reader.decisions.get("strength"))
    thresholds = reader.decisions.get("least", {})
    # Where it is unsure what the text is, words that only describe must be surer to bind than in any family.
    plain = max(thresholds.values(), default=0.5) if discourse.unsure else 0.0
    notices = find_notices(discourse)
    made = []
    for unit, features in zip(units, label_features(units, discourse), strict=True):
        labels = (
            plain_labels(unit.answer) if decision is None or unit.answer is None else decision.probabilities(features)
        )
        carries = carries_of(unit)
        norm = 1.0 - labels[NONE]
        best = max((name for name in labels if name != NONE), key=labels.__getitem__)
        least = float(thresholds.get(family_read(unit.sentence, discourse.family).value, 0.5))
        enough = least if unit.cues or unit.sentence.quoted else max(least, plain)
        label = best if norm >= enough and carries < 0.5 else NONE
        code, probability = f"label_{label}", labels[NONE] if label == NONE else norm
        if carries >= 0.5:
            code, probability = "carried_by_items", carries
        if unit.index in notices:
            label, code, probability = NONE, "page_notice", 1.0
        should = should_of(unit)
        if strength is not None and label != NONE:
            should = strength.probabilities(strength_features(unit, label, discourse))["should"]
        changes = {"labels": labels, "label": label, "carries": carries, "should": should}
        made.append(unit.with_step(NAME, code, probability, **changes))
    return _widen_single_norms(made, discourse)


def _widen_single_norms(units: Sequence[Unit], discourse: Discourse) -> tuple[Unit, ...]:
    """The units, each norm whose unit's other parts state none quoting the whole of it: these are what it depends on
    ("With the exception of barges, | all vessels carry a lamp").
    """
    stating = Counter(unit.index for unit in units if unit.part >= 0 and unit.label != NONE)
    return tuple(
        replace(unit, span=trim(discourse.text, unit.sentence.span))
        if unit.part >= 0 and unit.label != NONE and stating[unit.index] == 1
        else unit
        for unit in units
    )


def find_notices(discourse: Discourse) -> frozenset[int]:
    """The sentences of anything but an act that are notices of the page: who may comment, copy, subscribe.

    They are read all the same: how much of a text sounds like norms was fitted with the notices of its page.
    """
    if discourse.family in _ACTS:
        return frozenset()
    return find_page_notices((each.span.of(discourse.text), each.language) for each in discourse.sentences)


def plain_labels(answer: Answer | None) -> dict[str, float]:
    """The probabilities of the labels without a fitted decision: the network's. A unit without an answer states no
    norm.
    """
    if answer is None:
        return {label: float(label == NONE) for label in STATEMENTS}
    return dict(zip(STATEMENTS, np.exp(answer.heads["statement"]).tolist(), strict=True))


def carries_of(unit: Unit) -> float:
    """The probability that a stem only introduces items that are norms; 0 for other units."""
    if unit.answer is None or unit.sentence.role is not SentenceRole.STEM:
        return 0.0
    return float(np.exp(unit.answer.heads["list"][LISTS.index("items")]))


def should_of(unit: Unit) -> float:
    """The probability that a unit's norm only recommends."""
    return float(np.exp(unit.answer.heads["strength"][STRENGTHS.index("should")])) if unit.answer else 0.0


def strength_features(unit: Unit, label: str, discourse: Discourse) -> dict[str, float]:
    """The features of the decision whether a norm only recommends, by code."""
    should = log_odds(should_of(unit))
    features = {
        "network": should,
        f"label_{label}": 1.0,
        f"family_{family_read(unit.sentence, discourse.family).value}": 1.0,
    }
    return features | _cue_features(unit)


def _cue_features(unit: Unit) -> dict[str, float]:
    """The modalities that a unit's words indicate. Words that speak against a norm are left to the network, which
    knows them better.
    """
    return {f"cue_{cue.label}": 1.0 for cue in unit.cues}


def norm_odds(answer: Answer | None) -> float:
    """The network's log-odds that a unit states a norm."""
    if answer is None:
        return _FLOOR
    return log_odds(1.0 - float(np.exp(answer.heads["statement"][STATEMENTS.index(NONE)])))


def _piece_features(answer: Answer | None) -> dict[str, float]:
    """The highest probability of each kind of part, and the share of the unit that is outside all norms."""
    if answer is None or not len(answer.tags):
        return {}
    tags, extents = np.exp(answer.tags), np.exp(answer.extents)
    outside = float(extents[:, EXTENTS.index("O")].mean())
    found = {
        "outside": outside,
        "outside_odds": log_odds(outside, 1e-3),
        "second": float(extents[1:, EXTENTS.index("B")].max(initial=0.0)),
        "untagged": float(tags[:, TAGS.index("O")].mean()),
    }
    for part in PARTS[:-1]:
        begins = TAGS.index(f"B-{part}")
        found[f"part_{part}"] = float(tags[:, begins : begins + 2].sum(-1).max())
    return found


def _document_features(odds: Sequence[float]) -> tuple[float, float]:
    """How much a text sounds like norms on the whole, and in how many of its units (a logarithm).

    On a page with few sentences that sound like norms, a single one rarely is one.
    """
    mean = float(np.mean(np.tanh(np.array(odds) / 2))) if odds else 0.0
    return mean, float(np.log(sum(value > 0 for value in odds) / max(len(odds), 1) + 0.01))


def label_features(units: Sequence[Unit], discourse: Discourse) -> Iterator[dict[str, float]]:
    """The features of each unit's decision, by code; none of a unit without an answer."""
    odds = [norm_odds(u.answer) for u in units]
    # New text for another act is a text of its own: what stands around it says nothing of it. Nor does what was not read,
    # other than that words of a norm are missing in it.
    known = [(o, u) for o, u in zip(odds, units, strict=True) if u.plain or u.answer is not None]
    of_text = {
        is_new: _document_features([o for o, u in known if u.sentence.quoted is is_new]) for is_new in (False, True)
    }
    siblings: dict[int, list[int]] = defaultdict(list)
    for n, unit in enumerate(units):
        if unit.sentence.stem is not None and unit.part <= 0:
            siblings[unit.sentence.stem].append(n)
    by_index = {unit.index: n for n, unit in reversed(list(enumerate(units)))}
    for n, unit in enumerate(units):
        if unit.answer is None:
            yield {}
            continue
        family = family_read(unit.sentence, discourse.family).value
        mean, share = of_text[unit.sentence.quoted]
        features = _network_features(unit.answer)
        features[f"family_{family}"] = 1.0
        features[f"odds_{family}"] = odds[n]
        features[f"role_{unit.sentence.role.value}"] = 1.0
        features["document"] = features[f"document_{family}"] = mean
        features[f"share_{family}"] = share
        features |= _neighbour_features(odds, n)
        features |= _piece_features(unit.answer)
        features["part"] = float(unit.part >= 0)
        stem = unit.sentence.stem
        if stem is not None and unit.part <= 0:
            others = [odds[m] for m in siblings[stem] if m != n]
            if others:
                features["siblings"] = float(np.tanh(np.mean(others) / 2))
            if (at := by_index.get(stem)) is not None:
                features |= _stem_features(unit, units[at])
        yield features | _cue_features(unit)


def _neighbour_features(odds: Sequence[float], n: int) -> dict[str, float]:
    """How much the units before and behind one sound like norms."""
    near = [odds[m] for m in (n - 1, n + 1) if 0 <= m < len(odds)]
    return {
        "neighbours": float(np.tanh(np.mean(near) / 2)) if near else 0.0,
        "before": float(np.tanh(odds[n - 1] / 2)) if n else 0.0,
        "behind": float(np.tanh(odds[n + 1] / 2)) if n + 1 < len(odds) else 0.0,
    }


def _network_features(answer: Answer | None) -> dict[str, float]:
    if answer is None:
        return {}
    values = zip(STATEMENTS, answer.heads["statement"], strict=True)
    return {f"network_{label}": max(float(value), _FLOOR) for label, value in values}


def _stem_features(unit: Unit, stem: Unit) -> dict[str, float]:
    carried = carries_of(stem)
    features = {"stem_carries": carried}
    if stem.answer is not None and unit.sentence.role is SentenceRole.ITEM:
        for label, value in zip(STATEMENTS, stem.answer.heads["statement"], strict=True):
            features[f"stem_{label}"] = carried * float(np.exp(value))
    return features
