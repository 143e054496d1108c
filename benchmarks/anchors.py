"""Anchors of periods in real documents: the phrase that says what a period is counted from, whole or not.

``python benchmarks/anchors.py ../shared [--errors]`` reads ``benchmarks/anchors.json``: periods drawn at random from the deadlines
of ``gold/real`` (folds 0 to 3) next to which an event stands, in two draws of 100 and 95, each with the offsets of its anchor as they
were written down before the program was asked. It looks for deadlines in each norm and prints how many anchors are the same phrase, white space and punctuation at the ends
aside. A trigger ("before", "counted from") may be part of the anchor or not where the period's own words hold it; a phrase with
a relative clause after a comma is whole with and without it.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutybook.extract.deadlines import find_deadlines
from dutybook.languages import load
from dutybook.records import Span

_CASES = Path(__file__).with_suffix(".json")
_OUTSIDE = " \t\n\r,;:.()[]\u00ad\ufffe"


@dataclass(frozen=True, slots=True)
class Case:
    """One period with its anchor as read, and the anchor that was found, None where none was."""

    document: str
    draw: int
    language: str
    want: str
    have: str | None
    right: bool


def cases(shared: Path, file: Path) -> Iterator[Case]:
    """The cases of a file, each compared with what the extraction of deadlines finds in the norm's words."""
    for case in json.loads(file.read_text(encoding="utf-8")):
        text = (shared / "gold" / "real" / f"{case['document']}.txt").read_text(encoding="utf-8")
        found = find_anchor_of(text, case)
        starts, ends = case.get("starts", case["anchor"][:1]), case.get("ends", case["anchor"][1:])
        right = found is not None and any(_trim(text, (a, b)) == _trim(text, found) for a in starts for b in ends)
        have = text[found[0] : found[1]] if found else None
        yield Case(case["document"], case.get("draw", 1), case["language"], text[slice(*case["anchor"])], have, right)


def find_anchor_of(text: str, case: dict[str, Any]) -> tuple[int, int] | None:
    """The offsets of the anchor that is found for the period of a case; None where the period or its anchor is not found."""
    start, end = case["quote"]
    for found in find_deadlines(text, Span(*case["norm"]), load(case["language"])):
        if found.span.start < end and start < found.span.end and found.anchor is not None:
            return found.anchor.span.start, found.anchor.span.end
    return None


def _trim(text: str, offsets: tuple[int, int]) -> tuple[int, int]:
    """Offsets without the white space and punctuation at their ends."""
    start, end = offsets
    while start < end and text[start] in _OUTSIDE:
        start += 1
    while end > start and text[end - 1] in _OUTSIDE:
        end -= 1
    return start, end


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("shared", type=Path)
    arguments.add_argument("--cases", type=Path, default=_CASES)
    arguments.add_argument("--errors", action="store_true", help="print what is not as read")
    options = arguments.parse_args()
    by_language: dict[str, list[Case]] = defaultdict(list)
    for case in cases(options.shared, options.cases):
        by_language[case.language].append(case)
        if options.errors and not case.right:
            print(
                f"{case.document}\n  want {' '.join(case.want.split())}\n  have {' '.join((case.have or '–').split())}"
            )
    for language, listed in sorted(by_language.items()):
        print(f"{language}  {sum(c.right for c in listed):>3} of {len(listed):>3}")
    every = [case for listed in by_language.values() for case in listed]
    for draw in sorted({case.draw for case in every}):
        drawn = [case for case in every if case.draw == draw]
        right, none = sum(c.right for c in drawn), sum(c.have is None for c in drawn)
        found = len(drawn) - none
        print(
            f"draw {draw}: whole phrases {right} of {len(drawn)} ({right / len(drawn):.3f}), of {found} found {right / found:.3f}"
        )


if __name__ == "__main__":
    main()
