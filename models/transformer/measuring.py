"""What the measuring network says of what it never saw: weights, thresholds, temperatures, scores."""

from __future__ import annotations

import copy
import pickle
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from score import source_of
from training import golds
from training.tuning import f1

from dutybook.extract.norms.light_judge import LightJudge
from dutybook.extract.norms.light_model import load_model
from dutybook.extract.norms.transformer.encoding import LISTS, PARTS, STATEMENTS, TAGS, decoded, spans
from dutybook.extract.norms.transformer.judge import TransformerJudge
from transformer import fitting, folds, weighing_fit
from transformer.asked import Asked
from transformer.examples import OPEN, ROOT, Example
from transformer.network import NormsModel
from transformer.thresholds import GROWN, calibrated, crossed, lists_of, reliability, tempered

#: Scores of a row: how many units, then norm and modality F1 of each.
Row = tuple[str, int, list[tuple[float, float]]]


#: Folders of annotated documents; the last one changes nothing.
DOCUMENTS = ("beside the repository", "to tune by", "held out")
#: How many sentences of acts of one language a fold's network is asked for.
MOST = 600
#: A count of right, said and wanted.
Tally = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one of the measuring networks reached on all that it never saw."""

    name: str
    norm: float
    modality: float
    labels: list[tuple[str, float, float, float, int]]
    parts: list[tuple[str, float, float, float, int]]
    error: float

    @property
    def found(self) -> float:
        """F1 of all parts, each kind counting as much as another."""
        return sum(row[3] for row in self.parts) / len(self.parts)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a fold's network says of a language that it never saw: units of acts and those that people marked."""

    language: str
    acts: tuple[int, float, float]
    marked: tuple[int, float, float]
    labels: dict[str, Tally]
    bearers: tuple[int, int]


@dataclass(slots=True)
class Measured:
    """Everything that the card tells of the measuring networks. ``taught``: the student of the teacher measured better."""

    settings: dict[str, Any]
    temperature: dict[str, float]
    shift: NDArray[np.float64]
    taught: bool
    compared: list[Compared]
    units: list[Row] = field(default_factory=list)
    bearers: list[tuple[str, float, int]] = field(default_factory=list)
    documents: dict[str, list[Row]] = field(default_factory=dict)
    languages: list[Spoken] = field(default_factory=list)
    error: float = 0.0
    error_before: float = 0.0
    bins: list[tuple[float, float, int]] = field(default_factory=list)

    @property
    def chosen(self) -> Compared:
        """The network that is measured with."""
        return self.compared[self.taught]

    def shifted(self, model: NormsModel) -> NormsModel:
        """A copy of the model with what calibration adds to each label in the bias of its last layer."""
        made = copy.deepcopy(model)
        with torch.no_grad():
            made.statement[-1].bias += torch.from_numpy(self.shift).float()
        return made

    def summary(self) -> str:
        """A few lines for whoever waits."""
        lines = [
            f"{name}: {count} units, " + ", ".join(f"{a:.3f}/{b:.3f}" for a, b in said)
            for name, count, said in self.units
        ]
        each = [f"{c.name}: {c.norm:.4f}/{c.modality:.4f}, parts {c.found:.3f}" for c in self.compared]
        return "\n".join([*each, *lines, f"calibration error {self.error:.3f} (before {self.error_before:.3f})"])


def left_out(examples: Sequence[Example]) -> list[Example]:
    """What the measuring networks are asked."""
    return [e for e in examples if folds.left_out(e) and e.source != OPEN]


def measure(
    both: Sequence[fitting.Answers],
    model: Callable[[bool], NormsModel],
    introduced: Callable[[bool], NormsModel],
    encoder: Path,
    examples: Sequence[Example],
    shared: Path | None,
    before: Before,
) -> Measured:
    """Weigh the better of both measuring networks against the rules, score it.

    ``both`` are the answers to what was left out, of the network that learned labels alone and of the one that was taught;
    ``model`` gives either, ``introduced`` the same once it has seen an act in the languages that it had never seen.
    """
    some = left_out(examples)
    labelled = [n for n, e in enumerate(some) if e.statement]
    right = np.array([STATEMENTS.index(some[n].statement) for n in labelled])
    tokenizer = fitting.tokenizer_of(encoder)
    compared = [
        _compared(name, some, labelled, right, said, tokenizer)
        for name, said in zip(("labels alone", "taught"), both, strict=True)
    ]
    taught = compared[1].modality >= compared[0].modality
    said = both[taught]
    raw = said.statements[labelled].astype(np.float64)
    warmth, shift = calibrated(raw, right)
    listed = [n for n, e in enumerate(some) if e.list]
    warm_lists, still = calibrated(
        said.lists[listed].astype(np.float64),
        np.array([LISTS.index(some[n].list) for n in listed]),
        shifted=False,
    )
    statements = tempered(said.statements, warmth, shift).astype(np.float32)
    lists = tempered(said.lists, warm_lists, still).astype(np.float32)
    weighed = weighing_fit.fitted(some, {n: statements[n] for n in labelled})
    settings = lists_of(some, {n: lists[n] for n in listed})
    for genre, kinds in weighed.genres.items():
        made_of = settings["genres"].setdefault(genre, {"rules_alone": {"list": []}, "list": {}})
        made_of |= {"weighed": kinds, "least": weighing_fit.least(genre)}
    settings["weights"] = weighed.weights
    temperature = {"statement": warmth, "list": warm_lists}
    made = Measured(settings, temperature, shift, taught, compared)
    made.error_before, _ = _calibration(np.exp(raw), right)
    made.error, made.bins = _calibration(crossed(raw, right), right)
    _, made.bearers = _parts(some, said.tags, tokenizer)
    if shared is not None:
        asked = Asked(made.shifted(model(taught)), tokenizer, made.settings, warmth)
        made.documents = _documents(shared, asked, before)
    made.units = [
        *_introduced(introduced(taught), encoder, some, warmth, shift),
        *_units(some, {n: statements[n] for n in labelled}, weighed.both),
    ]
    return made


def _introduced(
    network: NormsModel, encoder: Path, some: Sequence[Example], warmth: float, shift: NDArray[np.float64]
) -> list[Row]:
    """What a network says of acts in a language of which it has seen another act."""
    made: list[Row] = []
    for code in sorted(folds.LANGUAGES):
        asked = [
            e for e in some if e.language == code and e.source == "act" and e.statement and e.group != folds.INTRODUCING
        ]
        if len(asked) < 10:
            continue
        said = tempered(fitting.answers(network, encoder, asked).statements, warmth, shift)
        labels = [e.statement for e in asked]
        rules = [e.seen.rules if e.seen else "none" for e in asked]
        model = [STATEMENTS[int(v.argmax())] for v in said]
        name = f"{code}, acts (of the language one other act was seen, with the labels of its English version)"
        made.append((name, len(asked), [f1(rules, labels), f1(model, labels)]))
    return made


def scored(name: str, examples: Sequence[Example], said: fitting.Answers, encoder: Path) -> Compared:
    """What a network reached on all that it never saw, by its answers."""
    some = left_out(examples)
    labelled = [n for n, e in enumerate(some) if e.statement]
    right = np.array([STATEMENTS.index(some[n].statement) for n in labelled])
    return _compared(name, some, labelled, right, said, fitting.tokenizer_of(encoder))


def _compared(
    name: str,
    some: Sequence[Example],
    labelled: Sequence[int],
    right: NDArray[np.int64],
    said: fitting.Answers,
    tokenizer: Any,
) -> Compared:
    values = crossed(said.statements[labelled].astype(np.float64), right)
    pairs = [(some[n].statement, STATEMENTS[int(v.argmax())]) for n, v in zip(labelled, values, strict=True)]
    norm, modality = f1([s for _, s in pairs], [y for y, _ in pairs])
    labels = [_scored(label, *_tally(pairs, label)) for label in STATEMENTS[1:]]
    parts, _ = _parts(some, said.tags, tokenizer)
    return Compared(name, norm, modality, labels, parts, _calibration(values, right)[0])


def languages(examples: Sequence[Example], encoder: Path, fold: Callable[[int], fitting.Answers]) -> list[Spoken]:
    """What networks that never saw a language say of it (``fold``); how sure they are is calibrated on the other folds."""
    asked: list[tuple[list[Example], fitting.Answers]] = []
    for number, codes in enumerate(folds.GROUPS):
        asked.append((of_languages(examples, codes), fold(number)))
    rights = [np.array([STATEMENTS.index(e.statement) for e in some]) for some, _ in asked]
    logs = [said.statements.astype(np.float64) for _, said in asked]
    tokenizer = fitting.tokenizer_of(encoder)
    made = []
    for number, (some, said) in enumerate(asked):
        others = [n for n in range(len(asked)) if n != number]
        fitted = calibrated(np.concatenate([logs[n] for n in others]), np.concatenate([rights[n] for n in others]))
        labels = [STATEMENTS[int(v.argmax())] for v in tempered(logs[number], *fitted)]
        bearers = {c: (round(share * n), n) for c, share, n in _parts(some, said.tags, tokenizer)[1]}
        for code in sorted({e.language for e in some}):
            pairs = [
                (e.source == "act", e.statement, s) for e, s in zip(some, labels, strict=True) if e.language == code
            ]
            halves = []
            for act in (True, False):
                of = [(y, s) for a, y, s in pairs if a is act]
                halves.append((len(of), *f1([s for _, s in of], [y for y, _ in of])))
            tallies = {label: _tally([(y, s) for _, y, s in pairs], label) for label in STATEMENTS[1:]}
            made.append(Spoken(code, halves[0], halves[1], tallies, bearers.get(code, (0, 0))))
    return sorted(made, key=lambda s: s.language)


def of_languages(examples: Sequence[Example], codes: frozenset[str]) -> list[Example]:
    """What people marked in these languages, and a sample of their acts."""
    made = []
    for code in sorted(codes):
        some = [e for e in examples if e.language == code and e.statement and e.source != "national"]
        acts = [e for e in some if e.source == "act"]
        random.Random(fitting.SEED).shuffle(acts)
        made += acts[:MOST] + [e for e in some if e.source != "act"]
    return made


def _tally(pairs: Sequence[tuple[str, str]], label: str) -> Tally:
    """Right, said and wanted of pairs of (wanted, said)."""
    return (
        sum(y == s == label for y, s in pairs),
        sum(s == label for _, s in pairs),
        sum(y == label for y, _ in pairs),
    )


def _calibration(values: NDArray[np.float64], right: NDArray[np.int64]) -> tuple[float, list[tuple[float, float, int]]]:
    best = values.argmax(axis=1)
    return reliability(values.max(axis=1), best == right)


def _units(some: Sequence[Example], values: dict[int, NDArray[np.float32]], both: Mapping[int, str]) -> list[Row]:
    groups: list[tuple[str, Callable[[Example], bool]]] = [
        *((f"{c}, acts (language never seen)", lambda e, c=c: e.language == c and e.source == "act") for c in sorted(folds.LANGUAGES)),
        (f"{' and '.join(sorted(folds.LANGUAGES))}, acts (languages never seen)", lambda e: e.language in folds.LANGUAGES and e.source == "act"),
        ("acts never seen, languages seen", lambda e: e.source == "act" and e.language not in {*folds.LANGUAGES, "en"}),
        *(
            (f"lessons, {g}, {w}", lambda e, g=g, grown=w == "eight": e.source == "lesson" and e.genre == g and (e.language in GROWN) == grown)
            for w in ("eight", "sixteen")
            for g in ("eu_act", "statute", "guidance", "news")
        ),
        *((f"texts to tune by, {g}", lambda e, g=g: e.source == "tuning" and e.genre == g) for g in ("statute", "guidance", "news")),
        ("annotated beside the repository", lambda e: e.source == "gold"),
    ]  # fmt: skip
    made: list[Row] = []
    for name, inside in groups:
        numbers = [n for n in values if inside(some[n])]
        if len(numbers) < 10:
            continue
        labels = [some[n].statement for n in numbers]
        rules = [seen.rules if (seen := some[n].seen) else "none" for n in numbers]
        model = [STATEMENTS[int(values[n].argmax())] for n in numbers]
        together = [both.get(n, read) for n, read in zip(numbers, rules, strict=True)]
        made.append((name, len(numbers), [f1(rules, labels), f1(model, labels), f1(together, labels)]))
    return made


def _scored(name: str, both: int, found: int, wanted: int) -> tuple[str, float, float, float, int]:
    precision, recall = both / max(found, 1), both / max(wanted, 1)
    return name, precision, recall, 2 * both / max(found + wanted, 1), wanted


def _parts(
    some: Sequence[Example], tags: Sequence[NDArray[np.float16]], tokenizer: Any
) -> tuple[list[tuple[str, float, float, float, int]], list[tuple[str, float, int]]]:
    """Parts by kind (an overlap of half of both counts), and the share of bearers that are right by language."""
    tally: dict[str, list[int]] = {kind: [0, 0, 0] for kind in PARTS}
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for example, own in zip(some, tags, strict=True):
        if example.parts is None or example.statement in ("", "none"):
            continue
        text = example.unit.text
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets[: len(own)]
        named = [TAGS[n] for n in decoded(own.astype(np.float32), offsets, text)]
        found = [(kind, start, end) for kind, start, end, _, _ in spans(named, offsets, text)]
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


#: Norm and modality F1 of a document by rules, then with the light model.
Before = dict[str, list[tuple[float, float]]]


def without_it(shared: Path, kept: Path | None = None) -> Before:
    """What annotated documents score without the transformer; ``kept`` is the file of an earlier run of this machine."""
    if kept is not None and kept.is_file():
        return dict(pickle.loads(kept.read_bytes()))
    scoring, light = golds.scorer(shared), LightJudge(load_model())
    made = {d.name: [golds.score(scoring, d, judge) for judge in (None, light)] for _, d in _annotated(shared)}
    if kept is not None:
        kept.write_bytes(pickle.dumps(made))
    return made


def _annotated(shared: Path) -> Iterator[tuple[str, golds.GoldDocument]]:
    """Annotated documents that no measuring network saw, by folder."""
    folders = (shared / "gold", ROOT / "corpora" / "tuning", ROOT / "corpora" / "heldout")
    for name, folder in zip(DOCUMENTS, folders, strict=True):
        for document in golds.documents(folder, lambda file: source_of(file, shared)):
            yield name, document


def _documents(shared: Path, asked: Asked, before: Before) -> dict[str, list[Row]]:
    """Annotated documents that the network never saw, by rules, with the light model, by the transformer alone, by all.

    What is held out changes nothing, nor does the rest: the weights were fitted to single sentences.
    """
    scoring, light = golds.scorer(shared), LightJudge(load_model())
    made: dict[str, list[Row]] = {name: [] for name in DOCUMENTS}
    for name, document in _annotated(shared):
        judges = (TransformerJudge(asked, alone=True), TransformerJudge(asked, light))
        said = [*before[document.name], *(golds.score(scoring, document, judge) for judge in judges)]
        made[name].append((document.name, len(document.gold["norms"]), said))
    return made
