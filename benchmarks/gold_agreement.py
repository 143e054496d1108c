#!/usr/bin/env python3
"""Whether language versions of one act say the same: norms found in its gold regions, compared by place and modality.

    python benchmarks/gold_agreement.py ../shared [--act gdpr]

For every two languages with gold of the act: the provisions that both gold files annotate, the norms found there in each
language, and the share of them that agree in place (article, paragraph, point) and modality (F1). Beside it the same for the gold
itself: where language versions differ, or were annotated differently, nobody can agree more. *Where gold agrees*: of the norms
whose place and modality are the same in both gold files, the share found with them in both languages, which is the
agreement apart from what the versions say differently.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

from score import load_scorer, source_of

from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.as_json import analysis_to_dict

Seen = Counter[tuple[str, str]]


def provision(place: str) -> str:
    """Article, paragraph and point of a place; sentences and subparagraphs are cut differently in each language."""
    return re.sub(r"\s.*", "", place.removeprefix("Art ").strip())


def seen(norms: list[dict[str, Any]]) -> Seen:
    return Counter((provision(n["place"]), n["modality"]) for n in norms)


def in_region(scorer: Any, gold: dict[str, Any], text: str, norms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    squeezed = scorer.squeeze(text)
    places = scorer.in_order([scorer.locate(squeezed, n["quote"]) for n in norms])
    bounds = []
    for region in gold["regions"]:
        start = region["start"] if "start" in region else squeezed.find(scorer.squeeze(region["from"]))
        last = scorer.squeeze(region.get("to", ""))
        bounds.append((start, region["end"] if "end" in region else squeezed.find(last, start) + len(last)))
    return [n for n, p in zip(norms, places, strict=True) if p and any(a <= sum(p) / 2 <= b for a, b in bounds)]


def agreement(one: Seen, other: Seen) -> float:
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values())) if one or other else 1.0


def where_gold_agrees(found: tuple[Seen, Seen], gold: tuple[Seen, Seen]) -> float:
    """The share of norms on which both golds agree that both languages have."""
    agreed = gold[0] & gold[1]
    return sum((agreed & found[0] & found[1]).values()) / sum(agreed.values()) if agreed else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--act", default="gdpr")
    options = parser.parse_args()
    files = sorted((options.shared / "gold").glob(f"{options.act}.*.json"))
    if not files:
        print(f"there is no gold of {options.act!r} in {options.shared}", file=sys.stderr)
        return 2
    scorer = load_scorer(options.shared / "gold" / "score.py")
    gold: dict[str, Seen] = {}
    found: dict[str, Seen] = {}
    for file in files:
        annotated = json.loads(file.read_text(encoding="utf-8"))
        source = source_of(file, options.shared)
        if source is None:
            continue
        norms = analysis_to_dict(analyse(source))["norms"]
        language = annotated["language"]
        gold[language] = seen(annotated["norms"])
        inside = in_region(scorer, annotated, file.with_suffix(".txt").read_text(encoding="utf-8"), norms)
        found[language] = seen(inside)
    print("pair    gold norms  found agree  gold agree  where gold agrees")
    for one, other in combinations(sorted(gold), 2):
        both = {p for p, _ in gold[one]} & {p for p, _ in gold[other]}

        def kept(counts: Seen, both: set[str] = both) -> Seen:
            return Counter({key: n for key, n in counts.items() if key[0] in both})

        norms_there = sum(kept(gold[one]).values()), sum(kept(gold[other]).values())
        ours = agreement(kept(found[one]), kept(found[other]))
        theirs = agreement(kept(gold[one]), kept(gold[other]))
        alike = where_gold_agrees((found[one], found[other]), (kept(gold[one]), kept(gold[other])))
        print(
            f"{one}-{other}   {norms_there[0]:>4} {norms_there[1]:>4}      {ours:>8.3f}    {theirs:>8.3f}          {alike:>8.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
