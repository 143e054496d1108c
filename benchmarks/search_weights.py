#!/usr/bin/env python3
"""Fits the weights by which the first results are put in order, and says what each part of them is worth.

    python benchmarks/search_weights.py ../shared --registers FOLDER [--write] [--ablation]

The queries are those of the part "develop" of ``search_quality.toml``; those kept aside are never read. For each the candidates of
a search are taken as they are, and weights are found by which the best norm of an article that answers comes before the best of each
other article (a logistic loss, weights drawn towards 0, none below 0). The share in the first three is given for queries that the
weights were not fitted on: each tenth of them in turn. ``--write`` fits on all and writes ``reranking.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
from search_quality import FIRST, Query, Shelf, open_shelves, read_queries, shelf_of

from dutybook.searching import Filters, page, ranking, reranking
from dutybook.searching.reranking import Candidate, features_of

FILE = Path(reranking.__file__).with_name("reranking.json")
FOLDS = 10
#: How strongly weights are drawn towards 0.
PULL = 0.02
STEPS = 120
RATE = 1.0
NAMES = (
    *("words", "article_words", "share", "whole", "headed", "exact", "leading", "binding", "defined"),
    *("similarity", "article_similarity"),
)
MEANING = frozenset(("similarity", "article_similarity"))


@dataclass(frozen=True)
class Asked:
    """The candidates of a query: their features, a row each, their articles, and which of them answer it."""

    query: Query
    rows: np.ndarray
    articles: tuple[int, ...]
    answers: np.ndarray


def asked(shelf: Shelf, query: Query, semantic: str) -> Asked | None:
    """What a search has to put in order; None where it has nothing."""
    seen: list[Candidate] = []

    def keep(candidates: Sequence[Candidate], _by: Mapping[str, float]) -> list[Candidate]:
        seen.extend(candidates)
        return list(candidates)

    with mock.patch.object(ranking, "rerank", keep):
        page(shelf.register, Filters(query.words), limit=1, reader=query.language, semantic=semantic)
    if not seen:
        return None
    norms = {norm.id: norm for norm in shelf.register.norms_by_id([one.facts.norm for one in seen])}
    made = [[features.get(name, 0.0) for name in NAMES] for features in features_of(seen)]
    answers = [shelf.is_answer(query, norms[one.facts.norm]) for one in seen]  # type: ignore[arg-type]
    return Asked(query, np.array(made), tuple(one.facts.article for one in seen), np.array(answers))


def is_first(one: Asked | None, weights: np.ndarray) -> bool:
    """Whether an article that answers is among the first results, as :func:`dutybook.searching.reranking.rerank` orders them."""
    if one is None:
        return False
    order = reranking.in_order((one.rows @ weights).tolist(), one.articles)
    return bool(one.answers[order[:FIRST]].any())


def fit(every: Sequence[Asked], used: np.ndarray) -> np.ndarray:
    """The weights of the ``used`` features that part answers from others best; the rest are 0."""
    weights = np.where(used, 1.0, 0.0)
    chosen = [one for one in every if one.answers.any() and not one.answers.all()]
    for _ in range(STEPS):
        slope = PULL * weights
        for one in chosen:
            scores = one.rows @ weights
            right = max(np.flatnonzero(one.answers), key=lambda at: scores[at])
            others = [at for at in best_of_articles(scores, one.articles) if not one.answers[at]]
            if not others:
                continue
            apart = one.rows[others] - one.rows[right]
            slope += (1 / (1 + np.exp(-5 * (apart @ weights)))) @ apart / len(chosen)
        weights = np.where(used, np.maximum(weights - RATE * slope, 0.0), 0.0)
    return weights / max(weights.max(), 1e-9)


def best_of_articles(scores: np.ndarray, articles: Sequence[int]) -> Iterator[int]:
    """The candidate of each article that has the highest score."""
    best: dict[int, int] = {}
    for at, article in enumerate(articles):
        if article not in best or scores[at] > scores[best[article]]:
            best[article] = at
    yield from best.values()


def cross_validate(every: Sequence[Asked | None], used: np.ndarray) -> float:
    """The share of queries that are answered by weights that were fitted on others."""
    right = 0
    for fold in range(FOLDS):
        weights = fit([one for at, one in enumerate(every) if at % FOLDS != fold and one], used)
        right += sum(is_first(one, weights) for at, one in enumerate(every) if at % FOLDS == fold)
    return right / len(every)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--registers", type=Path, help="as for search_quality.py")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--ablation", action="store_true", help="leave out each feature in turn")
    given = parser.parse_args(arguments)
    acts, queries = read_queries("develop")
    made: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as temporary, ExitStack() as stack:
        shelves = open_shelves(stack, given.registers or Path(temporary), given.shared, acts)
        for name, mode in (("words", "off"), ("meaning", "auto")):
            every = [asked(shelf_of(query, shelves), query, mode) for query in queries]
            used = np.array([name == "meaning" or feature not in MEANING for feature in NAMES])
            found = sum(one is not None and bool(one.answers.any()) for one in every) / len(every)
            weights = fit([one for one in every if one], used)
            fitted = sum(is_first(one, weights) for one in every) / len(every)
            print(
                f"{name:8} {len(every)} queries, answer among the candidates {found:.2f}, first {FIRST}: {cross_validate(every, used):.2f}"
            )
            print(f"{'':8} fitted on all {fitted:.2f}: {dict(zip(NAMES, weights.round(2).tolist(), strict=True))}")
            made[name] = {n: round(float(w), 3) for n, w in zip(NAMES, weights, strict=True) if w > 0.0005}
            if given.ablation:
                for at, feature in enumerate(NAMES):
                    if used[at]:
                        less = used.copy()
                        less[at] = False
                        print(f"{'':8} without {feature:20} {cross_validate(every, less):.2f}")
    if given.write:
        FILE.write_text(json.dumps({"weights": made}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
