"""What of real documents was not searched for norms: how many have gaps of which kind, and which.

``python benchmarks/gaps.py ../shared [--documents 80] [--longest 40000] [--show]`` reads documents of ``gold/real`` at random, as text, so
that they have neither pages nor tables, and prints counts by kind; with ``--show`` each gap, to judge whether it is one. Only
folds 0 to 3 are read, and none of the AI Act.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter
from pathlib import Path

from dutybook.pipeline.analyse import analyse
from dutybook.records import RawDocument

UNSEEN = 4


def paths(shared: Path, longest: int) -> list[Path]:
    """The texts of folds 0 to 3 that are no longer than so many bytes, in a random order that is always the same."""
    found = [
        path
        for path in sorted((shared / "gold" / "real").glob("*.txt"))
        if int(hashlib.sha256(path.stem.encode()).hexdigest(), 16) % 5 != UNSEEN
        and not path.stem.startswith("AIA_")
        and path.stat().st_size < longest
    ]
    random.Random(6).shuffle(found)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("shared", type=Path)
    arguments.add_argument("--documents", type=int, default=80)
    arguments.add_argument("--longest", type=int, default=40_000, help="bytes of a text")
    arguments.add_argument("--show", action="store_true")
    options = arguments.parse_args()
    documents: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    chosen = paths(options.shared, options.longest)[: options.documents]
    for path in chosen:
        analysis = analyse(RawDocument(path.name, path.read_bytes()))
        found = [gap.kind.value for gap in analysis.coverage.gaps]
        documents.update({*found, *(["any"] if found else [])})
        gaps.update(found)
        if options.show:
            for gap in analysis.coverage.gaps:
                print(f"{path.stem}  {gap.kind.value}  {gap.place}  {analysis.quote(gap.span)[:300]}", flush=True)
    print(f"{len(chosen)} documents; with gaps: {dict(documents)}; gaps: {dict(gaps)}")


if __name__ == "__main__":
    main()
