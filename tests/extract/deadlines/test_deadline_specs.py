"""The marked-up sentences of ``tests/specs/<language>/deadlines.txt``: they say what a language's deadlines are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from dutybook.extract.deadlines import find_deadlines
from dutybook.languages import load
from dutybook.records import Span
from together import check_each

SPECS = Path(__file__).resolve().parents[2] / "specs"
FILES = sorted(SPECS.glob("*/deadlines.txt"))
TAG = re.compile(r"<deadline (?P<attributes>[^>]*)>(?P<quote>.*?)</deadline>")
ATTRIBUTE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class Example:
    language: str
    line: int
    text: str
    relative_to: str | None
    wanted: tuple[tuple[Span, dict[str, str]], ...]

    def __str__(self) -> str:
        return f"{self.language}/deadlines.txt:{self.line}"


def read(path: Path) -> list[Example]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        day = re.match(r"@(\d{4}-\d{2}-\d{2}) ", line)
        marked = line[day.end() :] if day else line
        text, wanted, at = "", [], 0
        for tag in TAG.finditer(marked):
            text += marked[at : tag.start()]
            attributes = {name: quoted or plain for name, quoted, plain in ATTRIBUTE.findall(tag["attributes"])}
            wanted.append((Span(len(text), len(text) + len(tag["quote"])), attributes))
            text += tag["quote"]
            at = tag.end()
        text += marked[at:]
        found.append(Example(path.parent.name, number, text, day[1] if day else None, tuple(wanted)))
    return found


EXAMPLES = [example for path in FILES for example in read(path)]


def has_the_deadlines_that_are_marked(example: Example) -> None:
    found = find_deadlines(example.text, Span(0, len(example.text)), load(example.language), example.relative_to)
    assert [(f.span.of(example.text), f.kind.value, str(f.value)) for f in found] == [
        (span.of(example.text), want["kind"], want["value"]) for span, want in example.wanted
    ]
    for finding, (span, want) in zip(found, example.wanted, strict=True):
        assert finding.span == span
        assert finding.rule == want["rule"]
        if "dir" in want:
            assert finding.direction == want["dir"]
        if "anchor" in want:
            assert finding.anchor is not None
            assert finding.anchor.text == want["anchor"]
            assert finding.anchor.span.of(example.text) == finding.anchor.text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_sentence_has_the_deadlines_that_are_marked(path: Path) -> None:
    check_each(read(path), has_the_deadlines_that_are_marked, lambda example: f"{example}: {example.text}")


@pytest.mark.parametrize("language", [path.parent.name for path in FILES])
def test_every_rule_has_an_example_and_every_language_a_counterexample(language: str) -> None:
    examples = [e for e in EXAMPLES if e.language == language]
    used = {want["rule"] for e in examples for _, want in e.wanted}
    assert {rule.name for rule in load(language).temporal.rules} == used
    assert sum(not e.wanted for e in examples) >= 8


def test_a_deadline_keeps_its_place_inside_a_document() -> None:
    line = "The operator shall reply within 72 hours after receipt of the request."
    text = "§ Preface \ue000 – ünïcode.\n" + line
    start = text.index(line)
    [finding] = find_deadlines(text, Span(start, len(text)), load("en"))
    assert finding.span.of(text) == "within 72 hours"
    assert finding.anchor is not None
    assert finding.anchor.span.of(text) == "after receipt of the request"
