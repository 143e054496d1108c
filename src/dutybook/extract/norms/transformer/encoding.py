"""A unit as the numbers that the network reads, and its tags as parts: the same in training and at run time.

One sequence of up to three segments: ``<s> context </s></s> sentence </s>[</s> next </s>]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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
# What a change of kind between two words costs, in log-probability: single words do not fall out of a part.
_CHANGE = 1.0
_EVERY = tuple(range(len(TAGS)))


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


def decoded(values: Any, offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """The likeliest tags of a sentence's pieces (numbers in :data:`TAGS`), from their log-probabilities (pieces, tags).

    All pieces of a word have one kind, a part begins with its first piece (or goes on behind one that stands within it), and a
    change of kind must be worth it.
    """
    import numpy as np

    if not len(offsets):
        return []
    starts = [n for n in range(len(offsets)) if n == 0 or _begins(offsets[n - 1], offsets[n], text)]
    words = np.add.reduceat(values, starts, axis=0)
    # The first piece of a word that begins a part has its B, the others its I.
    words[:, 1::2] = values[starts, 1::2] + words[:, 2::2] - values[starts, 2::2]
    steps = _transitions()
    best = words[0] + steps[0]
    came = np.zeros(words.shape, dtype=np.int64)
    for n in range(1, len(words)):
        reached = best[:, None] + steps
        came[n] = reached.argmax(0)
        best = reached[came[n], _EVERY] + words[n]
    path = [int(best.argmax())]
    for n in range(len(words) - 1, 0, -1):
        path.append(int(came[n, path[-1]]))
    path.reverse()
    made: list[int] = []
    for tag, first, last in zip(path, starts, [*starts[1:], len(offsets)], strict=True):
        made += [tag, *[tag + tag % 2] * (last - first - 1)]
    return made


def _begins(before: tuple[int, int], piece: tuple[int, int], text: str) -> bool:
    """Whether a piece begins a word: behind a space, or behind or before a sign."""
    if before[1] != piece[0] or text[piece[0] : piece[0] + 1].isspace():
        return True
    return not text[piece[0] : piece[1]].isalnum() or not text[before[0] : before[1]].strip().isalnum()


@cache
def _transitions() -> Any:
    """What it costs to go from one word's tag to the next one's; a sentence begins as if behind ``O``."""
    import numpy as np

    made = np.full((len(TAGS), len(TAGS)), -_CHANGE, dtype=np.float32)
    for n in range(1, len(TAGS), 2):
        made[0, n + 1] = -np.inf
        made[[n, n + 1], n + 1] = 0
    made[0, 0] = 0
    return made


def sureness(values: Any, kind: str) -> float:
    """How sure the pieces of a part are that they are of its kind: the mean of its tags' probabilities (pieces, tags)."""
    begins = TAGS.index(f"B-{kind}")
    return float(values[:, begins : begins + 2].sum(-1).mean())


def spans(
    tags: Sequence[str], offsets: Sequence[tuple[int, int]], text: str
) -> Iterator[tuple[str, int, int, int, int]]:
    """What BIO ``tags`` mark: (kind, start, end, first piece, last piece + 1); start and end are characters of ``text``.

    A part goes on behind one that stands within it.
    """
    found: list[tuple[str, int, int]] = []
    # Parts that may go on, the outermost first.
    going: list[tuple[str, int, int]] = []
    for at, tag in enumerate(tags):
        kind = tag[2:]
        held = next((n for n, part in enumerate(going) if part[0] == kind), None)
        if not kind:
            found, going = found + going, []
        elif held is None:
            going.append((kind, at, at + 1))
        elif tag[0] == "I":
            found += going[held + 1 :]
            going = [*going[:held], (kind, going[held][1], at + 1)]
        else:
            found.append(going.pop(held))
            going.append((kind, at, at + 1))
    for kind, first, last in sorted(found + going, key=lambda part: part[1:]):
        start, end = offsets[first][0], offsets[last - 1][1]
        # A piece begins with the space before its word.
        marked = text[start:end]
        start += len(marked) - len(marked.lstrip())
        end -= len(marked) - len(marked.rstrip(" \n\t,;:"))
        if start < end:
            yield kind, start, end, first, last
