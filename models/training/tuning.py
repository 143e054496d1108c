"""How sure the model must be to revise the rules: by what they said, from predictions for documents it never saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dutybook.extract.norms.light_judge import NONE, situation, threshold
from training.fitting import LABELS
from training.rows import Row

_GRID = [round(0.5 + 0.05 * n, 2) for n in range(10)] + [0.98]
# A wrong revision of a sentence costs more than a missed one: labels are projected, and rules can be explained. Outside
# of acts most sentences state nothing, and a norm where there is none spoils a document.
_COST = {"statement": 1.3, "list": 1.0}
_COST_ELSEWHERE = 1.5
# So many revisions, and so much gain, must have been seen before the model may make one of a kind.
_LEAST = {"eu_act": (12, 3.0)}
_LEAST_ELSEWHERE = (4, 2.0)


def named(question: str, row: Row, says: str) -> str:
    """The name of the revision from what the rules said to ``says``."""
    if question == "list":
        return f"{row.seen.rules} to {says}"
    return situation(row.seen.rules, row.seen.sure, says, row.seen.reason)


def tuned(question: str, genre: str, rows: Sequence[Row], values: NDArray[np.float64]) -> dict[str, float]:
    """Thresholds for a genre by the name of the revision; what never pays has none."""
    cases: dict[str, list[tuple[float, float]]] = defaultdict(list)
    least, pays = _LEAST.get(genre, _LEAST_ELSEWHERE)
    for row, says, sure in _revisions(question, rows, values):
        right, before = says == row.label, row.seen.rules == row.label
        if right or before:
            cost = _COST[question] if genre in _LEAST else _COST_ELSEWHERE
            cases[named(question, row, says)].append((sure, 1.0 if right else -cost))
    found = {}
    for name, judged in sorted(cases.items()):
        gains = {t: sum(gain for sure, gain in judged if sure >= t) for t in _GRID}
        best = max(gains, key=lambda t: (gains[t], t))
        if gains[best] >= pays and sum(sure >= best for sure, _ in judged) >= least:
            found[name] = best
    return found


def together(question: str, rows: Sequence[Row], values: NDArray[np.float64], settings: dict[str, Any]) -> list[str]:
    """What rules and model say together of each row, with the settings of a model's config."""
    said = [row.seen.rules for row in rows]
    at = {id(row): n for n, row in enumerate(rows)}
    for row, says, sure in _revisions(question, rows, values):
        if sure >= threshold(settings, row.genre, row.language, question, named(question, row, says)):
            said[at[id(row)]] = says
    return said


def _revisions(question: str, rows: Sequence[Row], values: NDArray[np.float64]) -> list[tuple[Row, str, float]]:
    labels = LABELS[question]
    made = []
    for row, row_values in zip(rows, values, strict=True):
        if np.isnan(row_values[0]) or row.seen.several:
            continue
        best = int(row_values.argmax())
        if labels[best] != row.seen.rules:
            made.append((row, labels[best], float(row_values[best])))
    return made


def f1(said: Sequence[str], labels: Sequence[str], nothing: str = NONE) -> tuple[float, float]:
    """F1 of presence, and of the label."""
    total = sum(s != nothing for s in said) + sum(g != nothing for g in labels)
    both = sum(s != nothing and g != nothing for s, g in zip(said, labels, strict=True))
    same = sum(s != nothing and s == g for s, g in zip(said, labels, strict=True))
    return (2 * both / total, 2 * same / total) if total else (1.0, 1.0)


def scores(question: str, rows: Sequence[Row], values: NDArray[np.float64], settings: dict[str, Any]) -> dict[str, Any]:
    """Rules, model and both: F1 of presence and label on rows that have predictions."""
    nothing = LABELS[question][0]
    kept = [n for n in range(len(rows)) if not np.isnan(values[n][0])]
    labels = [rows[n].label for n in kept]
    both = together(question, [rows[n] for n in kept], values[kept], settings)
    return {
        "units": len(kept),
        "rules": f1([rows[n].seen.rules for n in kept], labels, nothing),
        "model": f1([LABELS[question][int(values[n].argmax())] for n in kept], labels, nothing),
        "together": f1(both, labels, nothing),
        "changed": sum(b != rows[n].seen.rules for b, n in zip(both, kept, strict=True)),
    }
