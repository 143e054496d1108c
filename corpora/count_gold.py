#!/usr/bin/env python3
"""Counts the gold of our own by language and genre, for the tables of ``corpora/README.md``.

python corpora/count_gold.py
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = {"regulation": "EU act", "law": "national law", "circular": "guidance", "news": "news", "other": "no norms"}


def table(folder: Path) -> list[str]:
    """Markdown lines: documents and norms by language and genre, then deadlines, facts and penalties."""
    documents: Counter[tuple[str, str]] = Counter()
    norms: Counter[tuple[str, str]] = Counter()
    more: Counter[tuple[str, str]] = Counter()
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        language, genre = gold["language"], KINDS[gold["kind"]]
        for key in ((language, genre), ("all", genre)):
            documents[key] += 1
            norms[key] += len(gold["norms"])
        for key in (language, "all"):
            more[key, "norms"] += len(gold["norms"])
            more[key, "deadlines"] += sum(len(n["deadlines"]) for n in gold["norms"])
            more[key, "facts"] += len(gold["facts"])
            more[key, "penalties"] += len(gold["penalties"])
    genres = [g for g in KINDS.values() if any(genre == g for _, genre in documents)]
    lines = [
        "| | " + " | ".join([*genres, "norms", "deadlines", "facts", "penalties"]) + " |",
        "|---" * (len(genres) + 5) + "|",
    ]
    for language in [*sorted({language for language, _ in documents} - {"all"}), "all"]:
        cells = [f"{documents[language, g]}: {norms[language, g]}" if documents[language, g] else "–" for g in genres]
        cells += [str(more[language, k]) for k in ("norms", "deadlines", "facts", "penalties")]
        lines.append(f"| {language} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    for name in ("gold", "heldout"):
        print(f"{name}\n")
        print("\n".join(table(HERE / name)) + "\n")
