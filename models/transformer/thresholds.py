"""How sure the network must be to revise the rules, from answers of networks that never saw the document or language.

Rules were made with our specs and annotated texts: what they miss shows only in what was written without regard to them
(lessons, acts, gold beside the repository).
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dutybook.extract.norms.light_judge import situation, threshold
from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS
from transformer.examples import Example

# Surer than not, with something to spare: lower ones paid on one document and cost on the next.
_GRID = [round(0.6 + 0.05 * n, 2) for n in range(8)] + [0.98]
#: A wrong revision costs more than a missed one: rules can be explained.
_COST = 1.3
_LEAST, _PAYS = 4, 2.0
QUESTIONS = ("statement", "list")
#: Where the shipped network made annotated documents worse, though the measuring one had not: what it adds to English statutes.
RULES_ALONE = {("statute", "statement"): frozenset({"en"})}
#: Languages whose rules have been measured against annotated texts of several documents.
GROWN = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "pt"})
#: Young languages in which plain commands of national law stand as the rules read them. Thresholds tuned on lessons, which are
#: single sentences, took them for descriptions: of 123 norms of a Romanian and a Greek act the rules found 84, with the network 43.
STANDING = frozenset({"el", "lt", "lv", "mt", "ro"})


def named(question: str, example: Example, says: str) -> str:
    """The name of the revision from what the rules said to ``says``."""
    if question == "list":
        return f"{example.seen_list.rules} to {says}" if example.seen_list else ""
    seen = example.seen
    return situation(seen.rules, seen.sure, says, seen.reason) if seen else ""


def _asked(question: str, example: Example) -> tuple[str, str] | None:
    """What the rules say and what is right, where both are known and one norm is in question."""
    seen = example.seen_list if question == "list" else example.seen
    label = example.list if question == "list" else example.statement
    if seen is None or not label or seen.several:
        return None
    return seen.rules, label


def tuned(
    question: str, some: Iterable[tuple[Example, NDArray[np.float32]]], cost: float = _COST, least: int = _LEAST
) -> dict[str, float]:
    """Thresholds by the name of the revision; what never pays has none."""
    labels = LISTS if question == "list" else STATEMENTS
    cases: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for example, values in some:
        asked = _asked(question, example)
        if asked is None:
            continue
        rules, label = asked
        best = int(values.argmax())
        says = labels[best]
        if says == rules or not (says == label or rules == label):
            continue
        cases[named(question, example, says)].append((float(values[best]), 1.0 if says == label else -cost))
    found = {}
    for name, judged in sorted(cases.items()):
        gains = {t: sum(gain for sure, gain in judged if sure >= t) for t in _GRID}
        best_at = max(gains, key=lambda t: (gains[t], t))
        if gains[best_at] >= _PAYS and sum(sure >= best_at for sure, _ in judged) >= least:
            found[name] = best_at
    return found


def together(
    question: str, some: Sequence[tuple[Example, NDArray[np.float32]]], settings: dict[str, Any]
) -> list[tuple[str, str, str, str]]:
    """(rules, both, label, language) of each that is asked."""
    labels = LISTS if question == "list" else STATEMENTS
    made = []
    for example, values in some:
        asked = _asked(question, example)
        if asked is None:
            continue
        rules, label = asked
        best = int(values.argmax())
        says = labels[best]
        needed = threshold(settings, example.genre, example.language, question, named(question, example, says))
        made.append((rules, says if says != rules and values[best] >= needed else rules, label, example.language))
    return made


def settings_of(examples: Sequence[Example], answers: dict[str, dict[int, NDArray[np.float32]]]) -> dict[str, Any]:
    """Thresholds by genre, and in which languages rules decide alone: where both together measured no better.

    Languages whose rules are young have thresholds of their own, tuned on all of them together. ``answers``: by question, the
    values for the number of an example.
    """
    settings: dict[str, Any] = {"genres": {}}
    for genre in sorted({e.genre for e in examples}):
        made: dict[str, Any] = {"rules_alone": {q: [] for q in QUESTIONS}}
        young: dict[str, Any] = {}
        settings["genres"][genre] = made
        for question in QUESTIONS:
            pairs = [
                (examples[n], values)
                for n, values in sorted(answers[question].items())
                if examples[n].genre == genre and counts(examples[n])
            ]
            least = 12 if genre == "eu_act" else _LEAST
            made[question] = tuned(question, (p for p in pairs if p[0].language in GROWN), least=least)
            young[question] = tuned(question, (p for p in pairs if p[0].language not in GROWN))
        codes = sorted({e.language for e in examples} - GROWN)
        if young["statement"] or young["list"] or made["statement"] or made["list"]:
            made["languages"] = {code: _standing(young, genre, code) for code in codes}
        for question in QUESTIONS:
            gains: Counter[str] = Counter(dict.fromkeys(sorted({e.language for e in examples}), 0))
            some = [
                (examples[n], v)
                for n, v in sorted(answers[question].items())
                if examples[n].genre == genre and counts(examples[n])
            ]
            for rules, both, label, language in together(question, some, settings):
                gains[language] += (both == label) - (rules == label)
            worse = {c for c, gain in gains.items() if gain < 0 or (gain == 0 and genre == "eu_act")}
            made["rules_alone"][question] = sorted(worse | RULES_ALONE.get((genre, question), frozenset()))
        if not any(made[q] or young[q] for q in QUESTIONS):
            del settings["genres"][genre]
    return settings


def _standing(young: dict[str, Any], genre: str, language: str) -> dict[str, Any]:
    """The thresholds of a young language, without those that revise plain commands where these stand."""
    if genre != "statute" or language not in STANDING:
        return young
    kept = {name: value for name, value in young["statement"].items() if not name.endswith(" indicative")}
    return {**young, "statement": kept}


def counts(example: Example) -> bool:
    """Whether rules can be seen to err in it: not in what they were made with, nor in English acts, whose labels are theirs."""
    return example.source in ("lesson", "gold", "tuning") or (example.source == "act" and example.language != "en")


def plain(settings: dict[str, Any]) -> list[str]:
    """The settings in words."""
    said = []
    for genre, made in settings["genres"].items():
        young = next(iter(made.get("languages", {}).values()), {})
        for whose, own in (("", made), (" in languages whose rules are young", young)):
            said += [
                f"{genre}, {question}{whose}: {name} from {value}"
                for question in QUESTIONS
                for name, value in own.get(question, {}).items()
            ]
        if genre == "statute" and "languages" in made:
            said.append(f"{genre}, statement: plain commands stand in {', '.join(sorted(STANDING))}")
        for question in QUESTIONS:
            if made["rules_alone"][question]:
                said.append(f"{genre}, {question}: rules alone in {', '.join(made['rules_alone'][question])}")
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
