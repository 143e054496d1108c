"""A unit as the numbers that the network reads, and its tags as parts: the same in training and at run time.

One sequence of up to three segments: ``<s> context </s></s> sentence </s>[</s> next </s>]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.extract.norms.transformer.inputs import UnitText

INPUTS_VERSION = 1
"""Raised with every change of what is read or of the labels: weights of another version are refused."""
STATEMENTS = ("none", "obligation", "prohibition", "permission", "exemption")
LISTS = ("stem", "items")
PARTS = ("bearer", "action", "recipient", "condition", "exception", "deadline")
TAGS = ("O", *(f"{b}-{p}" for p in PARTS for b in "BI"))
START, END, PADDING = "<s>", "</s>", "<pad>"
LONGEST_CONTEXT, LONGEST_TEXT, LONGEST_NEXT = 40, 120, 12
# Of a long context, its beginning (where it stands) and its end (what goes before) are read.
_CONTEXT_HEAD = 16


@dataclass(frozen=True, slots=True)
class Pieces:
    """``ids`` of the sequence; the sentence's pieces stand at ``[start, end)``, at ``offsets`` in its text (characters)."""

    ids: tuple[int, ...]
    start: int
    end: int
    offsets: tuple[tuple[int, int], ...]


def encoded(unit: UnitText, tokenizer: Any) -> Pieces:
    """The sequence of a unit; ``tokenizer`` is a ``tokenizers.Tokenizer``."""
    first, last = tokenizer.token_to_id(START), tokenizer.token_to_id(END)
    context = tokenizer.encode(unit.context, add_special_tokens=False).ids
    if len(context) > LONGEST_CONTEXT:
        context = [*context[:_CONTEXT_HEAD], *context[_CONTEXT_HEAD - LONGEST_CONTEXT :]]
    sentence = tokenizer.encode(unit.text, add_special_tokens=False)
    ids = sentence.ids[:LONGEST_TEXT]
    made = [first, *context, last, last, *ids, last]
    start = len(context) + 3
    if unit.following:
        following = tokenizer.encode(unit.following, add_special_tokens=False).ids
        made += [last, *following[:LONGEST_NEXT], last]
    return Pieces(tuple(made), start, start + len(ids), tuple(sentence.offsets[:LONGEST_TEXT]))


def spans(
    tags: Sequence[str], offsets: Sequence[tuple[int, int]], text: str
) -> Iterator[tuple[str, int, int, int, int]]:
    """What BIO ``tags`` mark: (kind, start, end, first piece, last piece + 1); start and end are characters of ``text``."""
    at = 0
    while at < len(tags):
        kind, first = tags[at][2:], at
        at += 1
        if not kind:
            continue
        while at < len(tags) and tags[at] == f"I-{kind}":
            at += 1
        start, end = offsets[first][0], offsets[at - 1][1]
        # A piece begins with the space before its word.
        marked = text[start:end]
        start += len(marked) - len(marked.lstrip())
        end -= len(marked) - len(marked.rstrip(" \n\t,;:"))
        if start < end:
            yield kind, start, end, first, at
