#!/usr/bin/env python3
"""Scores Dutybook against gold annotations, with their own scorer.

    python benchmarks/score.py ../shared [DOC ...] [--errors N] [--out FILE.json]

Runs the pipeline on every document that has gold in ``../shared/gold`` (and in ``corpora/gold``), writes the
predictions beside the scorer's table and prints both tables. The gold stays where it is: nothing of it is copied.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def source_of(gold: Path, shared: Path) -> Path | None:
    """The file that a gold annotation is of: by name in the documents, else its own reference text."""
    name = Path(json.loads(gold.read_text(encoding="utf-8"))["file"]).name
    for folder in (shared / "docs", ROOT / "corpora" / "samples", gold.parent):
        found = next(iter(sorted(folder.rglob(name))), None)
        if found is not None:
            return found
    return None


def predict(sources: list[Path], out: Path) -> None:
    command = [sys.executable, "-m", "dutybook", "extract", "--format", "jsonl", *map(str, sources)]
    with out.open("w", encoding="utf-8") as file:
        subprocess.run(command, stdout=file, check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("docs", nargs="*", help="names of gold files, without .json; all where none is named")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    scorer = options.shared / "gold" / "score.py"
    if not scorer.is_file():
        print(f"{scorer} is not here: the gold is not part of the repository", file=sys.stderr)
        return 2
    for folder in (options.shared / "gold", ROOT / "corpora" / "gold"):
        golds = [g for g in sorted(folder.glob("*.json")) if not options.docs or g.stem in options.docs]
        pairs = [(g, s) for g in golds if (s := source_of(g, options.shared)) is not None]
        if not pairs:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            predictions = Path(scratch) / "predictions.jsonl"
            predict(sorted({s for _, s in pairs}), predictions)
            command = [sys.executable, str(scorer), "--pred", str(predictions), "--errors", str(options.errors)]
            if options.out and folder.parent == options.shared:
                command += ["--json", str(options.out)]
            subprocess.run([*command, *(str(g) for g, _ in pairs)], check=False)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
