#!/usr/bin/env python3
"""Exceptions of the norms that people marked in real documents, where the norm is known.

    python benchmarks/exceptions_real.py ../shared [--errors N] [--language de]

Looks for an exception in the quote of each annotated norm by the words of its language. As the scorer beside the gold does, it counts
the norms for which an exception is annotated or found, and how many of them have the same words, by at least half. ``--errors``
lists mistakes of folds 0 to 3 only: fold 4 stays unseen.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from real import UNREAD_FOLD, fold_of
from score import load_scorer

from dutybook.extract.norms.exceptions import find_exception
from dutybook.languages import load
from dutybook.records import Span


@dataclass(frozen=True, slots=True)
class Compared:
    """A norm with the exception that is annotated and the one that is found, where there is any of them."""

    fold: int
    language: str
    quote: str
    wanted: str | None
    found: str | None
    right: bool

    @property
    def mark(self) -> str:
        """right, other (both, but not the same), missed, or false."""
        if self.right:
            return "right"
        return "missed" if self.found is None else "other" if self.wanted else "false"


def compare(shared: Path) -> Iterator[Compared]:
    """All norms of the gold with an exception, annotated or found; never the AI Act's."""
    scorer = load_scorer(shared / "gold" / "score.py")
    for file in sorted((shared / "gold" / "real").glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        if gold["doc"].startswith("AIA_"):
            continue
        words = load(gold["language"]).norms.exceptions
        for norm in gold["norms"]:
            span = find_exception(norm["quote"], Span(0, len(norm["quote"])), words)
            found = span.of(norm["quote"]) if span else None
            wanted = norm.get("exception")
            if "exception" in norm and (wanted or found):
                same = scorer.same_party(wanted, found)
                yield Compared(fold_of(gold["doc"]), gold["language"], norm["quote"], wanted, found, same)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--language")
    given = parser.parse_args()
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for one in compare(given.shared):
        if given.language and one.language != given.language:
            continue
        seen = one.fold != UNREAD_FOLD
        for group in ("folds 0 to 3" if seen else "fold 4 (unseen)", f"language {one.language}"):
            tallies[group][one.mark] += 1
        if seen and not one.right and given.errors > 0:
            given.errors -= 1
            print(f"{one.mark:6} {one.language} wanted {one.wanted!r} found {one.found!r} in {one.quote[:200]!r}")
    for group, marks in sorted(tallies.items()):
        counts = "  ".join(f"{mark} {marks[mark]:3}" for mark in ("right", "other", "missed", "false"))
        print(f"{group:18} {marks['right'] / marks.total():.2f} of {marks.total():3}  {counts}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
