#!/usr/bin/env python3
"""Worksheets by which passages of real documents are annotated for training, and what is read back from them.

    python models/reader/worksheets.py write ../shared DOCUMENT --out FOLDER [--units 75] [--blind]
    python models/reader/worksheets.py collect ../shared SHEET ...           # appends to passages.jsonl
    python models/reader/worksheets.py agreement ../shared                   # blind passages against the gold

A worksheet (``NAME.txt``) lists the units of a passage, each with its number; whoever annotates writes ``NAME.marks`` beside it, a line a
norm, as ``models/reader/annotating.md`` says. ``--blind`` takes what the gold annotates already, to measure how far the two agree.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

from reader.examples import (  # noqa: E402
    FOLDS,
    PART_KINDS,
    GoldReader,
    Text,
    Wanted,
    find_words,
    fold_of,
    match_spans,
    overlap,
    read_text,
    squeeze,
)
from reader.passages import BLIND, PASSAGES, fingerprint, read_passages  # noqa: E402
from score import load_scorer  # noqa: E402

from dutybook.extract.norms.model.inputs import can_hold_norms  # noqa: E402
from dutybook.records import Span, Zone  # noqa: E402

MODALITIES = {"O": "obligation", "P": "prohibition", "A": "permission", "E": "exemption"}
CLASSES = {"b": "business", "a": "authority", "p": "person", "y": "any"}
#: The order of the parts in a line, behind number, modality, class and bearer.
PARTS = ("action", "condition", "exception", "recipient")
#: So many sentences before a passage are shown, and so many before a unit may hold the words of its stem.
_BEFORE, _STEM = 4, 30
_LONGEST = 17_000


@dataclass(slots=True)
class Marks:
    """What was read from the lines of an annotation; ``faults`` says what could not be."""

    norms: list[dict[str, Any]] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def choose_passage(text: Text, taken: Sequence[Span], units: int, chance: random.Random) -> range:
    """The numbers of sentences that follow each other from a heading on, hold about so many units, and none that is taken."""
    sentences = text.sentences
    open_ = [not any(s.span.overlaps(t) for t in taken) for s in sentences]
    free = [is_open and can_hold_norms(s) for is_open, s in zip(open_, sentences, strict=True)]
    found = range(0)
    for _ in range(20):
        start = chance.randrange(len(sentences))
        while start and open_[start - 1] and sentences[start].zone is not Zone.HEADING:
            start -= 1
        end = start
        while end < len(sentences) and open_[end] and sum(free[start:end]) < units:
            if sentences[end].span.end - sentences[start].span.start > _LONGEST:
                break
            end += 1
        if sum(free[start:end]) > sum(free[n] for n in found):
            found = range(start, end)
    return found


def write_sheet(text: Text, passage: range) -> str:
    """A passage as a worksheet: units with their numbers, what goes before with ``~``, headings with ``#``."""
    lines = [f"DOCUMENT {text.name} ({text.language}, {text.genre.value})", f"TITLE {text.title[:200]}"]

    def words(number: int) -> str:
        return " ".join(text.sentences[number].span.of(text.text).split())

    lines += [f"   ~ {words(n)[:500]}" for n in range(max(0, passage.start - _BEFORE), passage.start)]
    lines += [f"{n} {words(n)}" if can_hold_norms(text.sentences[n]) else f"   # {words(n)[:300]}" for n in passage]
    return "\n".join(lines) + "\n"


def read_marks(text: Text, passage: range, written: str) -> Marks:
    """The norms of an annotation, each with the spans of its words; lines as ``annotating.md`` says."""
    made = Marks()
    for number, line in enumerate(written.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")]
        if not line.strip():
            continue
        unit = int(cells[0]) if cells[0].isdigit() else -1
        if unit not in passage or not can_hold_norms(text.sentences[unit]):
            made.faults.append(f"line {number}: {cells[0]!r} is no unit of the passage")
        elif cells[1:2] == ["skip"]:
            made.skipped.add(unit)
        else:
            _read_norm(text, unit, cells + ["-"] * (9 - len(cells)), made, f"line {number}")
    made.norms = [norm for norm in made.norms if norm["unit"] not in made.skipped]
    return made


def _read_norm(text: Text, unit: int, cells: Sequence[str], made: Marks, where: str) -> None:
    modality, kind, bearer, quote = cells[1].removesuffix("s"), cells[2], cells[3], cells[8]
    if modality not in MODALITIES or kind not in CLASSES:
        made.faults.append(
            f"{where}: modality {cells[1]!r} and class {kind!r} must be one of {', '.join(MODALITIES)} and {', '.join(CLASSES)}"
        )
        made.skipped.add(unit)
        return
    own = text.sentences[unit].span
    before = [text.sentences[n].span for n in range(unit - 1, max(unit - _STEM, -1), -1)]
    found: dict[str, Any] = {
        "unit": unit,
        "at": own,
        "modality": MODALITIES[modality],
        "strength": "should" if cells[1].endswith("s") else "must",
        "class": CLASSES[kind],
    }
    asked = {"at": (quote, [own])}
    asked |= {part: (words, [own, *before]) for part, words in zip(PARTS, cells[4:8], strict=True)}
    asked["bearer"] = (bearer, [own, *before, Span(0, len(text.text))])
    for name, (words, places) in asked.items():
        if words in ("", "-"):
            continue
        span = next((s for place in places if (s := find_span(text.text, place, words)) is not None), None)
        if span is None:
            made.faults.append(f"{where}: {name} {words[:60]!r} stands nowhere in the unit or before it")
            made.skipped.add(unit)
        else:
            found[name] = span
    made.norms.append(found)


def find_span(text: str, place: Span, words: str) -> Span | None:
    """Where words stand in a part of a text; of ``first words … last words`` the whole stretch."""
    first, gap, last = words.replace("...", "…").partition("…")
    start = find_words(place.of(text), first)
    if start is None or not gap:
        return Span(place.start + start[0], place.start + start[1]) if start else None
    end = find_words(text[place.start + start[0] : place.end], last)
    return Span(place.start + start[0], place.start + start[0] + end[1]) if end else None


def as_passage(text: Text, file: str, passage: range, marks: Marks) -> dict[str, Any]:
    """The annotation as a line of ``passages.jsonl``: places alone, counted in letters and digits."""
    squeezed, places = squeeze(text.text)
    counted = {offset: number for number, offset in reversed(list(enumerate(places)))}

    def at(span: Span) -> list[int]:
        inside = [counted[n] for n in range(span.start, span.end) if n in counted]
        return [inside[0], inside[-1] + 1]

    regions: list[list[int]] = []
    for number in passage:
        span = text.sentences[number].span
        if number in marks.skipped or not any(n in counted for n in range(span.start, span.end)):
            continue
        start, end = at(span)
        if regions and number - 1 not in marks.skipped:
            regions[-1][1] = end
        else:
            regions.append([start, end])
    norms = [
        {name: at(value) if isinstance(value, Span) else value for name, value in norm.items() if name != "unit"}
        for norm in sorted(marks.norms, key=lambda n: n["at"].start)
    ]
    return {"document": text.name, "file": file, "text": fingerprint(squeezed), "regions": regions, "norms": norms}


def compare(scorer: Any, pairs: Iterable[tuple[Sequence[Wanted], Sequence[Wanted]]]) -> dict[str, float]:
    """How far a second annotation agrees with the gold: F1 of norms and of rows (deadlines aside), the share of fields of those that match."""
    count: Counter[str] = Counter()
    for gold, second in pairs:
        count["gold"] += len(gold)
        count["second"] += len(second)
        for i, j in match_spans([w.span for w in gold], [w.span for w in second]).items():
            one, other = gold[i], second[j]
            same = {
                "modality": one.modality == other.modality,
                "strength": one.strength == other.strength,
                "class": one.bearer_class == other.bearer_class,
                "bearer": bool(scorer.same_party(one.bearer, other.bearer)),
                "quote": overlap(one.span, other.span) >= scorer.WHOLE,
            }
            count.update({name: int(right) for name, right in same.items()})
            count.update({"norm": 1, "row": int(all(same.values()))})
            for kind in PART_KINDS if one.parts is not None else ():
                left, right = one.parts.get(kind), (other.parts or {}).get(kind)
                if left or right:
                    count.update({f"{kind}s": 1, kind: int(bool(scorer.same_party(left, right)))})
    whole = max(count["gold"] + count["second"], 1)
    found = {name: 2 * count[name] / whole for name in ("norm", "row")}
    found |= {
        name: count[name] / max(count["norm"], 1) for name in ("modality", "strength", "class", "bearer", "quote")
    }
    return found | {kind: count[kind] / max(count[f"{kind}s"], 1) for kind in PART_KINDS}


class Workplace:
    """Documents beside the repository, their gold, and what is annotated of them already."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.scorer = load_scorer(shared / "gold" / "score.py")

    def read(self, file: str) -> Text:
        """A document by its path in ``docs``, which is its name unless it has gold.

        Raises:
            ValueError: it belongs to the fold that nobody reads, or is the AI Act.
        """
        folder, _, name = file.partition("/")
        name = name.removesuffix(Path(name).suffix) if folder == "real" else file
        if folder == "real" and fold_of(name) == FOLDS - 1:
            raise ValueError(f"{file} is of the fold that nobody reads; choose another document")
        if "AIA_" in file:
            raise ValueError("nothing is trained on the AI Act; choose another document")
        return read_text(self.shared / "docs" / file, name)

    def gold_of(self, text: Text) -> tuple[list[Wanted], list[Span]]:
        """The norms and the annotated parts of a document that has gold; else nothing."""
        file = self.shared / "gold" / "real" / f"{text.name}.json"
        if not file.is_file():
            return [], []
        wanted, regions, _ = GoldReader(self.scorer).read(json.loads(file.read_text(encoding="utf-8")), text)
        return wanted, regions

    def write(self, file: str, out: Path, units: int, *, blind: bool) -> Path:
        """Write a worksheet beside which its annotation belongs; its name says where the passage stands."""
        text = self.read(file)
        regions = self.gold_of(text)[1]
        taken = [r for p in read_passages(self.shared) if p.text.name == text.name for r in p.regions]
        if blind:
            inside = [n for n, s in enumerate(text.sentences) if any(r.start <= s.span.start < r.end for r in regions)]
            passage = range(inside[0], inside[-1] + 1) if inside else range(0)
        else:
            passage = choose_passage(text, [*regions, *taken], units, random.Random(f"{file} {len(taken)}"))
        if not passage:
            raise ValueError(f"{file}: nothing is left to annotate; choose another document")
        out.mkdir(parents=True, exist_ok=True)
        sheet = out / f"{text.name.replace('/', '__')}.{passage.start}-{passage.stop}{'.blind' if blind else ''}.txt"
        sheet.write_text(f"FILE {file}\n{write_sheet(text, passage)}", encoding="utf-8")
        return sheet

    def collect(self, sheet: Path) -> list[str]:
        """Append an annotated worksheet to the passages; what is wrong with it instead, in words."""
        file = sheet.read_text(encoding="utf-8").partition("\n")[0].removeprefix("FILE ")
        blind = sheet.stem.endswith(".blind")
        start, _, stop = sheet.stem.removesuffix(".blind").rpartition(".")[2].partition("-")
        text, passage = self.read(file), range(int(start), int(stop))
        marks = read_marks(text, passage, sheet.with_suffix(".marks").read_text(encoding="utf-8"))
        if not marks.faults:
            with (BLIND if blind else PASSAGES).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(as_passage(text, file, passage, marks), separators=(",", ":")) + "\n")
        return [f"{sheet.name}, {fault}" for fault in marks.faults]

    def agreement(self) -> dict[str, float]:
        """How far the blind passages agree with the gold."""
        pairs = []
        for passage in read_passages(self.shared, BLIND):
            wanted, _ = self.gold_of(passage.text)
            pairs.append(([w for w in wanted if any(r.overlaps(w.span) for r in passage.regions)], passage.wanted))
        return compare(self.scorer, pairs)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("write", "collect", "agreement"))
    parser.add_argument("shared", type=Path)
    parser.add_argument("files", nargs="*", help="write: paths in docs; collect: worksheets")
    parser.add_argument("--out", type=Path, default=Path("build/worksheets"))
    parser.add_argument("--units", type=int, default=75)
    parser.add_argument("--blind", action="store_true", help="what the gold annotates already")
    options = parser.parse_args()
    workplace = Workplace(options.shared)
    if options.step == "agreement":
        print(json.dumps({name: round(value, 3) for name, value in workplace.agreement().items()}))
        return 0
    faults: list[str] = []
    for file in options.files:
        try:
            if options.step == "write":
                print(workplace.write(file, options.out, options.units, blind=options.blind))
            else:
                faults += workplace.collect(Path(file))
        except (ValueError, OSError) as error:
            faults.append(str(error))
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 2 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
