"""The marked-up sentences of ``tests/specs/<language>/starters.txt``: who starts a deadline, and where the text leaves it open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from dutybook.extract.deadlines.starters import find_starter
from dutybook.languages import available, load
from dutybook.languages.patterns import anywhere, at_end
from dutybook.records import Part, Span
from views import view_of

SPECS = Path(__file__).resolve().parents[2] / "specs"
FILES = sorted(SPECS.glob("*/starters.txt"))
TAG = re.compile(r"<starter (?P<attributes>[^>]*)>(?P<anchor>.*?)</starter>")
ATTRIBUTE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class Example:
    language: str
    line: int
    text: str
    anchor: Part
    wanted: dict[str, str]

    def __str__(self) -> str:
        return f"{self.language}/starters.txt:{self.line}"


def read(path: Path) -> list[Example]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#") or not (tag := TAG.search(line)):
            continue
        wanted = {name: quoted or plain for name, quoted, plain in ATTRIBUTE.findall(tag["attributes"])}
        anchor = Part(tag["anchor"], Span(tag.start(), tag.start() + len(tag["anchor"])))
        text = line[: tag.start()] + tag["anchor"] + line[tag.end() :]
        found.append(Example(path.parent.name, number, text, anchor, wanted))
    return found


EXAMPLES = [example for path in FILES for example in read(path)]
#: Who starts it, in lines that are known to fail, and why. When one passes its test turns red: take it off, and be glad.
KNOWN_FAILURES = {
    ("bg", "органа"): "the noun ends like an adjective, and too much is taken off to find it",
    ("ro", "autoritatea portuară"): "an adjective behind the noun is not taken along",
}


def cases() -> list[object]:
    made: list[object] = []
    for example in EXAMPLES:
        why = KNOWN_FAILURES.get((example.language, example.wanted.get("who", "")))
        made.append(pytest.param(example, id=str(example), marks=pytest.mark.xfail(reason=why) if why else ()))
    return made


def bearer_of(example: Example) -> Part | None:
    """Who must act; a bearer that stands elsewhere than in the sentence is as good."""
    words = example.wanted.get("bearer")
    return Part(words, Span(0, len(words))) if words else None


@pytest.mark.parametrize("example", cases())
def test_a_deadline_is_started_by_whom_the_text_says(example: Example) -> None:
    found = find_starter(view_of(example.text), example.anchor, bearer_of(example), example.language)
    if example.wanted["kind"] == "none":
        assert found is None
        return
    assert found is not None
    kind, who = found
    assert (kind.value, who.text) == (example.wanted["kind"], example.wanted["who"])
    if kind != "bearer":
        assert who.span.of(example.text) == who.text


def test_every_language_that_seeks_norms_has_examples() -> None:
    assert {path.parent.name for path in FILES} == {code for code in available() if load(code).seeks_norms}


@pytest.mark.parametrize("language", [path.parent.name for path in FILES])
def test_every_phrase_has_an_example_and_every_language_open_ones(language: str) -> None:
    temporal = load(language).temporal
    with_starter = [e for e in EXAMPLES if e.language == language and e.wanted["kind"] != "none"]
    own = [e.anchor.text for e in with_starter if e.wanted["kind"] == "bearer"]
    unused = [p for p in temporal.own_events if not any(anywhere((p,)).search(words) for words in own)]
    unused += [p for p in temporal.clause_openers if not any(anywhere((p,)).match(e.anchor.text) for e in with_starter)]
    before = [e.anchor.text.partition(e.wanted["who"])[0] for e in with_starter]
    last = [re.sub(r"\S+\s*$", "", words) for words in before]
    unused += [p for p in temporal.from_whom if not any(at_end((p,)).search(w) for w in (*before, *last))]
    assert unused == [], "write a sentence for these, or drop them from the pack"
    assert sum(e.wanted["kind"] == "none" for e in EXAMPLES if e.language == language) >= 3
