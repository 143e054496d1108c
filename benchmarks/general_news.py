#!/usr/bin/env python3
"""Counts the norms that Dutybook finds in newspaper pages about anything at all, where there is next to nothing to find.

    python benchmarks/general_news.py ../shared [--folds MODELS | --model MODEL] [--show N] [--report FILE.md]

The pages of ``../shared/docs/news-general`` have no gold: general news seldom reports a rule, so most norms found there are
mistakes that a reader would have to delete. Fewer is better, as long as recall on real documents stays
(``benchmarks/real.py``). ``--show N`` prints up to N of them to read.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from real import extract
from real_report import aligned

Page = dict[str, Any]


def count(pages: Sequence[Page]) -> dict[str, Any]:
    """How many norms the pages have in all and on average, what share of pages has any, and how many by modality and reader."""
    found = [norm for page in pages for norm in page.get("norms", [])]
    return {
        "pages": len(pages),
        "norms": len(found),
        "norms a page": round(len(found) / len(pages), 3) if pages else 0.0,
        "pages with any": round(sum(bool(p.get("norms")) for p in pages) / len(pages), 3) if pages else 0.0,
        "modalities": dict(Counter(n["modality"] for n in found).most_common()),
        "found by": dict(Counter((n.get("evidence") or {}).get("name", "–") for n in found).most_common()),
        "taken for": dict(Counter(p.get("genre") or "–" for p in pages).most_common()),
    }


def markdown(counts: dict[str, Any], command: str) -> str:
    """The counts as a page of Markdown, without any text of the pages."""
    head = ["pages", "norms", "norms a page", "pages with any"]
    lines = [
        "# Norms found in general news",
        "",
        f"Written by `{command}`. Most of these norms are mistakes: fewer is better.",
    ]
    lines += ["", *aligned([head, [str(counts[key]) for key in head]])]
    for title, key, of in (
        ("modality", "modalities", "norms"),
        ("found by", "found by", "norms"),
        ("taken for", "taken for", "pages"),
    ):
        lines += ["", *aligned([[title, of], *([name, str(n)] for name, n in counts[key].items())])]
    return "\n".join(lines) + "\n"


def read_pages(shared: Path, folds: Path | None, model: str) -> dict[str, Page]:
    """Read each page with the model of its fold, which has not seen it, or all with one model."""
    sources = sorted((shared / "docs" / "news-general").glob("*.html.gz"))
    with tempfile.TemporaryDirectory() as scratch:
        return extract(sources, folds, model, Path(scratch), lambda source: source.name)


def show(pages: Sequence[Page], limit: int) -> None:
    """Print up to ``limit`` norms, spread over the pages."""
    found = [(Path(page["source"]).name, norm) for page in pages for norm in page.get("norms", [])]
    for name, norm in found[:: max(1, len(found) // limit)][:limit]:
        sure = (norm.get("evidence") or {}).get("confidence")
        print(f"{name} | {norm['modality']} | {norm.get('bearer')} | {sure} | {norm['quote'][:200]}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--model", default="auto")
    who.add_argument(
        "--folds",
        type=Path,
        metavar="MODELS",
        help="folder of the models fold-0 to fold-4, or some: pages of other folds are left out",
    )
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N of the norms")
    parser.add_argument("--report", type=Path, help="write the counts as Markdown, and beside it as JSON")
    options = parser.parse_args(arguments)
    lacking = [f for f in (options.shared / "docs" / "news-general", options.folds) if f and not f.exists()]
    if lacking:
        print(f"not here: {', '.join(map(str, lacking))}", file=sys.stderr)
        return 2
    pages = list(read_pages(options.shared, options.folds, options.model).values())
    counts = count(pages)
    how = f"--folds {options.folds}" if options.folds else f"--model {options.model}"
    page = markdown(counts, f"python benchmarks/general_news.py ../shared {how}")
    print(page)
    if options.show:
        show(pages, options.show)
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(page, encoding="utf-8")
        options.report.with_suffix(".json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
