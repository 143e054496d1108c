"""Fits the decisions of the passes to documents that the network had not seen.

The network of a fold reads the documents of that fold; what it says of them, beside what people marked, is what every decision here is
fitted to: the label of a unit, its bearer among the candidates, the class of the bearer, and how sure row and fields are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from reader.examples import Text, Wanted, match_spans, overlap
from reader.measuring import decide, discourse_of
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from dutybook.extract.norms.model.inputs import CLASSES, STATEMENTS, STRENGTHS
from dutybook.extract.norms.model.reader import Decision
from dutybook.extract.norms.passes.bearers import bearer_candidates, find_named
from dutybook.extract.norms.passes.classes import class_features
from dutybook.extract.norms.passes.confidence import FIELDS, confidence_features
from dutybook.extract.norms.passes.decide import carries_of, label_features, strength_features
from dutybook.extract.norms.unit import NONE, Unit
from dutybook.records import Span

#: How much weights are held back.
_LABELS, _STRENGTH, _BEARER, _CLASSES, _CONFIDENCE = 0.1, 0.3, 0.03, 0.005, 0.05
#: How much a unit of a general page counts, where nearly no norm stands, for weights and thresholds alike: with less the reader finds
#: norms in recipes. Of 4 and 8, with and without thresholds, what keeps most norms of news at less than .15 norms a page.
_PAGES = 8.0
#: Thresholds allow so many norms a page of general news. Half of what is asked for: what is measured on other pages is more, and varies.
_MOST_A_PAGE = 0.08
_POINTS = 12
#: Genres of law share a threshold where one of them has fewer documents than this.
_FEW, _LAW = 30, ("eu_act", "statute")


#: Decisions in the order in which each builds on those before it.
ORDER = ("labels", "strength", "bearer", "classes")


@dataclass(frozen=True, slots=True)
class Read:
    """A document, or a passage of one, that a network read which had not seen it.

    ``wanted`` are the annotated norms where they stand, and ``regions`` the parts that were annotated; a page of general news has neither and
    holds no norm. ``gold`` are the norms as the gold beside the repository has them, deadlines included: empty for a passage.
    """

    name: str
    fold: int
    text: Text
    units: tuple[Unit, ...]
    wanted: Sequence[Wanted]
    regions: Sequence[Span]
    gold: Sequence[Mapping[str, Any]]

    @property
    def is_page(self) -> bool:
        """Whether it is a page of general news."""
        return not self.regions

    @property
    def is_passage(self) -> bool:
        """Whether it was annotated for training alone."""
        return bool(self.wanted) and not self.gold


def match_units(units: Sequence[Unit], wanted: Sequence[Wanted]) -> dict[int, int]:
    """Which annotated norm each unit's span meets, by their numbers, the best pairs first."""
    return match_spans([u.span or u.input.span for u in units], [w.span for w in wanted])


def _best_threshold(scored: Sequence[tuple[float, bool, bool]], total: int, pages: int) -> float:
    """The threshold from which on F1 is best, of those that keep pages of general news nearly free of norms.

    Args:
        scored: probabilities, with what is right and what stands on a page of general news.
        total: how many were to be found.
        pages: how many pages of general news there are.
    """
    best, least = -1.0, 0.5
    for threshold in np.arange(0.2, 0.8, 0.02):
        kept = [(right, on_page) for value, right, on_page in scored if value >= threshold]
        false = sum(on_page for _, on_page in kept)
        if false > _MOST_A_PAGE * pages:
            continue
        hits = sum(right for right, _ in kept)
        f1 = 2 * hits / max(len(kept) + (_PAGES - 1) * false + total, 1)
        if f1 > best:
            best, least = f1, float(threshold)
    return round(least, 2)


def is_inside(unit: Unit, regions: Sequence[Span]) -> bool:
    """Whether a unit stands in a part that was annotated exhaustively."""
    span = unit.span or unit.input.span
    middle = (span.start + span.end) / 2
    return any(r.start <= middle <= r.end for r in regions)


class _Case(NamedTuple):
    """A unit in an annotated part, as its label is fitted: features by code, label, how much it counts, and whether its items carry the norm."""

    features: dict[str, float]
    target: str
    weight: float
    carries: bool


def _label_cases(document: Read) -> list[_Case]:
    """The units in the annotated parts of a document, or all of a page of general news."""
    matched = match_units(document.units, document.wanted)
    features = label_features(document.units, discourse_of(document.text))
    return [
        _Case(
            found,
            document.wanted[matched[n]].modality if n in matched else NONE,
            _PAGES if document.is_page else 1.0,
            carries_of(unit) >= 0.5,
        )
        for n, (unit, found) in enumerate(zip(document.units, features, strict=True))
        if document.is_page or is_inside(unit, document.regions)
    ]


def fit_decision(
    features: Sequence[Mapping[str, float]],
    targets: Sequence[str],
    labels: Sequence[str],
    strength: float,
    weights: Sequence[float] | None = None,
    without: tuple[str, ...] = (),
) -> dict[str, Any]:
    """A logistic regression as :class:`~dutybook.extract.norms.model.reader.Decision` reads it.

    Args:
        features: of each case, by code.
        targets: the label of each case.
        labels: in the order in which their weights are written.
        strength: how little the weights are held back.
        weights: how much each case counts.
        without: beginnings of codes that are left out, to measure what they are worth.
    """
    vectors = DictVectorizer(sparse=True)
    kept = [{k: v for k, v in f.items() if not k.startswith(without)} for f in features] if without else features
    matrix = vectors.fit_transform(kept)
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(matrix, list(targets), sample_weight=weights)
    found = [str(c) for c in model.classes_]
    rows, bias = model.coef_, model.intercept_
    if len(found) == 2:  # one row of weights says both
        rows, bias = np.vstack([-rows[0] / 2, rows[0] / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    order = [found.index(label) for label in labels if label in found]
    names = vectors.get_feature_names_out()
    return {
        "labels": [found[n] for n in order],
        "bias": [round(float(bias[n]), 4) for n in order],
        "weights": {str(name): [round(float(rows[n][at]), 4) for n in order] for at, name in enumerate(names)},
    }


def fit_choice(
    choices: Iterable[Sequence[tuple[Mapping[str, float], bool]]], strength: float, without: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A conditional logit: weights that make the right candidates of each choice as probable as can be.

    A regression over single candidates would ask of each whether it is right, whatever it competes with.

    Args:
        choices: the candidates of each, with their features by code and whether they are right; several may be. Choices without a right
            one teach nothing.
        strength: how little the weights are held back.
        without: beginnings of codes that are left out, to measure what they are worth.

    Returns:
        A decision of one label, for :meth:`~dutybook.extract.norms.model.reader.Decision.choice`.
    """
    known = [one for one in choices if any(right for _, right in one)]
    vectors = DictVectorizer(sparse=True)
    matrix = vectors.fit_transform(
        [{k: v for k, v in f.items() if not k.startswith(without)} if without else f for one in known for f, _ in one]
    )
    right = np.array([is_right for one in known for _, is_right in one])
    starts = np.cumsum([0, *(len(one) for one in known)])[:-1]
    sizes = [len(one) for one in known]

    def shares(scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each candidate's probability, and the logarithm of what they are divided by."""
        most = np.maximum.reduceat(scores, starts)
        raised = np.exp(scores - np.repeat(most, sizes))
        totals = np.add.reduceat(raised, starts)
        return raised / np.repeat(totals, sizes), np.log(totals) + most

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        every, all_of = shares(scores)
        wanted, right_of = shares(np.where(right, scores, -np.inf))
        penalty = weights @ weights / (2 * strength)
        return float((all_of - right_of).sum() + penalty), matrix.T @ (every - wanted) + weights / strength

    fitted = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    names = vectors.get_feature_names_out()
    return {
        "labels": ["right"],
        "bias": [0.0],
        "weights": {str(name): [round(float(value), 4)] for name, value in zip(names, fitted, strict=True)},
    }


class DecisionFitter:
    """Fits all decisions, one after the other, each on what those before it decide."""

    def __init__(self, scorer: Any, without: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """``without``: by decision, beginnings of codes of features that are left out, to measure what they are worth."""
        self.scorer = scorer
        self.without = without or {}

    def fit(
        self, documents: Sequence[Read], given: Mapping[str, Any] | None = None, first: str = ORDER[0]
    ) -> dict[str, Any]:
        """The decisions for ``config.json``.

        Args:
            documents: what they are fitted to.
            given: decisions that were fitted already.
            first: from this decision on all are fitted anew; those before it are taken as ``given``.
        """
        anew = ORDER[ORDER.index(first) :]
        before = ORDER[: ORDER.index(first)]
        decisions = {name: value for name, value in (given or {}).items() if name in before}
        if "labels" in anew:
            cases = [_label_cases(document) for document in documents]
            decisions["labels"] = self._labels(cases)
            decisions["least"] = self._least(documents, cases)
        elif given:
            decisions["least"] = given["least"]
        wanted = [d for d in documents if d.wanted]
        # Each is fitted to what the passes before it decide; those behind it would only take time.
        decided = [(d, decide(d.text, d.units, decisions, "parts")) for d in wanted] if "bearer" in anew else []
        if "strength" in anew and (strength := self._strength(decided)):
            decisions["strength"] = strength
        if "bearer" in anew:
            decisions["bearer"] = self._bearer(decided)
        decisions["classes"] = self._classes([(d, decide(d.text, d.units, decisions, "bearers")) for d in wanted])
        return decisions

    def _labels(self, documents: Iterable[Sequence[_Case]]) -> dict[str, Any]:
        cases = [case for of_document in documents for case in of_document]
        weights = [case.weight for case in cases]
        features, targets = [case.features for case in cases], [case.target for case in cases]
        return fit_decision(features, targets, STATEMENTS, _LABELS, weights, self.without.get("labels", ()))

    def _least(self, documents: Sequence[Read], cases: Sequence[Sequence[_Case]]) -> dict[str, float]:
        """By genre, the probability of a norm from which on F1 is best; what pages of general news hold are mistakes.

        Each document's probabilities come from a regression that did not see its fold: one that knows the pages of general news finds next
        to nothing on them at any threshold.
        """
        scored: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
        total: Counter[str] = Counter()
        count = Counter(document.text.genre.value for document in documents)
        pages = Counter(document.text.genre.value for document in documents if document.is_page)
        for fold in {document.fold for document in documents}:
            others = [own for document, own in zip(documents, cases, strict=True) if document.fold != fold]
            decision = Decision(self._labels(others or cases))
            for document, own in zip(documents, cases, strict=True):
                if document.fold == fold:
                    genre = document.text.genre.value
                    total[genre] += len(document.wanted)
                    for case in own:
                        if not case.carries:
                            probability = 1 - decision.probabilities(case.features)[NONE]
                            scored[genre].append((probability, case.target != NONE, document.is_page))
        of_law = [case for genre in _LAW for case in scored.get(genre, ())]
        law = _best_threshold(of_law, sum(total[genre] for genre in _LAW), sum(pages[genre] for genre in _LAW))
        return {
            genre: law if genre in _LAW and count[genre] < _FEW else _best_threshold(found, total[genre], pages[genre])
            for genre, found in sorted(scored.items())
        }

    def _strength(self, decided: Iterable[tuple[Read, tuple[Unit, ...]]]) -> dict[str, Any]:
        """Empty where no document recommends: the network's answer stands."""
        features, targets = [], []
        for document, units in decided:
            matched = match_units(units, document.wanted)
            discourse = discourse_of(document.text)
            for n, unit in enumerate(units):
                if n in matched and unit.label != NONE:
                    features.append(strength_features(unit, unit.label, discourse))
                    targets.append(document.wanted[matched[n]].strength)
        if len(set(targets)) < len(STRENGTHS):
            return {}
        return fit_decision(features, targets, STRENGTHS, _STRENGTH, without=self.without.get("strength", ()))

    def _bearer(self, decided: Iterable[tuple[Read, tuple[Unit, ...]]]) -> dict[str, Any]:
        """Fitted as a choice: of all candidates of a norm the right one is to be the most probable."""
        choices: list[list[tuple[Mapping[str, float], bool]]] = []
        for document, units in decided:
            matched = match_units(units, document.wanted)
            discourse = discourse_of(document.text)
            named = find_named(units, discourse)
            for n, unit in enumerate(units):
                if n not in matched or unit.label == NONE:
                    continue
                wanted, candidates = document.wanted[matched[n]].bearer, []
                for mention, found in bearer_candidates(unit, named, discourse):
                    words = mention.span.of(discourse.text) if mention.span else None
                    candidates.append((found, bool(self.scorer.same_party(wanted, words))))
                choices.append(candidates)
        return fit_choice(choices, _BEARER, self.without.get("bearer", ()))

    def _classes(self, decided: Iterable[tuple[Read, tuple[Unit, ...]]]) -> dict[str, Any]:
        features: list[Mapping[str, float]] = []
        targets: list[str] = []
        weights: list[float] = []
        for document, units in decided:
            matched = match_units(units, document.wanted)
            unit_features = class_features(units, discourse_of(document.text))
            known = {n for n in matched if units[n].label != NONE}
            features += [found for n, found in enumerate(unit_features) if n in known]
            targets += [document.wanted[matched[n]].bearer_class for n in sorted(known)]
            # Whom a document binds is nearly one case, however many norms it has.
            weights += [max(len(known), 1) ** -0.5] * len(known)
        mean = sum(weights) / max(len(weights), 1)
        without = self.without.get("classes", ())
        return fit_decision(features, targets, CLASSES, _CLASSES, [w / mean for w in weights], without)

    # -- confidence ------------------------------------------------------------------------------------------------------------

    def rows(
        self, documents: Iterable[Read], decisions: Mapping[str, Any]
    ) -> list[tuple[dict[str, float], dict[str, bool | None]]]:
        """Each norm that is read in an annotated part: what the calibration looks at, and which fields are right."""
        made = []
        for document in documents:
            if not document.gold:
                continue  # Without deadlines, as in a passage, nobody can say whether a row is right.
            units = decide(document.text, document.units, decisions)
            matched = match_units(units, document.wanted)
            unit_features = confidence_features(units, discourse_of(document.text))
            for n, (unit, found) in enumerate(zip(units, unit_features, strict=True)):
                if unit.label != NONE and is_inside(unit, document.regions):
                    made.append((found, self._right(document, unit, matched.get(n))))
        return made

    def _right(self, document: Read, unit: Unit, at: int | None) -> dict[str, bool | None]:
        if at is None:
            return {"row": False, "norm": False} | dict.fromkeys([f for f in FIELDS if f != "norm"])
        want, gold = document.wanted[at], document.gold[at]
        span = unit.span or unit.input.span
        words = unit.bearer.span.of(document.text.text) if unit.bearer and unit.bearer.span else None
        right: dict[str, bool | None] = {
            "norm": True,
            "modality": want.modality == unit.label,
            "strength": want.strength == ("should" if unit.should >= 0.5 else "must"),
            "bearer": bool(self.scorer.same_party(want.bearer, words)),
            "class": want.bearer_class == unit.bearer_class.value,
            "quote": overlap(span, want.span) >= 0.9,
        }
        from dutybook.extract.deadlines import find_deadlines
        from dutybook.structure.build import pack_for

        found = find_deadlines(document.text.text, span, pack_for(unit.sentence.language))
        have = sorted((d.kind.value, str(d.value)) for d in found)
        wanted = sorted((d["kind"], str(d["value"])) for d in gold["deadlines"])
        return right | {"row": all(right.values()) and have == wanted}


def fit_confidence(rows: Sequence[tuple[dict[str, float], dict[str, bool | None]]]) -> dict[str, Any]:
    """A logistic regression for the row and for each field, and the line that calibrates it."""
    made: dict[str, Any] = {}
    for name in ("row", *FIELDS):
        known = [(features, right[name]) for features, right in rows if right[name] is not None]
        features, targets = [f for f, _ in known], ["right" if r else "wrong" for _, r in known]
        if len(set(targets)) < 2:
            continue
        made[name] = fit_decision(features, targets, ("right", "wrong"), _CONFIDENCE)
    return made


def calibration_points(values: Sequence[float], right: Sequence[bool]) -> list[list[float]]:
    """Points of the line from raw probabilities to shares of what is right, on rows that the regression had not seen."""
    isotonic = IsotonicRegression(y_min=0.01, y_max=0.995, out_of_bounds="clip")
    isotonic.fit(np.array(values), np.array(right, dtype=float))
    places = np.quantile(np.array(values), np.linspace(0.0, 1.0, _POINTS))
    return [[round(float(p), 4), round(float(isotonic.predict([p])[0]), 4)] for p in dict.fromkeys(places)]
