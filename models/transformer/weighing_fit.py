"""Fits the weights by which rules and network are weighed against each other, on texts that neither had seen.

Rules were made with our specs and annotated texts: what they miss shows in texts to tune by, as they were read first
(``first_readings.json``), and less in lessons, acts and the gold beside the repository, which therefore count less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dutybook.extract.norms.transformer.encoding import STATEMENTS
from dutybook.extract.norms.transformer.weighing import Case, belief, features, kinds
from transformer.examples import Example

#: How likely the network must be right to revise the rules, by genre: rather more than not, for the rules can be explained; more
#: where these are good.
LEAST = {"eu_act": 0.65, "statute": 0.65}
_ELSEWHERE = 0.55
#: What an example counts, by its source; others show nothing.
_COUNTS = {"tuning": 1.0, "lesson": 0.3, "gold": 0.3, "act": 0.15}
_FOLDS = 5
_HELD, _FREE = 1.0, 0.1
_FEW = frozenset({"any", "model", "model on the rules' reading"})
#: A kind of revision is weighed in a genre where it made so many more sentences right than wrong, and one in so many asked.
_PAYS, _ASKED = 2, 100


@dataclass(frozen=True, slots=True)
class Weighing:
    """``weights`` by feature; ``genres``: the kinds that pay in each; ``both``: by number of the example, what both together read.

    ``both`` is fair: documents of a fifth are read with weights fitted to the others.
    """

    weights: dict[str, float]
    genres: dict[str, list[str]]
    both: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    fold: int
    case: Case
    label: str
    counts: float

    @property
    def right(self) -> bool:
        return self.case.says == self.label

    @property
    def tells(self) -> bool:
        """Whether one of both is right, and not the other."""
        return self.case.says != self.case.rules and self.label in (self.case.says, self.case.rules)


def fitted(examples: Sequence[Example], said: Mapping[int, NDArray[np.float32]]) -> Weighing:
    """Weights from the probabilities that a network which never saw the examples says of them, by number."""
    rows = [_row(n, examples[n], values) for n, values in sorted(said.items()) if _shows(examples[n])]
    beliefs: dict[int, float] = {}
    for fold in range(_FOLDS):
        weights = _weights([r for r in rows if r.fold != fold])
        beliefs.update((r.number, belief(weights, r.case)) for r in rows if r.fold == fold)
    gains: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for row in rows:
        asked.update((row.case.genre, kind) for kind in kinds(row.case.rules, row.case.sure))
        if row.case.says != row.case.rules and beliefs[row.number] >= least(row.case.genre):
            gains[row.case.genre, row.case.kind] += row.right - (row.case.rules == row.label)
    genres: dict[str, list[str]] = {}
    for (genre, kind), gain in sorted(gains.items()):
        if gain >= max(_PAYS, asked[genre, kind] / _ASKED):
            genres.setdefault(genre, []).append(kind)
    both = {
        r.number: r.case.says
        if beliefs[r.number] >= least(r.case.genre) and r.case.kind in genres.get(r.case.genre, ())
        else r.case.rules
        for r in rows
    }
    return Weighing({name: value for name, value in _weights(rows).items() if value}, genres, both)


def least(genre: str) -> float:
    """How likely the network must be right in a genre."""
    return LEAST.get(genre, _ELSEWHERE)


def _shows(example: Example) -> bool:
    """Whether rules can be seen to err in it: not in what they were made with, nor in English acts, whose labels are theirs."""
    if example.seen is None or example.seen.several or not example.statement:
        return False
    return example.source in _COUNTS and (example.source != "act" or example.language != "en")


def _row(number: int, example: Example, values: NDArray[np.float32]) -> _Row:
    seen = example.seen
    if seen is None:
        raise ValueError("nothing is known of what the rules read")
    said = dict(zip(STATEMENTS, (float(v) for v in values), strict=True))
    case = Case(example.genre, example.language, seen.rules, seen.sure, seen.reason, said)
    fold = crc32(example.group.encode()) % _FOLDS
    return _Row(number, fold, case, example.statement, _COUNTS[example.source])


def _weights(rows: Sequence[_Row]) -> dict[str, float]:
    """Of least loss, each weight held at nothing by a prior."""
    some = [r for r in rows if r.tells]
    made = [dict(features(r.case)) for r in some]
    names = sorted({name for one in made for name in one})
    at = {name: n for n, name in enumerate(names)}
    table = np.zeros((len(some), len(names)))
    for n, one in enumerate(made):
        for name, value in one.items():
            table[n, at[name]] = value
    right = np.array([float(r.right) for r in some])
    counts = np.array([r.counts for r in some])
    held = np.array([_FREE if name in _FEW else _HELD for name in names])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = table @ weights
        off = 1 / (1 + np.exp(-total)) - right
        value = float((counts * (np.logaddexp(0, total) - right * total)).sum() + 0.5 * (held * weights**2).sum())
        return value, table.T @ (counts * off) + held * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(value), 4) for name, value in zip(names, found, strict=True)}


def in_words(settings: Mapping[str, Any]) -> list[str]:
    """Which revisions are weighed in which genre."""
    return [
        f"{genre}, statement: weighed where the model would {', '.join(made['weighed'])}; believed from {made['least']}"
        for genre, made in settings["genres"].items()
        if made.get("weighed")
    ]
