"""Deadlines of the norms that people marked in real documents: kind and value, right or wrong, where the norm is known.

``python benchmarks/deadlines_real.py GOLD_FOLDER [--errors N] [--language de]`` reads the gold files of a folder, each with
its text beside it, looks for deadlines in each norm's quote, and prints precision, recall and F1 by fold, language and
kind of document. Errors are shown of folds 0 to 3 only: fold 4 stays unseen, so that its numbers tell what a change is worth.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from dutybook.extract.deadlines import find_deadlines
from dutybook.languages import load
from dutybook.records import Span

UNSEEN = 4
_NEWS = {"news", "press", "press release", "press summary"}
_GUIDANCE = (
    "guid",
    "circular",
    "advice",
    "faq",
    "information",
    "letter",
    "policy",
    "opinion",
    "instruction",
    "notice",
    "good practice",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One norm's deadlines as people marked them and as they were found."""

    document: str
    place: str
    fold: int
    language: str
    genre: str
    quote: str
    want: Counter[tuple[str, str]]
    have: Counter[tuple[str, str]]
    words: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    hit: int = 0
    gold: int = 0
    found: int = 0

    def add(self, one: Compared) -> None:
        self.hit += (one.want & one.have).total()
        self.gold += one.want.total()
        self.found += one.have.total()

    def __str__(self) -> str:
        precision = self.hit / self.found if self.found else 0.0
        recall = self.hit / self.gold if self.gold else 0.0
        f1 = 2 * self.hit / (self.gold + self.found) if self.gold + self.found else 0.0
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  gold {self.gold:>4}  found {self.found:>4}"


def fold_of(document: str) -> int:
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 5


def genre_of(kind: str) -> str:
    if kind in _NEWS:
        return "news"
    return "guidance" if any(word in kind.lower() for word in _GUIDANCE) else "law"


class Places:
    """Finds quotes in a text, white space and punctuation aside."""

    def __init__(self, text: str) -> None:
        self._at: list[int] = []
        letters: list[str] = []
        for at, char in enumerate(text):
            for letter in unicodedata.normalize("NFKC", char).lower():
                if letter.isalnum():
                    letters.append(letter)
                    self._at.append(at)
        self._letters = "".join(letters)

    def find(self, quote: str) -> Span | None:
        bare = "".join(c for c in unicodedata.normalize("NFKC", quote).lower() if c.isalnum())
        start = self._letters.find(bare) if bare else -1
        return Span(self._at[start], self._at[start + len(bare) - 1] + 1) if start >= 0 else None


def compared(path: Path) -> Iterator[Compared]:
    """The norms of one gold file; none where it marks the new text that an amending act quotes."""
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if gold.get("quoted_text"):
        return
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    places = Places(text)
    genre = genre_of(gold["kind"])
    day = gold.get("published") if genre == "news" else None
    for norm in gold["norms"]:
        span = places.find(norm["quote"])
        words = text if span else norm["quote"]
        found = find_deadlines(words, span or Span(0, len(words)), load(gold["language"]), day)
        yield Compared(
            gold["doc"],
            str(norm["place"]),
            fold_of(gold["doc"]),
            gold["language"],
            genre,
            norm["quote"],
            Counter((d["kind"], str(d["value"])) for d in norm["deadlines"]),
            Counter((d.kind.value, str(d.value)) for d in found),
            tuple(f"{d.span.of(words)} [{d.rule}]" for d in found),
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--errors", type=int, default=0, metavar="N")
    arguments.add_argument("--language", default="")
    options = arguments.parse_args()
    tallies: dict[str, Tally] = defaultdict(Tally)
    errors: list[Compared] = []
    for path in sorted(options.folder.glob(f"*.{options.language or '*'}.json")):
        for one in compared(path):
            seen = "unseen" if one.fold == UNSEEN else "folds 0-3"
            for name in (seen, f"{seen} {one.genre}", f"{seen} {one.language}"):
                tallies[name].add(one)
            if one.want != one.have and one.fold != UNSEEN:
                errors.append(one)
    for name in sorted(tallies):
        print(f"{name:<20} {tallies[name]}")
    for one in islice(errors, options.errors):
        quote = " ".join(one.quote.split())
        print(f"\n{one.document} {one.place}\n  want {dict(one.want)}\n  have {dict(one.have)} {one.words}\n  {quote}")


if __name__ == "__main__":
    main()
