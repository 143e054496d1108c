#!/usr/bin/env python3
"""Scores facts and penalties alone against the gold of real documents: minutes for the first run, seconds for the next.

    python benchmarks/facts_real.py ../shared [--read FOLDER] [--errors N] [--only TEXT]

Facts count as (type, value), penalties as their amounts, inside the regions that were annotated, as the gold's own scorer
counts them. Documents are put into five folds by the hash of their name: rules may be improved on 0 to 3, fold 4 is the
check that nobody reads; ``--errors`` never shows it. ``--read`` keeps what was read of each document (layout and
structure), which facts and penalties do not change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from score import load_scorer

from dutybook.document_view import DocumentView
from dutybook.errors import DutybookError
from dutybook.extract.citations import find_citations
from dutybook.extract.facts import find_facts
from dutybook.extract.named_acts import find_named_acts
from dutybook.extract.penalties import find_penalties
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout
from dutybook.pipeline.analyse import read
from dutybook.pipeline.unpacking import decompress
from dutybook.records import Structure
from dutybook.resolve.works import identify
from dutybook.structure.build import build_structure, pack_for

UNSEEN = 4
Bag = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a document before facts are sought."""

    text: str
    structure: Structure
    published: str | None
    work: str | None


def known(source: Path, keep: Path | None) -> Known:
    kept = keep / f"{source.name}.pickle" if keep else None
    if kept and kept.exists():
        read_before: Known = pickle.loads(kept.read_bytes())
        return read_before
    raw = read(source)
    layout = with_dates(read_layout(decompress(raw)))
    structure = build_structure(layout, raw.sha256[:16])
    pack = pack_for(structure.language)
    identity = identify(structure.title, structure.family, structure.language, layout, pack, raw.source)
    made = Known(layout.text, structure, layout.meta.get("published"), identity.work.id if identity.work else None)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(made))
    return made


def findings(document: Known) -> dict[str, list[dict[str, Any]]]:
    text, structure = document.text, document.structure
    view = DocumentView(
        text,
        structure.sentences,
        structure.provisions,
        family=structure.family,
        language=structure.language,
        published=document.published,
        work=document.work,
        pack_for=pack_for,
    ).with_known_languages()
    citations = find_citations(view)
    names = [*(c.span for c in citations if c.work), *(n.span for n in find_named_acts(view, citations))]
    facts, fines = find_facts(view, names), find_penalties(view)
    return {
        "facts": [
            {"type": f.type.value, "value": f.value, "quote": f.span.of(text), "rule": f.evidence.name}
            for f in facts
            if f.value
        ],
        "penalties": [
            {
                "quote": p.span.of(text),
                "amounts": [
                    {"amount": a.amount} if a.amount is not None else {"percent": a.percent} for a in p.amounts
                ],
            }
            for p in fines
        ],
    }


def regions(scorer: ModuleType, gold: dict[str, Any], text: str) -> list[tuple[int, int]]:
    found = []
    for region in gold["regions"]:
        start = region["start"] if "start" in region else text.find(scorer.squeeze(region["from"]))
        last = scorer.squeeze(region.get("to", ""))
        end = region["end"] if "start" in region else text.find(last, max(start, 0)) + len(last)
        found.append((start, end))
    return found


def inside(scorer: ModuleType, gold: dict[str, Any], text: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    squeezed = scorer.squeeze(text)
    within = regions(scorer, gold, squeezed)
    return [
        item
        for item in items
        if any(a <= (p[0] + p[1]) / 2 <= b for p in scorer.locate(squeezed, item["quote"]) for a, b in within)
    ]


def fact_bag(facts: list[dict[str, Any]]) -> Bag:
    return Counter({(f["type"], str(f["value"])) for f in facts})


def penalty_bag(scorer: ModuleType, penalties: list[dict[str, Any]]) -> Bag:
    flat = [{k: v for k, v in a.items() if v is not None} for p in penalties for a in p.get("amounts", [])]
    return Counter({("penalty", value): n for value, n in scorer.amounts([{"amounts": flat}]).items()})


def sentence_around(text: str, quote: str, width: int = 160) -> str:
    at = text.find(quote)
    return " ".join(text[max(0, at - width) : at + len(quote) + width].split()) if at >= 0 else quote


def errors(want: Bag, have: Bag, gold: dict[str, Any], pred: dict[str, Any], text: str) -> Iterator[str]:
    quotes = {(f["type"], str(f["value"])): (f["quote"], f.get("rule", "")) for f in [*gold["facts"], *pred["facts"]]}
    for mark, bag in (("-", want - have), ("+", have - want)):
        for key in sorted(bag):
            quote, rule = quotes.get(key, ("", ""))
            yield f"{mark} {gold['doc']} {' '.join(key)} {rule} | {sentence_around(text, quote) if quote else ''}"
    if any(kind == "penalty" for kind, _ in [*(want - have), *(have - want)]):
        for mark, penalties in (("gold", gold["penalties"]), ("pred", pred["penalties"])):
            for p in penalties:
                yield f"    {mark} {json.dumps(p.get('amounts'))} {' '.join(p['quote'].split())[:500]}"


def line(name: str, bags: list[tuple[Bag, Bag]]) -> str:
    hit = sum(sum((w & h).values()) for w, h in bags)
    gold, pred = sum(sum(w.values()) for w, _ in bags), sum(sum(h.values()) for _, h in bags)
    precision, recall = hit / pred if pred else float(not gold), hit / gold if gold else 1.0
    both = 2 * hit / (gold + pred) if gold + pred else 1.0
    return f"{name:<34}{precision:6.2f}{recall:6.2f}{both:6.2f}{gold:6}{pred:6}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--read", type=Path, metavar="FOLDER", help="keep what was read of each document here")
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--only", default="", metavar="TEXT", help="errors whose line holds this text")
    options = parser.parse_args()
    scorer = load_scorer(options.shared / "gold" / "score.py")
    groups: dict[str, list[tuple[Bag, Bag]]] = defaultdict(list)
    wrong: list[str] = []
    for path in sorted((options.shared / "gold" / "real").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold.get("quoted_text"):
            continue
        fold = int(hashlib.sha256(gold["doc"].encode()).hexdigest(), 16) % 5
        try:
            document = known(options.shared / "docs" / "real" / Path(gold["file"]).name, options.read)
        except DutybookError as error:
            print(gold["doc"], error, file=sys.stderr)
            continue
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        pred = {key: inside(scorer, gold, text, items) for key, items in findings(document).items()}
        facts = fact_bag(gold["facts"]), fact_bag(pred["facts"])
        fines = penalty_bag(scorer, gold["penalties"]), penalty_bag(scorer, pred["penalties"])
        seen = "4 (unseen)" if fold == UNSEEN else "0-3"
        groups[f"fold {seen} fact"].append(facts)
        groups[f"fold {seen} penalty"].append(fines)
        genre = document.structure.family.value
        for kind, bags in (("fact", facts), ("penalty", fines)):
            groups[f"genre {genre} {kind}"].append(bags)
            groups[f"language {gold['language']} {kind}"].append(bags)
        for kind in sorted({kind for bag in facts for kind, _ in bag}):
            of_kind = [Counter({k: n for k, n in bag.items() if k[0] == kind}) for bag in facts]
            groups[f"type {kind}"].append((of_kind[0], of_kind[1]))
        if fold != UNSEEN:
            wrong += errors(facts[0] + fines[0], facts[1] + fines[1], gold, pred, text)
    print(f"{'':<34}{'P':>6}{'R':>6}{'F1':>6}{'gold':>6}{'pred':>6}")
    for name in sorted(groups):
        print(line(name, groups[name]))
    selected = [error for error in wrong if options.only in error]
    print(*selected[: options.errors], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
