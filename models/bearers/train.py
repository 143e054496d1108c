#!/usr/bin/env python3
"""Learns of which class a bearer is from its words.

    python models/bearers/train.py [../shared]

Reads the lists beside this file (phrase, tab, class; one file a language), fits a logistic regression over pieces of words, and writes
``weights.npz`` and ``card.md``. With the folder of the shared gold, the card gets the share of annotated bearers of real documents whose
class the words alone tell; none of them is learned from. There is no chance in it: the same lists give the same files.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from dutybook.extract.norms.actors import BUCKETS, bucket_counts, classify_bearer
from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.languages.artefacts import read_labelled

HERE = Path(__file__).resolve().parent
#: How little the weights are held back: of 1, 3 and 10 what tells most annotated bearers right.
_STRENGTH = 10.0
_LEFT_OUT = "AIA_"


def vectors(phrases: list[tuple[str, str]]) -> csr_matrix:
    """The phrases (words, language) as rows of counts, each of length one."""
    data, columns, ends = [], [], [0]
    for words, language in phrases:
        counts = bucket_counts(words, language)
        length = float(np.sqrt(sum(n * n for n in counts.values()))) or 1.0
        columns += counts
        data += [n / length for n in counts.values()]
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(phrases), BUCKETS))


def measure(shared: Path) -> dict[str, list[int]]:
    """By language, how many annotated bearers of real documents there are, and of how many the class is right."""
    found: dict[str, list[int]] = {}
    for file in sorted((shared / "gold" / "real").glob("*.json")):
        if file.name.startswith(_LEFT_OUT):
            continue
        gold = json.loads(file.read_text("utf-8"))
        language = gold.get("language") or file.stem.rpartition(".")[2]
        for norm in gold["norms"]:
            if norm.get("bearer"):
                best = CLASSES[int(classify_bearer(norm["bearer"], language).argmax())]
                counts = found.setdefault(language, [0, 0])
                counts[0] += best == norm["bearer_class"]
                counts[1] += 1
    return found


def main() -> None:
    """Fit, write, measure."""
    phrases, targets, sizes = [], [], {}
    for file in sorted((HERE / "lists").glob("*.tsv")):
        rows = read_labelled(file, CLASSES)
        sizes[file.stem] = Counter(kind for _, kind in rows)
        phrases += [(phrase, file.stem) for phrase, _ in rows]
        targets += [kind for _, kind in rows]
    model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    model.fit(vectors(phrases), targets)
    order = [list(model.classes_).index(kind) for kind in CLASSES]
    weights = model.coef_[order].T
    scale = float(np.abs(weights).max()) / 127
    np.savez_compressed(
        HERE / "weights.npz",
        weights=np.round(weights / scale).astype(np.int8),
        scale=np.float32(scale),
        bias=model.intercept_[order].astype(np.float32),
    )
    measured = measure(Path(sys.argv[1])) if len(sys.argv) > 1 else {}
    write_card(sizes, measured)


def write_card(sizes: dict[str, Counter[str]], measured: dict[str, list[int]]) -> None:
    """Write what it learned from and how well it does."""
    total = sum(sum(counts.values()) for counts in sizes.values())
    lines = [
        "# Bearers: their class, from their words",
        "",
        f"Made by `python models/bearers/train.py{' ../shared' if measured else ''}` (no chance in it, so no seed). It learned from {total:,} phrases of",
        f"{len(sizes)} languages (`lists/`), which language models wrote down from general knowledge, without looking at any annotated document:",
        "who bears duties in statutes, municipal rules, guidance and contracts, with the class that the noun most often has in law. Names of",
        "authorities were not checked one by one. Irish and Maltese are shorter and less certain.",
        "",
        "A logistic regression over pieces of words (hashed into 65,536 buckets, weights of one byte). It is one feature of the decision about",
        "the class (`extract/norms/passes/classes.py`), beside the network and the document's other bearers; it decides nothing alone.",
        "",
    ]
    if measured:
        right, all_ = (sum(counts[n] for counts in measured.values()) for n in (0, 1))
        lines += [
            f"Annotated bearers of real documents, of which it learned nothing: **{right / all_:.3f}** of {all_:,} have the class that their words",
            "alone suggest. What it cannot know is in the document: whether a *board*, a *user* or an *owner* is an authority, a business or a person.",
            "",
        ]
    lines += ["| language | phrases | " + " | ".join(CLASSES) + (" | right |" if measured else " |")]
    lines += ["|---|---|" + "---|" * (len(CLASSES) + bool(measured))]
    for language, counts in sizes.items():
        cells = [str(sum(counts.values())), *(str(counts[kind]) for kind in CLASSES)]
        if measured:
            right, all_ = measured.get(language, [0, 0])
            cells.append(f"{right / all_:.2f} of {all_}" if all_ else "–")
        lines.append(f"| {language} | " + " | ".join(cells) + " |")
    (HERE / "card.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
