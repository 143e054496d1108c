"""The marked-up sentences of ``tests/specs/<language>/expressions.txt``: they say which times a language names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from dutybook.extract.deadlines.phrases import Phrases
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import load
from dutybook.records import Span
from loading import script
from together import check_each

ROOT = Path(__file__).resolve().parents[3]
read_expressions = script(ROOT / "benchmarks" / "time_expressions.py").read_expressions
SPECS = ROOT / "tests" / "specs"
FILES = sorted(SPECS.glob("*/expressions.txt"))
TAG = re.compile(r"<(?P<kind>date|range|duration|recurrence) (?P<value>[^>\s]+)>(?P<quote>.*?)</(?P=kind)>")


@dataclass(frozen=True)
class Example:
    language: str
    line: int
    text: str
    relative_to: date | None
    wanted: tuple[tuple[Span, str, str], ...]

    def __str__(self) -> str:
        return f"{self.language}/expressions.txt:{self.line}"


def read(path: Path) -> Iterator[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        day = re.match(r"@(\d{4}-\d{2}-\d{2}) ", line)
        marked = line[day.end() :] if day else line
        text, wanted, at = "", [], 0
        for tag in TAG.finditer(marked):
            text += marked[at : tag.start()]
            wanted.append((Span(len(text), len(text) + len(tag["quote"])), tag["kind"], tag["value"]))
            text += tag["quote"]
            at = tag.end()
        text += marked[at:]
        relative_to = date.fromisoformat(day[1]) if day else None
        yield Example(path.parent.name, number, text, relative_to, tuple(wanted))


EXAMPLES = [example for path in FILES for example in read(path)]


@pytest.mark.parametrize("language", [path.parent.name for path in FILES])
def test_each_sentence_names_the_times_that_are_marked(language: str) -> None:
    check_each([example for example in EXAMPLES if example.language == language], names_what_is_marked)


def names_what_is_marked(example: Example) -> None:
    found = read_expressions(example.text, load(example.language), example.relative_to)
    assert [(e.span.of(example.text), e.kind.value, e.value) for e in found] == [
        (span.of(example.text), kind, value) for span, kind, value in example.wanted
    ]
    assert [e.span for e in found] == [span for span, _, _ in example.wanted]


@pytest.mark.parametrize("language", [path.parent.name for path in FILES])
def test_every_reading_has_an_example_and_every_language_counterexamples(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[tuple[str, ...]] = set()
    found_by = Phrases._found

    def recorded(self: Phrases, form: object, *rest: object) -> object:
        found = found_by(self, form, *rest)  # type: ignore[arg-type]
        if found:
            used.add(form.reading.patterns)  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(Phrases, "_found", recorded)
    examples = [e for e in EXAMPLES if e.language == language]
    scanner = scanner_of(load(language).temporal)
    for example in examples:
        scanner.phrases(example.text, example.relative_to)
        scanner.mask(example.text, example.relative_to)
    assert [r.patterns for r in load(language).temporal.readings if r.patterns not in used] == []
    assert sum(not e.wanted for e in examples) >= 6


@pytest.mark.parametrize("language", [path.parent.name for path in FILES])
def test_without_a_day_of_writing_nothing_is_counted_from_it(language: str) -> None:
    for example in EXAMPLES:
        if example.language != language or example.relative_to is None:
            continue
        for found in read_expressions(example.text, load(language)):
            assert found.first is None or re.search(r"\d{4}", found.span.of(example.text))
