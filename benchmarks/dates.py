"""No invented dates: every day that Dutybook computes has words in the text, or in its header, and steps that replay to it.

``python benchmarks/dates.py FOLDER [--sample N] [--seed N]`` reads all documents of a folder, checks each day of facts, deadlines
and norms, prints totals by kind and every day that fails, and a random sample to check by hand. It exits with 1 if any fails.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dutybook.errors import DutybookError
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import available, load
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import Config
from dutybook.records import PUBLICATION, STATED, Analysis, Computation, Fact, FactType, Norm, Reach, Span
from dutybook.resolve.deadlines import replay

_SKIPPED = (".tsv", ".json.tmp")


@dataclass(frozen=True, slots=True)
class Dated:
    """One computed day with what it rests on; ``wrong`` says why it does not hold, and is empty where it does."""

    kind: str
    document: str
    place: str
    day: date
    quote: str
    context: str
    steps: tuple[str, ...]
    wrong: str


def dated(analysis: Analysis, name: str = "") -> Iterator[Dated]:
    """Every computed day of an analysis, each checked."""
    checker = _Checker(analysis, name or analysis.document.source)
    yield from checker.facts()
    yield from checker.deadlines()
    yield from checker.norms()


def states(words: str, day: date) -> bool:
    """Whether words name a day: by its numbers, or by the month's name in any language; read without Dutybook's own reader.

    "End of 2027" names the last day of the year; "1er", "1.º" and the like name the first of a month.
    """
    plain = " ".join(words.split()).casefold()
    if str(day.year) not in plain:
        return False
    numbers = [int(n) for n in re.findall(r"\d+", plain)]
    if day.day in numbers and day.month in numbers and re.search(r"\d[./-]\s?\d", plain):
        return True
    months = {
        name.casefold() for code in available() for name, n in load(code).temporal.months.items() if n == day.month
    }
    named = any(re.search(rf"(?<!\w){re.escape(month)}(?!\w)", plain) for month in months)
    firsts = {"first", "erste", "ersten", "premier", "primero", "primo", "eerste", "pierwszego", "primeiro"}
    if named and (day.day in numbers or (day.day == 1 and any(word in plain.split() for word in firsts))):
        return True
    ends = [phrase for code in available() for phrase in load(code).temporal.end_of]
    return (day.month, day.day) == (12, 31) and any(re.search(phrase.replace(" ", r"\s+"), plain) for phrase in ends)


class _Checker:
    def __init__(self, analysis: Analysis, name: str) -> None:
        self.a = analysis
        self.name = name
        self.text = analysis.document.text
        self.by_id = {f.id: f for f in analysis.facts}
        self.places = {p.id: p for p in analysis.provisions}

    def facts(self) -> Iterator[Dated]:
        for fact in self.a.facts:
            if fact.due:
                wrong = self._wrong(fact.basis, fact.due, fact.span)
                yield self._row(f"fact: {fact.type.value}", fact.place, fact.due, fact.span, fact.steps, wrong)

    def deadlines(self) -> Iterator[Dated]:
        norms = {norm.id: norm for norm in self.a.norms}
        for deadline in self.a.deadlines:
            if deadline.due:
                wrong = self._wrong(deadline.basis, deadline.due, deadline.span)
                place = norms[deadline.norm].place
                yield self._row("deadline", place, deadline.due, deadline.span, deadline.steps, wrong)

    def norms(self) -> Iterator[Dated]:
        for norm in self.a.norms:
            facts = [self.by_id[i] for i in norm.applies_by if i in self.by_id]
            if norm.applies_from:
                wrong = self._wrong_time(
                    norm, [f for f in facts if f.type is not FactType.EXPIRY], norm.applies_from, (0,)
                )
                yield self._row("norm: applies from", norm.place, norm.applies_from, norm.span, norm.applies_why, wrong)
            if norm.applies_until:
                ends = [f for f in facts if f.type is FactType.EXPIRY]
                wrong = self._wrong_time(norm, ends, norm.applies_until, (0, 1))
                yield self._row(
                    "norm: applies until", norm.place, norm.applies_until, norm.span, norm.applies_why, wrong
                )

    # checks

    def _wrong(self, basis: Computation | None, day: date, span: Span) -> str:
        words = span.of(self.text)
        if basis is None:
            return "it does not say what it was computed from"
        if replay(basis) != day:
            return f"it replays to {replay(basis)}"
        if basis.law == STATED and basis.event is None:
            return "" if states(words, day) else "the words do not name this day"
        if not self._stands_in(words, basis):
            return f"the words do not say {basis.value}"
        return self._wrong_event(basis)

    @staticmethod
    def _stands_in(words: str, basis: Computation) -> bool:
        """Whether the value is in the words, read again: in news as seen from the day of publication."""
        seen_from = basis.event if basis.law == STATED else None
        if basis.value in ("P0D", "P1D"):
            return bool(words.strip())  # "on the day after its publication" holds no number
        for code in available():
            temporal = load(code).temporal
            if temporal.units or temporal.dates:
                found = scanner_of(temporal).mask(words, seen_from).expressions.values()
                if any(expression.value == basis.value for expression in found):
                    return True
        return False

    def _wrong_event(self, basis: Computation) -> str:
        document = self.a.document
        if basis.source == PUBLICATION:
            if document.published != (basis.event.isoformat() if basis.event else None):
                return f"the document was published on {document.published}, not {basis.event}"
            return "" if document.published_by else "nothing says when the document was published"
        fact = self.by_id.get(basis.source)
        if fact is None:
            return "its event has no source"
        return "" if fact.due == basis.event else f"its event is {fact.due}, not {basis.event}"

    def _wrong_time(self, norm: Norm, facts: list[Fact], day: date, before: tuple[int, ...]) -> str:
        if len(facts) != 1 or facts[0].due is None:
            return "no one fact says so"
        fact = facts[0]
        if day not in {fact.due - timedelta(days=n) for n in before if fact.due}:
            return f"the fact says {fact.due}"
        if fact.reach is not Reach.WHOLE:
            return "the fact is not about whole provisions"
        around = [self.places[norm.provision]] if norm.provision in self.places else []
        while around and around[-1].parent in self.places:
            around.append(self.places[around[-1].parent or ""])
        names = {p.place for p in around} | {norm.place}
        if fact.scope and not any(_covers(place, names) for place in fact.scope):
            return f"{norm.place} is not in {', '.join(fact.scope)}"
        if not norm.span.contains(fact.span) and any(_covers(place, names) for place in fact.outside):
            return f"{norm.place} is left out: {', '.join(fact.outside)}"
        return ""

    def _row(self, kind: str, place: str, day: date, span: Span, steps: tuple[str, ...], wrong: str) -> Dated:
        start = max(self.text.rfind("\n", 0, span.start) + 1, span.start - 300)
        end = self.text.find("\n", span.end)
        end = min(end if end >= 0 else len(self.text), span.end + 200)
        context = " ".join(self.text[start:end].split())
        return Dated(kind, self.name, place, day, self.a.quote(span), context, steps, wrong)


def _covers(place: str, names: set[str]) -> bool:
    """Whether a place as facts name it is, or holds, one of these places; ranges by their ends."""
    last = re.split(r" (?=(?:Part|Title|Chapter|Section|Subsection) )", place)[-1]
    match = re.fullmatch(r"(.*?)(\w+)-(\w+)(\)?)", last)
    if match is None:
        return any(n == last or n.startswith((last + "(", last + " ")) for n in names)
    pattern = re.compile(rf"{re.escape(match[1])}(\w+)(?:{re.escape(match[4])})?(?:[ (].*)?")
    return any(_between(match[2], found[1], match[3]) for n in names if (found := pattern.fullmatch(n)))


def _between(low: str, number: str, high: str) -> bool:
    def key(written: str) -> tuple[int, str]:
        digits = re.match(r"\d+", written)
        return (int(digits[0]), written[digits.end() :]) if digits else (_roman(written) or 0, written)

    return key(low) <= key(number) <= key(high) or key(low)[0] < key(number)[0] < key(high)[0]


def _roman(written: str) -> int | None:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    numbers = [values.get(c) for c in written.casefold()]
    if None in numbers:
        return None
    known = [n for n in numbers if n]
    return sum(-n if any(m > n for m in known[i + 1 : i + 2]) else n for i, n in enumerate(known))


def _sample(rows: list[Dated], size: int, seed: int) -> list[Dated]:
    """Days to check by hand: two fifths facts, the rest deadlines and norms, since most days are of norms and alike."""
    chance = random.Random(seed)
    chosen: list[Dated] = []
    for kind, share in (("fact", 0.4), ("deadline", 0.3), ("norm", 0.3)):
        of_kind = [row for row in rows if row.kind.startswith(kind)]
        chosen += chance.sample(of_kind, min(round(size * share), len(of_kind)))
    return chosen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the file names")
    parser.add_argument("--without", default="", help="files whose names begin so are counted, but not in the sample")
    asked = parser.parse_args()
    rows: list[Dated] = []
    unread = documents = undated = 0
    for file in sorted(asked.folder.rglob("*")):
        if not file.is_file() or file.name.startswith("MANIFEST") or asked.only not in file.name:
            continue
        try:
            analysis = analyse(file, Config(ocr=False))
        except DutybookError:
            unread += 1
            continue
        documents += 1
        undated += sum(n.applies_from is None for n in analysis.norms)
        rows += dated(analysis, str(file.relative_to(asked.folder)))
        print(f"{file.name}: {len(rows)} days", file=sys.stderr, flush=True)
    print(f"{documents} documents, {unread} unread; {undated} norms without a day of application")
    for kind, count in sorted(Counter(row.kind for row in rows).items()):
        print(f"{count:7}  {kind}  ({sum(1 for r in rows if r.kind == kind and r.wrong)} wrong)")
    wrong = [row for row in rows if row.wrong]
    for row in wrong:
        print(
            f"\nWRONG {row.kind} {row.day} {row.document} {row.place}: {row.wrong}\n  “{row.quote}” in: {row.context}"
        )
    fit = [r for r in rows if not (asked.without and Path(r.document).name.startswith(asked.without))]
    for number, row in enumerate(_sample(fit, asked.sample, asked.seed), 1):
        print(f"\n[{number}] {row.kind}: {row.day}  {row.document}  {row.place}")
        print(f"    quote: {row.quote[:300]}\n    in: {row.context[:600]}")
        for step in row.steps:
            print(f"    - {step[:400]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
