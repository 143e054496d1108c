"""What the measuring network says of what it never saw: thresholds, temperatures, scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from score import source_of
from training import golds
from training.tuning import f1

from dutybook.extract.norms.judging import Judge
from dutybook.extract.norms.light_judge import LightJudge
from dutybook.extract.norms.light_model import load_model
from dutybook.extract.norms.transformer.encoding import LISTS, PARTS, STATEMENTS
from dutybook.extract.norms.transformer.judge import TransformerJudge
from transformer import fitting, folds
from transformer.asked import Asked
from transformer.examples import ROOT, Example
from transformer.network import NormsModel
from transformer.thresholds import GROWN, calibrated, reliability, settings_of, tempered, together

#: Scores of a row: how many units, then norm and modality F1 of each.
Row = tuple[str, int, list[tuple[float, float]]]


@dataclass(slots=True)
class Measured:
    """Everything that the card tells of the measuring network."""

    settings: dict[str, Any]
    temperature: dict[str, float]
    units: list[Row] = field(default_factory=list)
    labels: list[tuple[str, float, float, float, int]] = field(default_factory=list)
    parts: list[tuple[str, float, float, float, int]] = field(default_factory=list)
    bearers: list[tuple[str, float, int]] = field(default_factory=list)
    documents: dict[str, list[Row]] = field(default_factory=dict)
    error: float = 0.0
    error_before: float = 0.0
    bins: list[tuple[float, float, int]] = field(default_factory=list)

    def summary(self) -> str:
        """A few lines for whoever waits."""
        lines = [
            f"{name}: {count} units, " + ", ".join(f"{a:.3f}/{b:.3f}" for a, b in said)
            for name, count, said in self.units
        ]
        return "\n".join([*lines, f"calibration error {self.error:.3f} (before {self.error_before:.3f})"])


def measure(model: NormsModel, encoder: Path, examples: Sequence[Example], shared: Path | None) -> Measured:
    """Ask the network for what was left out, set thresholds by it, score it."""
    numbers = [n for n, e in enumerate(examples) if folds.left_out(e)]
    some = [examples[n] for n in numbers]
    said = fitting.answers(model, encoder, some)
    labelled = [n for n, e in enumerate(some) if e.statement]
    right = np.array([STATEMENTS.index(some[n].statement) for n in labelled])
    raw = said.statements[labelled].astype(np.float64)
    warmth = calibrated(raw, right)
    listed = [n for n, e in enumerate(some) if e.list]
    warm_lists = calibrated(
        said.lists[listed].astype(np.float64), np.array([LISTS.index(some[n].list) for n in listed])
    )
    statements = tempered(said.statements.astype(np.float64), warmth).astype(np.float32)
    lists = tempered(said.lists.astype(np.float64), warm_lists).astype(np.float32)
    answers = {
        "statement": {n: statements[n] for n in labelled},
        "list": {n: lists[n] for n in listed},
    }
    made = Measured(settings_of(some, answers), {"statement": warmth, "list": warm_lists})
    made.error_before, _ = _calibration(raw, right)
    made.error, made.bins = _calibration(tempered(raw, warmth), right)
    made.units = _units(some, answers["statement"], made.settings)
    made.labels = _labels(some, statements)
    made.parts, made.bearers = _parts(some, said.tags, fitting.tokenizer_of(encoder))
    if shared is not None:
        asked = Asked(model, fitting.tokenizer_of(encoder), made.settings, warmth)
        made.documents = _documents(shared, asked)
    return made


def _calibration(values: NDArray[np.float64], right: NDArray[np.int64]) -> tuple[float, list[tuple[float, float, int]]]:
    best = values.argmax(axis=1)
    return reliability(values.max(axis=1), best == right)


def _units(some: Sequence[Example], values: dict[int, NDArray[np.float32]], settings: dict[str, Any]) -> list[Row]:
    groups: list[tuple[str, Callable[[Example], bool]]] = [
        *((f"{c}, acts (language never seen)", lambda e, c=c: e.language == c and e.source == "act") for c in sorted(folds.LANGUAGES)),
        ("acts never seen, languages seen", lambda e: e.source == "act" and e.language not in {*folds.LANGUAGES, "en"}),
        *(
            (f"lessons, {g}, {w}", lambda e, g=g, grown=w == "eight": e.source == "lesson" and e.genre == g and (e.language in GROWN) == grown)
            for w in ("eight", "sixteen")
            for g in ("eu_act", "statute", "guidance", "news")
        ),
        ("annotated beside the repository", lambda e: e.source == "gold"),
    ]  # fmt: skip
    made: list[Row] = []
    for name, inside in groups:
        pairs = [(some[n], v) for n, v in values.items() if inside(some[n])]
        if len(pairs) < 10:
            continue
        labels = [e.statement for e, _ in pairs]
        rules = [e.seen.rules if e.seen else "none" for e, _ in pairs]
        model = [STATEMENTS[int(v.argmax())] for _, v in pairs]
        asked = together("statement", pairs, settings)
        both = f1([b for _, b, _, _ in asked], [y for _, _, y, _ in asked]) if asked else (0.0, 0.0)
        made.append((name, len(pairs), [f1(rules, labels), f1(model, labels), both]))
    return made


def _labels(some: Sequence[Example], values: NDArray[np.float32]) -> list[tuple[str, float, float, float, int]]:
    said = [STATEMENTS[int(v.argmax())] for v in values]
    pairs = [(e.statement, s) for e, s in zip(some, said, strict=True) if e.statement]
    return [_scored(label, Counter(s == label and y == label for y, s in pairs)[True], sum(s == label for _, s in pairs), sum(y == label for y, _ in pairs)) for label in STATEMENTS[1:]]  # fmt: skip


def _scored(name: str, both: int, found: int, wanted: int) -> tuple[str, float, float, float, int]:
    precision, recall = both / max(found, 1), both / max(wanted, 1)
    return name, precision, recall, 2 * both / max(found + wanted, 1), wanted


def _parts(
    some: Sequence[Example], tags: Sequence[Sequence[int]], tokenizer: Any
) -> tuple[list[tuple[str, float, float, float, int]], list[tuple[str, float, int]]]:
    """Parts by kind (an overlap of half of both counts), and the share of bearers that are right by language."""
    tally: dict[str, list[int]] = {kind: [0, 0, 0] for kind in PARTS}
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for example, own in zip(some, tags, strict=True):
        if example.parts is None or example.statement in ("", "none"):
            continue
        offsets = tokenizer.encode(example.unit.text, add_special_tokens=False).offsets[: len(own)]
        found = list(fitting.spans(own, offsets))
        for kind in PARTS:
            mine, wanted = [p for p in found if p[0] == kind], [p for p in example.parts if p[0] == kind]
            both = sum(any(_alike(p, q) for q in wanted) for p in mine)
            tally[kind][0] += both
            tally[kind][1] += len(mine)
            tally[kind][2] += len(wanted)
            if kind == "bearer" and wanted:
                asked[example.language] += 1
                right[example.language] += any(_alike(p, q) for p in mine for q in wanted)
    scored = [_scored(kind, *numbers) for kind, numbers in tally.items()]
    return scored, [(c, right[c] / n, n) for c, n in sorted(asked.items()) if n >= 10]


def _alike(a: tuple[str, int, int], b: tuple[str, int, int]) -> bool:
    common = min(a[2], b[2]) - max(a[1], b[1])
    return common > 0 and 2 * common >= max(a[2] - a[1], b[2] - b[1])


def _documents(shared: Path, asked: Asked) -> dict[str, list[Row]]:
    """Annotated documents that the network never saw, by rules, with the light model, by the transformer alone, by all."""
    scoring, light = golds.scorer(shared), LightJudge(load_model())

    def judges() -> Iterable[Judge | None]:
        return (None, light, TransformerJudge(asked, alone=True), TransformerJudge(asked, light))

    made: dict[str, list[Row]] = {}
    for name, folder in (("beside the repository", shared / "gold"), ("held out", ROOT / "corpora" / "heldout")):
        made[name] = [
            (document.name, len(document.gold["norms"]), [golds.score(scoring, document, judge) for judge in judges()])
            for document in golds.documents(folder, lambda file: source_of(file, shared))
        ]
    return made
