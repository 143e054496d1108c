"""Applies the instructions of amending acts to an act's tree: a tree and instructions give a tree and what could not be applied.

Nothing is guessed: a provision that is not there, or more than once, or an instruction of which a part was not understood, is listed with
the reason and leaves the tree as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dutybook.languages.relations import closing_formulas
from dutybook.records import AmendmentKind, ProvisionKind
from dutybook.records.instructions import Instruction, Obstacle, Part, Side
from dutybook.records.trees import COUNTED, HEADED, Node, pattern_of_number
from dutybook.resolve.amended.places import (
    Way,
    at,
    change,
    locate,
    order_numbers,
    outer_place,
    remove,
    split_place,
    walk,
    with_parts,
)
from dutybook.resolve.amended.words import (
    NotApplied,
    as_subparagraph,
    change_sentences,
    change_words,
    count_subparagraphs,
    subparagraph_range,
    subparagraphs,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """An instruction that was applied, and the places that it changed, as they are cited afterwards."""

    instruction: Instruction
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """An instruction that was not applied: why, and the place or the words that it is about."""

    instruction: Instruction
    obstacle: Obstacle
    about: str = ""


@dataclass(frozen=True, slots=True)
class Amended:
    """The version of an act that results from instructions."""

    tree: tuple[Node, ...]
    applied: tuple[Applied, ...]
    left: tuple[Left, ...]


def apply_instructions(tree: Sequence[Node], instructions: Sequence[Instruction]) -> Amended:
    """The act as it reads after the instructions, in their order.

    A provision that takes the number of another one waits until that one has its new number.
    """
    root = Node(ProvisionKind.TEXT, "", "", "", tuple(tree))
    if any(node.kind is ProvisionKind.SUBPARAGRAPH for _, node in walk(root)):
        instructions = [replace(i, new=tuple(map(count_subparagraphs, i.new))) for i in instructions]
    applied: list[tuple[int, Applied]] = []
    left: dict[int, Left] = {}
    waiting: dict[int, Instruction] = {}
    for number, instruction in enumerate(instructions):
        queue = {number: instruction}
        if instruction.kind is AmendmentKind.RENUMBER:
            queue |= waiting
        for index, each in queue.items():
            try:
                root = _apply(root, each)
            except NotApplied as error:
                left[index] = Left(each, error.obstacle, error.about)
                if error.obstacle is Obstacle.EXISTS:
                    waiting[index] = each
                continue
            left.pop(index, None)
            waiting.pop(index, None)
            applied.append((index, Applied(each, _changed_places(each))))
    applied.sort(key=lambda pair: pair[0])
    kept = tuple(part for part in root.parts if isinstance(part, Node))
    return Amended(kept, tuple(each for _, each in applied), tuple(left[index] for index in sorted(left)))


def _changed_places(instruction: Instruction) -> tuple[str, ...]:
    if instruction.renumbered:
        return instruction.renumbered
    if instruction.kind is not AmendmentKind.INSERT or instruction.part is not Part.WHOLE:
        return instruction.targets
    outer = outer_place(instruction.targets[0])
    shape = instruction.targets[0][len(outer) :]
    return tuple(_with_number(outer, shape, node.number, instruction.new[0].number) for node in instruction.new)


def _with_number(outer: str, shape: str, number: str, first: str) -> str:
    """The place of a new provision in the form of that of the first one: "Art 9(2)" and "3" give "Art 9(3)"."""
    return outer + (re.sub(r"[^\s().]+(\)?)$", lambda m: f"{number}{m[1]}", shape) if number != first else shape)


def _apply(root: Node, instruction: Instruction) -> Node:
    if instruction.obstacle is not None:
        raise NotApplied(instruction.obstacle, ", ".join(instruction.targets))
    if instruction.part is Part.WHOLE:
        return _WHOLE[instruction.kind](root, instruction)
    place = instruction.targets[0]
    return change(root, _only(locate(root, place), place), lambda node: _change_part(node, instruction))


def _only(found: Sequence[Way], place: str) -> Way:
    """Where the one provision stands that a place names, of those that were found.

    Raises:
        NotApplied: there is none, or more than one.
    """
    if len(found) != 1:
        raise NotApplied(Obstacle.SEVERAL if found else Obstacle.NOT_FOUND, place)
    return found[0]


def _change_part(node: Node, instruction: Instruction) -> Node:
    """The provision with a part of it changed."""
    if any(each.part in _UNNUMBERED for each in instruction.counted) and _has_paragraphs(node):
        # Of which paragraph the sentences or subparagraphs are is not said.
        raise NotApplied(Obstacle.UNCLEAR)
    if instruction.part is Part.WORDS:
        return change_words(node, instruction.words, instruction.counted)
    lines = [line for new in instruction.new for line in new.lines()]
    if instruction.part is Part.HEADING:
        if not node.heading:
            raise NotApplied(Obstacle.NOT_FOUND)
        return replace(node, heading=lines[0])
    if instruction.part is Part.INTRODUCTION:
        return _change_introduction(node, lines[0])
    numbers = instruction.counted[-1].numbers
    if instruction.part is Part.SENTENCE:
        return change_sentences(node, instruction.counted[:-1], numbers, lines, instruction.side)
    return _change_subparagraphs(node, instruction, numbers)


_UNNUMBERED = (Part.SUBPARAGRAPH, Part.SENTENCE)


def _has_paragraphs(node: Node) -> bool:
    return any(child.kind is ProvisionKind.PARAGRAPH and child.number for child in node.children)


def _change_introduction(node: Node, line: str) -> Node:
    first = next((index for index, part in enumerate(node.parts) if isinstance(part, Node)), None)
    if first != 1:
        raise NotApplied(Obstacle.UNCLEAR)
    return with_parts(node, 0, [line])


def _change_subparagraphs(node: Node, instruction: Instruction, numbers: tuple[int, ...]) -> Node:
    """The provision with subparagraphs added at its end, or those of some numbers deleted, replaced or followed by others."""
    if not numbers:
        added = [part for each in instruction.new for part in as_subparagraph([each], first=False)]
        return replace(node, parts=(*node.parts, *added))
    start, end = subparagraph_range(node, instruction.counted[-1:])
    if instruction.kind is AmendmentKind.DELETE:
        return _delete_subparagraphs(node, start, end)
    if instruction.kind is AmendmentKind.INSERT:
        if start == 0 and instruction.side is Side.BEFORE:
            raise NotApplied(Obstacle.UNCLEAR)
        index = end if instruction.side is Side.AFTER else start
        return with_parts(node, index, as_subparagraph(instruction.new, first=False), until=index)
    several = len(numbers) > 1 and len(subparagraphs(node)) > 1
    if several and len(instruction.new) != len(numbers):
        raise NotApplied(Obstacle.UNCLEAR)
    groups = [[each] for each in instruction.new] if several else [list(instruction.new)]
    parts = [p for n, group in enumerate(groups) for p in as_subparagraph(group, first=start == 0 and n == 0)]
    return with_parts(node, start, parts, until=end)


def _delete_subparagraphs(node: Node, start: int, end: int) -> Node:
    if start:
        return replace(node, parts=(*node.parts[:start], *node.parts[end:]))
    if end == len(node.parts):
        raise NotApplied(Obstacle.UNCLEAR)
    following = node.parts[end]
    # What was the second one stands in the provision itself from now on.
    inner = following.parts if isinstance(following, Node) else (following,)
    return replace(node, parts=(*inner, *node.parts[end + 1 :]))


def _check_subparagraph(root: Node, way: Way, instruction: Instruction) -> None:
    """Check that a provision lies in the subparagraph that the instruction names.

    Raises:
        NotApplied: it lies in another one.
    """
    counted = [each for each in instruction.counted if each.part is Part.SUBPARAGRAPH]
    if not counted:
        return
    for depth in range(len(way) - 1, 0, -1):
        holder = at(root, way[:depth])
        ranges = subparagraphs(holder)
        if len(ranges) > 1:
            start, end = subparagraph_range(holder, counted[-1:])
            if not start <= way[depth] < end:
                raise NotApplied(Obstacle.NOT_FOUND)
            return


def _ways(root: Node, instruction: Instruction) -> list[Way]:
    """Where the provisions stand that an instruction is about, all in one parent.

    Raises:
        NotApplied: one is not there, or more than once.
    """
    ways = []
    for place in instruction.targets:
        found = locate(root, place)
        if len(found) > 1 and instruction.counted:
            found = [way for way in found if _lies_in(root, way, instruction)]
        ways.append(_only(found, place))
        _check_subparagraph(root, ways[-1], instruction)
    return ways


def _lies_in(root: Node, way: Way, instruction: Instruction) -> bool:
    try:
        _check_subparagraph(root, way, instruction)
    except NotApplied:
        return False
    return True


def _delete(root: Node, instruction: Instruction) -> Node:
    for way in sorted(_ways(root, instruction), reverse=True):
        root = remove(root, way)
    return root


def _replace(root: Node, instruction: Instruction) -> Node:
    ways = _ways(root, instruction)
    parents = {way[:-1] for way in ways}
    old = {at(root, way).number: way for way in ways}
    new = {node.number: node for node in instruction.new}
    if len(new) != len(instruction.new) or len(old) != len(ways):
        raise NotApplied(Obstacle.UNCLEAR)
    added = [node for node in instruction.new if node.number not in old]
    if added and len(parents) > 1:
        raise NotApplied(Obstacle.UNCLEAR)
    for number, way in sorted(old.items(), key=lambda pair: pair[1], reverse=True):
        if number in new:
            made = _shaped(new[number], at(root, way))
            root = change(root, way, lambda _, made=made: made)  # type: ignore[misc]
        else:
            root = remove(root, way)
    parent = next(iter(parents))
    shape = at(root, parent)
    for node in added:
        if any(child.number == node.number for child in shape.children if _is_numbered(child)):
            raise NotApplied(Obstacle.EXISTS, node.number)
        root = _insert_into(root, parent, node)
    return root


def _shaped(new: Node, old: Node) -> Node:
    """A new provision of the kind of the one that it replaces: the amending act's own layout says less of it.

    The formula that ends an act stands behind its last article and is no part of that one.
    """
    closing = [node for node in old.walk() if node.words.casefold().startswith(closing_formulas())]
    if closing and not any(node.words.casefold().startswith(closing_formulas()) for node in new.walk()):
        new = replace(new, parts=(*new.parts, closing[-1]))
    if old.kind in HEADED or new.kind in HEADED:
        return new
    return replace(new, kind=old.kind)


def _is_numbered(node: Node) -> bool:
    return bool(node.number) and node.kind not in COUNTED


def _insert(root: Node, instruction: Instruction) -> Node:
    place = instruction.targets[0]
    outer = outer_place(place)
    if not outer:
        for node in instruction.new:
            root = _insert_article(root, node, place)
        return root
    way = _only(locate(root, outer), outer)
    counted = [each for each in instruction.counted if each.part is Part.SUBPARAGRAPH]
    if counted:
        start, _ = subparagraph_range(at(root, way), counted[-1:])
        inner = at(root, way).parts[start]
        way = (*way, start) if isinstance(inner, Node) and inner.kind is ProvisionKind.SUBPARAGRAPH else way
    for node in instruction.new:
        if any(child.number == node.number for child in at(root, way).children if _is_numbered(child)):
            raise NotApplied(Obstacle.EXISTS, place)
        root = _insert_into(root, way, node)
    return root


def _insert_into(root: Node, way: Way, node: Node) -> Node:
    """The tree with a new provision among those of a parent, by its number."""
    parent = at(root, way)
    rows = [(i, p) for i, p in enumerate(parent.parts) if isinstance(p, Node) and _is_numbered(p)]
    if not rows:
        inner = [
            i
            for i, p in enumerate(parent.parts)
            if isinstance(p, Node) and p.kind is ProvisionKind.SUBPARAGRAPH and p.children
        ]
        if len(inner) == 1:
            return _insert_into(root, (*way, inner[0]), node)
        if inner or parent.children:
            raise NotApplied(Obstacle.UNCLEAR)
        return change(root, way, lambda each: replace(each, parts=(*each.parts, node)))
    *keys, key = order_numbers([*(p.number for _, p in rows), node.number])
    if keys != sorted(keys):
        raise NotApplied(Obstacle.UNCLEAR, node.number)
    before = [index for (index, _), other in zip(rows, keys, strict=True) if other < key]
    index = before[-1] + 1 if before else rows[0][0]
    node = _shaped(node, rows[0][1])
    return change(root, way, lambda each: with_parts(each, index, [node], until=index))


def _insert_article(root: Node, node: Node, place: str) -> Node:
    """The tree with a new article, annex or chapter behind the one with the number before it."""
    parts = split_place(place)
    if parts is None or node.kind not in HEADED:
        raise NotApplied(Obstacle.UNCLEAR, place)
    rows = [(way, each) for way, each in walk(root) if each.kind is node.kind and each.number]
    if any(each.number == node.number for _, each in rows):
        raise NotApplied(Obstacle.EXISTS, place)
    *keys, key = order_numbers([*(each.number for _, each in rows), node.number])
    before = [way for (way, _), other in zip(rows, keys, strict=True) if other < key]
    if keys != sorted(keys) or not before:
        raise NotApplied(Obstacle.UNCLEAR, place)
    *outer, index = before[-1]
    return change(root, tuple(outer), lambda each: with_parts(each, index + 1, [node], until=index + 1))


def _renumber(root: Node, instruction: Instruction) -> Node:
    ways = _ways(root, instruction)
    new = [split_place(place) for place in instruction.renumbered]
    if len({way[:-1] for way in ways}) != 1 or any(place is None for place in new):
        raise NotApplied(Obstacle.UNCLEAR)
    numbers = [place[1][-1] for place in new if place]
    parent = at(root, ways[0][:-1])
    indexes = {way[-1] for way in ways}
    taken = {
        p.number for i, p in enumerate(parent.parts) if isinstance(p, Node) and _is_numbered(p) and i not in indexes
    }
    if taken & set(numbers):
        raise NotApplied(Obstacle.EXISTS, ", ".join(sorted(taken & set(numbers))))
    for way, number in zip(ways, numbers, strict=True):
        root = change(root, way, lambda node, number=number: _with_label(node, number))  # type: ignore[misc]
    return root


def _with_label(node: Node, number: str) -> Node:
    """The provision with another number, written as its old one was."""
    old = rf"(?<!\w){pattern_of_number(node.number)}(?!\w)"
    label, made = re.subn(old, number, node.label, count=1, flags=re.IGNORECASE)
    if not made:
        raise NotApplied(Obstacle.UNCLEAR)
    return replace(node, number=number, label=label)


_WHOLE = {
    AmendmentKind.INSERT: _insert,
    AmendmentKind.REPLACE: _replace,
    AmendmentKind.DELETE: _delete,
    AmendmentKind.RENUMBER: _renumber,
}
