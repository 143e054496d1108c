#!/usr/bin/env python3
"""Trains what finds a document's title.

    python models/titles/train.py ../shared --seed 1
    python models/titles/train.py ../shared --folds build/reader/folds   # also the models that have not seen a fold
    python models/titles/train.py ../shared --read build/titles.pkl   # keep the documents that were read, for another run

Reads the documents of ``../shared/docs`` that ``labels.tsv`` names, and our own texts (``models/reader/lessons``) with less weight;
``own.tsv`` has the lines of their titles where these are not the first line alone. A line of ``labels.tsv`` has a document's path,
whether the title that the file states is right, the numbers of the paragraphs that are the title (from 0; "|" separates titles that
are equally right; "-" for a text without a title, "inside" for one whose title is part of a paragraph), and for each right title the
beginning of the SHA-256 of its letters, by which it is found where paragraphs are split differently. Writes ``weights.npz`` beside this file.
"""

from __future__ import annotations

import argparse
import pickle
import random
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reader.examples import FOLDS, fold_of_file, read_dated_layout

from dutybook.errors import BadDocument
from dutybook.languages import LanguagePack
from dutybook.layout.formats import read_layout
from dutybook.records import Block, Family, Layout, RawDocument
from dutybook.structure.build import pack_for
from dutybook.structure.genre import classify_document
from dutybook.structure.language import languages_of
from dutybook.structure.title_features import BUCKETS, LONGEST, WINDOW, Opening, clean_title, hash_features, letters_of
from dutybook.structure.titles import MOST_PARTS, TitleModel, find_own_title

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: The fold of our own texts, which are left out of none.
OWN = -1
#: What a sample counts next to a real document: our own texts, real ones without their stated title or behind another one's head.
OWN_WEIGHT, VARIED_WEIGHT = 0.35, 0.3
#: Of these only so many paragraphs are candidates.
NEAR = 12
#: What large weights cost, of the two models.
PENALTY_START, PENALTY_MORE = 0.0007, 0.001


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of a document's title."""

    name: str
    stated: str
    blocks: str
    digests: frozenset[str]


@dataclass(frozen=True)
class Sample:
    """A document with its label. ``right``: its titles, each with the numbers of its paragraphs, none for the stated one."""

    label: Label
    layout: Layout
    language: str
    family: Family
    right: tuple[tuple[str, range], ...]
    weight: float = 1.0

    @property
    def fold(self) -> int:
        """The fold in which the sample is measured."""
        return OWN if self.label.name.startswith("own/") else fold_of_file(self.label.name)

    @property
    def pack(self) -> LanguagePack:
        return pack_for(self.language)


def digest_of(title: str) -> str:
    """What ``labels.tsv`` keeps of a title."""
    return sha256(letters_of(title).encode()).hexdigest()[:10]


def read_labels() -> list[Label]:
    lines = (HERE / "labels.tsv").read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return [Label(name, stated, blocks, frozenset(digests.split()) - {"-"}) for name, stated, blocks, digests in rows]


#: The layout, language and family of a document.
Document = tuple[Layout, str, Family]


def read_documents(shared: Path, names: Iterable[str]) -> Iterator[tuple[str, Document]]:
    """The documents of some names, as far as they are there and can be read."""
    for name in names:
        file = shared / "docs" / name
        if not file.is_file():
            continue
        try:
            layout = read_dated_layout(file)
        except BadDocument as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        language = languages_of([b.span.of(layout.text) for b in layout.blocks], layout.meta.get("language"))[0]
        family = classify_document(layout, pack_for(language), language).family
        yield name, (layout, language, family)


def make_sample(label: Label, layout: Layout, language: str, family: Family, weight: float = 1.0) -> Sample:
    """A sample; a title that its label names and that is not found is reported."""
    opening = Opening(layout, pack_for(language), language, family)
    right: list[tuple[str, range]] = []
    if label.stated == "right":
        right.append((opening.stated, range(0)))
    for start in range(len(opening.pieces)):
        for end in range(start + 1, min(start + MOST_PARTS, len(opening.pieces)) + 1):
            text = clean_title(" ".join(p.text for p in opening.pieces[start:end]))
            if len(text) <= LONGEST and digest_of(text) in label.digests:
                right.append((text, range(start, end)))
    if label.blocks not in ("-", "inside") and not any(place for _, place in right):
        print(f"{label.name}: the title is not where it was", file=sys.stderr)
    return Sample(label, layout, language, family, tuple(right), weight)


def load_samples(shared: Path, kept: Path | None = None) -> list[Sample]:
    """The labelled documents, in the order of their labels.

    Args:
        shared: the folder with ``docs``.
        kept: a file with documents that an earlier run has read; what it lacks is read and added.
    """
    labels = read_labels()
    known: dict[str, Document] = pickle.loads(kept.read_bytes()) if kept and kept.is_file() else {}
    known |= read_documents(shared, (label.name for label in labels if label.name not in known))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(known))
    return [make_sample(label, *known[label.name]) for label in labels if label.name in known]


def read_own() -> Iterator[Sample]:
    """Our own texts, as plain text; the lines that begin with one "#" are their titles, with the authority above them or not."""
    rows = (line.split("\t") for line in (HERE / "own.tsv").read_text("utf-8").splitlines()[1:])
    known = dict(rows)
    for file in sorted((ROOT / "models" / "reader" / "lessons" / "documents").glob("*.txt")):
        first, _, rest = file.read_text("utf-8").partition("\n")
        plain = (re.sub(r"^#+\s*", "", line) for line in re.sub(r"</?[a-z_]+(?: [^<>]*)?>", "", rest).splitlines())
        lines = [line for line in plain if line.strip()]
        blocks = known.get(file.stem, "0")
        ends = [one.partition("-") for one in blocks.split("|") if one != "-"]
        titles = [" ".join(lines[int(a) : int(b or a) + 1]) for a, _, b in ends]
        label = Label(f"own/{file.stem}", "none", blocks, frozenset(map(digest_of, titles)))
        layout = read_layout(RawDocument(file.name, "\n\n".join(lines).encode()))
        bare = {key: value for key, value in layout.meta.items() if key != "title"}
        yield make_sample(label, replace(layout, meta=bare), file.name[:2], Family(first.strip("[] ")), OWN_WEIGHT)


def vary(samples: Sequence[Sample], seed: int) -> Iterator[Sample]:
    """Made-up further samples: the documents without the title that their files state, and with the name of a file in its place."""
    draw = random.Random(seed)
    for sample in samples:
        if not sample.layout.meta.get("title"):
            continue
        bare = {key: value for key, value in sample.layout.meta.items() if key != "title"}
        places = tuple((text, place) for text, place in sample.right if place)
        label = replace(sample.label, stated="none", blocks=sample.label.blocks if places else "-")
        yield replace(sample, label=label, layout=replace(sample.layout, meta=bare), right=places, weight=VARIED_WEIGHT)
        name = Path(sample.label.name).stem
        junk = draw.choice((f"{name}.pdf", f"Microsoft Word - {name}.doc", name, name.replace("_", " "), "Untitled"))
        label = replace(label, stated="wrong")
        yield replace(
            sample,
            label=label,
            layout=replace(sample.layout, meta=bare | {"title": junk}),
            right=places,
            weight=VARIED_WEIGHT,
        )
    yield from with_heads(samples, draw)


def with_heads(samples: Sequence[Sample], draw: random.Random) -> Iterator[Sample]:
    """Documents that begin with their titles, behind what stands above the title of another one of their fold and language."""
    firsts = {s.label.name: min(p.start for _, p in s.right if p) for s in samples if any(p for _, p in s.right)}
    by_name = {sample.label.name: sample for sample in samples}
    for sample in samples:
        if firsts.get(sample.label.name) != 0 or sample.layout.outline:
            continue
        others = [o for o, first in firsts.items() if 0 < first <= 20 and by_name[o].fold in (sample.fold, OWN)]
        alike = [o for o in others if by_name[o].language == sample.language] or others
        real = [o for o in alike if by_name[o].fold != OWN]
        other = draw.choice(real if real and draw.random() < 0.7 else alike)
        head, shift = by_name[other].layout, firsts[other]
        made = prepend(head.text, head.blocks[:shift], sample.layout)
        right = tuple((text, range(p.start + shift, p.stop + shift)) for text, p in sample.right if p)
        label = replace(sample.label, stated="none")
        yield replace(sample, label=label, layout=made, right=right, weight=sample.weight * VARIED_WEIGHT)


def prepend(text: str, head: Sequence[Block], layout: Layout) -> Layout:
    """The beginning of a layout behind paragraphs of another text, without what its file states."""
    end = layout.blocks[: 2 * WINDOW][-1].span.end
    head_text = text[: head[-1].span.end] + "\n"
    size = len(head_text)
    behind = (replace(b, span=b.span.shift(size)) for b in layout.blocks[: 2 * WINDOW])
    return Layout(head_text + layout.text[:end], (*head, *behind))


Rows = list[Mapping[str, float]]


def rows_of_starts(samples: Sequence[Sample]) -> tuple[Rows, NDArray[np.int64], NDArray[np.bool_]]:
    """The candidates of all documents: their features, the document of each, and whether it is right."""
    rows: Rows = []
    groups: list[int] = []
    right: list[bool] = []
    for number, sample in enumerate(samples):
        opening = Opening(sample.layout, sample.pack, sample.language, sample.family)
        starts = {place.start for _, place in sample.right if place}
        made = [(opening.none_features(), not sample.right)]
        if opening.stated:
            made.append((opening.stated_features(), sample.label.stated == "right"))
        for index, piece in enumerate(opening.pieces):
            near = sample.weight == 1.0 or index < NEAR or index in starts
            if near and piece.letters and len(piece.text) <= LONGEST:
                made.append((opening.start_features(index), index in starts))
        rows += [features for features, _ in made]
        right += [known for _, known in made]
        groups += [number] * len(made)
    return rows, np.array(groups), np.array(right)


def rows_of_ends(samples: Sequence[Sample]) -> tuple[Rows, NDArray[np.int64], NDArray[np.bool_]]:
    """Where titles go on and where they do not; both may be right where there are several right titles."""
    rows: Rows = []
    groups: list[int] = []
    right: list[bool] = []
    for number, sample in enumerate(samples):
        opening = Opening(sample.layout, sample.pack, sample.language, sample.family)
        ends: dict[int, list[int]] = {}
        for _, place in sample.right:
            if place:
                ends.setdefault(place.start, []).append(place.stop)
        for start, stops in ends.items():
            known = [(index, True) for index in range(start + 1, min(stops))]
            known.append((max(stops), False))
            for index, more in known:
                if index < len(opening.pieces):
                    rows.append(opening.more_features(start, index))
                    right.append(more)
                    groups.append(number)
    return rows, np.array(groups), np.array(right)


def matrix_of(rows: Rows) -> csr_matrix:
    hashed = [hash_features(row) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(buckets) for buckets, _ in hashed])])
    matrix = csr_matrix(
        (np.concatenate([v for _, v in hashed]), np.concatenate([b for b, _ in hashed]), starts),
        shape=(len(rows), BUCKETS),
    )
    # Names come in an order that differs from process to process; sorted, they give the same sums.
    matrix.sum_duplicates()
    return matrix


def fit_ranker(
    matrix: csr_matrix, groups: NDArray[np.int64], right: NDArray[np.bool_], weights_of: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The weights by which the right candidates of each document are likelier than its others."""
    firsts = np.flatnonzero(np.diff(groups, prepend=-1))
    worth = weights_of[groups[firsts]]
    worth = worth / worth.sum()

    def log_sums(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        highest = np.maximum.reduceat(scores, firsts)
        sizes = np.diff(np.append(firsts, len(scores)))
        return np.log(np.add.reduceat(np.exp(scores - np.repeat(highest, sizes)), firsts)) + highest

    sizes = np.diff(np.append(firsts, len(right)))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = (matrix @ weights.astype(np.float32)).astype(np.float64)
        everything = log_sums(scores)
        only = np.where(right, scores, -1e9)
        wanted = log_sums(only)
        gradient = np.exp(scores - np.repeat(everything, sizes)) - np.exp(only - np.repeat(wanted, sizes))
        value = worth @ (everything - wanted) + PENALTY_START / 2 * (weights @ weights)
        return float(value), matrix.T @ (gradient * np.repeat(worth, sizes)).astype(
            np.float32
        ) + PENALTY_START * weights

    found = minimize(loss, np.zeros(BUCKETS), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    return found.x.astype(np.float32)


def fit_binary(matrix: csr_matrix, right: NDArray[np.bool_], weights_of: NDArray[np.float64]) -> NDArray[np.float32]:
    """The weights of a logistic regression without a bias."""
    worth = weights_of / weights_of.sum()
    signs = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (matrix @ weights)
        value = worth @ np.logaddexp(0, -margins) + PENALTY_MORE / 2 * (weights @ weights)
        slope = -signs * worth / (1 + np.exp(np.clip(margins, -500, 500)))
        return float(value), matrix.T @ slope + PENALTY_MORE * weights

    found = minimize(loss, np.zeros(BUCKETS), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    return found.x.astype(np.float32)


class Trainer:
    """The samples as matrices, from which a model of any of them is fitted."""

    def __init__(self, samples: Sequence[Sample], seed: int) -> None:
        self.samples = samples
        known = [*samples, *read_own()]
        taught = [*known, *vary(known, seed)]
        self.folds = np.array([sample.fold for sample in taught])
        self.weights = np.array([sample.weight for sample in taught])
        rows, self._starts, self._right = rows_of_starts(taught)
        self._matrix = matrix_of(rows)
        rows, self._ends, self._more = rows_of_ends(known)
        self._end_matrix = matrix_of(rows)

    def fit(self, left_out: int | None = None) -> TitleModel:
        """The model of all documents, or of those that are not in a fold."""
        kept = self.folds[self._starts] != left_out
        # A document none of whose candidates is right teaches nothing.
        kept &= np.bincount(self._starts, self._right)[self._starts] > 0
        start = fit_ranker(self._matrix[kept], self._starts[kept], self._right[kept], self.weights)
        ends = self.folds[self._ends] != left_out
        # Titles of our own texts are of fewer lines than real ones.
        return TitleModel(
            start, fit_binary(self._end_matrix[ends], self._more[ends], self.weights[self._ends[ends]] ** 2)
        )


def judge(sample: Sample, title: str) -> str:
    """``right``, ``cut`` or ``long`` where a title is a part of the right one or the other way around, else ``wrong``.

    ``title`` is empty where the document is said to have none.
    """
    own = letters_of(title)
    right = [letters_of(text) for text, _ in sample.right]
    if own in right or (not own and not right and sample.label.blocks == "-"):
        return "right"
    if own and any(own in text for text in right):
        return "cut"
    return "long" if any(text in own for text in right) else "wrong"


def find_unseen(trainer: Trainer) -> dict[str, str]:
    """The title of every document, found by a model that has not seen its fold."""
    found: dict[str, str] = {}
    for fold in range(FOLDS):
        model = trainer.fit(fold)
        for sample in trainer.samples:
            if sample.fold == fold:
                title = find_own_title(sample.layout, sample.pack, sample.language, sample.family, model)
                found[sample.label.name] = title
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", type=Path, help="file that keeps the documents that were read")
    parser.add_argument(
        "--folds", type=Path, help="a folder for the models of all but one fold, as benchmarks need them"
    )
    options = parser.parse_args(arguments)
    trainer = Trainer(load_samples(options.shared, options.read), options.seed)
    save(trainer.fit(), HERE)
    for fold in range(FOLDS) if options.folds else ():
        save(trainer.fit(fold), options.folds / f"fold-{fold}" / "titles")
    return 0


def save(model: TitleModel, folder: Path) -> None:
    """Write a model's file."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "weights.npz", start=model.start.astype(np.float16), more=model.more.astype(np.float16)
    )


if __name__ == "__main__":
    raise SystemExit(main())
