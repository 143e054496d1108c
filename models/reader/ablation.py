#!/usr/bin/env python3
"""Measures what each deciding pass, and each family of its features, is worth on documents that were not seen.

    python models/reader/ablation.py ../shared [--only class --only bearer] [--out models/norms/ablation.json]

Needs what ``train.py`` keeps in ``build/reader``: what each fold's network says of its own fold, and the decisions. Every variant is fitted
anew to the other four folds, from the decision on that it changes, and scored with the gold's own scorer on annotated documents that hold norms;
``a page`` counts the norms found on each page of general news. Two variants are measured at a time.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

from reader.deciding import DecisionFitter, Read  # noqa: E402
from reader.examples import FOLDS  # noqa: E402
from reader.measuring import decide, prediction_of, score_all  # noqa: E402
from score import load_scorer  # noqa: E402

from dutybook.extract.norms.unit import NONE  # noqa: E402


@dataclass(frozen=True, slots=True)
class Variant:
    """What is left out: by decision, features by the beginnings of their codes; decisions as a whole (the network's own answer stands); passages.

    From ``first`` on decisions are fitted anew.
    """

    first: str
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    passages: bool = True


VARIANTS = {
    "all": Variant("classes"),
    "labels: as the network says": Variant("strength", decisions=("labels", "least")),
    "labels and strength: no cues": Variant("labels", {"labels": ("cue_",), "strength": ("cue_",)}),
    "labels: no lists (stem, siblings)": Variant("labels", {"labels": ("stem_", "siblings")}),
    "labels: no document, no neighbours": Variant(
        "labels", {"labels": ("document", "share_", "neighbours", "before", "behind")}
    ),
    "labels: not how much of the document states norms": Variant("labels", {"labels": ("share_",)}),
    "labels: no pieces": Variant("labels", {"labels": ("part_", "outside", "second", "untagged")}),
    "all: not fitted to passages": Variant("labels", passages=False),
    "strength: as the network says": Variant("bearer", decisions=("strength",)),
    "bearer: as tagged": Variant("classes", decisions=("bearer",)),
    "bearer: nobody from elsewhere": Variant("bearer", {"bearer": ("earlier", "common")}),
    "bearer: no weak mentions": Variant(
        "bearer", {"bearer": ("unit_unmarked", "before_unmarked", "unit_shortened", "before_shortened")}
    ),
    "class: as the network says": Variant("classes", decisions=("classes",)),
    "class: no bearers of the document": Variant("classes", {"classes": ("bearers_", "alike_")}),
    "class: no norms around": Variant("classes", {"classes": ("around_",)}),
    "class: no lists of bearers": Variant("classes", {"classes": ("listed_", "list_")}),
    "class: not whom the text mentions": Variant("classes", {"classes": ("mentioned_",)}),
}
PROCESSES = 2
#: What a child measures on.
_GIVEN: list[Any] = []
MEASURES = ("norm", "modality", "row", "bearer", "bearer_class", "a page")


def measure(
    scorer: Any,
    read: Sequence[Read],
    references: Mapping[str, tuple[Any, str]],
    fitted: Mapping[str, Any],
    variant: str,
) -> dict[str, float]:
    """The scores of a variant over all folds."""
    left_out = VARIANTS[variant]
    fitter = DecisionFitter(scorer, left_out.features)
    documents, pages = [], []
    for number in range(FOLDS):
        given = {name: v for name, v in fitted[f"fold-{number}"].items() if name not in left_out.decisions}
        if "labels" in left_out.decisions:
            given["least"] = {}
        others = [r for r in read if r.fold != number and (left_out.passages or not r.is_passage)]
        made = fitter.fit(others, given, left_out.first)
        decisions = {name: value for name, value in made.items() if name not in left_out.decisions}
        for document in (r for r in read if r.fold == number and (r.gold or r.is_page)):
            units = decide(document.text, document.units, decisions)
            if document.is_page:
                pages.append(sum(unit.label != NONE for unit in units))
            else:
                gold, reference = references[document.name]
                documents.append((gold, reference, prediction_of(document.text, units, gold["file"])))
    tallies = score_all(scorer, documents)
    found = {name: round(tallies[name].prf[2], 4) for name in MEASURES[:-1]}
    return found | {MEASURES[-1]: round(sum(pages) / max(len(pages), 1), 3)}


def _begin(*given: Any) -> None:
    _GIVEN.extend(given)


def _measure(variant: str) -> dict[str, float]:
    return measure(*_GIVEN, variant)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--only", action="append", metavar="WORDS", help="variants that begin so; 'all' is measured always"
    )
    options = parser.parse_args()
    folder = options.shared / "gold" / "real"
    read: list[Read] = [
        r for n in range(FOLDS) for r in pickle.loads((ROOT / "build" / "reader" / f"read-{n}.pkl").read_bytes())
    ]
    fitted = json.loads((ROOT / "build" / "reader" / "decisions.json").read_text(encoding="utf-8"))
    references = {}
    for document in read:
        file = folder / f"{document.name}.json"
        if document.gold:
            gold = json.loads(file.read_text(encoding="utf-8"))
            references[document.name] = (gold, file.with_suffix(".txt").read_text(encoding="utf-8"))
    scorer = load_scorer(options.shared / "gold" / "score.py")
    chosen = [name for name in VARIANTS if name == "all" or name.startswith(tuple(options.only or ("",)))]
    found = {}
    print(f"{'variant':<50}" + "".join(f"{name:>14}" for name in MEASURES))
    # Forked children share what was read: it is large.
    with get_context("fork").Pool(PROCESSES, _begin, (scorer, read, references, fitted)) as pool:
        for variant, values in zip(chosen, pool.imap(_measure, chosen), strict=True):
            found[variant] = values
            print(f"{variant:<50}" + "".join(f"{value:>14.4f}" for value in values.values()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
