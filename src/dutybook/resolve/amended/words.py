"""Changes words, sentences and subparagraphs of a provision; what does not stand there exactly once is an obstacle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from dutybook.languages.relations import words_with_stops
from dutybook.records import ProvisionKind
from dutybook.records.instructions import Counted, Obstacle, Part, Side, WordChange
from dutybook.records.trees import Node, single_spaced
from dutybook.resolve.amended.places import with_parts


class NotApplied(Exception):
    """An instruction cannot be applied with certainty; ``obstacle`` says why, ``about`` names what is missing or there twice."""

    def __init__(self, obstacle: Obstacle, about: str = "") -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle
        self.about = about


# Behind the stop that ends a sentence another one begins; abbreviations are no ends.
_SENTENCE_END = re.compile(r"(?<=[.!?])[”“»’\"]?\s+(?=[\"“„«‘(]?[^\W\d_a-zß-öø-ÿ])")
_LAST_WORD = re.compile(r"(?<!\w)([^\W\d_]+)\.$")


def split_sentences(text: str) -> list[str]:
    """The sentences of a paragraph.

    >>> split_sentences("Ferries keep a log. They show it, see Art. 5, on request.")
    ['Ferries keep a log.', 'They show it, see Art. 5, on request.']
    """
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        last = _LAST_WORD.search(text, start, match.start())
        if last is None or (len(last[1]) > 1 and last[1] not in words_with_stops()):
            found.append(text[start : match.end()].strip())
            start = match.end()
    return [*found, text[start:].strip()]


def change_words(node: Node, changes: Sequence[WordChange], counted: Sequence[Counted]) -> Node:
    """The provision with words changed in it, or in the part of it that ``counted`` names.

    Raises:
        NotApplied: the words, or that part, are not there, or more than once.
    """
    for one in changes:
        node = _change(node, one, counted)
    return node


def _change(node: Node, one: WordChange, counted: Sequence[Counted]) -> Node:
    if any(each.part is Part.HEADING for each in counted):
        return replace(node, heading=_replaced([node.heading], one)[0])
    start, end = subparagraph_range(node, counted)
    sentences = next((c.numbers for c in counted if c.part is Part.SENTENCE), ())
    if any(each.part is Part.INTRODUCTION for each in counted):
        end = next((i for i in range(start, end) if isinstance(node.parts[i], Node)), end)
    inside = replace(node, parts=node.parts[start:end])
    if sentences and not inside.children:
        strings = _changed_sentences(list(_strings(inside)), one, sentences)
    else:
        # Where a list stands in the sentences, they cannot be told apart by counting: the words must stand once in all of it.
        strings = _replaced(list(_strings(inside)), one)
    return with_parts(node, start, _with_strings(inside, iter(strings)).parts, until=end)


def _changed_sentences(strings: list[str], one: WordChange, numbers: Sequence[int]) -> list[str]:
    split = [split_sentences(text) for text in strings]
    flat = [sentence for each in split for sentence in each]
    wanted = [_index(number, len(flat)) for number in numbers]
    changed = _replaced([flat[index] for index in wanted], one)
    for index, sentence in zip(wanted, changed, strict=True):
        flat[index] = sentence
    sentences = iter(flat)
    return [" ".join(next(sentences) for _ in each) for each in split]


def _index(number: int, length: int) -> int:
    """The index of what a number counts; -1 is the last.

    Raises:
        NotApplied: there are fewer.
    """
    if number > length or not length:
        raise NotApplied(Obstacle.NOT_FOUND)
    return length - 1 if number < 0 else number - 1


def _strings(node: Node) -> Iterator[str]:
    for part in node.parts:
        if isinstance(part, Node):
            yield from _strings(part)
        else:
            yield part


def _with_strings(node: Node, strings: Iterator[str]) -> Node:
    parts = [_with_strings(p, strings) if isinstance(p, Node) else next(strings) for p in node.parts]
    return replace(node, parts=tuple(part for part in parts if part))


def _replaced(strings: list[str], one: WordChange) -> list[str]:
    pattern = _pattern(one.old)
    found = [(number, match) for number, text in enumerate(strings) for match in pattern.finditer(text)]
    if one.at_end and found:
        found = [f for f in found[-1:] if f[0] == len(strings) - 1 and f[1].end() == len(strings[-1])]
    if not found:
        raise NotApplied(Obstacle.NOT_FOUND, one.old)
    if len(found) > 1 and not one.everywhere:
        raise NotApplied(Obstacle.SEVERAL, one.old)
    for number, match in reversed(found):
        new = {None: one.new, Side.AFTER: _joined(match[0], one.new), Side.BEFORE: _joined(one.new, match[0])}[one.side]
        text = strings[number]
        strings[number] = _joined(_joined(text[: match.start()], new), text[match.end() :])
    return strings


def _pattern(words: str) -> re.Pattern[str]:
    """The words as whole words, with any white space between them."""
    source = r"\s+".join(re.escape(word) for word in words.split())
    begin = r"(?<!\w)" if words[:1].isalnum() else ""
    end = r"(?!\w)" if words[-1:].isalnum() else ""
    return re.compile(begin + source + end if words.strip() else "(?!)")


def _joined(before: str, behind: str) -> str:
    """Words one after the other with the space that belongs between them."""
    before, glued = before.rstrip(), behind.lstrip()
    if not before or not glued:
        return before + glued
    had_none = not behind[:1].isspace() and glued is behind and behind[:1] in ",;.:)!?’”“»"
    if glued[0] in ",;.:)" or had_none or before[-1] in "(„‘":
        return before + glued
    return f"{before} {glued}"


def subparagraph_range(node: Node, counted: Sequence[Counted]) -> tuple[int, int]:
    """The parts of a provision that are the subparagraph that ``counted`` names, or all of them.

    Raises:
        NotApplied: there is no such one, or several are named.
    """
    numbers = next((c.numbers for c in counted if c.part is Part.SUBPARAGRAPH and c.numbers), ())
    if not numbers:
        return 0, len(node.parts)
    ranges = subparagraphs(node)
    first, last = (_index(numbers[n], len(ranges)) for n in (0, -1))
    if first > last:
        raise NotApplied(Obstacle.UNCLEAR)
    return ranges[first][0], ranges[last][1]


def subparagraphs(node: Node) -> list[tuple[int, int]]:
    """The subparagraphs of a provision as ranges of its parts: all up to the first one that is counted, and each of those."""
    starts = [
        index
        for index, part in enumerate(node.parts)
        if isinstance(part, Node) and part.kind is ProvisionKind.SUBPARAGRAPH
    ]
    bounds = [*([] if starts[:1] == [0] else [0]), *starts, len(node.parts)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]


_COUNTING = frozenset({ProvisionKind.ARTICLE, ProvisionKind.PARAGRAPH, ProvisionKind.POINT})


def count_subparagraphs(node: Node) -> Node:
    """New text with a provision for each subparagraph after the first, as acts have them that count subparagraphs."""
    if node.kind not in _COUNTING:
        return replace(node, parts=tuple(count_subparagraphs(p) if isinstance(p, Node) else p for p in node.parts))
    groups: list[list[str | Node]] = [[]]
    last = ""
    for part in node.parts:
        if isinstance(part, Node):
            part = count_subparagraphs(part)
            if part.kind in (ProvisionKind.PARAGRAPH, ProvisionKind.SUBPARAGRAPH):
                groups.append([part])
            else:
                groups[-1].append(part)
            last = next(reversed(list(part.lines())), "")
            continue
        if last.endswith(_STOPS) and not part[:1].islower():
            groups.append([])
        groups[-1].append(part)
        last = part
    first, *others = groups
    return replace(node, parts=(*first, *(_as_one(group) for group in others)))


def _as_one(group: list[str | Node]) -> Node:
    """A subparagraph; a paragraph or one that is counted already stands as it is."""
    if isinstance(group[0], Node) and len(group) == 1:
        return group[0]
    return Node(ProvisionKind.SUBPARAGRAPH, "", "", "", tuple(group))


_STOPS = (".", ";", ":", "!", "?", "…")


def as_subparagraph(new: Sequence[Node], *, first: bool) -> list[str | Node]:
    """New text as a subparagraph; the first one of a provision stands in it without a provision of its own."""
    parts = [part for node in new for part in (node.parts if _is_bare(node) else (node,))]
    return list(parts) if first else [Node(ProvisionKind.SUBPARAGRAPH, "", "", "", tuple(parts))]


def _is_bare(node: Node) -> bool:
    return not node.label and not node.heading


def change_sentences(
    node: Node, counted: Sequence[Counted], numbers: Sequence[int], new: Sequence[str], side: Side | None
) -> Node:
    """The provision with sentences in place of others (none: deleted), next to one, or without numbers at its end.

    Raises:
        NotApplied: the sentences are not there, or stand where they cannot be counted.
    """
    start, end = subparagraph_range(node, counted)
    inner = node.parts[start] if start < end else None
    if isinstance(inner, Node) and inner.kind is ProvisionKind.SUBPARAGRAPH and end == start + 1:
        return with_parts(node, start, [change_sentences(inner, (), numbers, new, side)])
    parts = node.parts[start:end]
    lines = [str(part) for part in takewhile(lambda part: isinstance(part, str), parts)]
    below = parts[len(lines) :]
    if numbers:
        lines = _change_lines(lines, below, numbers, new, side)
    elif lines and not below:
        lines[-1] = " ".join([lines[-1], *new])
    else:
        raise NotApplied(Obstacle.UNCLEAR)
    return with_parts(node, start, [*lines, *below], until=end)


def _change_lines(
    lines: Sequence[str], below: Sequence[str | Node], numbers: Sequence[int], new: Sequence[str], side: Side | None
) -> list[str]:
    """Paragraphs with their sentences changed as :func:`change_sentences` says; ``below`` is what follows them in the provision."""
    split = list(map(split_sentences, lines))
    flat = [(row, sentence) for row, sentences in enumerate(split) for sentence in sentences]
    is_list = bool(below) and isinstance(below[0], Node) and below[0].kind is not ProvisionKind.SUBPARAGRAPH
    # The last sentence before a list is one with it; which sentence is the last one of several subparagraphs is not said.
    if below and (min(numbers) < 0 or (is_list and max(numbers) >= len(flat))):
        raise NotApplied(Obstacle.UNCLEAR)
    places = [_index(number, len(flat)) for number in numbers]
    row = flat[places[0]][0]
    if side is None:
        kept = [pair for index, pair in enumerate(flat) if index not in places]
        at = places[0]
    else:
        kept, at = flat, places[-1] + 1 if side is Side.AFTER else places[0]
    kept[at:at] = [(row, sentence) for sentence in new]
    made = (single_spaced(" ".join(s for r, s in kept if r == row)) for row in range(len(split)))
    return [line for line in made if line]
