#!/usr/bin/env python3
"""The ceiling that sentences set for extraction: how well each gold norm of real documents fits a sentence of its structure.

    python benchmarks/units.py ../shared [--errors N] [--only KIND] [--doc WORD]

Of every norm in ``../shared/gold/real``: *whole*: the F1 of letters and digits with one sentence in an open zone (enacting, annex,
prose) is at least .9; *part*: the quote lies within one such sentence, which the reader has to split; *cut*: it goes over
several; *closed*: it stands in a zone that is not read for norms; *lost*: it is not in the layout's text, or no sentence has it.
By fold (0 to 3 together; 4 is never looked at), format and language. ``--errors`` prints those of folds 0 to 3 only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from score import load_scorer

from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout
from dutybook.pipeline.unpacking import decompress
from dutybook.records import RawDocument, Zone
from dutybook.structure.build import build_structure

OPEN = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})
KINDS = ("whole", "part", "cut", "closed", "lost")
UNSEEN = 4
SLACK = 2
"""Letters by which a quote may reach out of a sentence that holds it: a number, a footnote's mark."""


def fold_of(doc: str) -> int:
    return int(hashlib.sha256(doc.encode()).hexdigest(), 16) % 5


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, as the scorer compares them, and where in the text each stands."""
    found = [(d, at) for at, c in enumerate(text) for d in unicodedata.normalize("NFKC", c).lower() if d.isalnum()]
    return "".join(d for d, _ in found), [at for _, at in found]


def fits(scorer: Any, gold: dict[str, Any], source: Path) -> Iterator[tuple[str, str, str]]:
    """For each norm its kind, its quote, and the sentence that fits it best."""
    layout = with_dates(read_layout(decompress(RawDocument(str(source), source.read_bytes()))))
    sentences = build_structure(layout, "0").sentences
    squeezed, at = letters(layout.text)
    units = [(bisect_left(at, s.span.start), bisect_left(at, s.span.end)) for s in sentences]
    open_units = [u for u, s in zip(units, sentences, strict=True) if s.zone in OPEN]

    def is_open(place: tuple[int, int]) -> bool:
        return any(min(u[1], place[1]) > max(u[0], place[0]) for u in open_units)

    places = scorer.in_order([scorer.locate(squeezed, n["quote"]) for n in gold["norms"]], is_open)
    for norm, place in zip(gold["norms"], places, strict=True):
        if place is None:
            yield "lost", norm["quote"], ""
            continue
        touched = [i for i, u in enumerate(units) if min(u[1], place[1]) > max(u[0], place[0])]
        if not touched:
            yield "lost", norm["quote"], ""
            continue
        best = max(touched, key=lambda i: scorer.overlap(place, units[i]))
        unit, sentence = units[best], sentences[best]
        if sentence.zone not in OPEN:
            kind = "closed"
        elif scorer.overlap(place, unit) >= scorer.WHOLE:
            kind = "whole"
        else:
            kind = "part" if unit[0] <= place[0] + SLACK and place[1] <= unit[1] + SLACK else "cut"
        sentences_text = " ¦ ".join(f"[{sentences[i].zone.value}] {sentences[i].span.of(layout.text)}" for i in touched)
        yield kind, norm["quote"], sentences_text


def show(name: str, counts: Counter[str]) -> None:
    total = counts.total()
    print(f"{name:<10} {total:>6}" + "".join(f"{counts[k]:>7} {counts[k] / total:>6.1%}" for k in KINDS))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--only", choices=KINDS, help="errors of this kind alone")
    parser.add_argument("--doc", default="", help="documents with this in their name alone")
    options = parser.parse_args()
    scorer = load_scorer(options.shared / "gold" / "score.py")
    tables: dict[str, dict[str, Counter[str]]] = {k: defaultdict(Counter) for k in ("fold", "format", "language")}
    errors = []
    for path in sorted((options.shared / "gold" / "real").glob("*.json")):
        if options.doc not in path.name:
            continue
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold.get("quoted_text"):
            continue
        source = options.shared / "docs" / "real" / Path(gold["file"]).name
        fold = fold_of(gold["doc"])
        name = "fold 4" if fold == UNSEEN else "folds 0-3"
        for kind, quote, sentences_text in fits(scorer, gold, source):
            for key, value in (("fold", name), ("format", source.suffix), ("language", gold["language"])):
                tables[key][value][kind] += 1
            if fold != UNSEEN and kind != "whole" and options.only in {None, kind}:
                errors.append(f"{kind} | {gold['doc']} | {quote}\n    {sentences_text}")
    for key, table in tables.items():
        print(f"{key:<10} {'norms':>6}" + "".join(f"{k:>14}" for k in KINDS))
        for name, counts in sorted(table.items()):
            show(name, counts)
    for error in errors[: options.errors]:
        print(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
