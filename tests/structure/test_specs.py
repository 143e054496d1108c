"""Places of national acts, as lawyers write them: every line of ``tests/specs/<language>/structure.txt`` has its own.

A file holds cases: ``== name``, then a line a paragraph, ``place | text``. ``# `` before a text makes it a heading, as
formats with headings say; ``+`` as a place says that the line belongs to the heading before it (its title).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dutybook.records import BlockRole, Layout, LayoutBuilder, Structure
from dutybook.structure.build import build_structure

SPECS = Path(__file__).parents[1] / "specs"


def _cases() -> list[tuple[str, str, list[tuple[str, str]]]]:
    found = []
    for file in sorted(SPECS.glob("*/structure.txt")):
        for part in re.split(r"^== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, *lines = [line for line in part.splitlines() if line.strip()]
            pairs = [tuple(piece.strip() for piece in line.split("|", 1)) for line in lines]
            found.append((file.parent.name, name, pairs))
    return found


CASES = _cases()


def _layout(lines: list[str]) -> Layout:
    builder = LayoutBuilder()
    for line in lines:
        if line.startswith("# "):
            builder.block(line[2:], BlockRole.HEADING, level=1)
        else:
            builder.block(line)
    return Layout(builder.text(), tuple(builder.blocks))


def _place(made: Layout, found: Structure, index: int) -> str:
    """The place of a line: of its first sentence, or of the provision that it opens or titles."""
    span = made.blocks[index].span
    by_id = {p.id: p for p in found.provisions}
    for sentence in found.sentences:
        if span.contains(sentence.span):
            return sentence.place or by_id[sentence.provision].place
    opened = [p for p in found.provisions if span.start <= p.span.start < span.end]
    if opened:
        return opened[-1].place
    text = " ".join(span.of(made.text).split())
    return "+" if any(text in p.heading for p in found.provisions) else "(nowhere)"


@pytest.mark.parametrize(("language", "name", "lines"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_every_line_has_its_place(language: str, name: str, lines: list[tuple[str, str]]) -> None:
    made = _layout([text for _, text in lines])
    found = build_structure(made, "spec", language)
    assert [(_place(made, found, at), text) for at, (_, text) in enumerate(lines)] == lines


@pytest.mark.parametrize("language", sorted({case[0] for case in CASES}))
def test_every_language_has_enough_lines(language: str) -> None:
    assert sum(len(lines) for code, _, lines in CASES if code == language) >= 15
