"""Examples as numbers: the pieces of a unit's three segments, the labels, a tag a piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformer.examples import PARTS, Example

STATEMENTS = ("none", "obligation", "prohibition", "permission", "exemption")
LISTS = ("stem", "items")
TAGS = ("O", *(f"{b}-{p}" for p in PARTS for b in "BI"))
IGNORED = -100
LONGEST_CONTEXT, LONGEST_TEXT, LONGEST_NEXT = 40, 120, 12


@dataclass(frozen=True, slots=True)
class Encoded:
    """``ids`` of the whole sequence; the sentence's pieces stand at ``[start, end)``; ``tags`` a piece of those."""

    ids: list[int]
    start: int
    end: int
    statement: int
    list: int
    tags: list[int]


def encode(example: Example, tokenizer: Any) -> Encoded:
    """The sequence ``<s> context </s></s> sentence </s>[</s> next </s>]``."""
    first, last = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    unit = example.unit
    context = tokenizer.encode(unit.context, add_special_tokens=False).ids
    if len(context) > LONGEST_CONTEXT:
        context = [*context[:16], *context[-(LONGEST_CONTEXT - 16) :]]
    sentence = tokenizer.encode(unit.text, add_special_tokens=False)
    ids, offsets = sentence.ids[:LONGEST_TEXT], sentence.offsets[:LONGEST_TEXT]
    made = [first, *context, last, last, *ids, last]
    start = len(context) + 3
    if unit.following:
        made += [last, *tokenizer.encode(unit.following, add_special_tokens=False).ids[:LONGEST_NEXT], last]
    return Encoded(
        made,
        start,
        start + len(ids),
        STATEMENTS.index(example.statement) if example.statement else IGNORED,
        LISTS.index(example.list) if example.list else IGNORED,
        _tags(example, offsets),
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
