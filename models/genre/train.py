#!/usr/bin/env python3
"""Trains the classifier of genres (EU act, statute, regulation, guidance, contract, decision, news, press release, commentary).

    python models/genre/train.py ../shared --seed 1
    python models/genre/train.py ../shared --samples build/genre.pkl   # keep what was measured, for another run

Reads the documents of ``../shared/docs`` that ``labels.tsv`` names, those of ``docs/eu`` (never the AI Act, a demonstration text)
and ``docs/news-general``, all without what their files state about them and without the dates in their text, and our own texts
(``models/reader/lessons``, ``corpora``) with little weight. Writes ``genre.npz``, ``genre.json`` and ``card.md`` beside this file.
What the card measures was not seen: five folds by a document's name (pages of one outlet and versions of one act together).
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reader.examples import FOLDS, fold_of_file, read_dated_layout

from dutybook.errors import BadDocument
from dutybook.layout.formats import read_layout
from dutybook.records import Block, Family, Genre, Layout, RawDocument, Span
from dutybook.structure.build import pack_for
from dutybook.structure.genre import (
    EXAMPLE_SCALE,
    PLAIN,
    Classifier,
    calibrate,
    choose,
    family_of,
    family_of_words,
    has_timestamp,
    is_dated,
    load_classifier,
)
from dutybook.structure.genre_features import GenreFeatures, measure_text
from dutybook.structure.language import languages_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEFT_OUT = ("AIA_", "32024R1689", "GDPR_TOC")
#: Bytes; larger files only take time.
LARGEST = 1_500_000
GENRES = tuple(g for g in Genre if g is not Genre.UNSURE)
FAMILIES = tuple(Family)
#: What our own texts count, next to a real document.
OWN_WEIGHT = 0.15
#: What the genre within the family counts in training, next to the family.
WITHIN_WEIGHT = 0.3
PENALTY = 4e-4
WIDTH = 1.0
#: The accuracy that "sure" promises, of a family and of a genre within it.
WANTED, WANTED_WITHIN = 0.97, 0.9
KINDS = {
    "law": Family.STATUTE,
    "statute": Family.STATUTE,
    "circular": Family.GUIDANCE,
    "guideline": Family.GUIDANCE,
    "news": Family.NEWS,
}

_NUMERIC = re.compile(
    r"\b\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:19|20)?\d{2}\b|\b(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}\.?(?:T[\d:.+Z-]+)?"
    r"|\b\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:Uhr|hrs?|am|pm|GMT|CET|h)?\b(?!\s?[%€])"
)
_WORDED = re.compile(
    r"\b\d{1,2}(?:er|st|nd|rd|th|[.º°])?\s+(?:de\s+|d[’'])?[^\W\d_]{3,12}\.?,?\s+(?:de\s+|del\s+)?(?:19|20)\d{2}\b"
    r"|\b[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b"
    r"|\b(?:19|20)\d{2}[.,]?\s+(?:gada?\s+|m\.\s+)?[^\W\d_]{3,12}\s+\d{1,2}\b"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured document. ``genre`` is empty where only the family is known; ``rules`` is the family by plain rules."""

    name: str
    genre: str
    family: Family
    language: str
    format: str
    features: GenreFeatures
    dated: bool = False
    rules: Family = Family.OTHER


def without_dates(text: str) -> str:
    """A text with spaces for its dates and times, so that all else stays where it is."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    return _NUMERIC.sub(blank, _WORDED.sub(blank, text))


def read_labels(shared: Path) -> dict[str, Genre]:
    """The genre of each document, by its path below ``docs``."""
    lines = (HERE / "labels.tsv").read_text("utf-8").splitlines()[1:]
    found = {name: Genre(genre) for name, genre in (line.split("\t") for line in lines)}
    docs = shared / "docs"
    found |= {f"news-general/{f.name}": Genre.NEWS for f in sorted((docs / "news-general").glob("*.html.gz"))}
    acts = (f for f in sorted((docs / "eu").iterdir()) if not f.name.startswith(LEFT_OUT))
    return found | {f"eu/{f.name}": Genre.EU_ACT for f in acts}


def measure_sample(name: str, genre: str, family: Family, layout: Layout, language: str = "") -> Sample:
    """A document as the classifier sees it: without its file's own data and without dates."""
    language = language or languages_of([b.span.of(layout.text) for b in layout.blocks])[0]
    pack = pack_for(language)
    bare = replace(layout, text=without_dates(layout.text), meta={})
    rules = family_of_words(bare.text, bare.blocks, pack)
    features = measure_text(bare, pack, language, rules)
    kind = Path(name.removesuffix(".gz")).suffix[1:]
    return Sample(
        name, genre, family, language, kind, features, is_dated(layout.meta, pack) or has_timestamp(layout), rules
    )


def read_shared(shared: Path) -> Iterator[Sample]:
    """The labelled documents."""
    for name, genre in sorted(read_labels(shared).items()):
        file = shared / "docs" / name
        if not file.is_file() or file.stat().st_size > LARGEST:
            continue
        try:
            layout = read_dated_layout(file)
        except BadDocument as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        yield measure_sample(name, genre.value, family_of(genre), layout)


def read_own() -> Iterator[Sample]:
    """Our own texts, of which only the family is known."""
    for file in sorted((ROOT / "models" / "reader" / "lessons" / "documents").glob("*.txt")):
        first, _, rest = file.read_text("utf-8").partition("\n")
        lines = [re.sub(r"^[#*]+\s*", "", line) for line in re.sub(r"</?[a-z_]+(?: [^<>]*)?>", "", rest).splitlines()]
        yield measure_sample(f"lessons/{file.name}", "", Family(first.strip("[] ")), _paragraphs(lines), file.name[:2])
    for folder in ("gold", "heldout"):
        for file in sorted((ROOT / "corpora" / folder).glob("*.json")):
            gold = json.loads(file.read_text("utf-8"))
            text = file.with_suffix(".txt")
            family = KINDS.get(gold["kind"])
            if family and text.is_file():
                layout = read_layout(RawDocument(str(text), text.read_bytes()))
                yield measure_sample(f"corpora/{text.name}", "", family, layout, gold["language"])


def _paragraphs(lines: Iterable[str]) -> Layout:
    text, blocks = "", []
    for line in filter(str.strip, lines):
        blocks.append(Block(Span(len(text), len(text) + len(line))))
        text += line + "\n"
    return Layout(text, tuple(blocks))


class Trainer:
    """The samples as matrices: fits a classifier to some of them and scores others."""

    def __init__(self, samples: Sequence[Sample], seed: int) -> None:
        self.samples = samples
        self.codes = tuple(sorted({code for s in samples for code in s.features.measures}))
        self.folds = np.array([fold_of_file(s.name) if s.genre else -1 for s in samples])
        self.real = self.folds >= 0
        self.weights = np.where(self.real, 1.0, OWN_WEIGHT)
        self.family = np.array([FAMILIES.index(s.family) for s in samples])
        self.of_family = np.array([FAMILIES.index(family_of(g)) for g in GENRES])
        self.genre = np.array([GENRES.index(Genre(s.genre)) if s.genre else -1 for s in samples])
        raw = np.array([[s.features.measures.get(c, 0.0) for c in self.codes] for s in samples])
        self.mean, self.spread = raw[self.real].mean(0), raw[self.real].std(0) + 1e-6
        self.measures = np.clip((raw - self.mean) / self.spread, -4, 4)
        self.examples = np.round(self.measures * EXAMPLE_SCALE).astype(np.int8)
        self.parts, self.rarity = {}, {}
        for part in ("head", "body"):
            counts = np.array([getattr(s.features, part) for s in samples], np.float32)
            documents = (counts[self.real] > 0).sum(0)
            self.rarity[part] = np.log((1 + self.real.sum()) / (1 + documents)).astype(np.float32)
            weighed = counts * self.rarity[part]
            self.parts[part] = weighed / (np.linalg.norm(weighed, axis=1, keepdims=True) + 1e-9)
        size = len(self.codes)
        squares = (self.measures**2).sum(1)
        distance = squares[:, None] + squares[None] - 2 * self.measures @ self.measures.T
        self.kernel = self.measures @ self.measures.T / size + np.exp(-distance / (WIDTH * size))
        self.kernel += sum(p.astype(np.float64) @ p.T for p in self.parts.values())
        self.start = np.random.default_rng(seed).normal(0, 1e-3, (len(samples), len(GENRES)))

    def fit(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What each of the ``rows`` adds to the score of each genre, and the genres' biases."""
        kernel, count = self.kernel[np.ix_(rows, rows)], len(GENRES)
        weights = (self.weights[rows] / self.weights[rows].sum())[:, None]
        inside = (self.of_family[None] == self.family[rows][:, None]).astype(float)
        known = self.genre[rows] >= 0
        exact = np.zeros_like(inside)
        exact[known, self.genre[rows][known]] = 1.0

        def loss(vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            parts, bias = vector[:-count].reshape(-1, count), vector[-count:]
            alone = kernel @ parts
            scores = alone + bias
            odds = np.exp(scores - scores.max(1, keepdims=True))
            chance = odds / odds.sum(1, keepdims=True)
            family = (chance * inside).sum(1, keepdims=True)
            value = (
                -(weights * np.log(family + 1e-12)).sum()
                - WITHIN_WEIGHT * (weights * np.log(chance + 1e-12) * exact).sum()
            )
            slope = weights * (chance - chance * inside / (family + 1e-12))
            slope += WITHIN_WEIGHT * weights * np.where(known[:, None], chance - exact, 0.0)
            value += PENALTY * float((parts * alone).sum())
            return float(value), np.concatenate([(kernel @ (slope + 2 * PENALTY * parts)).ravel(), slope.sum(0)])

        start = np.concatenate([self.start[rows].ravel(), np.zeros(count)])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
        return found[:-count].reshape(-1, count), found[-count:]

    def unseen_scores(self) -> NDArray[np.float64]:
        """The scores of the real documents, each by a classifier that saw nothing of its fold."""
        scores = np.zeros((len(self.samples), len(GENRES)))
        for fold in range(FOLDS):
            rows, asked = np.where(self.folds != fold)[0], np.where(self.folds == fold)[0]
            parts, bias = self.fit(rows)
            scores[asked] = self.kernel[np.ix_(asked, rows)] @ parts + bias
        return scores

    def save(self, rows: NDArray[np.int64], settings: dict[str, object], folder: Path) -> None:
        """Fit to ``rows`` and write the classifier's files."""
        parts, bias = self.fit(rows)
        arrays: dict[str, NDArray[np.generic]] = {
            "mean": self.mean, "spread": self.spread, "bias": bias, "examples": self.examples[rows],
            "measures": (self.measures[rows].T @ parts / len(self.codes)).astype(np.float32), "likeness": parts.astype(np.float32),
        }  # fmt: skip
        for part, values in self.parts.items():
            weights = values[rows].T @ parts
            scale = np.abs(weights).max(0) / 127
            arrays |= {part: np.round(weights / scale).astype(np.int8), f"{part}_scale": scale.astype(np.float32)}
            arrays[f"{part}_rarity"] = self.rarity[part].astype(np.float16)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "genre.npz", allow_pickle=False, **arrays)
        written = {
            "genres": list(GENRES),
            "families": list(FAMILIES),
            "codes": list(self.codes),
            "width": WIDTH,
            **settings,
        }
        (folder / "genre.json").write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def fit_calibration(
    trainer: Trainer, scores: NDArray[np.float64], rows: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """The temperature at which the families' probabilities are right, and what a date in the file's own data adds to each."""
    one_hot = np.eye(len(FAMILIES))[trainer.of_family]
    truth = trainer.family[rows]
    dated = np.array([trainer.samples[row].dated for row in rows])

    def surprise(scale: float, shifts: NDArray[np.float64] | None = None) -> float:
        scaled = scores[rows] * scale + (0 if shifts is None else shifts[trainer.of_family][None] * dated[:, None])
        odds = np.exp(scaled - scaled.max(1, keepdims=True))
        families = odds / odds.sum(1, keepdims=True) @ one_hot
        return float(-np.log(families[np.arange(len(rows)), truth] + 1e-12).sum())

    scale = float(minimize_scalar(surprise, bounds=(0.3, 3.0), method="bounded").x)
    shifts = minimize(lambda v: surprise(scale, v) + 2 * float((v**2).sum()), np.zeros(len(FAMILIES))).x
    return scale, shifts


def least_sure(right: NDArray[np.bool_], sure: NDArray[np.float64], wanted: float) -> float:
    """The lowest probability from which on so many are right, over all that are as sure; 0.99 where none is."""
    for least in np.arange(0.5, 0.99, 0.01):
        chosen = sure >= least
        if chosen.any() and right[chosen].mean() >= wanted:
            return round(float(least), 2)
    return 0.99


def thresholds(trainer: Trainer, chance: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[float, float]:
    """From which probability on a family, and a genre within its family, is named: so that enough of ``docs/real`` are right,
    the hardest documents.
    """
    rows = np.array([row for row in rows if trainer.samples[row].name.startswith("real/")])
    families = chance[rows] @ np.eye(len(FAMILIES))[trainer.of_family]
    found, likely = families.argmax(1), families.max(1)
    sure = least_sure(found == trainer.family[rows], likely, WANTED)
    within = np.where(trainer.of_family[None] == found[:, None], chance[rows], 0.0)
    best = within.argmax(1)
    special = np.array([GENRES[b] is not PLAIN[FAMILIES[f]] for b, f in zip(best, found, strict=True)])
    named = special & (likely >= sure)
    share = within.max(1) / likely
    return sure, least_sure((best == trainer.genre[rows])[named], share[named], WANTED_WITHIN)


@dataclass(frozen=True, slots=True)
class Judged:
    """A document, its likeliest family and the probability of that, and the genre that is named."""

    sample: Sample
    family: Family
    probability: float
    named: Genre

    @property
    def right(self) -> bool:
        """Whether the likeliest family is the annotated one."""
        return self.family is self.sample.family

    @property
    def sure(self) -> bool:
        """Whether a genre is named."""
        return self.named is not Genre.UNSURE


def judge(trainer: Trainer, scores: NDArray[np.float64], *, dated: bool = False) -> list[Judged]:
    """Each real document by the classifier, calibration and thresholds of the other folds."""
    made: list[Judged] = []
    everything = np.where(trainer.real)[0]
    for fold in range(FOLDS):
        others = everything[trainer.folds[everything] != fold]
        scale, shifts = fit_calibration(trainer, scores, others)
        model = Classifier(GENRES, FAMILIES, trainer.codes, 0.0, 0.0, scale, shifts, WIDTH, {})
        # Thresholds are those of texts without their file's data: with it, they can only be surer.
        chance = np.array([calibrate(model, score) for score in scores])
        sure, surely = thresholds(trainer, chance, others)
        model = replace(model, sure=sure, surely=surely)
        for row in everything[trainer.folds[everything] == fold]:
            sample = trainer.samples[row]
            found = dict(zip(GENRES, calibrate(model, scores[row], dated=dated and sample.dated).tolist(), strict=True))
            families = {f: sum(p for g, p in found.items() if family_of(g) is f) for f in FAMILIES}
            best = max(FAMILIES, key=families.__getitem__)
            made.append(Judged(sample, best, families[best], choose(model, found)[0]))
    return made


def table(title: str, groups: dict[str, list[Judged]]) -> list[str]:
    """Accuracy over all: of the likeliest family, of plain rules, of what is read (the rules where it is unsure); the share of
    unsure, and accuracy among the sure.
    """
    lines = [
        "",
        f"| {title} | documents | right | rules right | read right | unsure | right of sure |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, some in groups.items():
        sure = [j for j in some if j.sure]
        share = f"{sum(j.right for j in sure) / len(sure):.3f}" if sure else "–"
        rules = sum(j.sample.rules is j.sample.family for j in some) / len(some)
        right, unsure = sum(j.right for j in some) / len(some), 1 - len(sure) / len(some)
        read = sum(j.right if j.sure else j.sample.rules is j.sample.family for j in some) / len(some)
        lines.append(f"| {name} | {len(some)} | {right:.3f} | {rules:.3f} | {read:.3f} | {unsure:.2f} | {share} |")
    return lines


def grouped(some: Sequence[Judged], key: object, least: int = 1) -> dict[str, list[Judged]]:
    """The documents by a key, the largest group first."""
    count = Counter(key(j) for j in some)  # type: ignore[operator]
    return {name: [j for j in some if key(j) == name] for name, n in count.most_common() if n >= least}  # type: ignore[operator]


def coverage(some: Sequence[Judged]) -> list[str]:
    """Accuracy among the surest documents, by how many these are."""
    ranked = sorted(some, key=lambda j: -j.probability)
    lines = ["", "| surest share | right | probability from |", "|---|---|---|"]
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        best = ranked[: round(share * len(ranked))]
        lines.append(f"| {share:.1f} | {sum(j.right for j in best) / len(best):.3f} | {best[-1].probability:.2f} |")
    return lines


def calibration(some: Sequence[Judged]) -> list[str]:
    """How often what is said with a probability is right."""
    lines = ["", "| probability | documents | mean | right |", "|---|---|---|---|"]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = [j for j in some if low <= j.probability < high]
        if inside:
            mean, right = (sum(v) / len(inside) for v in ([j.probability for j in inside], [j.right for j in inside]))
            lines.append(f"| {low:.2f}–{min(high, 1):.2f} | {len(inside)} | {mean:.2f} | {right:.2f} |")
    return lines


def named_genres(some: Sequence[Judged]) -> list[str]:
    """How often the genre that is named is the annotated one."""
    lines = ["", "| named | times | genre right | family right |", "|---|---|---|---|"]
    for genre in GENRES:
        named = [j for j in some if j.named is genre]
        if named:
            exact = sum(j.sample.genre == genre.value for j in named) / len(named)
            lines.append(
                f"| {genre.value} | {len(named)} | {exact:.2f} | {sum(j.right for j in named) / len(named):.2f} |"
            )
    return lines


def card(some: Sequence[Judged], stated: Sequence[Judged], settings: dict[str, object], size: int) -> str:
    """The model card."""
    real = [j for j in some if j.sample.name.startswith("real/")]
    lines = [
        "# Genre: what kind of text a document is",
        "",
        "Made by `python models/genre/train.py ../shared --seed 1`. Features (`structure/genre_features.py`): the shape of the",
        "paragraphs, their numbering, the frequencies of the words in `languages/genres.toml`, and letter sequences of the beginning",
        "and of places further on. The classifier is linear in all of them and adds likeness to known measures; it is calibrated by one",
        f"temperature on unseen folds. `genre.npz` holds numbers only ({size // 1000} KB) and is read by numpy alone.",
        "",
        "A *family* (EU act, statute, guidance, news, other) is what the rest of Dutybook reads a text as; the genre names it more",
        "closely where that is sure: `regulation` is of the family of statutes, `contract` and `decision` of that of guidance,",
        "`press_release` and `commentary` of news. Annotated are few contracts, decisions, press releases, commentaries and others",
        "(11 to 17 of each), and a town's or a ministry's rules, instructions and decisions shade into one another: these genres are",
        "named only where they stand out, else the family's plain name is given. `other` (speeches, motions, lists) is hardly ever",
        "told apart.",
        "",
        "All figures are of documents whose fold (pages of one outlet and versions of one act together) neither the classifier nor its",
        "calibration nor its thresholds saw, **without all that the file states and without dates in the text**. *Right*: the likeliest",
        "family is the annotated one. *Rules*: the plain rules that decide where the classifier is unsure, on the same texts. *Read*:",
        "what a document is read as, the classifier's family where it is sure and that of the rules elsewhere.",
        *table("documents", {"all": list(some), **grouped(some, lambda j: j.sample.name.partition("/")[0])}),
        "",
        "With a date of publication in the file's own data, or a line with a day and a time of day, as in use:",
        *table("documents", {"all": list(stated), "real": [j for j in stated if j.sample.name.startswith("real/")]}),
        "",
        f"*Sure* is a family's probability of {settings['sure']} or more: so that {WANTED:.0%} of the sure ones of `docs/real` are right.",
        "",
        "## The surest documents",
        "",
        "All:",
        *coverage(some),
        "",
        "Of `docs/real`:",
        *coverage(real),
        "",
        "## Calibration",
        *calibration(some),
        "",
        "## By annotated genre",
        *table("genre", grouped(some, lambda j: j.sample.genre)),
        "",
        "## Named genres",
        *named_genres(some),
        "",
        "## By format",
        *table("format", grouped(some, lambda j: j.sample.format)),
        "",
        "## By language (10 documents or more)",
        *table("language", grouped(some, lambda j: j.sample.language, 10)),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Read, train, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=Path, help="file that keeps what was measured; read if it is there")
    parser.add_argument(
        "--folds", type=Path, help="folder for fold-0/genre to fold-4/genre: classifiers that did not see their fold"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the classifier")
    options = parser.parse_args()
    if options.samples and options.samples.is_file():
        samples = pickle.loads(options.samples.read_bytes())
    else:
        samples = [*read_shared(options.shared), *read_own()]
        if options.samples:
            options.samples.parent.mkdir(parents=True, exist_ok=True)
            options.samples.write_bytes(pickle.dumps(samples))
    trainer = Trainer(samples, options.seed)
    scores = trainer.unseen_scores()
    some, stated = judge(trainer, scores), judge(trainer, scores, dated=True)
    everything = np.where(trainer.real)[0]
    scale, shifts = fit_calibration(trainer, scores, everything)
    model = Classifier(GENRES, FAMILIES, trainer.codes, 0.0, 0.0, scale, shifts, WIDTH, {})
    chance = np.array([calibrate(model, score) for score in scores])
    sure, surely = thresholds(trainer, chance, everything)
    settings: dict[str, object] = {
        "sure": sure,
        "surely": surely,
        "scale": round(scale, 4),
        "shifts": np.round(shifts, 4).tolist(),
    }
    if options.folds:
        for fold in range(FOLDS):
            trainer.save(np.where(trainer.folds != fold)[0], settings, options.folds / f"fold-{fold}" / "genre")
    trainer.save(np.arange(len(samples)), settings, options.out)
    load_classifier(options.out)
    text = card(some, stated, settings, (options.out / "genre.npz").stat().st_size)
    (options.out / "card.md").write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
