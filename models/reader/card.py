#!/usr/bin/env python3
"""Writes the card of the reader of norms and its reliability plot: numbers are taken from what was measured, never written by hand.

    python models/reader/card.py ../shared

Needs ``models/norms`` (``train.py``), ``models/norms/ablation.json`` (``ablation.py``) and ``models/scores/real.json``
(``benchmarks/real.py``). The words between the numbers stand in ``models/reader/card.md``.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import Counter
from pathlib import Path
from string import Template
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

from reader.ablation import MEASURES  # noqa: E402
from reader.examples import Example  # noqa: E402
from reader.train import BASE, BUILD, FINAL, FOLD, VERSION, Ours, Real  # noqa: E402

HOME = ROOT / "models" / "norms"
#: Sources of examples in the order in which the card names them.
SOURCES = ("real", "general", "public", "own", "tuning", "spec", "lesson", "polarity", "document", "passage")


def count_examples(examples: dict[str, list[Example]]) -> str:
    """A row a language with the examples of each source, as Markdown."""
    counts = {source: Counter(e.language for e in examples[source]) for source in SOURCES}
    languages = sorted({language for found in counts.values() for language in found})
    rows = [[code, *(str(counts[s][code]) for s in SOURCES)] for code in languages]
    rows.append(["**all**", *(str(sum(counts[s].values())) for s in SOURCES)])
    return make_table(["language", *SOURCES], rows)


def make_table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def describe_ablation(found: dict[str, dict[str, float]]) -> str:
    """Each variant's scores, and what is lost against all together."""
    whole = found["all"]
    measures = [m for m in MEASURES if m in whole]
    rows = []
    for name, values in found.items():
        cells = [f"{values[m]:.3f}" + ("" if name == "all" else f" ({values[m] - whole[m]:+.3f})") for m in measures]
        rows.append([name, *cells])
    return make_table(["left out", *measures], rows)


def draw_reliability(bins: list[dict[str, Any]]) -> str:
    """The reliability plot as SVG: how sure rows were, how many were right."""
    size, edge = 320, 36
    inner = size - 2 * edge

    def point(x: float, y: float) -> str:
        return f"{edge + x * inner:.1f},{size - edge - y * inner:.1f}"

    dots = "".join(
        f'<circle cx="{point(b["confidence"], b["right"]).split(",")[0]}" cy="{point(b["confidence"], b["right"]).split(",")[1]}" r="4"/>'
        for b in bins
    )
    line = " ".join(point(b["confidence"], b["right"]) for b in bins)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="12">'
        f'<rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path d="M{point(0, 0)} L{point(1, 1)}" stroke="#999" stroke-dasharray="4"/>'
        f'<path d="M{point(0, 0)} L{point(1, 0)} M{point(0, 0)} L{point(0, 1)}" stroke="#333" fill="none"/>'
        f'<polyline points="{line}" fill="none" stroke="#0b6"/><g fill="#0b6">{dots}</g>'
        f'<text x="{size / 2}" y="{size - 8}" text-anchor="middle">confidence of a row</text>'
        f'<text x="12" y="{size / 2}" text-anchor="middle" transform="rotate(-90 12 {size / 2})">share of right rows</text></svg>\n'
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.parse_args()
    ours: Ours = pickle.loads((BUILD / "ours.pkl").read_bytes())
    real: Real = pickle.loads((BUILD / "real.pkl").read_bytes())
    config = json.loads((HOME / "config.json").read_text(encoding="utf-8"))
    scores = json.loads((ROOT / "models" / "scores" / "real.json").read_text(encoding="utf-8"))
    rows = scores["confidence"]["row"]
    ablation = json.loads((HOME / "ablation.json").read_text(encoding="utf-8"))
    (HOME / "reliability.svg").write_text(draw_reliability(rows["bins"]), encoding="utf-8")
    words = Template((Path(__file__).with_name("card.md")).read_text(encoding="utf-8"))
    card = words.substitute(
        version=VERSION,
        base=f"{BASE:,}",
        fold=f"{FOLD:,}",
        final=f"{FINAL:,}",
        examples=count_examples(ours.examples | real.examples),
        ablation=describe_ablation(ablation),
        agreement=json.dumps(config.get("agreement", {})),
        sizes=", ".join(
            f"{f.name} {f.stat().st_size / 1e6:.1f} MB" for f in sorted(HOME.iterdir()) if f.suffix != ".md"
        ),
        ece=f"{rows['calibration error']:.3f}",
        least=f"{rows['wrong in the least sure fifth']:.0%}",
    )
    (HOME / "card.md").write_text(card, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
