#!/usr/bin/env python3
"""Scores what amending acts do to others: their instructions, and where the norms of their new text belong.

    python benchmarks/amendments.py ../shared --folds MODELS [--errors N]
    python benchmarks/amendments.py ../shared --predictions FOUND.jsonl [...] [--errors N]

The gold is ``changes`` and ``norms`` of the files in ``../shared/gold/real`` that have ``quoted_text``. An instruction is found where
its quote overlaps with that of a gold one by half of their letters. Then its *kind* is right or wrong; its *act*, where half of the words are the
same; its *article*, where the number of the first provision is; its *place*, where all numbers of the first provision are. Gold also
names sentences and subparagraphs, which places of ours leave out: they do not count. *all*: found, and kind, act and article are right.
The place of a norm counts where the norm is found; *stated*: of the places
that are not left open, how many are right. Nothing of the last fold is listed as an error.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from real import UNREAD_FOLD, extract, fold_of, read_gold, read_predictions
from score import load_scorer

MATCHED = 0.5
INSTRUCTIONS = ("kind", "act", "article", "place")
# "S 2", "al 1", "sub 1", "párr 1", "phrase liminaire": what places of ours leave out.
_LEFT_OUT = re.compile(
    r"\b(?:S|Satz|st|al|alinéa|sub|subpara|párr|l|věta|veta|prvá veta|Halbsatz|phrase \w+|(?:primo|secondo) periodo)\.? ?\d*\b|\d+\. pkt\b"
)
_RANGE = re.compile(r"\s(?:et|en|y|i|a|in|und|and|og|ja|až|do|e)\s.*|\sbis\s(?=[(\d]).*|,.*|(?<=\w)[-–](?=\d+\w?$).*")
_NUMBER = re.compile(
    r"\d+(?:\^\d+)?(?:[-/.]\d+)*[a-z]*(?: (?:bis|ter|quater))?|(?<![^\W\d_])[a-zA-Z](?![^\W\d_])|\b[IVX]+\b",
    re.IGNORECASE,
)


def numbers_of(place: str | None) -> list[str]:
    """The numbers of the first provision that a place names, from the article down.

    >>> numbers_of("§ 5(4) S 2 Nr 1"), numbers_of("§ 5 Abs. 4 Nr. 1"), numbers_of("Art 48(4) en (5)")
    (['5', '4', '1'], ['5', '4', '1'], ['48', '4'])
    """
    kept = _LEFT_OUT.sub(" ", _RANGE.sub("", place or ""))
    kept = re.sub(r"(?<=\d)\.(?=[a-z])", "", kept)
    kept = re.sub(
        r"\b(?:Art|Artikel|Abs|Nr|Buchst|lit|pkt|ust|odst|písm|stk|člen|čl|bod|pt|Annex|Anhang|indent|Section|s|Z)\b\.?",
        " ",
        kept,
    )
    return [number.casefold() for number in _NUMBER.findall(kept)]


@dataclass(slots=True)
class Count:
    """How many were asked for, found, and right, by what was asked."""

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def add(self, other: Count) -> None:
        """Add what was counted elsewhere."""
        self.gold += other.gold
        self.found += other.found
        self.predicted += other.predicted
        self.right += other.right
        self.asked += other.asked


def match(scorer: Any, text: str, some: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Pairs of quotes by their numbers, the best first, each once."""
    squeezed = scorer.squeeze(text)
    at = [scorer.in_order([scorer.locate(squeezed, one["quote"]) for one in each]) for each in (some, others)]
    pairs = sorted(
        ((scorer.overlap(a, b), -i, -j) for i, a in enumerate(at[0]) if a for j, b in enumerate(at[1]) if b),
        reverse=True,
    )
    found: dict[int, int] = {}
    for value, i, j in pairs:
        if value >= MATCHED and -i not in found and -j not in found.values():
            found[-i] = -j
    return found


def is_same_act(scorer: Any, gold: str | None, found: str | None) -> bool:
    """Whether half of the words of two names are the same; an inflected name counts by its first letters."""
    if not gold or not found:
        return not gold and not found
    known, named = ({w[:6] for w in scorer.words(name)} for name in (gold, found))
    return len(known & named) >= 0.5 * min(len(known), len(named))


def inside(gold: dict[str, Any], text: str, scorer: Any, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was found in the regions that were annotated."""
    squeezed = scorer.squeeze(text)
    regions = []
    for region in gold["regions"]:
        start = region.get("start", squeezed.find(scorer.squeeze(region.get("from", ""))))
        last = scorer.squeeze(region.get("to", ""))
        regions.append((start, region.get("end", squeezed.find(last, max(start, 0)) + len(last))))
    places = scorer.in_order([scorer.locate(squeezed, one["quote"]) for one in found])
    return [f for f, p in zip(found, places, strict=True) if p and any(a <= (p[0] + p[1]) / 2 <= b for a, b in regions)]


def compare(
    scorer: Any, gold: dict[str, Any], text: str, prediction: dict[str, Any], errors: list[str]
) -> tuple[Count, Count]:
    """The instructions and the places of quoted norms of a document."""
    changes, made = gold.get("changes", []), inside(gold, text, scorer, prediction.get("amendments", []))
    pairs = match(scorer, text, changes, made)
    count = Count(len(changes), len(pairs), len(made))
    for i, change in enumerate(changes):
        if i not in pairs:
            errors.append(f"missed | {gold['doc']} | {change['kind']} {change['place']} | {change['quote'][:120]}")
            continue
        found = made[pairs[i]]
        want, have = numbers_of(change["place"]), numbers_of(found["target"])
        right = {
            "kind": change["kind"] == found["kind"],
            "act": is_same_act(scorer, change["amends"], found["act"]),
            "article": want[:1] == have[:1],
            "place": want == have,
        }
        right["all"] = right["kind"] and right["act"] and right["article"]
        for name, is_right in right.items():
            count.asked[name] += 1
            count.right[name] += is_right
            if not is_right and name != "all":
                predicted_key = {"kind": "kind", "act": "act"}.get(name, "target")
                asked = {"kind": "kind", "act": "amends"}.get(name, "place")
                errors.append(
                    f"{name} | {gold['doc']} | {change[asked]} -> {found[predicted_key]} | {change['quote'][:120]}"
                )
    for j, found in enumerate(made):
        if j not in pairs.values():
            errors.append(f"extra | {gold['doc']} | {found['kind']} {found['target']} | {found['quote'][:120]}")
    return count, _norms(scorer, gold, text, prediction, errors)


def _norms(scorer: Any, gold: dict[str, Any], text: str, prediction: dict[str, Any], errors: list[str]) -> Count:
    norms = [n for n in gold["norms"] if n.get("quoted")]
    made = prediction.get("norms", [])
    pairs = match(scorer, text, norms, made)
    count = Count(len(norms), len(pairs), len(made))
    for i, j in pairs.items():
        want, have = numbers_of(norms[i]["place"]), numbers_of(made[j].get("amended_place"))
        right = {"quoted": bool(made[j].get("quoted")), "article": want[:1] == have[:1], "place": want == have}
        if norms[i].get("amends"):
            right["act"] = is_same_act(scorer, norms[i]["amends"], made[j].get("amended_act"))
        if made[j].get("amended_place"):
            right["stated"] = right["place"]
        for name, is_right in right.items():
            count.asked[name] += 1
            count.right[name] += is_right
        if not right["place"]:
            found = f"{made[j].get('amended_place')} ({made[j]['place']})"
            errors.append(f"norm | {gold['doc']} | {norms[i]['place']} -> {found} | {norms[i]['quote'][:90]}")
        if not right.get("act", True):
            errors.append(f"norm's act | {gold['doc']} | {norms[i]['amends']} -> {made[j].get('amended_act')}")
    return count


def lines_of(name: str, count: Count) -> Iterator[str]:
    """The figures of a count as lines of text."""
    precision = count.found / count.predicted if count.predicted else 0.0
    recall = count.found / count.gold if count.gold else 0.0
    yield f"{name}: {count.gold} in the gold, found {count.found} (recall {recall:.3f}, precision {precision:.3f})"
    for key, asked in count.asked.items():
        yield f"  {key:<8} {count.right[key] / asked:.3f} of {asked}"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--folds",
        type=Path,
        metavar="MODELS",
        help="folder of the models fold-0 to fold-4, or some: documents of other folds are left out",
    )
    who.add_argument("--predictions", type=Path, nargs="+", metavar="FILE", help="what extract has printed")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list N mistakes of each sort")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    gold = [(one, text) for one, text in read_gold(options.shared) if one.get("quoted_text")]
    if options.predictions:
        found = read_predictions(options.predictions)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            sources = [options.shared / "docs" / "real" / Path(one["file"]).name for one, _ in gold]
            found = extract(sources, options.folds, "auto", Path(scratch))
    scorer = load_scorer(options.shared / "gold" / "score.py")
    totals = {name: (Count(), Count()) for name in ("all folds", "folds 0 to 3")}
    errors: list[str] = []
    for one, text in gold:
        prediction = found.get(Path(one["file"]).name)
        if prediction is None:
            continue
        read = fold_of(one["doc"]) != UNREAD_FOLD
        counts = compare(scorer, one, text, prediction, errors if read else [])
        for total in totals.values() if read else [totals["all folds"]]:
            for sum_, count in zip(total, counts, strict=True):
                sum_.add(count)
    for name, (instructions, norms) in totals.items():
        print(f"\n{name}", *lines_of("instructions", instructions), *lines_of("norms of new text", norms), sep="\n")
    by_sort: dict[str, list[str]] = defaultdict(list)
    for error in errors:
        by_sort[error.partition(" | ")[0]].append(error)
    for sort, some in sorted(by_sort.items()):
        if options.errors:
            print(f"\n{sort}: {len(some)}", *some[: options.errors], sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
