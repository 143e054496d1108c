#!/usr/bin/env python3
"""Compares classifiers on the same rows: rules, the hashed linear model, spaCy's TextCatBOW.

    python models/train.py ../shared --rows ROWS --no-card --out SCRATCH
    python models/compare.py ROWS

One fold of documents is left out; units in English, whose labels the English rules give, are not scored. TextCatBOW is
given the words alone, and the words with all marks that the linear model sees.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models"))

import spacy  # noqa: E402
from spacy.tokens import Doc  # noqa: E402
from spacy.training import Example  # noqa: E402
from training.crossing import folds_of  # noqa: E402
from training.fitting import BITS, LABELS, SEED, answers, fit, matrix  # noqa: E402
from training.rows import Row  # noqa: E402
from training.tuning import f1  # noqa: E402

QUESTION = "statement"
FOLD = 1
EPOCHS = 3


def words(row: Row) -> list[str]:
    """The words of the main clauses."""
    return [w for w in row.features.words if w.startswith("w=")] or ["_"]


def words_and_marks(row: Row) -> list[str]:
    """All that the linear model sees, but pairs of words."""
    return [*words(row), *(m.replace(" ", "_") for m in row.features.marks)]


def bow(seen: Sequence[Row], asked: Sequence[Row], tokens: Callable[[Row], list[str]], ngram: int) -> list[str]:
    """What TextCatBOW, trained on ``seen``, says of ``asked``."""
    nlp = spacy.blank("xx")
    architecture = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": ngram,
        "no_output_layer": False,
        "length": 262144,
    }
    cat = nlp.add_pipe("textcat", config={"model": architecture})
    for label in LABELS[QUESTION]:
        cat.add_label(label)  # type: ignore[attr-defined]
    examples = [
        Example.from_dict(Doc(nlp.vocab, words=tokens(r)), {"cats": {c: float(c == r.label) for c in LABELS[QUESTION]}})
        for r in seen
    ]
    optimizer = nlp.initialize(lambda: examples[:200])
    order = random.Random(SEED)
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for start in range(0, len(examples), 64):
            nlp.update(examples[start : start + 64], sgd=optimizer)
    found = [cat(Doc(nlp.vocab, words=tokens(r))).cats for r in asked]
    return [max(cats, key=cats.__getitem__) for cats in found]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    every = pickle.loads(parser.parse_args().rows.read_bytes())
    folds = folds_of(every)
    rows = [r for r in every if r.question == QUESTION]
    seen = [r for r in rows if folds[r.group] != FOLD]
    asked = [r for r in rows if folds[r.group] == FOLD and r.language != "en"]
    labels = [r.label for r in asked]

    def line(name: str, said: Sequence[str], seconds: float) -> None:
        presence, label = f1(said, labels)
        print(f"{name:<28}{presence:>8.3f}{label:>8.3f}{seconds:>8.1f} CPU s", flush=True)

    print(f"{len(seen)} units seen, {len(asked)} asked\n{'':<28}{'norm':>8}{'label':>8}")
    line("rules", [r.seen.rules for r in asked], 0.0)
    started = time.process_time()
    head = fit(QUESTION, seen, matrix([r.features for r in seen], BITS[QUESTION]))
    values = answers(head, matrix([r.features for r in asked], BITS[QUESTION]))
    line("hashed linear", [LABELS[QUESTION][i] for i in values.argmax(axis=1)], time.process_time() - started)
    for name, tokens, ngram in (("words", words, 2), ("words and marks", words_and_marks, 1)):
        started = time.process_time()
        line(f"TextCatBOW, {name}", bow(seen, asked, tokens, ngram), time.process_time() - started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
