#!/usr/bin/env python3
"""How many penalties of real laws are tied to a norm that they sanction.

    python benchmarks/penalty_links.py ../shared [--show N]

Nobody annotated these ties: this counts them, and ``--show`` prints some of folds 0 to 3, with the places that each penalty is tied to, to be
read by a person. Many a penalty has nothing to be tied to (it describes the offence itself, or belongs to new text for another act), so
that one is no mark to reach. The shipped network reads the norms; it has seen these documents.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from real import UNREAD_FOLD, fold_of, group_of, read_gold
from real_report import aligned

import dutybook


@dataclass(frozen=True, slots=True)
class Tied:
    """A penalty of a document, and the places of the norms that it sanctions, in order."""

    document: str
    fold: int
    words: str
    places: tuple[str, ...]


def penalties(shared: Path) -> Iterator[Tied]:
    """Those of the laws among the real documents that threaten something; never the AI Act's."""
    for gold, _ in read_gold(shared):
        if group_of(gold["kind"]) != "law" or gold["doc"].startswith("AIA_"):
            continue
        analysis = dutybook.analyse(shared / "docs" / "real" / Path(gold["file"]).name)
        places: dict[str, list[str]] = {penalty.id: [] for penalty in analysis.penalties if not penalty.imposed}
        for norm in analysis.norms:
            for identity in norm.penalties:
                places.get(identity, []).append(norm.place)
        for penalty in analysis.penalties:
            if penalty.id in places:
                found = tuple(dict.fromkeys(places[penalty.id]))
                yield Tied(gold["doc"], fold_of(gold["doc"]), analysis.quote(penalty.span), found)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {"folds 0 to 3": Counter(), f"fold {UNREAD_FOLD}": Counter()}
    for one in penalties(options.shared):
        seen = one.fold != UNREAD_FOLD
        row = counts["folds 0 to 3" if seen else f"fold {UNREAD_FOLD}"]
        row.update(["penalties"] + ["tied"] * bool(one.places))
        if seen and one.places and options.show > 0:
            options.show -= 1
            print(f"{one.document}: {', '.join(one.places[:8])} ({len(one.places)}) | {one.words[:300]}")
    cells = [(name, str(row["penalties"]), str(row["tied"])) for name, row in counts.items()]
    print("\n".join(aligned([("", "penalties", "tied"), *cells])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
