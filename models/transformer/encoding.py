"""Examples as numbers: the pieces of a unit, its labels, a tag a piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS, encoded
from transformer.examples import Example

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Encoded:
    """``ids`` of the whole sequence; the sentence's pieces stand at ``[start, end)``; ``tags`` a piece of those."""

    ids: tuple[int, ...]
    start: int
    end: int
    statement: int
    list: int
    tags: list[int]


def encode(example: Example, tokenizer: Any) -> Encoded:
    """The pieces of an example with what is to be learned of them; :data:`IGNORED` where nothing is known."""
    made = encoded(example.unit, tokenizer)
    return Encoded(
        made.ids,
        made.start,
        made.end,
        STATEMENTS.index(example.statement) if example.statement else IGNORED,
        LISTS.index(example.list) if example.list else IGNORED,
        _tags(example, made.offsets),
    )


def _tags(example: Example, offsets: Sequence[tuple[int, int]]) -> list[int]:
    if example.parts is None:
        return [IGNORED] * len(offsets)
    made = [0] * len(offsets)
    # Wider parts first, so that what stands within them wins (a deadline within an action).
    for kind, start, end in sorted(example.parts, key=lambda p: p[1] - p[2]):
        inside = [n for n, (a, b) in enumerate(offsets) if a < end and b > start and b > a]
        for n in inside:
            made[n] = TAGS.index(f"{'B' if n == inside[0] else 'I'}-{kind}")
    return made
