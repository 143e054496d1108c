#!/usr/bin/env python3
"""Scores the titles of documents against titles that were marked by hand (``models/titles/labels.tsv``).

    python benchmarks/titles.py ../shared [--read build/titles.pkl] [--errors]
    python benchmarks/titles.py ../shared --titles FOUND.json

Each document is read by a model that has not seen its fold: five folds by a document's name (versions of one act and pages of one
outlet together). *Right*: all of the title and nothing else, whatever its capitals and punctuation; a text without a title is said to
have none. *Cut*: only a part of it; *long*: more than it. ``--titles`` scores other titles instead: a JSON object, title by document.
No document of the last fold of ``docs/real`` is labelled. How to add labels: ``models/titles/card.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models" / "titles"))

from train import Sample, Trainer, find_unseen, judge, load_samples

OUTCOMES = ("right", "cut", "long", "wrong")
LAW = ("statute", "eu_act")


def groups_of(sample: Sample) -> Iterator[str]:
    """The groups in which a document is counted."""
    yield "all"
    yield sample.label.name.partition("/")[0]
    yield "law" if sample.family.value in LAW else "other texts"
    if sample.label.name.startswith("real/amend"):
        yield "real, amending acts"
    if not sample.right:
        yield "without a title"


def count_outcomes(samples: Sequence[Sample], titles: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How many titles are right, cut, long and wrong, by group."""
    counts: dict[str, Counter[str]] = {}
    for sample in samples:
        outcome = judge(sample, titles[sample.label.name])
        for group in groups_of(sample):
            counts.setdefault(group, Counter())[outcome] += 1
    return counts


def table_of(counts: Mapping[str, Counter[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| documents | documents | right | cut | long | wrong |"
    yield "|---|---|---|---|---|---|"
    for group, count in counts.items():
        total = sum(count.values())
        yield f"| {group} | {total} | " + " | ".join(f"{count[o] / total:.3f}" for o in OUTCOMES) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--read", type=Path, help="file that keeps the documents that were read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--titles", type=Path, help="titles to score, in place of those of models of five folds")
    parser.add_argument("--errors", action="store_true", help="list titles that are not right")
    options = parser.parse_args(arguments)
    samples = load_samples(options.shared, options.read)
    if options.titles:
        titles = json.loads(options.titles.read_text("utf-8"))
    else:
        titles = find_unseen(Trainer(samples, options.seed))
    print("\n".join(table_of(count_outcomes(samples, titles))))
    for sample in samples:
        outcome = judge(sample, titles[sample.label.name])
        if options.errors and outcome != "right":
            print(outcome, sample.label.name, "|", titles[sample.label.name][:100])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
