"""Each state's way to instruct: whole amending acts, whose instructions are found with act and whole place.

The acts are those of ``tests/specs/<language>/amending_acts.txt``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dutybook.document_view import DocumentView
from dutybook.extract.amendments import find_amendments
from dutybook.languages.pack import available
from dutybook.layout.formats import read_layout
from dutybook.records import RawDocument
from dutybook.structure.build import build_structure, pack_for
from spec_lines import SPECS
from together import check_each

_FEWEST = 8


@dataclass(frozen=True)
class _Act:
    """An amending act: how it names the amended one, its lines, and what those that instruct do ("delete | Art 9"), with their words."""

    language: str
    amended: str
    lines: tuple[str, ...]
    instructions: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.language}: {self.lines[0]}"


def _acts(path: Path) -> Iterator[_Act]:
    for act in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        amended, *given = act.splitlines()
        parts = [line.split(" | ", 2) for line in given]
        instructions = tuple((f"{each[0]} | {each[1]}", each[2]) for each in parts if len(each) == 3)
        yield _Act(path.parent.name, amended.strip(), tuple(each[-1] for each in parts), instructions)


ACTS = [act for path in sorted(SPECS.glob("*/amending_acts.txt")) for act in _acts(path)]


def found_in(act: _Act) -> list[tuple[str, str, str]]:
    """What is found in an act: kind and place, the amended act, the words."""
    layout = read_layout(RawDocument("act.md", "\n\n".join(act.lines).encode()))
    made = build_structure(layout, "test", act.language)
    view = DocumentView(
        layout.text, made.sentences, made.provisions, made.family, act.language, made.title, pack_for=pack_for
    )
    return [
        (f"{each.kind.value} | {each.target}", each.act, " ".join(each.span.of(layout.text).split()))
        for each in find_amendments(view)
    ]


def test_every_language_has_instructions() -> None:
    for language in available():
        assert sum(len(act.instructions) for act in ACTS if act.language == language) >= _FEWEST, language


def test_instructions_of_whole_acts_are_found_with_their_places() -> None:
    def check(act: _Act) -> None:
        assert [made for made, _, _ in found_in(act)] == [made for made, _ in act.instructions]

    check_each(ACTS, check)
