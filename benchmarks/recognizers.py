#!/usr/bin/env python3
"""Reads the date and time cases of Microsoft Recognizers-Text (MIT) and counts the values that are right.

    python benchmarks/recognizers.py ../shared [--language en] [--file Date] [--errors N] [--left-out]

Files: Date, DatePeriod, Duration, Set. The cases are spoken requests; what of them is in scope is decided by the rules of
``recognizer_scope.py`` before anything is read, each with its reason and count (``--left-out`` lists every case).

A case is right where the expression that covers most of its words is of its kind and has its value. Their data give a
day without its year twice, in the past and in the future: the one counts that our convention means, the next such day,
or the last where it lies at most 75 days back. Their ranges end on the day after the last, or on the first day of the
named end ("until 2018" ends on 1 January 2018): our last day is put the same way before it is compared.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from recognizer_scope import NO_ENGINE, Scope
from time_expressions import TimeExpression, TimeKind, read_expressions

from dutybook.extract.deadlines.stretches import LOOK_BACK, iso_period
from dutybook.languages import load

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
FILES = ("Date", "DatePeriod", "Duration", "Set")
KINDS = {
    "Date": TimeKind.DATE,
    "DatePeriod": TimeKind.RANGE,
    "Duration": TimeKind.DURATION,
    "Set": TimeKind.RECURRENCE,
}
NO_DAY = "0001-01-01"
"""What their data give for 30 February: nothing must be read there."""


@dataclass(frozen=True, slots=True)
class Case:
    file: str
    number: int
    text: str
    today: date | None
    raw: dict[str, Any]

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.raw["Results"][0]
        return found

    @property
    def timex(self) -> str:
        return str(self.result["Value"]["Timex"])

    @property
    def words(self) -> tuple[int, int]:
        """Where the words of the expected expression stand."""
        wanted = self.result["Text"]
        start = self.result.get("Start")
        at = self.text.lower().find(wanted.lower()) if start is None else int(start)
        return (at, at + len(wanted)) if at >= 0 else (0, len(self.text))


def cases(folder: Path, language: str, file: str) -> Iterator[Case]:
    path = folder / LANGUAGES[language] / f"{file}Parser.json"
    for number, raw in enumerate(json.loads(path.read_text(encoding="utf-8-sig"))):
        written = (raw.get("Context") or {}).get("ReferenceDateTime")
        today = date.fromisoformat(written[:10]) if written else None
        yield Case(file, number, raw["Input"], today, raw)


def expected(case: Case) -> str:
    """The value that a case wants, in the words of our convention."""
    past, future = (case.result["Value"][f"{when}Resolution"] for when in ("Past", "Future"))
    if case.file in ("Date", "DatePeriod"):
        chosen = past if _recent(case, past) else future
        return " ".join(str(chosen.get(key)) for key in ("date", "startDate", "endDate") if key in chosen)
    if case.file == "Duration":
        return _whole(case.timex)
    timex = case.timex
    if timex.startswith("P"):
        return f"R/{_whole(timex)}"
    return timex.replace("XXXX-WXX-", "-W-").replace("XXXX-", "--")


def _recent(case: Case, past: dict[str, str]) -> bool:
    """Whether a day or month without its year lies at most LOOK_BACK days back; weekdays and days alone never do."""
    if case.today is None or "WXX" in case.timex[:8] or "XXXX-XX-" in case.timex:
        return False
    end = past.get("endDate") or past.get("date") or NO_DAY
    last = date.fromisoformat(end) - timedelta(days="endDate" in past and not case.timex.startswith("("))
    return last >= case.today - timedelta(days=LOOK_BACK)


def _whole(period: str) -> str:
    """Half a year as six months, as our values put it (``iso_period``)."""
    part = re.fullmatch(r"P(T?)(\d+\.\d+)([YMWDH])", period)
    return (part and iso_period(float(part[2]), part[3])) or period


def found_in(case: Case, expressions: tuple[TimeExpression, ...]) -> str:
    """The value of the expression that covers most of the case's words; empty where none of its kind does."""
    start, end = case.words
    covering = [(min(end, e.span.end) - max(start, e.span.start), e) for e in expressions]
    best = max((c for c in covering if c[0] > 0), key=lambda c: c[0], default=None)
    if best is None:
        return ""
    expression = best[1]
    if case.file == "Duration" and expression.period:
        return expression.period  # their Duration reads "3 days" in "in 3 days" alone
    if expression.kind is not KINDS[case.file]:
        return f"{expression.kind.value} {expression.value}"
    if expression.kind is TimeKind.RANGE and expression.first and expression.last:
        return f"{expression.first} {expression.last_from or expression.last + timedelta(days=1)}"
    return expression.value


def right(wanted: str, found: str) -> bool:
    if NO_DAY in wanted:
        return not found
    return wanted == found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, help="one language only")
    parser.add_argument("--file", choices=FILES, help="one file only")
    parser.add_argument("--errors", type=int, default=0, help="show so many wrong values a file")
    parser.add_argument("--left-out", action="store_true", help="list the cases that are not in scope")
    options = parser.parse_args()
    folder = options.shared / "cases" / "recognizers"
    if not folder.is_dir():
        print(f"{folder} is not here: the cases are not part of the repository", file=sys.stderr)
        return 2
    print(f"{'':<16}{'cases':>7}{'left out':>10}{'in scope':>10}{'right':>7}{'accuracy':>10}")
    for language in [options.language] if options.language else LANGUAGES:
        report(folder, language, options)
    return 0


def report(folder: Path, language: str, options: argparse.Namespace) -> None:
    """A line a file and one for the language; then what was left out and why."""
    pack = load(language)
    scope = Scope(pack)
    sums: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for file in [options.file] if options.file else FILES:
        counts: Counter[str] = Counter()
        wrong: list[str] = []
        for case in cases(folder, language, file):
            counts["cases"] += 1
            reason = scope.left_out(case.raw, file, case.today)
            if reason:
                reasons[reason] += 1
                if options.left_out:
                    print(f"    left out: {file} {case.number} {case.text!r}: {reason}")
                continue
            counts["scope"] += 1
            wanted = expected(case)
            found = found_in(case, read_expressions(case.text, pack, case.today))
            if right(wanted, found):
                counts["right"] += 1
            else:
                wrong.append(
                    f"    {case.number} {case.text!r} ({case.today}): {case.result['Text']!r} is {wanted}, read {found or '–'}"
                )
        line(f"{language} {file}", counts)
        print("\n".join(wrong[: options.errors]), end="\n" if wrong[: options.errors] else "")
        sums.update(counts)
    line(f"{language} all", sums)
    supported = sums["cases"] - reasons[NO_ENGINE]
    if supported:
        share = 100 * sums["scope"] / supported
        print(f"  in scope: {share:.0f} % of the {supported} cases that one of their own engines supports")
    for reason, count in reasons.most_common():
        print(f"  {count:>4} left out: {reason}")


def line(name: str, counts: Counter[str]) -> None:
    accuracy = f"{counts['right'] / counts['scope']:.3f}" if counts["scope"] else "–"
    out = counts["cases"] - counts["scope"]
    print(f"{name:<16}{counts['cases']:>7}{out:>10}{counts['scope']:>10}{counts['right']:>7}{accuracy:>10}")


if __name__ == "__main__":
    sys.exit(main())
