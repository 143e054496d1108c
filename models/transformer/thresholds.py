"""How sure the network must be to revise what the rules make of a list, from answers of networks that never saw the document
or language; and how sure it can be said to be.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dutybook.extract.norms.light_judge import threshold
from dutybook.extract.norms.transformer.encoding import LISTS
from transformer.examples import Example

# Surer than not, with something to spare: lower ones paid on one document and cost on the next.
_GRID = [round(0.6 + 0.05 * n, 2) for n in range(8)] + [0.98]
#: A wrong revision costs more than a missed one: rules can be explained.
_COST = 1.3
_LEAST, _LEAST_OF_ACTS, _PAYS = 4, 12, 2.0
#: Languages whose rules have been measured against annotated texts of several documents.
GROWN = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "pt"})
_Pairs = Sequence[tuple[Example, NDArray[np.float32]]]


def _asked(example: Example) -> tuple[str, str] | None:
    """What the rules say of a list and what is right, where both are known."""
    if example.seen_list is None or not example.list or (example.seen is not None and example.seen.several):
        return None
    return example.seen_list.rules, example.list


def tuned(some: Iterable[tuple[Example, NDArray[np.float32]]], least: int = _LEAST) -> dict[str, float]:
    """Thresholds by the name of the revision; what never pays has none."""
    cases: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for example, values in some:
        asked = _asked(example)
        if asked is None:
            continue
        rules, label = asked
        best = int(values.argmax())
        says = LISTS[best]
        if says != rules:
            cases[f"{rules} to {says}"].append((float(values[best]), 1.0 if says == label else -_COST))
    found = {}
    for name, judged in sorted(cases.items()):
        gains = {t: sum(gain for sure, gain in judged if sure >= t) for t in _GRID}
        best_at = max(gains, key=lambda t: (gains[t], t))
        if gains[best_at] >= _PAYS and sum(sure >= best_at for sure, _ in judged) >= least:
            found[name] = best_at
    return found


def together(some: _Pairs, settings: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(rules, both, label, language) of each list that is asked."""
    made = []
    for example, values in some:
        asked = _asked(example)
        if asked is None:
            continue
        rules, label = asked
        best = int(values.argmax())
        says = LISTS[best]
        needed = threshold(settings, example.genre, example.language, "list", f"{rules} to {says}")
        made.append((rules, says if says != rules and values[best] >= needed else rules, label, example.language))
    return made


def lists_of(examples: Sequence[Example], answers: dict[int, NDArray[np.float32]]) -> dict[str, Any]:
    """Thresholds for lists by genre, and in which languages rules decide alone: where both together measured no better.

    Languages whose rules are young have thresholds of their own, tuned on all of them together. ``answers``: the values for
    the number of an example. A genre in which nothing pays is absent.
    """
    settings: dict[str, Any] = {"genres": {}}
    languages = sorted({e.language for e in examples})
    for genre in sorted({e.genre for e in examples}):
        pairs = [
            (examples[n], values)
            for n, values in sorted(answers.items())
            if examples[n].genre == genre and counts(examples[n])
        ]
        acts = genre == "eu_act"
        grown = tuned((p for p in pairs if p[0].language in GROWN), _LEAST_OF_ACTS if acts else _LEAST)
        young = tuned(p for p in pairs if p[0].language not in GROWN)
        if not grown and not young:
            continue
        made: dict[str, Any] = {"rules_alone": {"list": []}, "list": grown}
        made["languages"] = {code: {"list": young} for code in languages if code not in GROWN}
        settings["genres"][genre] = made
        gains: Counter[str] = Counter(dict.fromkeys(languages, 0))
        for rules, both, label, language in together(pairs, settings):
            gains[language] += (both == label) - (rules == label)
        made["rules_alone"]["list"] = sorted(c for c, gain in gains.items() if gain < 0 or (gain == 0 and acts))
    return settings


def counts(example: Example) -> bool:
    """Whether rules can be seen to err in it: not in what they were made with, nor in English acts, whose labels are theirs."""
    return example.source in ("lesson", "gold", "tuning") or (example.source == "act" and example.language != "en")


def plain(settings: dict[str, Any]) -> list[str]:
    """The thresholds in words."""
    said = []
    for genre, made in settings["genres"].items():
        young = next(iter(made.get("languages", {}).values()), {})
        for whose, own in (("", made), (" in languages whose rules are young", young)):
            said += [f"{genre}, list{whose}: {name} from {value}" for name, value in own.get("list", {}).items()]
        if made.get("rules_alone", {}).get("list"):
            said.append(f"{genre}, list: rules alone in {', '.join(made['rules_alone']['list'])}")
    return said


def calibrated(
    logs: NDArray[np.float64], right: NDArray[np.int64], *, shifted: bool = True
) -> tuple[float, NDArray[np.float64]]:
    """The temperature, and what is added to each label's log-probability before it divides them: of least loss.

    Rare labels weigh more in training, so that the network says them too often: that is taken back here.
    """
    rows = np.arange(len(right))

    def loss(given: NDArray[np.float64]) -> float:
        scaled = _scaled(logs, float(np.exp(given[0])), given[1:] if shifted else given[1:] * 0)
        return float(-scaled[rows, right].mean() + 1e-3 * np.square(given).sum())

    bounds = [(np.log(0.5), np.log(4.0)), *[(-3.0, 3.0)] * logs.shape[1]]
    found = minimize(loss, np.zeros(logs.shape[1] + 1), method="L-BFGS-B", bounds=bounds).x.round(3)
    return round(float(np.exp(found[0])), 3), found[1:] if shifted else found[1:] * 0


def tempered(logs: NDArray[Any], temperature: float, shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities, shifted and at a temperature."""
    return np.exp(_scaled(np.asarray(logs, dtype=np.float64), temperature, shift))


def crossed(logs: NDArray[np.float64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of each half, calibrated on the other one: how sure the network can be said to be, fairly."""
    made = np.zeros_like(logs)
    halves = np.arange(len(right)) % 2 == 0
    for fitted_on in (halves, ~halves):
        made[~fitted_on] = tempered(logs[~fitted_on], *calibrated(logs[fitted_on], right[fitted_on]))
    return made


def _scaled(logs: NDArray[np.float64], temperature: float, shift: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = (logs + shift) / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))


def reliability(
    sure: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error, and (mean confidence, share right, how many) of each bin that has any."""
    edges = np.linspace(0, 1, bins + 1)
    found, error = [], 0.0
    for low, high in itertools.pairwise(edges):
        inside = (sure > low) & (sure <= high)
        if inside.any():
            mean, share, count = float(sure[inside].mean()), float(right[inside].mean()), int(inside.sum())
            found.append((mean, share, count))
            error += abs(mean - share) * count / len(sure)
    return error, found
