#!/usr/bin/env python3
"""Scores the instructions of amending acts against ones that were read by hand before the program was asked.

    python benchmarks/amendments_unread.py ../shared [--truth TRUTH.jsonl]

The truth, ``amendments_unread.jsonl`` beside this script unless another is named, has the first instructions (eight at most) of 14 acts
in 9 languages, one a line: ``file`` (inside ``../shared/docs``), ``kind``, ``act`` and ``place`` (the first provision that is changed; of a
renumbering, the new number). The words are not kept, only where they stand: ``start`` is a hash of the first letters of the instruction,
``nth`` how many places with the same ones precede it, ``letters`` its length. Where a good reader could say two kinds, both are right. A
place that ends with ``*`` counts as an article only, an empty one not at all.

Nothing was tuned on these acts: no option lists errors, and only totals are printed. What is found between the first and the last
instruction of an act and is none of them counts against precision. No model takes part.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amendments import MATCHED, numbers_of

from dutybook.document_view import DocumentView
from dutybook.extract.amendments import find_amendments
from dutybook.layout.formats import read_layout, sniff
from dutybook.pipeline.analyse import describe_document, read
from dutybook.pipeline.config import Config
from dutybook.pipeline.unpacking import decompress
from dutybook.records import Amendment
from dutybook.resolve.works import identify
from dutybook.structure.build import build_structure, pack_for

_TRUTH = Path(__file__).with_suffix(".jsonl")
#: Letters at the beginning of an instruction that are hashed.
_FIRST = 24
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def letters(text: str) -> str:
    """The letters and digits of a text, in small letters: what stays the same however a file's lines are read."""
    return "".join(each for each in text.casefold() if each.isalnum())


def key(words: str) -> str:
    """A short hash of some letters."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def place_numbers(place: str | None) -> list[str]:
    """The numbers of a place, whatever the way in which a letter or a raised digit is joined to one.

    >>> place_numbers("§ 53 a"), place_numbers("§ 3¹(7)"), place_numbers("Art L. 741-2")
    (['53a'], ['3^1', '7'], ['741-2'])
    """
    joined = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda raised: "^" + raised[0].translate(_RAISED), place or "")
    joined = re.sub(r"(?<=§ )(\d+) ([a-z])(?!\w)", r"\1\2", joined)
    return numbers_of(re.sub(r"\b(?:[LRD]\.? ?(?=\d)|p\b\.?)", "", joined))


def is_act(known: str, named: str) -> bool:
    """Whether two names are of one act: half of the words are the same, and so is a number where both have some."""
    words, others = ({w[:6] for w in re.findall(r"\w+", name.casefold())} for name in (known, named))
    if len(words & others) < 0.5 * min(len(words), len(others)) or not others:
        return False
    numbers, more = (set(re.findall(r"\d+", name)) for name in (known, named))
    return not numbers or not more or bool(numbers & more)


def amendments_of(source: Path) -> tuple[str, tuple[Amendment, ...]]:
    """The text of a file and the instructions that are found in it."""
    raw = read(source)
    layout = read_layout(decompress(raw))
    structure = build_structure(layout, raw.sha256[:16])
    identity = identify(
        structure.title, structure.family, structure.language, layout, pack_for(structure.language), raw.source
    )
    kind = sniff(raw.data, raw.source, raw.media_type)
    document = describe_document(raw, kind, layout, structure, identity, Config())
    view = DocumentView.of(document, structure, pack_for)
    return layout.text, find_amendments(view.with_known_languages())


def locate(text: str, known: dict[str, Any]) -> tuple[int, int]:
    """Where an instruction begins and ends, counted in letters.

    Raises:
        ValueError: the file no longer has it.
    """
    width, left = min(_FIRST, known["letters"]), known["nth"]
    for at in range(len(text)):
        if key(text[at : at + width]) == known["start"]:
            if not left:
                return at, at + known["letters"]
            left -= 1
    raise ValueError(f"{known['file']}: {known['place']} is not where it was; read the file again")


def score(source: Path, truth: Sequence[dict[str, Any]], count: Counter[str]) -> None:
    """Count what is right in one file."""
    text, found = amendments_of(source)
    squeezed = letters(text)
    at = [locate(squeezed, known) for known in truth]
    spans = [(len(letters(text[: f.span.start])), len(letters(text[: f.span.end]))) for f in found]
    free = {i for i, (a, b) in enumerate(spans) if at[0][0] <= (a + b) / 2 <= at[-1][1]}
    count["predicted"] += len(free)
    for known, (start, end) in zip(truth, at, strict=True):
        count["instructions"] += 1
        shared = {i: min(end, b) - max(start, a) for i, (a, b) in enumerate(spans) if i in free}
        best = max(shared, key=lambda i: shared[i] / max(end - start, spans[i][1] - spans[i][0]), default=None)
        if best is None or shared[best] < MATCHED * max(end - start, spans[best][1] - spans[best][0]):
            continue
        free.discard(best)
        count["found"] += 1
        _compare(known, found[best], count)


def _compare(known: dict[str, Any], found: Amendment, count: Counter[str]) -> None:
    right = {"kind": found.kind.value in known["kind"].split("|"), "act": is_act(known["act"], found.act)}
    want, have = place_numbers(known["place"].rstrip("* ")), place_numbers(found.target)
    if want:
        right["article"] = want[:1] == have[:1]
        if not known["place"].endswith("*"):
            right["place"] = want == have
    right["act and place"] = right["act"] and right.get("place", right.get("article", True))
    for name, is_right in right.items():
        count[f"{name} asked"] += 1
        count[f"{name} right"] += is_right


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--truth", type=Path, default=_TRUTH, metavar="FILE", help="one instruction a line")
    options = parser.parse_args(arguments)
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in options.truth.read_text(encoding="utf-8").splitlines():
        known = json.loads(line)
        by_file[known["file"]].append(known)
    count: Counter[str] = Counter()
    for name, truth in by_file.items():
        score(options.shared / "docs" / name, truth, count)
    print(f"{count['instructions']} instructions in {len(by_file)} acts", end=": ")
    print(f"found {count['found'] / count['instructions']:.3f}", end=", ")
    print(f"precision {count['found'] / max(count['predicted'], 1):.3f} of {count['predicted']}")
    for name in ("kind", "act", "article", "place", "act and place"):
        asked = count[f"{name} asked"]
        print(f"  {name:<14} {count[f'{name} right'] / max(asked, 1):.3f} of {asked} found")
    print(f"  found with act and place: {count['act and place right'] / count['instructions']:.3f} of all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
