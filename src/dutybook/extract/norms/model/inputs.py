"""The input of the network for a unit: its words, its place, and the text before and after it.

A unit is a sentence, the stem of a list, an item, or a part of one of them that states a norm of its own. All spans
are offsets into the document's text, so that every answer of the network can be traced to its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dutybook.records import Family, Sentence, SentenceRole, Span, Zone

OPEN_ZONES = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})
"""Parts of a document that can hold norms."""
SHORTEST = 12
"""Characters of the shortest unit that is read; what is shorter is a number, a heading, a cell."""
_LONGEST_TITLE = 70
_LONGEST_HEADING = 70
_LONGEST_NEXT = 80


@dataclass(frozen=True, slots=True)
class UnitInput:
    """The input for one unit.

    ``where`` names family, zone, role, the document's title and the unit's heading. ``before`` are the spans of what
    it depends on: the stems of its lists, the outermost first, or else the previous sentence. ``following`` is the
    beginning of a stem's first item.
    """

    where: str
    before: tuple[Span, ...]
    span: Span
    following: Span | None = None


def can_hold_norms(sentence: Sentence) -> bool:
    """Whether a sentence is given to the network: its zone can contain norms, and it has enough words."""
    return zone_read(sentence) in OPEN_ZONES and sentence.span.end - sentence.span.start >= SHORTEST


def zone_read(sentence: Sentence) -> Zone:
    """The zone as the network is told it: new text that an amending act quotes is part of the terms of the amended act."""
    return Zone.ENACTING if sentence.quoted and sentence.zone is Zone.AMENDMENT else sentence.zone


def family_read(sentence: Sentence, family: Family) -> Family:
    """The family as the network is told it: new text that a draft or an opinion quotes is law, whatever is around it."""
    return Family.STATUTE if sentence.quoted and family is not Family.EU_ACT else family


def find_first_items(sentences: Sequence[Sentence]) -> dict[int, int]:
    """The index of the first item of each list, by the index of its stem."""
    found: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        if sentence.stem is not None and sentence.role is not SentenceRole.TAIL:
            found.setdefault(sentence.stem, index)
    return found


def describe_unit(
    sentences: Sequence[Sentence], index: int, family: Family, item: int | None, title: str = ""
) -> UnitInput:
    """The input of a whole sentence.

    Args:
        sentences: those of the document.
        index: which of them.
        family: of the document.
        item: the index of its first item, if it leads a list.
        title: of the document; it says whom the document is about.
    """
    sentence = sentences[index]
    named = " ".join(title.split())[:_LONGEST_TITLE]
    heading = " ".join(sentence.heading.split())[:_LONGEST_HEADING]
    where = f"{family_read(sentence, family).value} {zone_read(sentence).value} {sentence.role.value} | {named} | {heading} |"
    following = None
    if item is not None and sentence.role is SentenceRole.STEM:
        span = sentences[item].span
        following = Span(span.start, min(span.end, span.start + _LONGEST_NEXT))
    return UnitInput(where, _find_before(sentences, index), sentence.span, following)


def describe_part(whole: UnitInput, span: Span) -> UnitInput:
    """The input for a part of a unit. The text before the part in its unit becomes part of ``before``."""
    lead = Span(whole.span.start, span.start)
    before = (lead,) if lead.end - lead.start > 1 else whole.before
    return UnitInput(whole.where, before, span, whole.following if span.end >= whole.span.end else None)


def _find_before(sentences: Sequence[Sentence], index: int) -> tuple[Span, ...]:
    stems: list[Span] = []
    stem = sentences[index].stem
    while stem is not None and len(stems) < 3:
        stems.append(sentences[stem].span)
        stem = sentences[stem].stem
    if stems:
        return tuple(reversed(stems))
    if index and _reads_on(sentences[index - 1], sentences[index]):
        return (sentences[index - 1].span,)
    return ()


def _reads_on(before: Sentence, sentence: Sentence) -> bool:
    return before.zone is sentence.zone and before.quoted == sentence.quoted


INPUTS_VERSION = 3
"""Raised with every change of what is read or of the labels: weights of another version are refused."""
STATEMENTS = ("none", "obligation", "prohibition", "permission", "exemption")
LISTS = ("stem", "items")
STRENGTHS = ("must", "should")
CLASSES = ("business", "authority", "person", "any")
PARTS = ("bearer", "action", "recipient", "condition", "exception", "deadline")
TAGS = ("O", *(f"{b}-{p}" for p in PARTS for b in "BI"))
EXTENTS = ("O", "B", "I")
"""Whether a piece stands outside of all norms, begins one, or goes on with one."""
HEADS = {"statement": STATEMENTS, "list": LISTS, "strength": STRENGTHS, "class": CLASSES}
"""What is asked of a whole unit."""
PIECE_HEADS = {"tags": TAGS, "extents": EXTENTS, "classes": CLASSES}
"""What is asked of each piece; of which class a bearer of such words is, is asked of the lowest layers."""
WORD_CLASSES = "classes"
"""The piece head that says of which class a bearer of such words is."""
LOWEST_LAYERS = 3
"""The layers that it is asked of: they are not trained on real documents, so that it holds for words that were never seen."""
START, END, PADDING = "<s>", "</s>", "<pad>"
LONGEST_WHERE, LONGEST_BEFORE, LONGEST_UNIT, LONGEST_NEXT = 44, 40, 152, 12
# Of a long text that goes before, its beginning (who acts) and its end (the verb that rules the items) are read.
_BEFORE_TAIL = 16
# What a change of kind between two words costs, in log-probability: single words do not fall out of a part.
_CHANGE = 1.0
# Signs that are part of a word where letters stand on both sides.
_APOSTROPHES = "'’"

Offsets = tuple[tuple[int, int], ...]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pieces:
    """``ids`` of the sequence. The unit has the pieces ``[start, end)``, the text before it ``[first, last)``.

    ``offsets`` and ``before_offsets`` are the positions of these pieces in the document's text.
    """

    ids: tuple[int, ...]
    start: int
    end: int
    offsets: Offsets
    first: int
    last: int
    before_offsets: Offsets


def encode_unit(unit: UnitInput, text: str, tokenizer: Any) -> Pieces:
    """The sequence of a unit of ``text``; ``tokenizer`` is a ``tokenizers.Tokenizer``."""
    first, last = tokenizer.token_to_id(START), tokenizer.token_to_id(END)
    where = tokenizer.encode(unit.where, add_special_tokens=False).ids[:LONGEST_WHERE]
    before_ids: list[int] = []
    before_offsets: list[tuple[int, int]] = []
    for span in unit.before:
        made = tokenizer.encode(text[span.start : span.end], add_special_tokens=False)
        before_ids += made.ids
        before_offsets += [(a + span.start, b + span.start) for a, b in made.offsets]
    if len(before_ids) > LONGEST_BEFORE:
        head = LONGEST_BEFORE - _BEFORE_TAIL
        before_ids = before_ids[:head] + before_ids[-_BEFORE_TAIL:]
        before_offsets = before_offsets[:head] + before_offsets[-_BEFORE_TAIL:]
    base = unit.span.start
    sentence = tokenizer.encode(text[base : unit.span.end], add_special_tokens=False)
    own = sentence.ids[:LONGEST_UNIT]
    ids = [first, *where, *before_ids, last, last, *own, last]
    start = len(where) + len(before_ids) + 3
    if unit.following is not None:
        words = text[unit.following.start : unit.following.end]
        following = tokenizer.encode(words, add_special_tokens=False).ids
        ids += [last, *following[:LONGEST_NEXT], last]
    offsets = tuple((a + base, b + base) for a, b in sentence.offsets[:LONGEST_UNIT])
    at = 1 + len(where)
    return Pieces(tuple(ids), start, start + len(own), offsets, at, at + len(before_ids), tuple(before_offsets))


def decode_tags(values: Floats, offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """The likeliest tags of pieces (numbers in :data:`TAGS`), from their log-probabilities (pieces, tags).

    All pieces of a word have one kind, a part begins with its first piece, and a change of kind must be worth it.
    """
    if not len(offsets):
        return []
    starts = [n for n in range(len(offsets)) if n == 0 or begins_word(offsets[n - 1], offsets[n], text)]
    words = np.add.reduceat(values, starts, axis=0)
    # The first piece of a word that begins a part has its B, the others its I.
    words[:, 1::2] = values[starts, 1::2] + words[:, 2::2] - values[starts, 2::2]
    steps = _make_transitions()
    every = np.arange(len(TAGS))
    best = words[0] + steps[0]
    came = np.zeros(words.shape, dtype=np.int64)
    for n in range(1, len(words)):
        reached = best[:, None] + steps
        came[n] = reached.argmax(0)
        best = reached[came[n], every] + words[n]
    path = [int(best.argmax())]
    for n in range(len(words) - 1, 0, -1):
        path.append(int(came[n, path[-1]]))
    path.reverse()
    made: list[int] = []
    for tag, first, last in zip(path, starts, [*starts[1:], len(offsets)], strict=True):
        made += [tag, *[tag + tag % 2] * (last - first - 1)]
    return made


def begins_word(before: tuple[int, int], piece: tuple[int, int], text: str) -> bool:
    """Whether a piece begins a word: behind a space, or behind or before a sign.

    An apostrophe between letters belongs to those before it ("l'"), and so does a single letter behind it ("group's").
    """
    start, end = piece
    own = text[start:end]
    if before[1] != start or not own or own[0].isspace():
        return True
    if own[0] in _APOSTROPHES and text[start - 1].isalpha() and text[start + 1 : start + 2].isalpha():
        return len(own) > 1 and not _is_ending(text, start + 1, end)
    if text[start - 1] in _APOSTROPHES and text[start - 2 : start - 1].isalpha() and _is_ending(text, start, end):
        return False
    return not own.isalnum() or not text[before[0] : before[1]].strip().isalnum()


def _is_ending(text: str, start: int, end: int) -> bool:
    """Whether a piece is a single letter that ends its word."""
    return end == start + 1 and text[start].isalpha() and not text[end : end + 1].isalnum()


@cache
def _make_transitions() -> Floats:
    """The cost of going from one word's tag to the next one's. A unit begins as if after ``O``."""
    made = np.full((len(TAGS), len(TAGS)), -_CHANGE, dtype=np.float32)
    for n in range(1, len(TAGS), 2):
        made[0, n + 1] = -np.inf
        made[[n, n + 1], n + 1] = 0
    made[0, 0] = 0
    return made


def find_parts(
    tags: Sequence[int], offsets: Sequence[tuple[int, int]], text: str
) -> Iterator[tuple[str, int, int, int, int]]:
    """The parts that tags mark: (kind, start, end, first piece, last piece + 1); start and end are offsets into ``text``.

    A part continues after another one inside it.
    """
    found: list[tuple[str, int, int]] = []
    # Parts that may go on, the outermost first.
    going: list[tuple[str, int, int]] = []
    for at, number in enumerate(tags):
        tag = TAGS[number]
        kind = tag[2:]
        open_at = next((n for n, part in enumerate(going) if part[0] == kind), None)
        if not kind:
            found, going = found + going, []
        elif open_at is None:
            going.append((kind, at, at + 1))
        elif tag[0] == "I":
            found += going[open_at + 1 :]
            going = [*going[:open_at], (kind, going[open_at][1], at + 1)]
        else:
            found.append(going.pop(open_at))
            going.append((kind, at, at + 1))
    for kind, first, last in sorted(found + going, key=lambda part: part[1:]):
        start, end = strip_pieces(text, offsets[first][0], offsets[last - 1][1])
        if start < end:
            yield kind, start, end, first, last


def strip_pieces(text: str, start: int, end: int, behind: str = " \n\t,;:") -> tuple[int, int]:
    """The range of some pieces without the space before the first word, with which a piece begins, and without signs behind."""
    marked = text[start:end]
    return start + len(marked) - len(marked.lstrip()), end - len(marked) + len(marked.rstrip(behind))
