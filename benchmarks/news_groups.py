#!/usr/bin/env python3
"""Measures whether news items that tell of one event are put into one group, and no others.

    python benchmarks/news_groups.py ../shared [--show N]

Items are the pages of ``../shared/docs/news-general`` and the real news of ``gold/real`` (without the fold that nobody reads), each with
variants: shortened to its beginning, cut to a brief, thinned by every third paragraph, printed with a frame and the headlines of other
pages. That no two of the pages tell of one event was judged by the names and scores of the pairs that are most alike, not by reading all
texts; thresholds were set on this same set. To them come the made-up items of ``news_events.toml``, other outlets' wordings and follow-ups among them, and events that are hard to
tell apart. All pages have one day, which is harder than life. A pair is right if both items are of one event; groups are those
that a register would make.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from real import UNREAD_FOLD, fold_of, group_of

from dutybook.errors import BadDocument
from dutybook.layout.formats import read_layout
from dutybook.records import RawDocument
from dutybook.resolve.news import NewsItem, group_by_event, headline_names, sample_shingles, telling_words
from dutybook.structure.build import build_structure

HERE = Path(__file__).resolve().parent
#: All pages are of this day.
DAY = date(2031, 1, 5)
#: Shorter paragraphs are captions and links, and pages with fewer are left out.
_SHORTEST, _FEWEST = 40, 4
_BRIEF = 900
_SHEET = 2500


@dataclass(frozen=True, slots=True)
class Item:
    """A news item with the event that it tells of, and how it came about."""

    event: str
    kind: str
    item: NewsItem


@dataclass(frozen=True, slots=True)
class Page:
    """A real page."""

    name: str
    title: str
    text: str
    language: str


def read_pages(shared: Path) -> Iterator[Page]:
    """The real pages that can be read."""
    files = {f.name: f for f in sorted((shared / "docs" / "news-general").glob("*.html.gz"))}
    for file in sorted((shared / "gold" / "real").glob("*.json")):
        gold = json.loads(file.read_text("utf-8"))
        if group_of(gold["kind"]) == "news" and fold_of(gold["doc"]) != UNREAD_FOLD:
            files[gold["doc"]] = shared / "docs" / "real" / Path(gold["file"]).name
    for name, file in files.items():
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        try:
            layout = read_layout(RawDocument(file.name.removesuffix(".gz"), data))
        except BadDocument as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        structure = build_structure(layout, name)
        yield Page(name, structure.title, layout.text, structure.language)


def make_item(
    identity: str, title: str, text: str, language: str, day: date = DAY, acts: Iterable[str] = ()
) -> NewsItem:
    """An item as the register would keep it."""
    words = {word: weight for word, weight in telling_words(text, language).items() if weight}
    names = headline_names(title, language)
    return NewsItem(identity, day, language, words, frozenset(acts), frozenset(), sample_shingles(text), names)


def variants_of(page: Page, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Variants of a page; ``others`` are headlines that a print has around it."""
    paragraphs = [p for p in re.split(r"\n+", page.text) if len(p) > _SHORTEST]
    if len(paragraphs) < _FEWEST:
        return
    yield "page", page.text
    yield "shortened", "\n".join([page.title, *paragraphs[: max(2, len(paragraphs) * 4 // 10)]])
    yield "brief", "\n".join([page.title, *paragraphs[:3]])[:_BRIEF]
    yield "thinned", "\n".join(p for n, p in enumerate(paragraphs) if n % 3 != 1)
    sheets = [page.text[at : at + _SHEET] for at in range(0, len(page.text), _SHEET)]
    printed = [f"{page.title}\n{sheet}\n{number}/{len(sheets)}" for number, sheet in enumerate(sheets, 1)]
    yield "printed", "\n".join([*printed, *others])


def all_items(shared: Path) -> list[Item]:
    pages = list(read_pages(shared))
    items = []
    for number, page in enumerate(pages):
        same = [p.title for p in pages if p.language == page.language and p is not page]
        around = [same[(number + step) % len(same)] for step in range(8)] if same else []
        for nth, (kind, text) in enumerate(variants_of(page, around)):
            item = make_item(f"{page.name} {nth}", page.title, text, page.language)
            items.append(Item(page.name, kind, item))
    for event in tomllib.loads((HERE / "news_events.toml").read_text("utf-8"))["events"]:
        for nth, one in enumerate(event["items"]):
            text, day = one["text"], date(2031, 2, one["day"])
            item = make_item(f"{event['name']} {nth}", text.split("\n")[0], text, one["language"], day, event["acts"])
            items.append(Item(event["name"], "our own", item))
    return items


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print up to N wrong pairs of names")
    options = parser.parse_args()
    items = all_items(options.shared)
    groups = group_by_event(one.item for one in items)
    tied, right, both = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    grouped: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        grouped[groups[one.item.id]].append(one)
    for one, other in combinations(items, 2):
        if one.item.language != other.item.language and "our own" not in (one.kind, other.kind):
            continue
        kind = " · ".join(sorted((one.kind, other.kind)))
        same, put = one.event == other.event, groups[one.item.id] == groups[other.item.id]
        both[kind] += same
        tied[kind] += put
        right[kind] += same and put
        if put and not same:
            wrong.append((one.item.id, other.item.id))
    print(f"{len(items)} items of {len({i.event for i in items})} events, {len(grouped)} groups")
    print(f"{'pairs':<24}{'of one event':>14}{'put together':>14}{'precision':>11}{'recall':>8}")
    for name in [*sorted(k for k in both if both[k] or tied[k]), "all"]:
        counts = [sum(c.values()) if name == "all" else c[name] for c in (both, tied, right)]
        precision = f"{counts[2] / counts[1]:.3f}" if counts[1] else "–"
        recall = f"{counts[2] / counts[0]:.3f}" if counts[0] else "–"
        print(f"{name:<24}{counts[0]:>14}{counts[1]:>14}{precision:>11}{recall:>8}")
    for pair in wrong[: options.show]:
        print("wrong:", *pair)
    return 0


if __name__ == "__main__":
    sys.exit(main())
