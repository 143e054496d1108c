#!/usr/bin/env python3
"""Regulatory or constitutive? Sentences of acts of the Union with *shall* or *must*, labelled by experts.

    python benchmarks/regulatory.py ../shared [--errors 40] [--model rules]

Nothing is trained on them. Each sentence is read as the text of an article of a small act, and the decision is derived
from what is found: regulatory where it states a norm of a named bearer (an actor that must, may or must not act, which a
"constitutive" sentence of that data set lacks even where it states a ban). Printed: precision, recall and F1 of
*regulatory*, accuracy, a modal-verb baseline, and the errors by class.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path

from dutybook.extract.norms import find_norms
from dutybook.pipeline.config import Config
from dutybook.pipeline.modelling import judge_of
from dutybook.records import BlockRole, Layout, LayoutBuilder, Norm
from dutybook.structure.build import build_structure, pack_for

# Somebody acts, and an earlier sentence says who; with "be", something is done to what the pronoun stands for.
_PRONOUN = re.compile(
    r"(?:^|[.,;:] )(?:It|They|He|She|it|they|he or she) (?:shall|must|may)(?: not| also)? (?!be |apply|consist)"
)
_NAME = "cases/eu-regulatory-sentences.en.json"


def norms_in(sentence: str, model: str) -> list[Norm]:
    """The norms of a sentence that stands in an article."""
    builder = LayoutBuilder()
    builder.block("REGULATION (EU) 2031/777 of the Harbour Parliament on harbour data")
    builder.block("HAVE ADOPTED THIS REGULATION:")
    builder.block("Article 2", BlockRole.HEADING, level=1)
    start = builder.length
    builder.block(" ".join(sentence.split()))
    layout = Layout(builder.text(), tuple(builder.blocks), meta={})
    made = build_structure(layout, "0", "en")
    judge = judge_of(Config(model=model))
    norms, _ = find_norms(layout.text, made.sentences, made.provisions, pack_for, made.genre, "0", judge)
    return [n for n in norms if n.span.start >= start]


def regulatory(norms: list[Norm], sentence: str) -> bool:
    """A norm with a bearer that the sentence names, be it by a pronoun whose noun stands in an earlier sentence."""
    return any(n.bearer is not None for n in norms) or (bool(norms) and bool(_PRONOUN.search(sentence)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--model", default="rules")
    options = parser.parse_args()
    file = options.shared / _NAME
    if not file.is_file():
        print(f"{file} is not here: the sentences are not part of the repository", file=sys.stderr)
        return 2
    cases: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    counts: Counter[tuple[bool, bool]] = Counter()
    kinds: Counter[str] = Counter()
    shown = []
    for sentence, label in cases.items():
        norms = norms_in(sentence, options.model)
        gold, said = label == "regulatory", regulatory(norms, sentence)
        counts[gold, said] += 1
        if gold != said:
            kind = "a norm without bearer" if norms else "no norm" if gold else ""
            if said:
                named = next((n for n in norms if n.bearer is not None), norms[0])
                who = named.bearer_class.value if named.bearer else "a pronoun"
                kind = f"a bearer is named ({named.modality.value}, {who})"
            kinds[f"{'missed' if gold else 'extra'}: {kind}"] += 1
            bearers = [n.bearer.text if n.bearer else None for n in norms]
            shown.append(f"{'missed' if gold else 'extra'} | {kind} | {bearers} | {' '.join(sentence.split())[:300]}")
    right, missed, extra = counts[True, True], counts[True, False], counts[False, True]
    precision, recall = right / max(right + extra, 1), right / max(right + missed, 1)
    total = sum(counts.values())
    print(f"{total} sentences, {right + missed} regulatory")
    print(
        f"regulatory: precision {precision:.3f}, recall {recall:.3f}, F1 {2 * right / (2 * right + missed + extra):.3f}"
    )
    print(
        f"accuracy {(right + counts[False, False]) / total:.3f}; all called regulatory: F1 {2 * (right + missed) / (total + right + missed):.3f}"
    )
    for kind, number in kinds.most_common():
        print(f"{number:>5}  {kind}")
    print("\n".join(shown[: options.errors]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
